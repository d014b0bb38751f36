"""Which signals of other entities measure the same trouble as a symptom does, in one unit: seconds waited, or requests
that failed; and which signal says how many requests an entity had. Names are read, because nothing else tells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
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
_RATIO = re.compile(r"ratio|percent|pct|share|(^|_)rate(_|$)", re.I)
_EDGE = r"(?=$|[_:.\-])"
_STATISTIC = re.compile(
    rf"(^|[_:.\-])(p\d{{1,3}}(\.\d+)?|q\d{{2}}|\d{{2}}th|avg|average|mean|median|max|min|sum|quantile|\d+[smh]){_EDGE}",
    re.I,
)
_MEAN = re.compile(rf"(^|[_:.\-])(avg|average|mean){_EDGE}", re.I)
_PERCENTILE = re.compile(rf"(?:^|[_:.\-])(?:[pq](\d{{2,3}})|(\d{{2}})th){_EDGE}", re.I)


class Family(StrEnum):
    """What is counted: time waited, or requests that failed (said as a share that is good, a share that is bad, or a
    number)."""

    WAITING = "waiting"
    HEALTHY_SHARE = "healthy share"
    FAILED_SHARE = "failed share"
    FAILED = "failed"


class Measure(NamedTuple):
    """A signal (its row) that can stand beside the symptom. ``factor`` turns its excess into seconds or shares;
    ``distance`` is 0 for the symptom's very name, larger for what is less alike. ``parts`` are the rows whose values
    are added, each with its weight, to get what is compared.
    """

    row: int
    family: Family
    factor: float
    distance: int
    parts: Sequence[tuple[int, float]]


def family_of(signal: Signal) -> Family | None:
    """What a signal counts, None where it is neither waiting nor failing."""
    name = _metric(signal)
    if _HEALTHY.search(name) and not _ERRORS.search(name) and signal.bad is not Bad.UP:
        return Family.HEALTHY_SHARE
    if _ERRORS.search(name) and signal.bad is not Bad.DOWN:
        share = signal.unit in ("%", "1") or (not signal.unit and _RATIO.search(name))
        return Family.FAILED_SHARE if share else Family.FAILED
    if (signal.unit in _SECONDS or not signal.unit) and _LATENCY.search(name) and signal.bad is not Bad.DOWN:
        return Family.WAITING
    return None


def measures(signals: Sequence[Signal], symptom: int) -> dict[EntityRef, Measure]:
    """For each entity the signal that is most like the symptom; empty where the symptom counts nothing of the kind.

    Only means add up along a path. Where the symptom is a percentile and its entity has the mean too, that is taken;
    where there is no mean but more than one percentile, a mean is put together from those.
    """
    symptom = _mean_of(signals, symptom)
    asked = signals[symptom]
    family = family_of(asked)
    if family is None:
        return {}
    found: dict[EntityRef, Measure] = {asked.entity: _measure(symptom, asked, family, 0)}
    for row, signal in enumerate(signals):
        held, other = found.get(signal.entity), family_of(signal)
        if (held is not None and held.distance == 0) or other is None or not _one_unit(asked, family, signal, other):
            continue
        distance = _distance(asked, family, signal, other)
        if held is None or distance < held.distance:
            found[signal.entity] = _measure(row, signal, other, distance)
    return _put_together(signals, asked, found) if family is Family.WAITING else found


def _measure(row: int, signal: Signal, family: Family, distance: int) -> Measure:
    return Measure(row, family, _factor(signal, family), distance, ((row, 1.0),))


def _one_unit(asked: Signal, family: Family, signal: Signal, other: Family) -> bool:
    """Waiting beside waiting, failing beside failing; seconds not beside what has no unit."""
    if family is Family.WAITING or other is Family.WAITING:
        return family is other and (asked.unit in _SECONDS) == (signal.unit in _SECONDS)
    return True


def _distance(asked: Signal, family: Family, signal: Signal, other: Family) -> int:
    if _metric(signal) == _metric(asked) and _percentile(signal) == _percentile(asked):
        return 0
    return 1 if _base(signal) == _base(asked) else 2 if other is family else 3


def _mean_of(signals: Sequence[Signal], symptom: int) -> int:
    asked = signals[symptom]
    if family_of(asked) is not Family.WAITING or _MEAN.search(_metric(asked)):
        return symptom
    for row, signal in enumerate(signals):
        if signal.entity == asked.entity and alike(signal, asked) and _MEAN.search(_metric(signal)):
            return row
    return symptom


def _put_together(
    signals: Sequence[Signal], asked: Signal, found: Mapping[EntityRef, Measure]
) -> dict[EntityRef, Measure]:
    """Means from percentiles: each stands for the share of requests that is nearer to it than to the next."""
    if _percentile(asked) is None:
        return dict(found)
    rows: dict[EntityRef, dict[float, int]] = {}
    for row, signal in enumerate(signals):
        level = _percentile(signal)
        if level is not None and alike(signal, asked) and signal.entity in found:
            rows.setdefault(signal.entity, {}).setdefault(level, row)
    levels = rows.get(asked.entity, {})
    together = {}
    for entity, one in found.items():
        own = {level: row for level, row in sorted(rows.get(entity, {}).items()) if level in levels}
        together[entity] = one._replace(parts=_weights(own)) if len(own) > 1 else one
    return together


def _weights(rows: Mapping[float, int]) -> Sequence[tuple[int, float]]:
    levels = list(rows)
    edges = [0.0, *((low + high) / 2 for low, high in pairwise(levels)), 1.0]
    return [(rows[level], high - low) for level, (low, high) in zip(levels, pairwise(edges), strict=True)]


def alike(one: Signal, other: Signal) -> bool:
    """Whether two signals of an entity tell the same but for their statistic (a mean and a percentile)."""
    return one.unit == other.unit and _base(one) == _base(other)


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


def _percentile(signal: Signal) -> float | None:
    """0.9 for a p90; None where neither the name nor a label says one."""
    label = signal.labels.get("quantile")
    if label is not None:
        try:
            level = float(label)
        except ValueError:
            return None
        return level if 0 < level < 1 else None
    found = _PERCENTILE.search(_metric(signal))
    digits = next((one for one in found.groups() if one), "") if found else ""
    return float(f"0.{digits}") if digits else None


def _base(signal: Signal) -> str:
    """The name without the statistic: ``latency`` of ``latency_p90``."""
    return _STATISTIC.sub("", _metric(signal)).strip("_:.-").casefold()


def _factor(signal: Signal, family: Family) -> float:
    if family is Family.WAITING:
        return _SECONDS.get(signal.unit, 1.0)
    return 0.01 if signal.unit == "%" and family is not Family.FAILED else 1.0
