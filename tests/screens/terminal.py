"""A process in a terminal of its own: what it writes, what it leaves behind."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyte

_UNFINISHED = re.compile(rb"\x1b[^A-Za-z]{0,12}$")
ROOT = Path(__file__).parent.parent.parent


class Terminal:
    """A pty with a program in it. ``output`` is all that it wrote so far."""

    def __init__(self, arguments: Sequence[str], *, size: tuple[int, int] = (80, 24), home: Path) -> None:
        self.size = size
        self.master, slave = pty.openpty()
        self.slave = slave
        self.resize(*size)
        self.before = termios.tcgetattr(slave)
        env = {key: value for key, value in os.environ.items() if not key.startswith(("NOMAD", "TEXTUAL"))}
        env |= {"TERM": "xterm-256color", "HOME": str(home), "XDG_STATE_HOME": str(home / "state"),
                "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}  # fmt: skip
        self.pid = os.fork()
        if not self.pid:
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for number in range(3):
                os.dup2(slave, number)
            os.closerange(3, 256)
            os.execve(sys.executable, [sys.executable, *arguments], env)
        os.set_blocking(self.master, False)
        self.output = b""
        self._seen: Any = None
        self._stream: Any = None
        self._fed = 0
        self._status: int | None = None

    def resize(self, width: int, height: int) -> None:
        self.size = (width, height)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def read(self, seconds: float) -> None:
        """Take what comes for so long."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            if not select.select([self.master], [], [], left)[0]:
                return
            try:
                self.output += os.read(self.master, 65536)
            except OSError:
                return

    def until(self, text: str, seconds: float = 20) -> str:
        """Read until a text is on the screen; the screen. Fails at once when the program has ended without it."""
        ends = time.monotonic() + seconds
        while text not in (shown := self.screen()):
            if (code := self.ended(0)) is not None:
                shown = self.screen()
                assert text in shown, f"{text!r} did not appear, it ended with {code}: {self.last_words()}"
                break
            assert time.monotonic() < ends, f"{text!r} did not appear:\n{shown}"
            self.read(0.05)
        return shown

    def without(self, text: str, seconds: float = 20) -> str:
        """Read until a text is on the screen no more; the screen."""
        ends = time.monotonic() + seconds
        while text in (shown := self.screen()):
            assert time.monotonic() < ends, f"{text!r} stayed:\n{shown}"
            self.read(0.05)
        return shown

    def last_words(self) -> str:
        """What it wrote after it had put the screen back, or the end of all that it wrote."""
        plain = self.output.decode("utf-8", "replace")
        return plain.rpartition("\x1b[?1049l")[2][-2000:].strip()

    def screen(self) -> str:
        """What a terminal shows of all that was written so far."""
        if self._seen is None or (self._seen.columns, self._seen.lines) != self.size:
            self._seen = pyte.Screen(*self.size)
            self._stream = pyte.ByteStream(self._seen)
            self._fed = 0
        # Sequences that pyte does not know and would draw; one that is not whole yet waits for its end.
        new = self.output[self._fed :]
        unfinished = _UNFINISHED.search(new)
        whole = unfinished.start() if unfinished else len(new)
        self._stream.feed(new[:whole].replace(b"\x1b[>25u", b"").replace(b"\x1b[<u", b""))
        self._fed += whole
        return "\n".join(self._seen.display)

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def ended(self, seconds: float) -> int | None:
        """The exit code, once it has ended; None when it has not within the time."""
        ends = time.monotonic() + seconds
        while self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
                self.read(0.05)
            elif time.monotonic() >= ends:
                break
            else:
                self.read(0.02)
        return self._status

    @property
    def restored(self) -> bool:
        """Whether the line settings are as they were, and the last words put the screen back."""
        same = termios.tcgetattr(self.slave) == self.before
        out = self.output
        return (
            same
            and out.rfind(b"\x1b[?1049l") > out.rfind(b"\x1b[?1049h")
            and out.rfind(b"\x1b[?25h") > out.rfind(b"\x1b[?25l")
        )

    def close(self) -> None:
        if self._status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.master)
        os.close(self.slave)
