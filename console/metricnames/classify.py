"""A series of no known producer, placed by its name, unit suffix, type and labels.

Pure: what is guessed depends on the arguments only. Guesses are marked as such and a pack overrules them. The rules
speak of how people name metrics (``words.py``), never of one installation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from console.metricnames import words as w
from console.metricnames.labels import CONSUMER_LABELS, FLOW_LABELS, MODEL_LABELS, TOPIC_LABELS
from console.signals import Bad, Pane

Kind = Literal["counter", "gauge", "histogram", "native", "summary"]

UNIT_SUFFIXES: dict[str, tuple[str, float]] = {
    "seconds": ("s", 1.0),
    "secs": ("s", 1.0),
    "milliseconds": ("s", 1e3),
    "millis": ("s", 1e3),
    "ms": ("s", 1e3),
    "microseconds": ("s", 1e6),
    "us": ("s", 1e6),
    "nanoseconds": ("s", 1e9),
    "ns": ("s", 1e9),
    "minutes": ("s", 1 / 60),
    "hours": ("s", 1 / 3600),
    "days": ("s", 1 / 86400),
    "bytes": ("By", 1.0),
    "ratio": ("1", 1.0),
    "fraction": ("1", 1.0),
    "percent": ("%", 1.0),
    "percentage": ("%", 1.0),
    "celsius": ("Cel", 1.0),
    "watts": ("W", 1.0),
}
"""Last word of a name -> unit in which the signal is kept, and the divisor to it. All times are kept in seconds."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a name says. ``pane`` is None where the name alone cannot tell; ``sure`` when it is beyond doubt.

    ``stamp`` marks a gauge that holds a unix time and matters only as an age. ``divisor`` brings values to ``unit``.
    """

    base: str
    kind: Kind
    pane: Pane | None
    sure: bool
    bad: Bad
    unit: str
    divisor: float
    name: str
    rank: int
    fold: Literal["sum", "max", "min", "avg"]
    stamp: bool = False
    fails: bool = False
    words: tuple[str, ...] = ()


def base_and_kind(metric: str, declared: str = "", siblings: Collection[str] = ()) -> tuple[str, Kind]:
    """The metric without its type suffix, and its type.

    ``declared`` is the type in ``/api/v1/metadata`` (absent on a server without live targets: then the suffix
    decides). ``siblings`` are all names of the server: ``X`` with ``X_bucket`` beside it is a histogram.
    """
    for suffix in ("_bucket", "_count", "_sum"):
        base = metric.removesuffix(suffix)
        if base != metric and f"{base}_bucket" in siblings:
            return base, "histogram"
        if base != metric and suffix != "_bucket" and f"{base}_count" in siblings and f"{base}_sum" in siblings:
            return base, "summary"
    if f"{metric}_bucket" in siblings:
        return metric, "histogram"
    if f"{metric}_count" in siblings and f"{metric}_sum" in siblings:
        return metric, "summary"
    if declared == "histogram":
        return metric, "native"
    if declared == "counter" or (declared in ("", "unknown", "untyped") and metric.endswith(("_total", "_count"))):
        return metric, "counter"
    return metric, "gauge"


def read_name(
    metric: str, declared: str = "", labels: Iterable[str] = (), siblings: Collection[str] = ()
) -> Reading | None:
    """Read a name; None when it can be no signal (runtime noise, ``*_info``, ``*_created``)."""
    if w.NOISE.search(metric):
        return None
    base, kind = base_and_kind(metric, declared, siblings)
    words = w.words_of(base)
    if not words:
        return None
    labels = frozenset(labels)
    unit, divisor, rest = _unit(metric, words, kind)
    stamp = kind == "gauge" and _is_stamp(base, words)
    if stamp:
        unit, rest = "s", tuple(word for word in rest if word not in ("timestamp", "unixtime", "unix", "time", "epoch"))
    bad = Bad.UP if stamp else _direction(rest, unit, kind)
    pane, sure = _pane(words, labels, stamp)
    fails = kind == "counter" and bad is Bad.UP and unit != "s"
    fold = _fold(rest, unit, bad, kind)
    if kind == "counter" and "bytes" in rest:
        unit = "By"
    if kind == "counter":
        unit = {"By": "By/s", "s": "1"}.get(unit, "/s")  # seconds per second are a share of the time
    name = short_name(rest, kind, unit, stamp)
    reading = Reading(base, kind, pane, sure, bad, unit, divisor, name, 0, fold, stamp, fails, rest)
    return replace(reading, rank=_rank(reading))


def _unit(metric: str, words: tuple[str, ...], kind: Kind) -> tuple[str, float, tuple[str, ...]]:
    rest = words
    if kind == "counter" and rest[-1] == "total" and len(rest) > 1:
        rest = rest[:-1]
    last = rest[-1]
    if last in UNIT_SUFFIXES and len(rest) > 1:
        unit, divisor = UNIT_SUFFIXES[last]
        return unit, divisor, rest[:-1]
    if kind == "gauge" and len(rest) > 2 and rest[-2:] == ("per", "second"):
        return "/s", 1.0, rest[:-2]
    if kind == "gauge" and (share := next((word for word in rest if word in _SHARES), "")):
        return UNIT_SUFFIXES[share][0], 1.0, rest  # a recording rule puts it in the middle: errors:ratio_rate5m
    if last in ("perc", "utilization", "usage", "rate") and {"hit", "perc", "cache"} & set(rest):
        return "1", 1.0, rest
    if {"milli", "millis", "milliseconds"} & set(rest):
        return "s", 1e3, rest
    if kind == "gauge" and last in ("lag", "delay", "age", "latency", "behind") and {"time", "seconds"} & set(rest):
        return "s", 1.0, rest
    if kind == "gauge" and ":" in metric and w.TIME_WORDS & set(rest):
        return "s", 1.0, rest  # a recording rule leaves the unit out: Prometheus keeps times in seconds
    if kind == "gauge" and w.SHARES & set(rest) and not w.UP_IS_BAD & set(rest):
        return "1", 1.0, rest
    return ("s" if "seconds" in rest and kind != "counter" else ""), 1.0, rest


_SHARES = ("ratio", "fraction", "percent", "percentage")


def _is_stamp(base: str, words: tuple[str, ...]) -> bool:
    if base.endswith(("_timestamp_seconds", "_unix_seconds", "_timestamp", "_time_seconds_since_epoch")):
        return True
    return bool({"timestamp", "unixtime"} & set(words)) or ("unix" in words and "seconds" in words)


def _direction(words: tuple[str, ...], unit: str, kind: Kind) -> Bad:
    """Things that fail or wait, then what a thing is worth, then headroom, then how long and how full."""
    said = set(words)
    if said & w.HEADROOM and not said & w.ERRORS:
        return Bad.DOWN
    if kind == "gauge" and words[-1:] and words[-1] in w.HANDS and not said & w.ERRORS:
        return Bad.DOWN
    if {"last", "success"} <= said and unit == "s":
        return Bad.UP
    if said & w.UP_IS_BAD and not (kind == "gauge" and {"eval", "quality"} & said and "score" in said):
        return Bad.UP
    if said & (w.DOWN_IS_BAD if kind != "gauge" or unit == "/s" else w.DOWN_IS_BAD - {"tokens"}):
        return Bad.DOWN
    if unit == "s" or said & w.TIME_WORDS:
        return Bad.UP
    if said & w.LEVELS:
        return Bad.UP
    return Bad.EITHER


def _pane(words: tuple[str, ...], labels: frozenset[str], stamp: bool) -> tuple[Pane | None, bool]:
    said = set(words)
    if {"data", "quality"} <= said or "dq" in said:
        return Pane.INGESTION, True
    if said & (w.EVALUATION - {"score"}) or labels & set(MODEL_LABELS):
        return Pane.MODELS, True
    if labels & set(CONSUMER_LABELS) - {"group"}:
        return Pane.INGESTION, True
    if said & w.STRONG_INGESTION:
        return Pane.INGESTION, True
    if said & w.MODEL or "score" in said:
        return Pane.MODELS, not said & w.INGESTION
    if said & w.PLATFORM and not said & w.INGESTION:
        return Pane.SCHEDULING, False
    if said & w.INGESTION or labels & (set(TOPIC_LABELS) | set(FLOW_LABELS)):
        return Pane.INGESTION, bool(labels & (set(TOPIC_LABELS) | set(FLOW_LABELS)))
    if stamp:
        return Pane.INGESTION, False
    return None, False


def _fold(words: tuple[str, ...], unit: str, bad: Bad, kind: Kind) -> Literal["sum", "max", "min", "avg"]:
    """How the processes behind one entity add up: counts add, the worst time counts, a worth is a mean."""
    said = set(words)
    if kind != "gauge":
        return "sum"
    if said & w.EVALUATION:
        return "avg"
    if unit in ("s", "1", "%", "Cel") or said & (w.FRESHNESS | w.FULL):
        return "min" if bad is Bad.DOWN else "max"
    if said & w.HEADROOM:
        return "min"
    return "sum"


_DROPPED = w.word_set("num number of total current count counter metric value depth size length score approximate")
_BARE = w.word_set("rate score ratio age size gap total count info")


def short_name(words: tuple[str, ...], kind: Kind, unit: str, stamp: bool) -> str:
    """What a person calls it: ``event lag``, ``quality``, ``published``, ``batch p95``; at most three words.

    The first word is the application by Prometheus's naming rules and falls away when others remain, as do words
    that only say how it is counted, and the object before a participle (``events published`` -> ``published``).
    """
    named = len(words) > 1 and words[0] != "dead" and "per" not in words and not set(words[1:]) <= _BARE
    rest = list(words[1:] if named else words)
    while len(rest) > 1 and rest[0] in ("eval", "ai", "proxy", "server", "client"):
        rest.pop(0)
    kept = [word for word in rest if word not in _DROPPED] or rest
    if len(kept) > 1 and kept[0] in w.OBJECTS and any(w.PARTICIPLES.match(word) for word in kept[1:]):
        kept.pop(0)
    if kind in ("histogram", "native", "summary") and unit == "s":
        kept = [word for word in kept if word not in w.TIME_WORDS]
        kept = kept if kept != ["request"] else []
        tail = "mean" if kind == "summary" else "p95"
        return " ".join([*kept[-2:], tail])
    if stamp:
        kept = [word for word in kept if word != "last"] or kept
        return " ".join([*kept[-2:], "age"]) if "age" not in kept else " ".join(kept[-2:])
    if unit == "By" and "bytes" not in kept and len(kept) < 2:
        kept.append("bytes")
    if unit == "By/s" and "bytes" not in kept:
        kept.insert(0, "bytes")
    return " ".join(kept[-3:])


_RANKS: tuple[tuple[frozenset[str], int], ...] = (
    (frozenset({"quality", "accuracy", "score", "correctness"}), 10),
    (frozenset({"dlq", "lettered", "letter", "dead"}), 12),
    (frozenset({"lag", "backlog", "pending", "behind"}), 14),
    (frozenset({"schema"}), 15),
    (w.ERRORS, 18),
    (w.EVALUATION, 33),
    (w.FRESHNESS, 24),
    (w.BACKLOG, 34),
    (frozenset({"published", "received", "ingested", "consumed"}), 40),
    (w.DOWN_IS_BAD, 44),
    (w.TIME_WORDS, 30),
    (w.UP_IS_BAD, 46),
)


def _rank(reading: Reading) -> int:
    """Order of the numbers in a row: what tells most comes first; bytes and machine levels come last."""
    said = set(reading.words)
    if reading.unit in ("By", "By/s") or said & {"cpu", "memory", "disk", "load1", "load"}:
        return 80
    if reading.stamp:
        return 22
    if reading.kind in ("histogram", "native", "summary") and reading.unit == "s":
        return 28 if reading.name in ("p95", "mean") else 36
    for table, rank in _RANKS:
        if said & table:
            return rank
    return 60
