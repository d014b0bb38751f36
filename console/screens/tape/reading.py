"""Keeps one tape readable: opens it, waits for one that is not there yet, opens it again when it could not be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from console.screens.actions.registry import RefusedError
from console.screens.frame import Crew, Frame, Place
from console.screens.start import Start
from console.screens.tape.reader import TapeReader
from console.signals import Pane
from console.tape.errors import TapeError, TapeMissing
from console.tape.store import Store, open_tape

if TYPE_CHECKING:
    from console.screens.crew import CrewWatch, Spawn
    from console.tape.follow import Follower

RETRY_MS = 2_000
LOOK_MS = 2_000
_FIRST_LOOK_MS = 500  # after a recorder was started: its tape appears soon

Request = Callable[[TapeReader], None]


class Reading:
    """A tape that is read, through its troubles. Used by one thread.

    ``spawn`` starts a recorder when nobody records; None leaves that alone.
    """

    def __init__(self, start: Start, spawn: Spawn | None, now_ms: Callable[[], int]) -> None:
        self._start = start
        self._now_ms = now_ms
        self._store: Store | None = None
        self._reader: TapeReader | None = None
        self._watch: CrewWatch | None = None
        if start.mode == "live" and spawn is not None:
            from console.screens.crew import CrewWatch
            from console.tape.who import this_viewer

            self._watch = CrewWatch(start.tape, this_viewer(), spawn)
        self.follower: Follower | None = None
        self._crew = Crew()
        self._next_look_ms = 0
        self._retry_at_ms: int | None = None
        self._last: Frame | None = None

    def open(self) -> str:
        """Open and read the tape for the first time; why that cannot be, in one sentence, or nothing.

        A live tape need not be there yet: the recorder that is started makes it.
        """
        try:
            self._open()
        except TapeMissing as error:
            if self._watch is None:
                return str(error)
            self._retry_at_ms = self._now_ms() + _FIRST_LOOK_MS
        except TapeError as error:
            return str(error)
        self._look()
        return ""

    def due_s(self) -> float | None:
        """Seconds until `turn` has something to do although nothing was added to the tape; None: never."""
        now_ms = self._now_ms()
        due: list[float] = []
        if self._watch is not None:
            due.append((self._next_look_ms - now_ms) / 1000)
        if self._retry_at_ms is not None:
            due.append((self._retry_at_ms - now_ms) / 1000)
        reader_s = self._reader.due_s() if self._reader is not None else None
        if reader_s is not None:
            due.append(reader_s)
        return max(0.0, min(due)) if due else None

    def turn(self, requests: Sequence[Request]) -> None:
        """Do what was asked for, then what is due."""
        try:
            if self._retry_at_ms is not None and self._now_ms() >= self._retry_at_ms:
                self._retry_at_ms = None
                self._open_again()
            if self._reader is not None:
                for request in requests:
                    _do(request, self._reader)
                if self._retry_at_ms is None:
                    self._reader.poll()
        except TapeError as error:
            self._retry_at_ms = self._now_ms() + RETRY_MS
            if self._reader is not None:
                self._reader.lost(error)
        self._look()

    def frame(self) -> Frame | None:
        """What the screen is to show, or None when that is what it shows already."""
        if self._reader is None:
            now_ms = self._now_ms()
            text = "No tape yet." if self._crew.trouble else "No tape yet: a recorder is being started."
            frame = Frame(Place(now_ms, (now_ms, now_ms), live=True), crew=self._crew,
                          notices=dict.fromkeys(Pane, text))  # fmt: skip
            same = self._last is not None and self._last.crew == self._crew
        else:
            frame = self._reader.frame(self._crew)
            same = self._last is not None and not frame.rows and frame == self._last._replace(rows={}, said="")
        if same:
            return None
        self._last = frame
        return frame

    def close(self) -> None:
        """Check out and let go of the tape."""
        if self._watch is not None:
            self._watch.close()
        self._let_go()

    def _open(self) -> None:
        self._store = open_tape(self._start.tape, "read")
        try:
            self._reader = TapeReader(self._store, self._start, self._now_ms)
            self._follow()
        except BaseException:
            self._let_go()
            raise

    def _open_again(self) -> None:
        """Open a tape that was not there, or could not be read; the place in time stays."""
        reader = self._reader
        if reader is None:
            self._open()
            self._next_look_ms = 0  # to check in before a recorder could think that nobody watches
            return
        self._let_go()
        self._store = open_tape(self._start.tape, "read")
        self._follow()
        reader.use(self._store)

    def _follow(self) -> None:
        if self._start.mode == "live" and self._store is not None and self._store.grows:
            from console.tape.follow import Follower

            self.follower = Follower(self._start.tape)

    def _let_go(self) -> None:
        if self.follower is not None:
            self.follower.close()
            self.follower = None
        if self._store is not None:
            self._store.close()
            self._store = None

    def _look(self) -> None:
        if self._watch is None or self._now_ms() < self._next_look_ms:
            return
        self._crew = self._watch.look(self._store, self._now_ms())
        self._next_look_ms = self._now_ms() + LOOK_MS


def _do(request: Request, reader: TapeReader) -> None:
    try:
        request(reader)
    except RefusedError as refused:
        reader.say(str(refused))
