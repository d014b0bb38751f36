"""From what a name says to what is asked: the expressions for series of no known producer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from console.feeds.prometheus import promql as q
from console.feeds.prometheus.ask import Ask
from console.feeds.prometheus.entity import (
    JOB_LABELS,
    NAMESPACE_LABELS,
    OUTCOME_LABELS,
    REASON_LABELS,
    SEMANTIC,
    entity_of,
    job_id,
)
from console.feeds.prometheus.outcome import bad_matcher, outcome_label
from console.metricnames.classify import Reading
from console.signals import Bad, EntityRef, Pane

Labels = Mapping[str, str]
MOST_REASONS = 6
MOST_SPLITS = 12


def homes(readings: Mapping[str, tuple[Reading, Sequence[Labels]]]) -> dict[str, Pane]:
    """The pane of each job, by the vote of its metrics whose names leave no doubt.

    A name such as ``queue_depth`` or ``http_requests_total`` says nothing about the pane; the company it keeps does.
    """
    votes: dict[str, Counter[Pane]] = {}
    for reading, combos in readings.values():
        if reading.sure and reading.pane:
            for job in {job_id(labels) for labels in combos}:
                if job:
                    votes.setdefault(job, Counter())[reading.pane] += 1
    return {job: max(Pane, key=lambda pane: (votes[job][pane], pane)) for job in votes}


def pane_of(reading: Reading, combos: Sequence[Labels], home: Mapping[str, Pane]) -> Pane:
    """The pane of a metric: by its name, else by its job, else: what answers requests serves a model."""
    if reading.pane and (reading.sure or reading.pane is Pane.SCHEDULING):
        return reading.pane
    voted = Counter(home[job] for labels in combos if (job := job_id(labels)) and job in home)
    if voted:
        return max(voted, key=lambda pane: (voted[pane], pane))
    return reading.pane or Pane.MODELS


def guess(metric: str, reading: Reading, combos: Sequence[Labels], pane: Pane, windows: q.Windows) -> list[Ask]:
    """All that is asked about one metric; empty when the metric is part of a bigger one (``X_bucket`` of ``X``)."""
    by, split = _grouping(combos)
    if reading.kind in ("histogram", "native", "summary"):
        return _histogram(reading, by, pane, windows)
    if reading.kind == "counter":
        return _counter(metric, reading, combos, by, split, pane, windows)
    if reading.stamp:
        per_second = 1e3 if reading.words[-1:] == ("ms",) else 1.0
        expr = q.age(metric, (*by, *split), per_second=per_second)
    else:
        expr = q.scaled(q.over(reading.fold, (*by, *split), q.selector(metric)), reading.divisor)
    return [_ask(metric, reading, expr, pane, suffix=split)]


def _grouping(combos: Sequence[Labels]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels to group by: those that make the entity and place the job, and the semantic ones that split it further."""
    present = {name for labels in combos for name, value in labels.items() if value}
    entity: set[str] = set()
    for labels in combos:
        entity |= entity_of(labels, "")[1]
    place = [n for n in (*NAMESPACE_LABELS, *JOB_LABELS) if n in present]
    if "nomad_job" in place or "exported_job" in place:
        place = [n for n in place if n != "job"]
    by = tuple(n for n in SEMANTIC if n in entity or n in place)
    rest = [n for n in SEMANTIC if n in present and n not in by and n not in ("job", *OUTCOME_LABELS, *REASON_LABELS)]
    split = tuple(n for n in rest if len({labels.get(n, "") for labels in combos}) <= MOST_SPLITS)[:1]
    return by, split


def _ask(key: str, reading: Reading, expr: str, pane: Pane, **more: object) -> Ask:
    ask = Ask(key, reading.base, reading.name, expr, pane, reading.unit, reading.bad, reading.rank, guessed=True)
    return replace(ask, **more)  # type: ignore[arg-type]


