"""From what was asked for to the plan of it: one table of all that can be done."""

from __future__ import annotations

from collections.abc import Callable

from console.nomadactions.allocations import restart, stop
from console.nomadactions.deployments import fail, promote
from console.nomadactions.eligibility import eligibility
from console.nomadactions.shapes import Asked, Documents, NotPlannedError, Plan
from console.nomadactions.versions import revert

PLANS: dict[str, Callable[[Asked, Documents, int], Plan]] = {
    "restart": restart,
    "stop": stop,
    "revert": revert,
    "promote": promote,
    "fail": fail,
    "eligibility": eligibility,
}


def plan(asked: Asked, docs: Documents, now_ms: int) -> Plan:
    """What would be done, to what, and what to think of before. Raises NotPlannedError with one sentence."""
    make = PLANS.get(asked.action)
    if make is None:
        raise NotPlannedError(f"There is no action '{asked.action}'; there are {', '.join(PLANS)}.")
    return make(asked, docs, now_ms)
