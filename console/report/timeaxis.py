"""The time axis of a report's pictures: where a time lies, and marks at round times of UTC. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400
_STEPS_S = (
    *(minutes * _MINUTE_S for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * _HOUR_S for hours in (1, 2, 3, 6, 12)),
    *(days * _DAY_S for days in (1, 2, 7, 14, 28, 56)),
)
_MOST_MARKS = 9


class Mark(NamedTuple):
    """A round time: its place, and what it is called (``14:05Z``, ``11-23 06:00Z``, ``11-23``)."""

    x: float
    label: str


class TimeAxis(NamedTuple):
    """Times (unix seconds) to places between ``left`` and ``right``; what lies outside is placed at its end."""

    from_s: float
    to_s: float
    left: float
    right: float

    def place(self, at: str) -> float:
        """The place of an RFC 3339 time."""
        return self.at(seconds(at))

    def at(self, at_s: float) -> float:
        """The place of a time in unix seconds."""
        share = (at_s - self.from_s) / max(self.to_s - self.from_s, 1.0)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def marks(self) -> Iterator[Mark]:
        """Marks at round times, as many as can be read."""
        span_s = self.to_s - self.from_s
        step_s = next((step for step in _STEPS_S if span_s / step <= _MOST_MARKS), _STEPS_S[-1])
        form = "%m-%d" if step_s >= _DAY_S else "%H:%MZ" if self._one_day() else "%m-%d %H:%MZ"
        at_s = -(-self.from_s // step_s) * step_s
        while at_s <= self.to_s:
            yield Mark(self.at(at_s), f"{datetime.fromtimestamp(at_s, UTC):{form}}")
            at_s += step_s

    def _one_day(self) -> bool:
        return self.from_s // _DAY_S == self.to_s // _DAY_S


def seconds(at: str) -> float:
    """Unix seconds of an RFC 3339 time."""
    return datetime.fromisoformat(at).timestamp()