def _histogram(reading: Reading, by: tuple[str, ...], pane: Pane, windows: q.Windows) -> list[Ask]:
    native, base = reading.kind == "native", reading.base
    rate = q.count_rate(base, by, windows.rate_s, native=native)
    stem = reading.name.removesuffix("p95").removesuffix("mean").strip()
    per_s = _ask(
        f"{base}_count", reading, rate, pane, name=f"{stem} rate" if stem else "req/s", unit="/s", bad=Bad.DOWN,
        rank=48, window_s=windows.rate_s,
    )  # fmt: skip
    if reading.unit == "s" and reading.kind != "summary":
        expr = q.scaled(q.quantile(base, by, windows.quantile_s, native=native), reading.divisor)
        return [_ask(f"{base}:p95", reading, expr, pane, window_s=windows.quantile_s), per_s]
    expr = q.scaled(q.mean(base, by, windows.quantile_s, native=native), reading.divisor)
    return [_ask(f"{base}:mean", reading, expr, pane, window_s=windows.quantile_s), per_s]


def _counter(
    metric: str,
    reading: Reading,
    combos: Sequence[Labels],
    by: tuple[str, ...],
    split: tuple[str, ...],
    pane: Pane,
    windows: q.Windows,
) -> list[Ask]:
    """A rate; the share that ended badly where a label tells how it ended; failures apart by a few reasons."""
    window = windows.rate_s
    present = {name for labels in combos for name in labels}
    if reading.fails:
        reasons = tuple(n for n in REASON_LABELS if n in present and _few(combos, n))[:1]
        expr = q.scaled(q.rate(metric, (*by, *split, *reasons), window), reading.divisor)
        return [_ask(metric, reading, expr, pane, window_s=window, counts=True, suffix=(*split, *reasons))]
    label = outcome_label(present)
    bad = bad_matcher(label, (labels.get(label, "") for labels in combos)) if label else None
    if label is None or bad is None:
        expr = q.scaled(q.rate(metric, (*by, *split), window), reading.divisor)
        return [_ask(metric, reading, expr, pane, window_s=window, suffix=split)]
    whole = windows.quantile_s
    asks = [
        _ask(metric, reading, q.rate(metric, by, window), pane, window_s=window),
        _ask(f"{metric}:bad", reading, _share(metric, by, whole, bad), pane, name=_share_name(label, reading), unit="1",
             bad=Bad.UP, rank=34 if label == "verdict" else 20, window_s=whole),
    ]  # fmt: skip
    if split:
        expr = _share(metric, (*by, *split), whole, bad)
        asks.append(replace(asks[1], key=f"{metric}:bad:{split[0]}", expr=expr, rank=55, suffix=split))
    return asks


def _share(metric: str, by: Iterable[str], window_s: int, bad: str) -> str:
    by = tuple(by)
    return q.ratio(q.rate(metric, by, window_s, bad), q.rate(metric, by, window_s))


def _share_name(label: str, reading: Reading) -> str:
    """``errors`` of requests, ``wrong`` of verdicts; with the thing it is a share of where that is not the request."""
    what = "wrong" if label == "verdict" else "errors"
    thing = reading.name.split()[-1] if reading.name else ""
    return what if thing in ("", "requests", "request", "responses", "answers") else f"{thing} {what}"


def _few(combos: Sequence[Labels], name: str) -> bool:
    return len({labels.get(name, "") for labels in combos}) <= MOST_REASONS


def distinct_names(asks: Sequence[Ask], about: Mapping[str, Collection[EntityRef]]) -> list[Ask]:
    """Two metrics of one entity with the same name get the application's word before it. ``about``: the entities of
    each metric."""
    seen: dict[tuple[EntityRef, str], set[str]] = {}
    for ask in asks:
        for entity in about[ask.metric]:
            seen.setdefault((entity, ask.name), set()).add(ask.metric)
    return [
        replace(ask, name=f"{_application(ask.metric)} {ask.name}")
        if any(len(seen[entity, ask.name]) > 1 for entity in about[ask.metric])
        else ask
        for ask in asks
    ]


def _application(metric: str) -> str:
    return metric.replace(":", "_").split("_")[0]
