"""The thread that reads the tape while the screen draws: wakes on a change, on a key's request, or when it is time.

The screen is told at most four times a second, whatever happens on the tape, and less often where the terminal is far
away; what a key asks for is answered at once.
When nothing changes nothing runs, but for a look at the recorder's lease every two seconds in a live view.
"""

from __future__ import annotations

import os
import select
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from console.screens.start import Start

if TYPE_CHECKING:
    from console.screens.crew import Spawn
    from console.screens.frame import Frame
    from console.screens.tape.reader import TapeReader
    from console.screens.tape.reading import Reading
    from console.tape.follow import Follower

TICK_S = 0.25
SWITCH_S = 0.0005  # for so long a key may wait for this thread; by default it is ten times as long
_LEAVING_S = 0.5

Request = Callable[["TapeReader"], None]


def _nobody() -> None:
    return None


def wall_ms() -> int:
    """Unix milliseconds now."""
    return time.time_ns() // 1_000_000


class TapeFeed:
    """Reads a tape in a thread and hands frames to whoever connects.

    ``spawn`` starts a recorder; a live view calls it when nobody records.
    """

    def __init__(self, start: Start, spawn: Spawn | None = None) -> None:
        self.start = start
        self._spawn = spawn
        self._requests: deque[Request] = deque()
        self._wake_out, self._wake_in = os.pipe()
        os.set_blocking(self._wake_out, False)
        os.set_blocking(self._wake_in, False)
        self._opened = threading.Event()
        self._ending = False
        self._tick_s = TICK_S
        self._problem = ""
        self._lock = threading.Lock()
        self._unseen: list[Frame] = []
        self._take: Callable[[Frame], None] | None = None
        self._broken: Callable[[], None] = _nobody
        self.fault: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="tape", daemon=True)

    # -- the screen's side -------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Open the tape and read it, in the background."""
        self._thread.start()

    def wait_open(self) -> str:
        """Wait until the tape is open or cannot be; why it cannot, in a sentence, or nothing."""
        self._opened.wait()
        return self._problem

    def connect(self, take: Callable[[Frame], None], broken: Callable[[], None]) -> list[Frame]:
        """Hand every frame to ``take`` from now on, from the reading thread; returns the ones that nobody has seen.

        ``broken`` is called, from that thread too, when reading has ended by a fault of ours: see ``fault``.
        """
        with self._lock:
            self._take, self._broken = take, broken
            unseen, self._unseen = self._unseen, []
        return unseen

    def ask(self, request: Request) -> None:
        """Have the reader do something; a frame follows."""
        self._requests.append(request)
        self._wake()

    def pace(self, tick_s: float) -> None:
        """Leave the screen alone for so long after each frame that nobody asked for."""
        self._tick_s = tick_s

    def end(self) -> None:
        """Stop reading and check out. Waits only briefly: a tape that hangs must not keep anybody."""
        self._ending = True
        self._wake()
        if self._thread.is_alive():
            self._thread.join(_LEAVING_S)

    def _wake(self) -> None:
        try:
            os.write(self._wake_in, b"x")
        except BlockingIOError:
            return  # it has been woken often enough

    # -- the thread's side -------------------------------------------------------------------------------------------

    def _run(self) -> None:
        from console.screens.tape.reading import Reading

        reading = Reading(self.start, self._spawn, wall_ms)
        try:
            self._problem = reading.open()
            self._opened.set()
            if self._problem:
                return
            self._hand_over(reading.frame())
            sys.setswitchinterval(SWITCH_S)  # not before: at the start it is the screen that waits for this thread
            while not self._ending:
                self._turn(reading)
        except Exception as fault:  # a thread's fault reaches nobody by itself: the board leaves and tells it
            self.fault = fault
            self._broken()
        finally:
            self._opened.set()
            reading.close()

    def _turn(self, reading: Reading) -> None:
        """Wait for something to do, do it, tell the screen."""
        self._wait(reading.follower, reading.due_s())
        requests = self._drain()
        reading.turn(requests)
        if self._hand_over(reading.frame()) and not requests and not self._ending:
            self._rest()

    def _wait(self, follower: Follower | None, due_s: float | None) -> None:
        waking: list[int | Follower] = [self._wake_out]
        if follower is not None:
            waking.append(follower)
        ready = select.select(waking, [], [], due_s)[0]
        if follower is not None and follower in ready:
            follower.drain()
        if self._wake_out in ready:
            os.read(self._wake_out, 4096)

    def _drain(self) -> list[Request]:
        requests: list[Request] = []
        while self._requests:
            requests.append(self._requests.popleft())
        return requests

    def _hand_over(self, frame: Frame | None) -> bool:
        if frame is None:
            return False
        with self._lock:
            take = self._take
            if take is None:
                self._unseen.append(frame)
                return True
        take(frame)
        return True

    def _rest(self) -> None:
        """Leave the screen alone for a tick, unless a key asks for something."""
        select.select([self._wake_out], [], [], self._tick_s)
