"""``checks``: how the health checks of an allocation stand, from the client that runs it.

Request: ``allocation``. Answer: ``checks``, those that fail first, each ``{"name", "service", "task", "status", "said",
"code", "at_ms"}``; ``status`` is success, failure or pending, ``code`` None where the check has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.errands.errand import Errand

TIMEOUT_S = 5.0  # a frozen client never answers
_MOST_SAID = 500


async def checks(errand: Errand) -> None:
    """Answer with the checks as the client last made them."""
    await errand.nomad.ready()
    answer = await errand.nomad.calls.get(
        "client", "allocation", errand.text("allocation"), "checks", read=read_checks, timeout_s=TIMEOUT_S
    )
    await errand.answer(checks=answer.body)


def read_checks(body: Mapping[str, Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """What is told of each, from Nomad's own form."""
    found = [_check(one) for one in (body or {}).values()]
    return sorted(found, key=lambda one: (one["status"] == "success", one["service"], one["name"]))


def _check(one: Mapping[str, Any]) -> dict[str, Any]:
    code = one.get("StatusCode")
    return {
        "name": str(one.get("Check") or ""),
        "service": str(one.get("Service") or ""),
        "task": str(one.get("Task") or ""),
        "status": str(one.get("Status") or "unknown"),
        "said": str(one.get("Output") or "")[:_MOST_SAID],
        "code": int(code) if code else None,
        "at_ms": int(one.get("Timestamp") or 0) * 1000,
    }
