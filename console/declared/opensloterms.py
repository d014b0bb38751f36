"""What an objective of OpenSLO asks for: how it counts, how much must be good, in which window and in what slices."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Literal

from console.declared.yamlfile import shown
from console.declared.yamlpart import Part
from console.governance.calendars import Calendar, zone_of
from console.governance.kpis import Op, target_of
from console.governance.shapes import DoubtDoc, KpiDoc
from console.governance.units import doubt

Method = Literal["occurrences", "timeslices", "ratio timeslices"]
METHODS: dict[str, Method] = {
    "occurrences": "occurrences",
    "timeslices": "timeslices",
    "ratiotimeslices": "ratio timeslices",
}
UNCLEAR_WINDOW = "is minutes by the specification and months to many who write it; write 1M, or minutes as hours"
_SHORTHAND = re.compile(r"([1-9][0-9]{0,6})([mhdwMQY])")
_UNITS = {"m": "minute", "h": "hour", "d": "day", "w": "week", "M": "month", "Q": "quarter", "Y": "year"}
_OPS: dict[str, Op] = {"lt": "lt", "lte": "lte", "gt": "gt", "gte": "gte"}
_EPOCH = datetime(1970, 1, 1)


def method(spec: Part) -> Method:
    """The budgeting method; by occurrences where none is said."""
    said = spec.text("budgetingMethod")
    if said is None:
        return "occurrences"
    found = METHODS.get(said.replace(" ", "").casefold())
    if found is None:
        raise spec.wrong(
            f"{shown(said)} is no method; write Occurrences, Timeslices or RatioTimeslices", "budgetingMethod"
        )
    return found


def target(objective: Part) -> float:
    """The share that must be good, as a ratio. Raises DeclaredError."""
    for key, percent in (("target", False), ("targetPercent", True)):
        if objective.data.get(key) is not None:
            found = target_of(_number(objective, key), percent=percent)
            if found is None:
                most = "100; write it as 99.9" if percent else "1; write it as 0.999, or as targetPercent: 99.9"
                raise objective.wrong(f"{shown(objective.data[key])} is not from 0 up to below {most}", key)
            return found
    raise objective.wrong("this objective has no target; write target: 0.999, or targetPercent: 99.9")


def _number(part: Part, key: str) -> float:
    value = part.data.get(key)
    try:
        return float(part.text(key) or "") if not isinstance(value, bool) else math.nan
    except ValueError:
        raise part.wrong(f"{shown(value)} is not a number", key) from None


def comparison(objective: Part) -> tuple[Op | None, float | None]:
    """The operator and the limit of a threshold, None where they are not said."""
    limit = _number(objective, "value") if objective.data.get("value") is not None else None
    said = objective.text("op")
    if said is None:
        return None, limit
    op = _OPS.get(said.casefold())
    if op is None:
        raise objective.wrong(f"{shown(said)} is no comparison; write lt, lte, gt or gte", "op")
    return op, limit


def _shorthand(part: Part, key: str) -> tuple[int, str]:
    text = part.text(key) or ""
    found = _SHORTHAND.fullmatch(text)
    if found is None:
        raise part.wrong(f"{shown(text)} is no duration; write it as 12h, 28d, 4w, 1M, 1Q or 1Y", key)
    return int(found[1]), _UNITS[found[2]]


def window(spec: Part, doc: KpiDoc, doubts: list[DoubtDoc]) -> str:
    """Put the window into the document; why it cannot be used, empty where it can."""
    windows = spec.parts("timeWindow")
    if not windows:
        return "it has no time window; write timeWindow with a duration, as 28d"
    if len(windows) > 1:
        raise spec.wrong("more than one window; keep one", "timeWindow", 1)
    one = windows[0]
    every, unit = _shorthand(one, "duration")
    calendar = one.part("calendar")
    unclear = f"the window {shown(one.text('duration'))} {UNCLEAR_WINDOW}" if unit == "minute" else ""
    if unclear:
        doubts.append(doubt("window", unclear, one.origin("duration")))
    found = Calendar(every, unit, _EPOCH, "UTC")
    doc["window_s"] = found.rough_s
    if calendar is None or one.data.get("isRolling") is True:
        return ""
    found = found._replace(start=_start(calendar), zone=_zone(calendar, doubts))
    doc["calendar"] = str(found)
    return unclear


def _start(calendar: Part) -> datetime:
    text = calendar.text("startTime") or ""
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        raise calendar.wrong(f"{shown(text)} is no time; write it as 2026-01-01 00:00:00", "startTime") from None
    if start.tzinfo is not None:
        raise calendar.wrong("has a zone of its own; write the local time, and its zone as timeZone", "startTime")
    return start


def _zone(calendar: Part, doubts: list[DoubtDoc]) -> str:
    zone = calendar.name("timeZone")
    if zone is None:
        doubts.append(doubt("window", "its calendar has no time zone, so it is taken for UTC", calendar.origin()))
        return "UTC"
    try:
        zone_of(zone)
    except ValueError as problem:
        raise calendar.wrong(f"{problem}; write it as Europe/Berlin", "timeZone") from None
    return zone


def slice_s(objective: Part) -> float:
    """The width of a slice, in seconds; a bare number is minutes, as the specification says."""
    if objective.data.get("timeSliceWindow") is None:
        raise objective.wrong("its slices have no width; write timeSliceWindow: 5m")
    text = objective.text("timeSliceWindow") or ""
    if text.isdigit() and int(text):
        return int(text) * 60.0
    every, unit = _shorthand(objective, "timeSliceWindow")
    return Calendar(every, unit, _EPOCH, "UTC").rough_s


def slice_target(objective: Part) -> float:
    """The share of good that makes a slice a good one."""
    if objective.data.get("timeSliceTarget") is None:
        raise objective.wrong("it does not say when a slice is good; write timeSliceTarget: 0.95")
    share = _number(objective, "timeSliceTarget")
    if not 0 < share <= 1:
        raise objective.wrong(f"{shown(share)} is not above 0 and at most 1", "timeSliceTarget")
    return share
