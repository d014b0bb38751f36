"""Who is on call by a rota: people who take turns by the wall clock of a place, and those who stand in for them. Pure.

A turn begins when the clock of its zone shows its hour, so it is an hour shorter or longer where the clock is set. A
time that the clock skips is the moment of the skip's end; of one that it shows twice the first is meant. Of several
claims to one level the strongest counts: an override before all rotations, and of each kind the one that stands last.
Between the start of a rotation and for ever there is exactly one person for each level, unless its hours say otherwise.
"""

# No postponed annotations here: NamedTuple would compile each of them at every start.
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from console.governance.shapes import ShiftDoc

_FARTHEST = timedelta(hours=26)  # by how much two clocks on Earth differ: the most that one is ever set by
_WINDOW_DAYS = range(-2, 9)  # around a day: each weekday is in there, before and after
_MOST_SPANS = 100
_MOST_EDGES = 100


class Turns(Protocol):
    """People taking turns: ``Rotation`` of ``console/declared/shapes.py``."""

    @property
    def level(self) -> int: ...
    @property
    def people(self) -> Sequence[str]: ...
    @property
    def start(self) -> str: ...
    @property
    def every_s(self) -> float: ...
    @property
    def zone(self) -> str: ...
    @property
    def hours(self) -> tuple[int, int] | None: ...
    @property
    def days(self) -> Sequence[int]: ...


class StandIn(Protocol):
    """Somebody who takes over for a time: ``RotaTurn`` of ``console/declared/shapes.py``."""

    @property
    def who(self) -> str: ...
    @property
    def level(self) -> int: ...
    @property
    def from_ms(self) -> int: ...
    @property
    def until_ms(self) -> int: ...


class Rota(Protocol):
    """A schedule: ``RotaPart`` of ``console/declared/shapes.py``."""

    @property
    def rotations(self) -> Sequence[Turns]: ...
    @property
    def overrides(self) -> Sequence[StandIn]: ...


class Span(NamedTuple):
    """Who has a level from one moment to another (unix ms); None: since ever, for ever. ``who`` is empty for nobody."""

    who: str
    level: int
    from_ms: int | None
    until_ms: int | None


class _Claim(NamedTuple):
    """Who has a level by which part of the rota, in which of its turns."""

    who: str
    kind: int
    place: int = 0
    turn: int = 0


class _Edges(NamedTuple):
    before_ms: int | None
    after_ms: int | None


_NONE, _ROTATION, _OVERRIDE = range(3)  # the stronger the higher
_NOBODY = _Claim("", _NONE)


def levels(rota: Rota) -> list[int]:
    """The levels that a rota is about, the one that is called first before the others."""
    return sorted({one.level for one in rota.rotations} | {one.level for one in rota.overrides})


def span_at(rota: Rota, level: int, at_ms: int) -> Span:
    """The turn of a level at a moment, from its beginning to its end."""
    claim = _claim(rota, level, at_ms)
    from_ms, until_ms = _edges(rota, level, claim, at_ms)
    for _ in range(_MOST_EDGES):
        if from_ms is None or _claim(rota, level, from_ms - 1) != claim:
            break
        from_ms = _edges(rota, level, claim, from_ms - 1).before_ms
    for _ in range(_MOST_EDGES):
        if until_ms is None or _claim(rota, level, until_ms) != claim:
            break
        until_ms = _edges(rota, level, claim, until_ms).after_ms
    return Span(claim.who, level, from_ms, until_ms)


def spans_after(rota: Rota, level: int, at_ms: int) -> Iterator[Span]:
    """The turns of a level from the one at a moment on, without a hole: what nobody has is a span as well."""
    span = span_at(rota, level, at_ms)
    yield span
    while span.until_ms is not None:
        span = span_at(rota, level, span.until_ms)
        yield span


def on_call_at(rota: Rota, at_ms: int) -> list[ShiftDoc]:
    """Who is on call at a moment: one turn for each level that has somebody."""
    return [_shift(span) for level in levels(rota) if (span := span_at(rota, level, at_ms)).who]


def next_on_call(rota: Rota, at_ms: int) -> list[ShiftDoc]:
    """The next turn of each level that has one within the next hundred spans."""
    found = []
    for level in levels(rota):
        for count, span in enumerate(spans_after(rota, level, at_ms)):
            if count and span.who:
                found.append(_shift(span))
            if (count and span.who) or count > _MOST_SPANS:
                break
    return found


