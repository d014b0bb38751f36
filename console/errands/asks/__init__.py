"""What can be asked of the errands process: a name, and the function that does it.

A function gets the `Errand`. It answers once, or tells part after part and returns; what it raises becomes an error
reply: `RefusedAskError` and `NomadTroubleError` in their own words, anything else as a fault of ours.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from console.errands.asks.act import act
from console.errands.asks.allocations import allocations
from console.errands.asks.checks import checks
from console.errands.asks.diff import diff
from console.errands.asks.logs import logs
from console.errands.asks.may import may
from console.errands.asks.object import object_
from console.errands.asks.plan import plan
from console.errands.asks.stats import stats
from console.errands.errand import Errand

Ask = Callable[[Errand], Awaitable[None]]

ASKS: Mapping[str, Ask] = {
    "act": act,
    "allocations": allocations,
    "logs": logs,
    "checks": checks,
    "diff": diff,
    "may": may,
    "object": object_,
    "plan": plan,
    "stats": stats,
}
