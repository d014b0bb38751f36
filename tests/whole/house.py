"""One installation of the console: a directory that is its home, a tape, boards on it, the recorder they started."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from console.tape.errors import TapeError
from console.tape.store import Store, open_tape
from tests.screens.terminal import Terminal

T = TypeVar("T")


class House:
    """Boards in terminals of their own, all on ``tape``. ``flags`` are given to each."""

    def __init__(self, home: Path, *flags: str, tape: Path | None = None, size: tuple[int, int] = (200, 50)) -> None:
        self.home = home
        self.tape = tape or home / "live.tape"
        self._flags = flags
        self._size = size
        self._boards: list[Terminal] = []

    def board(self, *more: str, size: tuple[int, int] | None = None) -> Terminal:
        """Open one more board."""
        arguments = ["-m", "console", "watch", "--tape", str(self.tape), "--linger", "6s", *self._flags, *more]
        self._boards.append(Terminal(arguments, size=size or self._size, home=self.home))
        return self._boards[-1]

    def recorder(self) -> int | None:
        """The process that holds the tape's lease now."""
        if not self.tape.exists():
            return None
        with self.reading() as store:
            lease = store.lease()
        if lease is None or lease.expires_ms < time.time() * 1000:
            return None
        return lease.holder.pid

    def recording(self, *, other_than: int | None = None, seconds: float = 15) -> int:
        """Wait for a recorder; its process."""

        def found() -> int | None:
            self.read()
            pid = self.recorder()
            return pid if pid != other_than else None

        return wait(found, seconds, "a recorder holds the lease")

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """The tape as it is now."""
        with open_tape(self.tape, "read") as store:
            yield store

    def gaps(self, source: str) -> list[str]:
        """Why a source was not seen, as the tape has it."""
        with self.reading() as store:
            return [gap.why for gap in store.gaps(0, int(time.time() * 1000)) if gap.source == source]

    def read(self) -> None:
        """Take what the boards write, so that none waits for its terminal."""
        for board in self._boards:
            board.read(0.01)

    def close(self) -> None:
        """End the boards and the recorder."""
        for board in self._boards:
            board.close()
        try:
            pid = self.recorder()
        except TapeError:
            return
        if pid is not None and pid != os.getpid():
            os.kill(pid, signal.SIGCONT)
            os.kill(pid, signal.SIGTERM)
            wait(lambda: ended(pid), 15, "the recorder ends when it is told to")


def ended(pid: int) -> bool:
    """Whether a process is there no more; one that nobody has waited for counts as ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait(condition: Callable[[], T | None], seconds: float, what: str) -> T:
    """Ask again until there is an answer; fails after so long."""
    ends = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < ends, f"not within {seconds} s: {what}"
        time.sleep(0.1)
    return found