def next_change_ms(rota: Rota, at_ms: int) -> int | None:
    """When the answer may be another one than at a moment; None: never."""
    ends = [span_at(rota, level, at_ms).until_ms for level in levels(rota)]
    return min((end for end in ends if end is not None), default=None)


def _shift(span: Span) -> ShiftDoc:
    shift: ShiftDoc = {"who": span.who, "level": span.level}
    if span.from_ms is not None:
        shift["from_ms"] = span.from_ms
    if span.until_ms is not None:
        shift["until_ms"] = span.until_ms
    return shift


def _claim(rota: Rota, level: int, at_ms: int) -> _Claim:
    for place, one in reversed(list(enumerate(rota.overrides))):
        if one.level == level and one.from_ms <= at_ms < one.until_ms:
            return _Claim(one.who, _OVERRIDE, place)
    for place, turns in reversed(list(enumerate(rota.rotations))):
        if turns.level != level or (turn := _turn(turns, at_ms)) < 0 or not _open(turns, at_ms):
            continue
        return _Claim(turns.people[turn % len(turns.people)], _ROTATION, place, turn)
    return _NOBODY


def _edges(rota: Rota, level: int, claim: _Claim, at_ms: int) -> _Edges:
    """The last moment up to this one, and the first after it, at which a claim begins or ends, or a stronger one."""
    found: list[int] = []
    for place, one in enumerate(rota.overrides):
        if one.level == level and (_OVERRIDE, place) >= (claim.kind, claim.place):
            found += (one.from_ms, one.until_ms)
    for place, turns in enumerate(rota.rotations):
        if turns.level == level and (_ROTATION, place) >= (claim.kind, claim.place):
            found += _edges_of(turns, at_ms)
    before = [edge for edge in found if edge <= at_ms]
    after = [edge for edge in found if edge > at_ms]
    return _Edges(max(before, default=None), min(after, default=None))


def _edges_of(turns: Turns, at_ms: int) -> list[int]:
    turn = _turn(turns, at_ms)
    if turn < 0:
        return [_begin(turns, 0)]
    windows = _windows(turns, at_ms)
    return [*_ends(turns, turn), *(edge for window in windows for edge in window)]


def _turn(turns: Turns, at_ms: int) -> int:
    """The number of the turn that a moment falls into: the last one that has begun. -1 before the first."""
    farthest = _local(turns.zone, at_ms) + _FARTHEST
    turn = (farthest - datetime.fromisoformat(turns.start)) // timedelta(seconds=turns.every_s)
    while turn >= 0 and _begin(turns, turn) > at_ms:
        turn -= 1
    return max(-1, turn)


def _ends(turns: Turns, turn: int) -> list[int]:
    """Beginning and end of a turn. One that begins after the next one (a clock set by a day) has no time of its own."""
    reach = 2 * _FARTHEST // timedelta(seconds=turns.every_s) + 2
    return [_begin(turns, turn), min(_begin(turns, turn + further) for further in range(1, reach))]


def _begin(turns: Turns, turn: int) -> int:
    start = datetime.fromisoformat(turns.start) + turn * timedelta(seconds=turns.every_s)
    return _utc_ms(turns.zone, start)


def _open(turns: Turns, at_ms: int) -> bool:
    """Whether a rotation holds at that time of the day and week."""
    return _always(turns) or any(begin <= at_ms < end for begin, end in _windows(turns, at_ms))


def _always(turns: Turns) -> bool:
    """Whether it holds at all hours."""
    begin, end = turns.hours or (0, 0)
    return begin == end and len(turns.days) in (0, 7)


def _windows(turns: Turns, at_ms: int) -> list[tuple[int, int]]:
    """The hours of the days around a moment in which a rotation holds; none where it always does."""
    if _always(turns):
        return []
    begin, end = turns.hours or (0, 0)
    today = _local(turns.zone, at_ms).date()
    days = (today + timedelta(days=by) for by in _WINDOW_DAYS)
    return [
        (_minute(turns.zone, day, begin), _minute(turns.zone, day + timedelta(days=end <= begin), end))
        for day in days
        if not turns.days or day.weekday() in turns.days
    ]


def _minute(zone: str, day: date, minute: int) -> int:
    return _utc_ms(zone, datetime.combine(day, time(minute // 60, minute % 60)))


def _local(zone: str, at_ms: int) -> datetime:
    """What a clock of the zone shows."""
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)).replace(tzinfo=None)


def _utc_ms(zone: str, local: datetime) -> int:
    return round(local.replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)
