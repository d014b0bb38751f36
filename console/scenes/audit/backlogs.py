"""When data was behind: by what was promised of it where somebody promised, by what is usual for it otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from console.analysis.audit.facts import Backlog
from console.analysis.chain import Chain, chain_of
from console.analysis.episodes import ENTER, beyond
from console.analysis.movement import moves_of
from console.analysis.scene import Flags, Floats, Grid
from console.analysis.words import signal_name
from console.format import number
from console.scenes.audit.levels import Levels
from console.signals import Bad, Signal

CALM_MS = 300_000  # a backlog that comes back within it never went away


class Limit(NamedTuple):
    """Above what a signal is behind, and who says so."""

    value: float
    why: str


def backlogs_of(levels: Levels, promised: Mapping[str, Limit]) -> list[Backlog]:
    """The last backlog of each signal, if it had one. ``promised`` are limits by key of a signal."""
    grid, signals = levels.grid, levels.behind
    if not signals or not grid.values.size:
        return []
    limits = [promised.get(one.key) or _published(one) for one in signals]
    flags, bad = _usual(grid, signals)
    bound = [row for row, limit in enumerate(limits) if limit is not None]
    if bound:
        values = np.array([limit.value for limit in limits if limit is not None])
        bad[bound] = ENTER * grid.values[bound] / np.maximum(values, 1e-9)[:, None]
        flags[bound] = beyond(bad[bound])
    calm = max(1, CALM_MS // grid.step_ms)
    found = []
    for row in np.flatnonzero(flags.any(axis=1)).tolist():
        chain = chain_of(row, flags[row], bad[row], 0, calm)
        if chain is not None:
            found.append(_backlog(grid, signals[row], chain, limits[row], calm))
    return found


def _usual(grid: Grid, signals: Sequence[Signal]) -> tuple[Flags, Floats]:
    """Departures upwards from what is usual for each signal, in scales, and the slots that belong to them.

    A signal that is behind from the first sample on is not told of: what is usual for it was never seen.
    """
    moves = moves_of(grid, [one._replace(bad=Bad.UP) for one in signals])
    up = moves.beyond & (moves.z > 0)
    return up, np.where(np.isfinite(moves.z), moves.z, np.nan)


def _published(signal: Signal) -> Limit | None:
    value = signal.warn_at if signal.warn_at is not None else signal.bad_at
    return None if value is None or value <= 0 else Limit(value, "its limit")


def _backlog(grid: Grid, signal: Signal, chain: Chain, limit: Limit | None, calm: int) -> Backlog:
    first, last = chain.start, chain.end
    slots = grid.values.shape[1]
    peak = float(np.nanmax(grid.values[chain.row, first : last + 1]))
    beside = f"{limit.why} is {number(limit.value, signal.unit)}" if limit is not None else "more than is usual"
    seen = grid.values[chain.row]
    begins = int(np.flatnonzero(~np.isnan(seen))[0])
    lasts = slots - 1 - last <= calm
    return Backlog(
        signal.key,
        signal_name(signal, {}),
        signal.entity,
        int(grid.times_ms[first]),
        None if lasts else int(grid.times_ms[last]),
        f"up to {number(peak, signal.unit)}, {beside}",
        seen_from=first > begins,
        lost=not lasts and bool(np.isnan(seen[last + 1 :]).all()),
    )
