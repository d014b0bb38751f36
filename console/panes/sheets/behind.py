"""Times in which a data flow was behind: older than was promised of it, or above a limit that somebody set. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.format import number
from console.governance.counting import MOST_STEPS, Counted, step_ms
from console.governance.flowwords import is_age
from console.governance.lifeshapes import Backlog
from console.governance.shapes import FlowDoc
from console.metricnames.words import BACKLOG, words_of
from console.signals import Bad, Signal


def backlogs(flow: str, doc: FlowDoc | None, series: Sequence[Counted], now_ms: int) -> list[Backlog]:
    """When it was behind, by each signal that tells. What was not seen is neither behind nor in time."""
    found = [one for each in series for one in _of_signal(flow, doc, each, now_ms)]
    return sorted(found, key=lambda one: (one.from_ms, one.text))


def tells(signal: Signal, doc: FlowDoc | None) -> float | None:
    """From which value on a signal says that a flow is behind; None where it does not say so."""
    promised = doc.get("freshness_s") if doc is not None else None
    if is_age(signal) and promised is not None and signal.unit in ("s", "ms"):
        return promised * (1000 if signal.unit == "ms" else 1)
    if signal.bad is Bad.UP and BACKLOG & {*words_of(signal.key.partition("{")[0]), *words_of(signal.name)}:
        return signal.warn_at if signal.warn_at is not None else signal.bad_at
    return None


def _of_signal(flow: str, doc: FlowDoc | None, series: Counted, now_ms: int) -> Iterator[Backlog]:
    signal = series.signal
    limit = tells(signal, doc)
    if limit is None:
        return
    apart_ms = MOST_STEPS * step_ms(series)
    begun: int | None = None
    last_ms, most = 0, 0.0
    for at_ms, value in zip(series.times_ms, series.values, strict=True):
        if begun is not None and (value <= limit or at_ms - last_ms > apart_ms):
            yield _backlog(flow, signal, begun, last_ms if at_ms - last_ms > apart_ms else at_ms, most, limit)
            begun = None
        if value > limit:
            begun, most = (at_ms, value) if begun is None else (begun, max(most, value))
        last_ms = at_ms
    if begun is not None:
        lasts = now_ms - last_ms <= apart_ms
        yield _backlog(flow, signal, begun, None if lasts else last_ms, most, limit)


def _backlog(flow: str, signal: Signal, from_ms: int, until_ms: int | None, most: float, limit: float) -> Backlog:
    said = f"{signal.entity.id} {signal.name} up to {number(most, signal.unit)}, over {number(limit, signal.unit)}"
    return Backlog(flow, from_ms, until_ms, f"{flow}: {said}", f"{signal.source}: {signal.key}")
