"""What one drill-down has read for it with every frame: a row's detail, and the samples of the lanes beside it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from console.inventory.shapes import Sheet
from console.panes.board import BoardModel
from console.screens.drill.details import detail
from console.screens.drill.keys import object_of
from console.screens.drill.text import owner
from console.screens.drill.traces import bins
from console.screens.frame import Detail, LaneQuery, LaneTrace, Place
from console.signals import Bad, EntityRef, Signal
from console.tape.shapes import Series
from console.tape.store import Store

MOST_PARTS = 240  # of a lane; as many cells as the widest screen has for it


class Watched:
    """A row by its key, or a signal by ``signal`` and its key, with the lanes that were asked for.

    Made by the screen, used by the reader's thread. The lanes are read once: their time is past.
    """

    def __init__(self, key: str, query: LaneQuery | None = None) -> None:
        self.key = key
        self.query = query
        self._lanes: tuple[LaneTrace, ...] | None = None
        self._from_ms = 0

    @property
    def entity(self) -> EntityRef | None:
        """The object of Nomad whose sheet is wanted; None where it is about something else."""
        return object_of(self.key)

    def detail(
        self, store: Store, model: BoardModel, signals: Mapping[int, Signal], place: Place, sheet: Sheet | None = None
    ) -> Detail:
        """All that is known of it at a place in time; ``sheet`` is that of its ``entity``, once it is there."""
        found = detail(store, model, signals, self.key, place, sheet)._replace(signals=len(signals))
        if self.query is None:
            return found
        if self._lanes is None:
            self._from_ms, self._lanes = lane_traces(store, signals, self.query)
        return found._replace(lanes=self._lanes, query=self.query, lanes_from_ms=self._from_ms)


def lane_traces(store: Store, signals: Mapping[int, Signal], query: LaneQuery) -> tuple[int, tuple[LaneTrace, ...]]:
    """The signals asked for, in that order, and the time (unix ms) from which on they are told: where the tape began
    later than was asked for, that. Those that are not on the tape are left out.
    """
    ids = {signal.key: signal_id for signal_id, signal in signals.items()}
    wanted = [(ids[key], signals[ids[key]]) for key in query.keys if key in ids]
    samples = store.samples([signal_id for signal_id, _ in wanted], query.from_ms, query.to_ms)
    begun = [
        series.times_ms[0] - round(_step_ms(signals[one], series)) for one, series in samples.items() if series.values
    ]
    from_ms = min(max([query.from_ms, min(begun, default=query.from_ms)]), query.to_ms - 1)
    return from_ms, tuple(_lane(signal, samples[signal_id], from_ms, query.to_ms) for signal_id, signal in wanted)


def _lane(signal: Signal, series: Series, from_ms: int, to_ms: int) -> LaneTrace:
    span_ms = max(1, to_ms - from_ms)
    parts = max(1, min(MOST_PARTS, int(span_ms // _step_ms(signal, series))))
    part_ms = -(-span_ms // parts)
    rising = signal.bad is not Bad.DOWN
    return LaneTrace(
        key=signal.key,
        name=signal.name,
        of=owner(signal.entity),
        values=bins(series, from_ms, part_ms, parts, rising=rising),
        rising=rising,
    )


def _step_ms(signal: Signal, series: Series) -> float:
    """How far apart two samples mostly are: a shorter part would be a hole where nothing is missing."""
    times = series.times_ms
    steps = sorted(later - earlier for earlier, later in pairwise(times))
    return max(1.0, steps[len(steps) * 3 // 4] if steps else signal.step_s * 1000)
