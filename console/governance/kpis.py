"""Service level objectives as arithmetic: attainment, error budget and burn rate from what was seen of an indicator.

The method is that of the Site Reliability Workbook (Google, 2018), chapters 2 "Implementing SLOs" and 5 "Alerting on
SLOs", in the three ways of counting of OpenSLO v1 (``spec.budgetingMethod``):

- *occurrences*: good events to all events;
- *timeslices*: slices of time in which enough was good, to all slices in which anything happened;
- *ratio timeslices*: the mean of the slices' own shares of good.

All three come down to a ``Tally`` for each stretch of time that was looked at: so much good, of so much. What was not
seen is in neither number, and how much was seen is told beside the result (``coverage``). Pure, and light to import.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from console.format import duration
from console.governance.shapes import MeasuredDoc

LEAST_COVERAGE = 0.05
"""The share of a window that must have been seen for its attainment to be told: an hour and a half of a day."""
BURN_S = 3600.0
BURN_SHARE = 0.05
"""Burn is taken over the last hour, or the last 5 % of windows that are shorter than 20 h. An hour is the long window
of the workbook's paging alert (burn 14.4: 2 % of a 30-day budget in an hour)."""
LEAST_BURN_S = 120.0
KEPT_AGAIN = 0.05
"""The share of its budget that must be left for a KPI whose budget was used up to count as kept again."""
_MORE_THAN_ALL = 1.02

