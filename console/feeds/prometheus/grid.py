"""Aligned instants: at which times values are asked for, and in which portions."""

from __future__ import annotations

from collections.abc import Iterator

LEAST_STEP_S = 5
MOST_POINTS = 360
"""Instants of one range query. Prometheus allows 11,000 per series; this bounds the answer's size as well."""
BEHIND_MS = 2_000
"""How far behind now an instant is asked for, so that the scrapes of it are in."""


def step_for(interval_s: float, wanted_s: float = 0) -> int:
    """The step in whole seconds: as wanted, else the scrape interval, never under 5 s."""
    return max(LEAST_STEP_S, round(wanted_s or interval_s))


def newest(now_ms: int, step_s: int) -> int:
    """The newest aligned instant whose scrapes are in."""
    step = step_s * 1000
    return (now_ms - BEHIND_MS) // step * step


def portions(after_ms: int, to_ms: int, step_s: int, most: int = MOST_POINTS) -> Iterator[tuple[int, int]]:
    """Aligned instants with ``after < t <= to`` as (first, last) of portions of at most ``most`` instants."""
    step = step_s * 1000
    first = after_ms // step * step + step
    while first <= to_ms:
        last = min(first + (most - 1) * step, to_ms // step * step)
        yield first, last
        first = last + step


def runs(times_ms: range, seen: list[bool]) -> Iterator[tuple[int, int]]:
    """Stretches (first, last) of instants that were not seen."""
    begun: int | None = None
    last = 0
    for at, ok in zip(times_ms, seen, strict=True):
        if ok:
            if begun is not None:
                yield begun, last
            begun = None
        elif begun is None:
            begun = at
        last = at
    if begun is not None:
        yield begun, last
