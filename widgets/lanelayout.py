"""A lane as it should look, and how the room of a list of lanes is shared out. Arithmetic only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from widgets.text import width_of

LEAD_IN = 4  # mark, two cells of rank, blank
REASON_AT = LEAD_IN + 2  # the first cell of a reason below its lane
_NAME_LEAST = 8
_AXIS_LEAST = 8
_LAG_MOST = 16
_SCORE_FROM = 60  # cells of a line in which the score has room
_TALL = (3, 2)
_ENOUGH = 9  # lanes in view: with so many, reasons below them say more than more lanes do


class Lane(NamedTuple):
    """One signal on the axis.

    ``key`` identifies it between two drawings. ``values`` are equal parts of the axis's time, earliest first, None
    where nothing was seen; of several in one cell the worst is drawn: the greatest, or the least unless ``rising``.
    They are drawn between ``value_range``, or between their least and greatest. ``onset_ms`` (unix ms, None: none
    known) lies between ``earliest_ms`` and ``latest_ms`` where these are known. ``rank``, ``lag`` and ``score`` are
    short texts, ``of`` says whose it is, ``why`` is a sentence. ``role`` is that of its episodes. Texts may come from
    anywhere: they are cleaned when they are drawn.
    """

    key: str
    name: str
    of: str = ""
    values: tuple[float | None, ...] = ()
    rising: bool = True
    value_range: tuple[float, float] | None = None
    onset_ms: int | None = None
    earliest_ms: int | None = None
    latest_ms: int | None = None
    rank: str = ""
    lag: str = ""
    score: str = ""
    why: str = ""
    role: str = "warn"


class LaneAxis(NamedTuple):
    """The time that all lanes share, in unix ms. ``episodes`` are (from, to) of the first lane's, shown on the axis
    and on each lane: what moved inside them is what is looked for."""

    from_ms: int
    to_ms: int
    episodes: tuple[tuple[int, int], ...] = ()


NO_AXIS = LaneAxis(0, 0)


class LaneRoom(NamedTuple):
    """Cells of each part of a line, ``tall`` lines a lane, and lines at the foot."""

    width: int
    height: int
    name: int
    axis: int
    lag: int
    score: int
    tall: int
    foot: int

    @property
    def axis_at(self) -> int:
        """The first cell of the axis."""
        return LEAD_IN + self.name + 1


def lane_room(lanes: Sequence[Lane], width: int, height: int, *, head: int, foot: int) -> LaneRoom:
    """Share out ``width`` x ``height`` cells: names and lags as long as they are within bounds, the rest is axis."""
    lag = min(max((width_of(lane.lag) for lane in lanes), default=0), _LAG_MOST)
    score = max((width_of(lane.score) for lane in lanes), default=0) if width >= _SCORE_FROM else 0
    right = sum(cells + 1 for cells in (lag, score) if cells) + 1
    name = max((width_of(lane.name) for lane in lanes), default=0)
    name = max(_NAME_LEAST, min(name, round(width * 0.3)))
    axis = max(0, width - LEAD_IN - name - 1 - right)
    if axis < _AXIS_LEAST:
        axis, name = min(_AXIS_LEAST, max(0, width - LEAD_IN - 1)), max(0, name - (_AXIS_LEAST - axis))
        lag = score = 0
        axis = max(0, width - LEAD_IN - name - 1)
    room = LaneRoom(width, height, name, axis, lag, score, 1, foot)
    below = foot if any(width_of(lane.why) > width - REASON_AT for lane in lanes) else 0  # a reason that is cut
    for tall in _TALL:
        if lanes and min(len(lanes), _ENOUGH) * tall <= height - head - below:
            return room._replace(tall=tall, foot=below)
    return room


def cell_of(axis: LaneAxis, at_ms: int, width: int) -> int:
    """The cell of an axis of ``width`` cells that a time falls into; times outside fall into its ends."""
    span = max(1, axis.to_ms - axis.from_ms)
    return max(0, min(width - 1, (at_ms - axis.from_ms) * width // span))


def cells(lane: Lane, width: int) -> list[float | None]:
    """The worst of the lane's values in each of ``width`` cells, None where nothing was seen in any of them."""
    count = len(lane.values)
    if not count or width < 1:
        return [None] * max(0, width)
    worst = max if lane.rising else min
    found: list[float | None] = []
    for at in range(width):
        first = at * count // width
        last = max(first + 1, (at + 1) * count // width)
        seen = [value for value in lane.values[first:last] if value is not None and not math.isnan(value)]
        found.append(worst(seen) if seen else None)
    return found


def inside(axis: LaneAxis, width: int) -> list[bool]:
    """For each cell whether an episode touches it."""
    marked = [False] * max(0, width)
    for from_ms, to_ms in axis.episodes:
        if to_ms < axis.from_ms or from_ms > axis.to_ms or not marked:
            continue
        first, last = cell_of(axis, from_ms, width), cell_of(axis, to_ms, width)
        marked[first : last + 1] = [True] * (last + 1 - first)
    return marked
