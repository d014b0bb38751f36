"""How a KPI is read: in which stretches of time, by which expressions, and what becomes of the answers. Pure.

A window is cut into at most ``MOST_STRETCHES`` stretches, and each is asked for once. Where a window has no more slices
than that, a stretch is a slice and the slices are judged here; where it has more the server judges them and says how
many were good.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from console.feeds.kpis.amounts import (
    Amount,
    UnreadableError,
    amount_of,
    has_placeholder,
    kept_of,
    look_s,
    number,
    within,
    worst,
)
from console.governance.kpis import Tally, occurrences, points, sliced
from console.governance.shapes import IndicatorDoc, KpiDoc

MOST_STRETCHES = 1000
_STRETCHES_S = (60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800)
_LEAST_WINDOW_S, _MOST_WINDOW_S = 120.0, 10 * 366 * 86_400.0
_SIGNS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
PART, TOTAL, SEEN, PRESENT, VALUE = "part", "total", "seen", "present", "value"


class Plan(NamedTuple):
    """``stretch_s`` is the width of a stretch. ``slice_s`` is that of the slices, 0 where none are asked for;
    ``here`` tells that they are judged here. ``open``: a stretch that is not over may be asked for by its length."""

    kpi: KpiDoc
    stretch_s: int
    slice_s: int
    here: bool
    open: bool
    reach_s: int

    def expressions(self, seconds: int) -> dict[str, str]:
        """What is asked about the seconds up to a time, by key. Raises UnreadableError."""
        indicator = self.kpi["indicator"]
        part, total = _amounts(indicator, self.reach_s)
        if self._by_value(seconds):
            return {VALUE: number(worst(indicator["value"], _SIGNS[indicator["op"]]))}
        if self.here or not self.slice_s:
            return {PART: part(seconds), TOTAL: total(seconds), **self._presence(seconds)}
        width = self.slice_s
        whole = f"({total(width)})"
        share = f"({part(width)} or 0 * {whole}) / ({whole} > 0)"
        if "bad" in self.kpi["indicator"]:
            share = f"1 - {share}"
        least = self.kpi.get("slice_target")
        good = share if least is None else f"({share}) >= bool {least!r}"
        return {
            PART: within("sum_over_time", good, seconds, width),
            TOTAL: within("count_over_time", share, seconds, width),
            SEEN: within("count_over_time", whole, seconds, width),
            PRESENT: within("count_over_time", part(width), seconds, width),
        }

    def tallies(self, answers: Mapping[str, Mapping[int, float]], times_ms: range, seconds: int) -> list[Tally]:
        """What the answers (values by time, by key) say of the ``seconds`` up to each time."""
        nan = float("nan")
        parts = [answers.get(PART, {}).get(at, nan) for at in times_ms]
        totals = [answers.get(TOTAL, {}).get(at, nan) for at in times_ms]
        if self._by_value(seconds):
            indicator, held = self.kpi["indicator"], answers.get(VALUE, {})
            values = [held.get(at, nan) for at in times_ms]
            return points(list(times_ms), values, seconds, indicator["op"], indicator["limit"])
        if self.slice_s and not self.here:
            return self._judged(answers, times_ms, seconds)
        found = occurrences(list(times_ms), parts, totals, seconds, bad="bad" in self.kpi["indicator"])
        looks = answers.get(SEEN if SEEN in answers else TOTAL, {})
        if look_s(seconds) < seconds and (SEEN in answers or self.kpi["indicator"]["kind"] == "threshold"):
            found = [one._replace(seen_s=min(one.seen_s, looks.get(one.to_ms, 0.0) * look_s(seconds))) for one in found]
        return sliced(found, self.slice_s, self.kpi.get("slice_target")) if self.slice_s else found

    def _presence(self, seconds: int) -> dict[str, str]:
        """How often the total was there in the seconds up to a time: a long stretch may be seen in part."""
        total = self.kpi["indicator"].get("total")
        if total is None or has_placeholder(total) or look_s(seconds) == seconds:
            return {}
        return {SEEN: within("count_over_time", number(f"sum({total})"), seconds, look_s(seconds))}

    def _by_value(self, seconds: int) -> bool:
        """Whether the value itself is asked for, once for each stretch: these are short enough."""
        return self.kpi["indicator"]["kind"] == "threshold" and not self.slice_s and look_s(seconds) == seconds

    def _judged(self, answers: Mapping[str, Mapping[int, float]], times_ms: range, seconds: int) -> list[Tally]:
        """Stretches whose slices the server judged. One that was seen and in which nothing came judges none."""
        good, judged, seen = (answers.get(key, {}) for key in (PART, TOTAL, SEEN))
        return [
            Tally(
                at - seconds * 1000,
                at,
                good.get(at, 0.0),
                judged.get(at, 0.0),
                min(float(seconds), seen[at] * self.slice_s),
            )
            for at in times_ms
            if seen.get(at, 0.0) > 0
        ]

    def present(self, answers: Mapping[str, Mapping[int, float]]) -> bool:
        """Whether the good or bad query gave any series at all; a value has none."""
        return any(answers.get(key) for key in (VALUE, PRESENT if self.slice_s and not self.here else PART))


def plan_of(kpi: KpiDoc, reach_s: int = 0) -> Plan:
    """How to read a KPI. Raises UnreadableError where it cannot be read at all."""
    indicator = kpi["indicator"]
    if unread := indicator.get("unread"):
        raise UnreadableError(unread)
    if not _LEAST_WINDOW_S <= kpi["window_s"] <= _MOST_WINDOW_S:
        raise UnreadableError("its window is not from two minutes up to ten years")
    if (kpi.get("slice_s") or 0) > kpi["window_s"]:
        raise UnreadableError("its slices are wider than its window")
    stretch_s = _fitting(kpi["window_s"])
    slice_s = max(1, round(kpi.get("slice_s") or 0)) if kpi["method"] != "occurrences" else 0
    here = bool(slice_s) and kpi["window_s"] / slice_s <= MOST_STRETCHES
    if here:
        stretch_s = slice_s
    elif slice_s:
        stretch_s = -(-stretch_s // slice_s) * slice_s
    queries = [one for key in ("good", "bad", "total") if isinstance(one := indicator.get(key), str)]
    open_too = stretch_s > _STRETCHES_S[0] and not here and not any(has_placeholder(query) for query in queries)
    plan = Plan(kpi, stretch_s, slice_s, here, open_too, reach_s)
    plan.expressions(stretch_s)  # tells now what cannot be read
    return plan


def _fitting(window_s: float) -> int:
    return next((one for one in _STRETCHES_S if window_s / one <= MOST_STRETCHES), _STRETCHES_S[-1])


def _amounts(indicator: IndicatorDoc, reach_s: int) -> tuple[Amount, Amount]:
    if indicator["kind"] == "threshold":
        return kept_of(indicator["value"], _SIGNS[indicator["op"]], indicator["limit"])
    counter = indicator.get("counter", False)
    part = indicator.get("good") or indicator.get("bad", "")
    return (
        amount_of(part, counter=counter, reach_s=reach_s),
        amount_of(indicator["total"], counter=counter, reach_s=reach_s),
    )
