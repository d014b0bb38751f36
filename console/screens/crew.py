"""Somebody must record, and the others want to know who looks: the viewer's part in that.

The viewer looks at the lease every two seconds. Where there is none, or its holder has died, it starts a recorder;
other viewers may do so at the same moment, and the lease decides which recorder stays.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import socket
import uuid
from collections.abc import Callable

from console.screens.frame import Crew
from console.signals import Health
from console.tape.errors import TapeError
from console.tape.shapes import Viewer
from console.tape.status import RecorderStatus, read_status
from console.tape.store import Store, open_tape

CHECK_IN_MS = 20_000
VIEWER_MS = 60_000
FIRST_RETRY_MS = 3_000
LONGEST_RETRY_MS = 60_000


def this_viewer() -> Viewer:
    """Who looks from this process."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    return Viewer(uuid.uuid4().hex, user, socket.gethostname(), os.getpid())


class CrewWatch:
    """Looks after the recorder of one tape and checks this viewer in. Used by one thread."""

    def __init__(self, tape: str, viewer: Viewer, spawn: Callable[[], None]) -> None:
        self._tape = tape
        self._viewer = viewer
        self._spawn = spawn
        self._own: Store | None = None
        self._next_check_in_ms = 0
        self._next_spawn_ms = 0
        self._retry_ms = FIRST_RETRY_MS
        self._spawn_problem = ""

    def look(self, store: Store | None, now_ms: int) -> Crew:
        """See who records and who looks, start a recorder if nobody does. ``store`` is None before there is a tape."""
        if store is None:
            self._see_to_recorder(now_ms)
            return Crew("recorder starts", Health.WARN, self._spawn_problem)
        self._check_in(now_ms)
        try:
            lease = store.lease()
            others = len(store.viewers(now_ms))
        except TapeError as error:
            return Crew("recorder unknown", Health.UNKNOWN, str(error))
        viewers = f"{others} viewer{'s' if others != 1 else ''}" if others else ""
        if lease is None or lease.expires_ms <= now_ms:
            self._see_to_recorder(now_ms)
            return Crew(_joined("NO RECORDER", viewers), Health.BAD, self._spawn_problem)
        self._retry_ms = FIRST_RETRY_MS
        self._next_spawn_ms = 0
        self._spawn_problem = ""
        status = read_status(self._tape)
        if status is not None and status.state != "ok" and status.pid == lease.holder.pid:
            return Crew(_joined("RECORDER IN TROUBLE", viewers), Health.BAD, trouble(status))
        return Crew(_joined("recording", viewers))

    def close(self) -> None:
        """Check out; the recorder lingers from now on if nobody else looks."""
        if self._own is None:
            return
        with contextlib.suppress(TapeError):  # it expires by itself
            self._own.check_out(self._viewer)
        self._own.close()
        self._own = None

    def _see_to_recorder(self, now_ms: int) -> None:
        """Start a recorder unless one was started just now; wait longer each time that did not help."""
        if now_ms < self._next_spawn_ms:
            return
        try:
            self._spawn()
        except OSError as error:
            self._spawn_problem = f"No recorder could be started: {error.strerror or error}."
        self._next_spawn_ms = now_ms + self._retry_ms
        self._retry_ms = min(self._retry_ms * 2, LONGEST_RETRY_MS)

    def _check_in(self, now_ms: int) -> None:
        if now_ms < self._next_check_in_ms:
            return
        self._next_check_in_ms = now_ms + CHECK_IN_MS
        try:
            if self._own is None:
                self._own = open_tape(self._tape, "write")
            self._own.check_in(self._viewer, now_ms, VIEWER_MS)
        except TapeError:
            return  # a tape that takes nothing (full, read-only, busy) is told by the recorder, not by every viewer


def trouble(status: RecorderStatus) -> str:
    """The recorder's trouble as one sentence."""
    what = status.text.rstrip(".") or status.state
    if status.held_records:
        return f"Recorder: {what}; it holds {status.held_records} records in memory."
    return f"Recorder: {what}."


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
