"""``diff``: what changed between two versions of a job, in words, step by step.

Request: ``job`` (its id in Nomad), ``namespace``, ``from`` and ``to`` (numbers of versions; ``to`` -1 is the newest,
``from`` -1 the one before). Answer: ``from``, ``to``, and ``steps``, the newest first, each ``{"from", "to",
"changes"}`` for two versions that follow each other; values that may be secret are only said to have changed.
Where there is nothing to compare ``steps`` is empty and ``said`` says why; it has no ``from`` and ``to`` then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.errands.diffwords import job_changes
from console.errands.errand import Errand, RefusedAskError
from console.feeds.nomad.spec import difference, read_spec

_MOST_VERSION = 1_000_000_000


async def diff(errand: Errand) -> None:
    """Answer with the changes. Nomad keeps few versions: one that is gone is said to be."""
    earlier = errand.whole("from", -1, _MOST_VERSION, -1)
    later = errand.whole("to", -1, _MOST_VERSION, -1)
    await errand.nomad.ready()
    answer = await errand.nomad.calls.get(
        "job", errand.text("job"), "versions", read=read_steps, namespace=errand.text("namespace"), diffs="true"
    )
    steps = answer.body
    if not steps:
        await errand.answer(steps=[], said="Nomad keeps one version of this job only: there is nothing to compare.")
        return
    later = steps[0]["to"] if later < 0 else later
    earlier = max((step["from"] for step in steps if step["to"] == later), default=-1) if earlier < 0 else earlier
    kept = {version for step in steps for version in (step["from"], step["to"])}
    for version in (earlier, later):
        if version not in kept:
            known = f"it keeps v{min(kept)} to v{max(kept)}"
            raise RefusedAskError(f"Nomad has no version {version} of this job any more", known)
    if earlier > later:
        earlier, later = later, earlier
    chosen = [step for step in steps if earlier < step["to"] <= later]
    await errand.answer(**{"from": earlier, "to": later, "steps": chosen})


def read_steps(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each version against the one before it, the newest first. Nomad's comparisons have the order of its versions;
    where it sends none the versions are compared here, which tells less."""
    versions = body["Versions"] or ()
    compared = body.get("Diffs") or (None,) * len(versions)
    return [
        {"from": int(before["Version"]), "to": int(after["Version"]), "changes": _changes(before, after, told)}
        for after, before, told in zip(versions, versions[1:], compared, strict=False)
    ]


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], told: Mapping[str, Any] | None) -> list[str]:
    if told is not None:
        return job_changes(told)
    text = difference(read_spec(before), read_spec(after)).text
    return text.split("; ") if text else []
