"""Somebody must record, and the others want to know who looks: the viewer's part in that.

The viewer looks at the lease every two seconds. Where there is none, or its holder has died, it starts a recorder;
other viewers may do so at the same moment, and the lease decides which recorder stays.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from typing import Protocol

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
FRESH_MS = 8_000  # a recorder in trouble says so every two seconds
COMES_UP_MS = 5_000  # a recorder that runs and has no lease after that is worth a word


class Started(Protocol):
    """A recorder that was started just now."""

    def failure(self) -> str | None:
        """Why it has ended already, in its own words (or none); None while nothing went wrong."""
        ...


Spawn = Callable[[], Started | None]


class CrewWatch:
    """Looks after the recorder of one tape and checks this viewer in. Used by one thread."""

    def __init__(self, tape: str, viewer: Viewer, spawn: Spawn) -> None:
        self._tape = tape
        self._viewer = viewer
        self._spawn = spawn
        self._own: Store | None = None
        self._next_check_in_ms = 0
        self._next_spawn_ms = 0
        self._retry_ms = FIRST_RETRY_MS
        self._started: Started | None = None
        self._started_ms = 0
        self._spawn_problem = ""

    def look(self, store: Store | None, now_ms: int) -> Crew:
        """See who records and who looks, start a recorder if nobody does. ``store`` is None before there is a tape."""
        if store is None:
            self._see_to_recorder(now_ms)
            if self._spawn_problem:
                return Crew("NO RECORDER", Health.BAD, self._spawn_problem)
            return Crew("recorder starts", Health.WARN)
        self._check_in(now_ms)
        try:
            lease = store.lease()
            others = len(store.viewers(now_ms))
        except TapeError as error:
            return Crew("recorder unknown", Health.UNKNOWN, str(error))
        status = read_status(self._tape)
        troubled = status if status is not None and status.state != "ok" else None
        viewers = f"{others} viewer{'s' if others != 1 else ''}" if others else ""
        if lease is None or lease.expires_ms <= now_ms:
            if troubled is not None and abs(now_ms - troubled.at_ms) < FRESH_MS:
                # On a full disk the lease cannot be renewed either; who is alive and says so needs no successor.
                return Crew(_joined("RECORDER IN TROUBLE", viewers), Health.BAD, trouble(troubled))
            self._see_to_recorder(now_ms)
            return Crew(_joined("NO RECORDER", viewers), Health.BAD, self._spawn_problem)
        self._retry_ms = FIRST_RETRY_MS
        self._next_spawn_ms = 0
        self._started = None
        self._spawn_problem = ""
        if troubled is not None and troubled.pid == lease.holder.pid:
            return Crew(_joined("RECORDER IN TROUBLE", viewers), Health.BAD, trouble(troubled))
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
        self._ask_after(now_ms)
        if now_ms < self._next_spawn_ms:
            return
        try:
            self._started = self._spawn()
        except OSError as error:
            self._spawn_problem = f"No recorder could be started: {error.strerror or error}."
        self._started_ms = now_ms
        self._next_spawn_ms = now_ms + self._retry_ms
        self._retry_ms = min(self._retry_ms * 2, LONGEST_RETRY_MS)

    def _ask_after(self, now_ms: int) -> None:
        """See how the recorder does that was started last and has no lease yet."""
        if self._started is None:
            return
        failure = self._started.failure()
        if failure:
            self._spawn_problem = f"No recorder came up: {failure.rstrip('.')}."
        elif failure is not None or now_ms - self._started_ms >= COMES_UP_MS:
            from console.settings.paths import log_file

            self._spawn_problem = f"No recorder came up; look into {log_file(os.environ)}."

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
