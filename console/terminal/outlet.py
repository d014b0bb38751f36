"""Writes to the terminal without ever waiting for it, and leaves it at once."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import termios
import time
from collections.abc import Callable

_CANCEL = b"\x18"  # ends an escape sequence that was cut in two
_LAST_WORDS_S = 0.06


class Outlet:
    """A terminal, opened anew: what is not to wait here must not keep others from waiting on theirs.

    ``drained`` is called in the event loop whenever all that was put has been written.
    """

    def __init__(self, fd: int, loop: asyncio.AbstractEventLoop, drained: Callable[[], None]) -> None:
        self._fd = fd
        self._loop = loop
        self._drained = drained
        self._waiting = bytearray()
        self._watched = False

    @classmethod
    def to(cls, fd: int, loop: asyncio.AbstractEventLoop, drained: Callable[[], None]) -> Outlet | None:
        """An outlet to the terminal that ``fd`` is; None where it cannot be opened a second time."""
        opened = _reopen(fd)
        return None if opened is None else cls(opened, loop, drained)

    @property
    def is_free(self) -> bool:
        """Whether everything has been written."""
        return not self._waiting

    def put(self, data: bytes) -> None:
        """Write it, now or when there is room."""
        self._waiting += data
        if not self._watched:
            self._write()

    def _write(self) -> None:
        try:
            while self._waiting:
                del self._waiting[: os.write(self._fd, self._waiting[:65536])]
        except BlockingIOError:
            if not self._watched:
                self._loop.add_writer(self._fd, self._on_room)
                self._watched = True
            return
        except OSError:  # the terminal has gone; whoever reads from it finds out and ends the process
            self._waiting.clear()
        self._unwatch()

    def _on_room(self) -> None:
        self._write()
        if not self._waiting:
            self._drained()

    def _unwatch(self) -> None:
        if self._watched:
            self._loop.remove_writer(self._fd)
            self._watched = False

    def last_words(self, data: bytes) -> None:
        """Say this, and drop what has not been written. A terminal that takes nothing is hardly waited for."""
        self._unwatch()
        if self._waiting:
            self._waiting.clear()
            self._drop()
            data = _CANCEL + data
        left = self._say(data, _LAST_WORDS_S)
        if left:
            self._drop()
            self._say(_CANCEL + data, _LAST_WORDS_S / 2)

    def _say(self, data: bytes, seconds: float) -> bytes:
        """Write within a time; what is left."""
        ends_s = time.monotonic() + seconds
        try:
            while data and (left_s := ends_s - time.monotonic()) > 0:
                try:
                    data = data[os.write(self._fd, data) :]
                except BlockingIOError:
                    select.select([], [self._fd], [], left_s)
        except OSError:
            return b""
        return data

    def _drop(self) -> None:
        """Also what the kernel still has of it."""
        with contextlib.suppress(termios.error):
            termios.tcflush(self._fd, termios.TCOFLUSH)

    def close(self) -> None:
        """Leave the terminal to others."""
        self._unwatch()
        self._waiting.clear()
        os.close(self._fd)


def _reopen(fd: int) -> int | None:
    """The same terminal with settings of its own: not to wait is otherwise shared with the shell."""
    try:
        name = os.ttyname(fd)
    except OSError:
        return None
    for path in (name, f"/proc/self/fd/{fd}"):
        try:
            opened = os.open(path, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError:
            continue
        if os.path.sameopenfile(opened, fd):
            return opened
        os.close(opened)
    return None
