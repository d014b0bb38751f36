"""Linux's inotify for one file, through the C library that Python itself is linked with."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_MODIFY, _MOVED_TO, _CREATE, _DELETE_SELF, _MOVE_SELF = 0x2, 0x80, 0x100, 0x400, 0x800


class FileWatch:
    """A descriptor that is readable after a file was written, made or put in place. Raises OSError without inotify."""

    def __init__(self, path: Path) -> None:
        self._path = path
        library = ctypes.CDLL(None, use_errno=True)
        try:
            self._add, start = library.inotify_add_watch, library.inotify_init1
        except AttributeError:
            raise OSError("this system has no inotify") from None
        self._descriptor = int(start(os.O_NONBLOCK | os.O_CLOEXEC))
        if self._descriptor < 0:
            raise OSError(ctypes.get_errno(), "inotify has no room")
        try:
            # The log goes when the last program closes the tape, and comes again: its directory tells of that.
            self._watch(path.parent, _CREATE | _MOVED_TO)
            self._watch_file()
        except BaseException:
            self.close()
            raise

    def fileno(self) -> int:
        return self._descriptor

    def drain(self) -> None:
        """Take the events; a file that came again is watched again."""
        try:
            while os.read(self._descriptor, 65536):
                self._watch_file()
        except BlockingIOError:
            return

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _watch_file(self) -> None:
        try:
            self._watch(self._path, _MODIFY | _DELETE_SELF | _MOVE_SELF)
        except FileNotFoundError:
            return  # nobody has it open for writing just now

    def _watch(self, path: Path, events: int) -> None:
        if int(self._add(self._descriptor, os.fsencode(path), events)) < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(path))
