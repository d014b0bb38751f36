"""Following a growing tape without asking it all the time.

The kernel says when the tape's log was written (inotify); where it cannot, a thread looks at the file four times a
second. Either way there is one descriptor to wait on, in ``select`` or an asyncio loop, and a tape that is not written
wakes nobody. A wake-up is a hint: what is new is what ``changes_after`` gives.
"""

from __future__ import annotations

import asyncio
import os
import select
import threading
import time
from pathlib import Path
from typing import Protocol, Self

from console.tape.store import Store, open_tape

_SEQ_CHECK_S = 1.0  # how often wait() looks at the tape itself, in case the hint was lost
_LOOK_S = 0.2  # without inotify
_CLOCK_GRAIN_S = 0.05  # two writes within it may leave the same time on a file


class Hints(Protocol):
    """Says that the tape may have been written, through a descriptor."""

    def fileno(self) -> int: ...

    def drain(self) -> None: ...

    def close(self) -> None: ...


class Follower:
    """Wakes when somebody writes to a tape. Used by one thread at a time; close it when done."""

    def __init__(self, where: str | Path) -> None:
        self._where = Path(where).expanduser().absolute()
        self._store: Store | None = None
        self._seq = self._last_seq()
        self._hints = _hints(self._where.with_name(self._where.name + "-wal"))

    def fileno(self) -> int:
        """A descriptor that is readable after the tape was written; call ``drain`` or ``changed`` then."""
        return self._hints.fileno()

    def drain(self) -> None:
        """Take note of the hint: the descriptor is quiet until the tape is written again."""
        self._hints.drain()

    def changed(self) -> bool:
        """Whether records or blocks have been added since the last time this, or a wait, said so."""
        self._hints.drain()
        seq = self._last_seq()
        if seq == self._seq:
            return False
        self._seq = seq
        return True

    def wait(self, timeout_s: float) -> bool:
        """Wait until records or blocks are added; False when none were within the time."""
        ends = time.monotonic() + timeout_s
        while not self.changed():
            left = ends - time.monotonic()
            if left <= 0:
                return False
            select.select([self._hints], [], [], min(left, _SEQ_CHECK_S))
        return True

    async def wait_async(self, timeout_s: float) -> bool:
        """The same for an asyncio loop."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + timeout_s
        woken = asyncio.Event()
        loop.add_reader(self._hints.fileno(), woken.set)
        try:
            while not self.changed():
                left = ends - loop.time()
                if left <= 0:
                    return False
                woken.clear()
                try:
                    await asyncio.wait_for(woken.wait(), min(left, _SEQ_CHECK_S))
                except TimeoutError:
                    continue
            return True
        finally:
            loop.remove_reader(self._hints.fileno())

    def close(self) -> None:
        """Let go of the tape and the descriptor."""
        self._hints.close()
        if self._store is not None:
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _last_seq(self) -> int:
        if self._store is None:
            self._store = open_tape(self._where, "read")
        return self._store.last_seq()


def _hints(log: Path) -> Hints:
    from console.tape.inotify import FileWatch

    try:
        return FileWatch(log)
    except OSError:  # not Linux, or this user has no watches left
        return Looks(log)


class Looks:
    """Hints from looking at the log's time and size in a thread of its own."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._out, self._in = os.pipe()
        os.set_blocking(self._out, False)
        os.set_blocking(self._in, False)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, name="tape-looks", daemon=True)
        self._thread.start()

    def fileno(self) -> int:
        return self._out

    def drain(self) -> None:
        try:
            while os.read(self._out, 4096):
                pass
        except BlockingIOError:
            return

    def close(self) -> None:
        self._end.set()
        self._thread.join()
        os.close(self._out)
        os.close(self._in)

    def _look(self) -> None:
        before = self._sight()
        while not self._end.wait(_LOOK_S):
            now = self._sight()
            fresh = now is not None and time.time() - now[0] / 1e9 < _LOOK_S + _CLOCK_GRAIN_S
            if now != before or fresh:
                before = now
                try:
                    os.write(self._in, b"x")
                except BlockingIOError:
                    continue  # plenty of hints are waiting already

    def _sight(self) -> tuple[int, int] | None:
        try:
            found = self._log.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size
