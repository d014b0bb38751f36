"""``object``: one object as Nomad has it now, without its secrets, as text.

Request: ``kind`` and ``key``, those of the entity. Answer: ``text`` (JSON, two spaces a level, keys as Nomad gives
them) and ``asked_ms``; or ``gone`` where Nomad does not have it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from console.errands.errand import Errand, RefusedAskError
from console.errands.redacted import without_secrets
from console.feeds.nomad.troubles import NomadTroubleError, Trouble
from console.naming import job_name, namespace_of
from console.plain import harmless_json


class _Path(NamedTuple):
    """Where an object is: what follows ``/v1/``, and its namespace, where the endpoint needs it."""

    endpoint: str
    key: str
    namespace: str = ""
    within: Callable[[Any], Any] = lambda body: body


async def object_(errand: Errand) -> None:
    """Answer with the object; a list for a service, which is all of its instances."""
    kind, key = errand.text("kind"), errand.text("key")
    find = _PATHS.get(kind)
    if find is None:
        raise RefusedAskError(f"Nomad has nothing of the kind {kind}")
    path = find(key)
    await errand.nomad.ready()
    params: dict[str, Any] = {"namespace": path.namespace} if path.namespace else {}
    try:
        answer = await errand.nomad.calls.get(
            path.endpoint, path.key, read=lambda body: told(path.within(body)), **params
        )
    except NomadTroubleError as problem:
        if problem.trouble is not Trouble.ABSENT:
            raise
        await errand.answer(gone=True)
        return
    if answer.body:
        await errand.answer(text=answer.body, asked_ms=time.time_ns() // 1_000_000)
    else:
        await errand.answer(gone=True)


def told(body: Any) -> str:
    """An object as text, without its secrets; empty for nothing."""
    return harmless_json(json.dumps(without_secrets(body), indent=2, ensure_ascii=False)) if body else ""


def _of_job(key: str) -> _Path:
    return _Path("job", job_name(key), namespace_of(key))


def _of_group(key: str) -> _Path:
    job, _, group = job_name(key).rpartition("/")

    def within(body: Any) -> Any:
        return next((one for one in body["TaskGroups"] if one["Name"] == group), None)

    return _Path("job", job, namespace_of(key), within)


_PATHS: dict[str, Callable[[str], _Path]] = {
    "job": _of_job,
    "group": _of_group,
    "service": lambda key: _Path("service", job_name(key), namespace_of(key)),
    "allocation": lambda key: _Path("allocation", key),
    "task": lambda key: _Path("allocation", key.partition("/")[0]),
    "node": lambda key: _Path("node", key),
    "deployment": lambda key: _Path("deployment", key),
    "evaluation": lambda key: _Path("evaluation", key),
}
