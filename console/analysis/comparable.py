"""Which signals of other entities measure the same trouble as a symptom does, in one unit: seconds waited, or requests
that failed; and which signal says how many requests an entity had. Names are read, because nothing else tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from console.signals import Bad, EntityRef, Signal

_SECONDS = {"s": 1.0, "sec": 1.0, "seconds": 1.0, "ms": 1e-3, "milliseconds": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9,
            "min": 60.0}  # fmt: skip
_LATENCY = re.compile(r"latenc|duration|response_?time|resp_?time|elapsed|(^|_)rt(_|$)|ttft|time_to", re.I)
_HEALTHY = re.compile(r"availab|success|uptime", re.I)
_ERRORS = re.compile(r"error|fail|fault|exception|5xx|http_?5|timeouts?(_|$)|reject|unsuccess", re.I)
_VOLUME = re.compile(
    r"request|(^|_)calls?(_|$|:)|invocation|throughput|(^|_)(rps|qps|tps|hits|load|workload)(_|$|:)|req_?(count|rate|s)",
    re.I,
)
_NO_VOLUME = re.compile(r"in_?flight|active|pending|queue|size|bytes|concurren|limit|waiting|open|per_request", re.I)
_STATISTIC = re.compile(
    r"(^|[_:.\-])(p\d{1,3}(\.\d+)?|q\d{2}|\d{2}th|avg|average|mean|median|max|min|sum|quantile|\d+[smh])(?=$|[_:.\-])",
    re.I,
)


class Family(StrEnum):
    """What is counted: time waited, or requests that failed (said as a share that is good, a share that is bad, or a
    number)."""

    WAITING = "waiting"
    HEALTHY_SHARE = "healthy share"
    FAILED_SHARE = "failed share"
    FAILED = "failed"


class Measure(NamedTuple):
    """A signal (its row) that can stand beside the symptom. ``factor`` turns its excess into seconds or shares;
    ``distance`` is 0 for the symptom's very name, larger for what is less alike.
    """

    row: int
    family: Family
    factor: float
    distance: int


def family_of(signal: Signal) -> Family | None:
    """What a signal counts, None where it is neither waiting nor failing."""
    name = _metric(signal)
    if _HEALTHY.search(name) and not _ERRORS.search(name) and signal.bad is not Bad.UP:
        return Family.HEALTHY_SHARE
    if _ERRORS.search(name) and signal.bad is not Bad.DOWN:
        return Family.FAILED_SHARE if signal.unit in ("%", "1") else Family.FAILED
    if signal.unit in _SECONDS and _LATENCY.search(name) and signal.bad is not Bad.DOWN:
        return Family.WAITING
    if not signal.unit and _LATENCY.search(name) and signal.bad is Bad.UP:
        return Family.WAITING
    return None


def measures(signals: Sequence[Signal], symptom: int) -> dict[EntityRef, Measure]:
    """For each entity the signal that is most like the symptom; empty where the symptom counts nothing of the kind."""
    asked = signals[symptom]
    family = family_of(asked)
    if family is None:
        return {}
    name, base = _metric(asked), _base(asked)
    found: dict[EntityRef, Measure] = {asked.entity: Measure(symptom, family, _factor(asked, family), 0)}
    for row, signal in enumerate(signals):
        held = found.get(signal.entity)
        if held is not None and held.distance == 0:
            continue
        other = family_of(signal)
        if other is None or (family is Family.WAITING) != (other is Family.WAITING):
            continue
        if family is Family.WAITING and (asked.unit in _SECONDS) != (signal.unit in _SECONDS):
            continue
        metric = _metric(signal)
        distance = 0 if metric == name else 1 if _base(signal) == base else 2 if other is family else 3
        if held is None or distance < held.distance:
            found[signal.entity] = Measure(row, other, _factor(signal, other), distance)
    return found


def volumes(signals: Sequence[Signal]) -> dict[EntityRef, int]:
    """For each entity the row of the signal that counts its requests; the name that most entities have counts first.

    Numbers per second and numbers per step cannot be told from their names, so one name (and unit) is taken for all
    entities wherever it is there, and an entity that lacks it has no volume.
    """
    rows: dict[tuple[str, str], dict[EntityRef, int]] = {}
    for row, signal in enumerate(signals):
        name = _metric(signal)
        if _VOLUME.search(name) and not _NO_VOLUME.search(name) and _counts(signal):
            rows.setdefault((name, signal.unit), {}).setdefault(signal.entity, row)
    return max((rows[key] for key in sorted(rows)), key=len, default={})


def _counts(signal: Signal) -> bool:
    return family_of(signal) is None and signal.unit not in _SECONDS and signal.unit not in ("%", "1", "By", "By/s")


def _metric(signal: Signal) -> str:
    return signal.key.partition("{")[0] or signal.name


def _base(signal: Signal) -> str:
    """The name without the statistic: ``latency`` of ``latency_p90``."""
    return _STATISTIC.sub("", _metric(signal)).strip("_:.-").casefold()


def _factor(signal: Signal, family: Family) -> float:
    if family is Family.WAITING:
        return _SECONDS.get(signal.unit, 1.0)
    return 0.01 if signal.unit == "%" and family is not Family.FAILED else 1.0
