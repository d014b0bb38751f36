"""What else is so at the time of an action, and should make somebody think again."""

from __future__ import annotations

from collections.abc import Iterator

from console.format import age
from console.naming import job_name, source_of
from console.nomadactions.shapes import Documents
from console.nomadactions.words import counted, short_id

OLD_S = 90.0  # a Nomad that is seen gives a sign of life every 30 s
_UNDER_WAY = ("running", "paused", "pending", "blocked", "unblocking")


def stale(place: str, docs: Documents, now_ms: int) -> Iterator[str]:
    """That what the plan is made of may be old."""
    source = source_of(place)
    feed, heard_ms = docs.feeds.get(source), docs.pulses.get(source)
    seen = "never" if heard_ms is None else f"{age((now_ms - heard_ms) / 1000)} ago"
    if feed is None or feed["state"] not in ("ok", "degraded"):
        why = f": {feed['why']}" if feed is not None and feed["why"] else ""
        yield f"STALE: Nomad is not seen now{why} (last seen {seen}); what is said here may no longer be so"
    elif heard_ms is None or now_ms - heard_ms > OLD_S * 1000:
        yield f"STALE: Nomad was last seen {seen}; what is said here may no longer be so"


def of_job(key: str, docs: Documents, but_deployment: str = "") -> Iterator[str]:
    """A deployment under way, fewer allocations than wanted, what waits for room, the trouble that is known."""
    job = docs.jobs.get(key)
    if job is None:
        return
    brief = job.get("deployment")
    if brief and brief["status"] in _UNDER_WAY and brief["id"] != but_deployment:
        yield (
            f"deployment {short_id(brief['id'])} of version {brief['version']} is {brief['status']}, "
            f"{brief['healthy']} of {brief['desired']} healthy"
        )
    for name, group in job["groups"].items():
        if group["running"] < group["desired"]:
            what = job_name(key) if name == job["job"] else f"group {name} of {job_name(key)}"
            yield f"{what} runs {group['running']} of {group['desired']} already"
    for blocked in job.get("blocked") or ():
        waits = counted(blocked["queued"], "allocation")
        yield f"{waits} of {blocked['group']} already find no room: {blocked['text']}"


def trouble(docs: Documents) -> Iterator[str]:
    """What the verdict says while it does not say that all is quiet."""
    if docs.trouble:
        yield f"the verdict now: {docs.trouble}"
