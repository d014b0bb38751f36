"""Which signals a server can give: packs whose producers are there, and guesses for the rest. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from console.feeds.prometheus import promql as q
from console.feeds.prometheus.ask import Ask
from console.feeds.prometheus.entity import SEMANTIC, entity_of
from console.feeds.prometheus.guess import distinct_names, guess, homes, pane_of
from console.feeds.prometheus.packs import Pack, PackSignal
from console.metricnames.classify import Reading, read_name

MOST_GUESSED = 300
"""Metrics of unknown producers that are watched at most, the most telling first."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked from now on, and what is not and why (sentences)."""

    asks: tuple[Ask, ...]
    matched: tuple[str, ...]
    left_out: tuple[str, ...]
    readings: Mapping[str, Reading]


def spelled(metric: str, names: Collection[str]) -> str | None:
    """The spelling of a metric that exists: with or without ``_total``, plain or as a histogram."""
    bare = metric.removesuffix("_total")
    for candidate in (metric, f"{bare}_total", bare):
        if candidate in names or f"{candidate}_bucket" in names:
            return candidate
    return None


def from_packs(
    packs: Sequence[Pack], names: Collection[str], windows: q.Windows
) -> tuple[list[Ask], list[str], set[str]]:
    """Asks of the packs whose signature exists, the packs' names, and the metrics they speak for."""
    asks: list[Ask] = []
    matched: list[str] = []
    claimed: set[str] = set()
    users: set[str] = set()
    for pack in packs:
        if pack.signature and not any(spelled(metric, names) for metric in pack.signature):
            continue
        claimed |= {name for name in names if pack.covers_name(name)}
        before = len(asks)
        for signal in pack.signals.values():
            metric = next((found for m in signal.metrics if (found := spelled(m, names))), None)
            if metric is None or (metric in users and not pack.users):
                continue
            claimed |= {metric, f"{metric}_bucket", f"{metric}_count", f"{metric}_sum"}
            if pack.users:
                users.add(metric)
            ask = _pack_ask(pack, signal, metric, names, windows)
            if ask:
                asks.append(ask)
        if len(asks) > before:
            matched.append(pack.name)
    return _unique(asks), matched, claimed


def _pack_ask(pack: Pack, signal: PackSignal, metric: str, names: Collection[str], windows: q.Windows) -> Ask | None:
    needs = [spelled(need, names) for need in signal.needs]
    if not all(needs):
        return None
    native = f"{metric}_bucket" not in names and signal.shape in ("p50", "p95", "p99", "mean", "count_rate")
    if native and f"{metric}_count" in names:
        native = False
    window = signal.window_s or (
        windows.quantile_s if signal.shape in ("p50", "p95", "p99", "mean") else windows.rate_s
    )
    key = metric
    if signal.promql:
        expr = signal.promql.replace("$metric", metric).replace("$window", f"{window}s")
        for number, need in enumerate(needs, start=1):
            expr = expr.replace(f"$need{number}", need or "")
        window = window if "$window" in signal.promql else 0
        key = metric if signal.promql.count("$metric") == 1 and not needs else f"{pack.name}:{signal.id}"
    elif signal.shape == "gauge":
        expr, window = q.over(signal.fold, signal.by, q.selector(metric, signal.where)), 0
    elif signal.shape == "age":
        expr, window = q.age(metric, signal.by, signal.where, per_second=signal.scale), 0
    elif signal.shape == "rate":
        expr = q.rate(metric, signal.by, window, signal.where)
    elif signal.shape == "count_rate":
        expr, key = q.count_rate(metric, signal.by, window, signal.where, native=native), f"{metric}_count"
    elif signal.shape == "mean":
        expr, key = q.mean(metric, signal.by, window, signal.where, native=native), f"{metric}:mean"
    else:
        share = int(signal.shape[1:]) / 100
        expr = q.quantile(metric, signal.by, window, signal.where, native=native, q=share)
        key = f"{metric}:{signal.shape}"
    if signal.shape != "age":
        expr = q.scaled(expr, signal.scale)
    return Ask(
        key, metric, signal.name, expr, signal.pane, signal.unit, signal.bad, signal.rank, window,
        signal.warn_at, signal.bad_at, signal.rules, counts=signal.counts_failures, suffix=signal.suffix,
        id=f"{pack.name}.{signal.id}",
    )  # fmt: skip


def _unique(asks: Sequence[Ask]) -> list[Ask]:
    """Keys that no two asks share: the second of a metric carries its pack's id as well."""
    seen: set[str] = set()
    result = []
    for ask in asks:
        key = ask.key if ask.key not in seen else f"{ask.key}:{ask.id.partition('.')[2]}"
        seen.add(key)
        result.append(replace(ask, key=key))
    return result


def candidates(
    names: Collection[str], claimed: Collection[str], types: Mapping[str, str]
) -> tuple[dict[str, Reading], list[str]]:
    """Metrics to guess at, by base name, and what was left out. Labels are not known yet."""
    names = frozenset(names)
    found: dict[str, Reading] = {}
    for name in sorted(names):
        if name in claimed:
            continue
        declared = types.get(name) or types.get(name.removesuffix("_total")) or ""
        reading = read_name(name, declared, (), names)
        if reading is not None and reading.base not in claimed and reading.base not in found:
            found[reading.base] = reading
    kept = sorted(found, key=lambda base: (found[base].rank, base))
    left_out = kept[MOST_GUESSED:]
    why = [f"{len(left_out)} metrics of unknown producers are not watched: write a pack for those that matter"]
    return {base: found[base] for base in sorted(kept[:MOST_GUESSED])}, why if left_out else []


def probe_name(reading: Reading) -> str:
    """The series whose labels are those of the metric."""
    return f"{reading.base}_count" if reading.kind in ("histogram", "summary") else reading.base


def probe_expr(metrics: Sequence[str]) -> str:
    """Which combinations of meaningful labels the series of these metrics have: one answer for many metrics."""
    pattern = "|".join(re.sub(r"[^A-Za-z0-9_:]", ".", metric) for metric in metrics)
    return f'count by (__name__,{",".join(SEMANTIC)})({{__name__=~"{pattern}"}})'


def choose(
    packs: Sequence[Pack],
    names: Collection[str],
    types: Mapping[str, str],
    combos: Mapping[str, Sequence[Mapping[str, str]]],
    interval_s: float,
) -> Choice:
    """All asks for what the server has. ``combos`` are label combinations by probe name; a metric without any has no
    series yet and is asked as soon as it has."""
    windows = q.Windows.suited(interval_s)
    asks, matched, claimed = from_packs(packs, names, windows)
    found, left_out = candidates(names, claimed, types)
    placed: dict[str, tuple[Reading, Sequence[Mapping[str, str]]]] = {}
    for base, reading in found.items():
        labels = combos.get(probe_name(reading), ())
        if labels:
            declared = {"native": "histogram", "counter": "counter"}.get(reading.kind, types.get(base, ""))
            again = read_name(base, declared, {n for one in labels for n in one}, names)
            if again is not None:
                placed[base] = (again, labels)
    home = homes(placed)
    guesses = [
        ask
        for base, (reading, labels) in placed.items()
        for ask in guess(base, reading, labels, pane_of(reading, labels, home), windows)
    ]
    readings = {base: reading for base, (reading, _) in placed.items()}
    about = {base: {entity_of(one, base)[0] for one in labels} for base, (_, labels) in placed.items()}
    return Choice((*asks, *distinct_names(_unique(guesses), about)), tuple(matched), tuple(left_out), readings)
