"""Whether what Nomad says now still fits the plan that was made from the tape. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from console.nomadactions.shapes import Plan

Json = Mapping[str, Any]


def objection(plan: Plan, live: Json) -> str:
    """Why the plan does not hold, in a sentence without a full stop; empty when it does. ``live`` is Nomad's object."""
    return _OBJECTIONS[plan.action](plan, live)


def _restart(plan: Plan, live: Json) -> str:
    status = live.get("ClientStatus")
    return "" if status == "running" else f"{plan.name} is {status} by now: only one that runs can be restarted"


def _stop(plan: Plan, live: Json) -> str:
    if live.get("ClientStatus") in ("complete", "failed", "lost"):
        return f"{plan.name} is {live['ClientStatus']} by now: there is nothing to stop"
    return "" if live.get("DesiredStatus") == "run" else f"{plan.name} is being stopped already"


def _revert(plan: Plan, live: Json) -> str:
    known, now = plan.request.body["EnforcePriorVersion"], live.get("Version")
    return "" if now == known else f"{plan.name} is at version {now} by now, and this tape knows version {known}"


def _deployment(plan: Plan, live: Json) -> str:
    ended = live.get("Status") in ("successful", "failed", "cancelled")
    return f"the deployment is {live['Status']} by now" if ended else ""


def _eligibility(plan: Plan, live: Json) -> str:
    wanted = plan.request.body["Eligibility"]
    return f"{plan.name} is {wanted} by now" if live.get("SchedulingEligibility") == wanted else ""


_OBJECTIONS: dict[str, Callable[[Plan, Json], str]] = {
    "restart": _restart,
    "stop": _stop,
    "revert": _revert,
    "promote": _deployment,
    "fail": _deployment,
    "eligibility": _eligibility,
}
