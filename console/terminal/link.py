"""How much the way to the terminal takes now, told by how long it takes to answer. Pure: who asks brings the time.

Every frame ends with a question for the cursor's place, and the answer says that the frame has arrived. Behind SSH
some hundred kilobytes are on their way that no system call tells of; what is still unanswered is what lies there.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

PATIENCE_S = 3.0  # a terminal that has not answered for so long answers nothing
_ASK_AGAIN_S = 60.0
_LOST_S = 15.0  # answers that come later than this do not come any more
_MEMORY = 64  # answers that the round trip is the smallest of
_FULL = 2  # frames on their way, at most
_SMALL = 256  # bytes that are too few to tell a rate by
_QUICK_S = 0.01  # beyond the round trip, and for a frame of that size too quick to tell a rate
_CALM_S, _HURRIED_S = 0.03, 0.15  # how long one frame may keep the link busy
_LEAST_CALM, _LEAST_HURRIED = 512, 2048  # bytes of a frame however slow the link is
_LATE_S = 0.15  # data that takes so much longer than the round trip comes less often from now on
_SHARE = 0.3  # of the time that data may keep the link busy then
TICK_S, _SLOWEST_S = 0.25, 5.0


class _Frame(NamedTuple):
    at_s: float
    size: int


class Link:
    """``asks`` is whether a frame should end with the question. Times are those of one steady clock, in seconds."""

    def __init__(self) -> None:
        self.answers: bool | None = None  # None: nobody knows yet
        self.rate: float | None = None  # bytes a second; None: more than anything that is sent here needs
        self.tick_s = TICK_S
        self._under_way: deque[_Frame] = deque()
        self._lost: deque[_Frame] = deque()
        self._trips: deque[float] = deque(maxlen=_MEMORY)
        self._first_s: float | None = None
        self._asked_s = 0.0
        self._answered_s = 0.0

    # -- frames ------------------------------------------------------------------------------------------------------

    def takes(self, hurried: bool) -> bool:
        """Whether a frame may be sent now: what a key did overtakes one that is on its way, data does not."""
        if self.answers is not True:
            return True
        return len(self._under_way) < (_FULL if hurried else 1)

    def room(self, hurried: bool) -> int | None:
        """How many bytes the next frame should have at most; None: all that there is."""
        if self.rate is None:
            return None
        if hurried:
            return max(_LEAST_HURRIED, int(self.rate * _HURRIED_S))
        return max(_LEAST_CALM, int(self.rate * _CALM_S))

    def asks(self, now_s: float) -> bool:
        """Whether the next frame should ask for an answer."""
        return self.answers is not False or now_s - self._asked_s >= _ASK_AGAIN_S

    def sent(self, size: int, now_s: float) -> None:
        """A frame of so many bytes is on its way, with the question at its end."""
        self._asked_s = now_s
        if self._first_s is None:
            self._first_s = now_s
        self._under_way.append(_Frame(now_s, size))

    def answered(self, now_s: float) -> None:
        """An answer has come: the oldest frame has arrived."""
        while self._lost and now_s - self._lost[0].at_s > _LOST_S:
            self._lost.popleft()
        self.answers = True
        if self._lost:
            self._lost.popleft()
        elif self._under_way:
            self._learn(self._under_way.popleft(), now_s)
        self._answered_s = now_s

    def _learn(self, frame: _Frame, now_s: float) -> None:
        self._trips.append(now_s - frame.at_s)
        busy_s = now_s - max(frame.at_s + self.round_trip_s, self._answered_s)
        if frame.size < _SMALL:
            return
        if busy_s <= _QUICK_S:
            if frame.size >= _LEAST_HURRIED:
                self.rate = None
            return
        rate = frame.size / busy_s
        self.rate = rate if self.rate is None else (self.rate + rate) / 2

    @property
    def round_trip_s(self) -> float:
        """The shortest time in which an answer came, of the last ones."""
        return min(self._trips, default=0.0)

    # -- silence -----------------------------------------------------------------------------------------------------

    @property
    def patient_until_s(self) -> float | None:
        """When `lose` is due; None while nothing is on its way."""
        return self._under_way[0].at_s + PATIENCE_S if self._under_way else None

    def lose(self, now_s: float) -> None:
        """Give up frames that have not been answered in time, and the terminal if it never answers."""
        while self._under_way and now_s >= self._under_way[0].at_s + PATIENCE_S:
            self._lost.append(self._under_way.popleft())
            if self.answers is None or len(self._lost) > _FULL:
                self.answers = False

    def restart(self) -> None:
        """Somebody else had the terminal: what was on its way is nobody's any more."""
        self._under_way.clear()
        self._lost.clear()
        self.answers = None

    # -- data --------------------------------------------------------------------------------------------------------

    def caught_up(self, took_s: float) -> float:
        """What data has changed took so long to arrive in full; how often it should come from now on."""
        late_s = took_s - self.round_trip_s
        if late_s > _LATE_S:
            self.tick_s = min(_SLOWEST_S, max(self.tick_s, late_s / _SHARE))
        else:
            self.tick_s = max(TICK_S, self.tick_s / 2 if late_s < self.tick_s * _SHARE / 2 else self.tick_s)
        return self.tick_s