Op = Literal["lt", "lte", "gt", "gte"]
_OPS: Mapping[str, Callable[[float, float], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}


class Tally(NamedTuple):
    """What was seen between two times (unix ms): ``good`` of ``total`` events or slices, over ``seen_s`` seconds.

    A stretch that was seen and in which nothing came has a total of 0.
    """

    from_ms: int
    to_ms: int
    good: float
    total: float
    seen_s: float


class Window(NamedTuple):
    """The time a KPI is held against, unix ms: from, up to now, and its end, which for a calendar window is yet to
    come."""

    from_ms: int
    to_ms: int
    ends_ms: int


def target_of(value: float, *, percent: bool = False) -> float | None:
    """A target as a ratio, from 0 up to below 1; None where it is none. A target of 1 would leave no budget at all."""
    ratio = value / 100 if percent else value
    return ratio if math.isfinite(ratio) and 0 <= ratio < 1 else None


def holds(value: float, op: Op, limit: float) -> bool:
    """Whether a value keeps a limit."""
    return _OPS[op](value, limit)


def occurrences(
    times_ms: Sequence[int], parts: Sequence[float], totals: Sequence[float], step_s: float, *, bad: bool = False
) -> list[Tally]:
    """Tallies of what came in the ``step_s`` up to each time: ``parts`` good (or ``bad``) of ``totals``.

    A total that is NaN, infinite or below zero was not seen. A part that is NaN where there is a total is none: its
    series is not born yet.
    """
    found = []
    for at, part, total in zip(times_ms, parts, totals, strict=True):
        if not (math.isfinite(total) and total >= 0):
            continue
        part = part if math.isfinite(part) and part > 0 else 0.0
        good = max(0.0, total - part) if bad else part
        found.append(Tally(at - round(step_s * 1000), at, good, total, step_s))
    return found


def points(times_ms: Sequence[int], values: Sequence[float], step_s: float, op: Op, limit: float) -> list[Tally]:
    """Tallies of a value held against a limit: each point is one, good where it keeps the limit."""
    return [
        Tally(at - round(step_s * 1000), at, float(holds(value, op, limit)), 1.0, step_s)
        for at, value in zip(times_ms, values, strict=True)
        if math.isfinite(value)
    ]


def sliced(tallies: Iterable[Tally], slice_s: float, least: float | None) -> list[Tally]:
    """Events or points put into slices of time. ``least`` is the share of good that makes a slice a good one; None
    counts each slice by its own share (ratio timeslices). Slices begin at whole multiples of their width."""
    width = round(slice_s * 1000)
    held: dict[int, list[Tally]] = {}
    for tally in tallies:
        held.setdefault((tally.to_ms - 1) // width, []).append(tally)
    found = []
    for number, parts in sorted(held.items()):
        total, seen_s = sum(part.total for part in parts), min(slice_s, sum(part.seen_s for part in parts))
        share = min(1.0, sum(part.good for part in parts) / total) if total > 0 else 0.0
        good = share if least is None else float(share >= least)
        happened = total > 0
        found.append(Tally(number * width, (number + 1) * width, good if happened else 0.0, float(happened), seen_s))
    return found


def attainment(tallies: Iterable[Tally]) -> float | None:
    """The share of good, 0 to 1; None where nothing was counted."""
    good = total = 0.0
    for tally in tallies:
        good, total = good + tally.good, total + tally.total
    return min(1.0, max(0.0, good / total)) if total > 0 else None


def coverage(tallies: Iterable[Tally], window: Window) -> float:
    """The share of the window so far, 0 to 1, that was seen."""
    whole_s = (window.to_ms - window.from_ms) / 1000
    seen_s = sum(tally.seen_s for tally in within(tallies, window))
    return min(1.0, seen_s / whole_s) if whole_s > 0 else 0.0


def within(tallies: Iterable[Tally], window: Window) -> list[Tally]:
    """The tallies that ended in a window."""
    return [tally for tally in tallies if window.from_ms < tally.to_ms <= window.to_ms]


def budget_left(share: float, target: float, to_come: float = 0.0) -> float:
    """What is left of an error budget: 1 untouched, 0 used up, below 0 overspent.

    ``to_come`` is the share of the window's slices that a calendar window has still ahead, which the budget is also
    for.
    """
    return 1.0 - (1.0 - share) * (1.0 - to_come) / (1.0 - target)


def burn_rate(tallies: Iterable[Tally], target: float, now_ms: int, window_s: float) -> float | None:
    """How many times as fast as the budget allows it is being used, over ``burn_window_s``; 1 uses it up just at the
    end of the window. None where nothing was counted."""
    share = attainment(within(tallies, Window(now_ms - round(burn_window_s(window_s) * 1000), now_ms, now_ms)))
    return None if share is None else (1.0 - share) / (1.0 - target)


def burn_window_s(window_s: float) -> float:
    """The time over which burn is taken, in seconds."""
    return max(LEAST_BURN_S, min(BURN_S, BURN_SHARE * window_s))


def measured(tallies: Sequence[Tally], window: Window, target: float, *, by_time: bool) -> MeasuredDoc:
    """What a KPI came to. ``by_time`` for the two methods that count slices: how many of them a calendar window has
    still ahead is known, how many events is not.

    ``window.to_ms`` is now. Where too little was seen the numbers are None and ``why`` says so.
    """
    inside = within(tallies, window)
    seen = coverage(inside, window)
    doc: MeasuredDoc = {
        "at_ms": window.to_ms,
        "from_ms": window.from_ms,
        "attainment": None,
        "budget_left": None,
        "burn": None,
        "coverage": seen,
        "why": "",
    }
    share = attainment(inside)
    if seen < LEAST_COVERAGE:
        whole_s = (window.to_ms - window.from_ms) / 1000
        some = f"only {duration(seen * whole_s)} of its window was seen"
        doc["why"] = some if seen else "nothing of its window was seen"
        return doc
    if share is None:
        doc["why"] = "nothing came in while it was seen"
        return doc
    if sum(tally.good for tally in inside) > _MORE_THAN_ALL * sum(tally.total for tally in inside):
        doc["why"] = "more was good than there was in all: its two queries do not count the same things"
        return doc
    whole_ms = window.ends_ms - window.from_ms
    ahead = (window.ends_ms - window.to_ms) / whole_ms if by_time and whole_ms > 0 else 0.0
    # What was not seen is neither good nor bad, so the budget is for what was seen and what is yet to come.
    known = seen * (1.0 - ahead) + ahead
    doc["attainment"] = share
    doc["budget_left"] = budget_left(share, target, ahead / known if known > 0 else 0.0)
    doc["burn"] = burn_rate(inside, target, window.to_ms, whole_ms / 1000)
    return doc


def used_up(left: float | None, before: bool) -> bool:
    """Whether a budget counts as used up, given that it did before: it is again kept only when ``KEPT_AGAIN`` of it is
    left, so that one that hovers about nothing is told once. What is not known changes nothing."""
    if left is None:
        return before
    return left <= 0 if not before else left < KEPT_AGAIN
