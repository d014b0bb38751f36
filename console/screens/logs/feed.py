"""What a screen of logs is told: replies come by another thread, and are taken in when the screen has time."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from console.logs.held import MARK, MOST_LINES, Held, LogLine
from console.logs.sources import LogSource

if TYPE_CHECKING:
    from console.errands.protocol import Reply
    from console.screens.errands import Errand, Errands

RATE_S = 5.0  # the time over which lines a second are counted
EARLY_S = 1.5  # for so long at most what is there already is waited for, to be put in order of time


class LogFeed:
    """One request for logs at a time. ``wake`` is called, from another thread, when something is to be taken in."""

    def __init__(self, errands: Errands, wake: Callable[[], None]) -> None:
        self._errands = errands
        self._wake = wake
        self._lock = threading.Lock()
        self._errand: Errand | None = None
        self._begin()

    def _begin(self) -> None:
        self._inbox: list[Reply] = []
        self._woken = False
        self._waiting = 0  # lines in the inbox
        self._unread = 0  # and those that were dropped from it
        self._came: deque[tuple[float, int]] = deque()
        self._latest: dict[int, int] = {}  # of each log the latest time that was seen
        self._early: list[LogLine] | None = []  # what was there already; None: all of that has come
        self._asked = 0  # allocations
        self._begun_s = time.monotonic()
        self.held = Held()
        self.sources: dict[int, LogSource] = {}
        self.left = 0  # logs that are not followed because there are too many
        self.lost = 0  # lines that were dropped on their way
        self.problem = ""

    def open(self, request: Mapping[str, Any]) -> None:
        """Follow these and no others; nothing is held of what was before."""
        self.close()
        with self._lock:
            self._begin()
            self._asked = len(request["allocations"])
            inbox = self._inbox
        self._errand = self._errands.ask({"ask": "logs", **request}, lambda reply: self._take(inbox, reply))

    def close(self) -> None:
        """Follow nothing any more."""
        if self._errand is not None:
            self._errand.stop()
            self._errand = None

    def _take(self, inbox: list[Reply], reply: Reply) -> None:
        """In the thread that reads replies."""
        with self._lock:
            if inbox is not self._inbox:
                return  # of a request before
            inbox.append(reply)
            self._waiting += len(reply.told.get("lines", ()))
            while self._waiting > MOST_LINES:
                self._drop_first(inbox)
            wakes, self._woken = not self._woken, True
        if wakes:
            self._wake()

    def _drop_first(self, inbox: list[Reply]) -> None:
        """Nobody takes anything in, while a shell has the terminal for example: the oldest lines go."""
        at = next(at for at, reply in enumerate(inbox) if reply.told.get("lines"))
        told = dict(inbox[at].told)
        count = len(told.pop("lines"))
        self._waiting -= count
        self._unread += count
        if told:
            inbox[at] = inbox[at]._replace(told=told)
        else:
            del inbox[at]

    def take_in(self) -> bool:
        """Take in what came; whether a source has another name or stands otherwise now."""
        with self._lock:
            replies = self._inbox[:]
            self._inbox.clear()
            self._woken, self._waiting = False, 0
            self.lost, self._unread = self.lost + self._unread, 0
        stood = dict(self.sources)
        lines: list[LogLine] = []
        for reply in replies:
            told = reply.told
            self.problem = reply.sentence if reply.kind == "error" else self.problem
            self.left = int(told.get("left", self.left))
            for source, standing, why, whose in told.get("states", ()):
                self.sources[source] = LogSource(source, **whose, standing=standing, why=why)
            self.lost += sum(count for _, count in told.get("dropped", ()))
            lines += (line_of(row) for row in told.get("lines", ()))
        if self._early is not None:
            self._early += lines
            lines = []
            if self._has_settled():
                self.held.add(self._in_time(self._early))
                self._early = None
        if lines:
            self.held.add(self._in_time(lines))
            self._came.append((time.monotonic(), len(lines)))
        return self.sources != stood

    @property
    def waits(self) -> bool:
        """Whether lines are there that are not held yet."""
        return bool(self._early)

    def _has_settled(self) -> bool:
        known = {one.allocation for one in self.sources.values() if one.standing != "opening"}
        waited_s = time.monotonic() - self._begun_s
        begun = len(known) >= self._asked and waited_s >= EARLY_S / 5
        return bool(self._early) and (begun or waited_s >= EARLY_S)

    def _in_time(self, lines: Sequence[LogLine]) -> list[LogLine]:
        """Lines that came together, by their times; those of one log stay in their order, and a line that says no time
        stays with the one before it."""
        places: list[int] = []
        for line in lines:
            before = self._latest.get(line.source)
            place = line.at_ms if before is None or (line.told and line.at_ms > before) else before
            self._latest[line.source] = place
            places.append(place)
        return [lines[at] for at in sorted(range(len(lines)), key=places.__getitem__)]

    def mark(self, text: str, at_ms: int) -> None:
        """Put a line between what came and what comes."""
        self.held.add([LogLine(MARK, at_ms, False, "", text)])

    @property
    def per_second(self) -> float:
        """Lines that came a second, over the last seconds."""
        since = time.monotonic() - RATE_S
        while self._came and self._came[0][0] < since:
            self._came.popleft()
        return sum(count for _, count in self._came) / RATE_S


def line_of(row: Sequence[Any]) -> LogLine:
    """A line as the errands process tells it."""
    source, came_ms, at_ms, severity, text, left_out = row
    return LogLine(source, came_ms if at_ms is None else at_ms, at_ms is not None, severity, text, left_out)
