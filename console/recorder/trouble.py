"""Says beside the tape how the recorder is doing, so that a viewer learns of a tape that cannot be written."""

from __future__ import annotations

import logging

from console.feeds.outlet import Clock
from console.tape.errors import TapeError
from console.tape.shapes import Holder
from console.tape.status import RecorderStatus, write_status

log = logging.getLogger(__name__)


class SidecarTrouble:
    """Keeps the status file of a tape. It is written at the start, so that it can be overwritten on a full disk."""

    def __init__(self, tape: str, holder: Holder, clock: Clock) -> None:
        self._tape = tape
        self._holder = holder
        self._clock = clock

    def __call__(self, text: str, held_records: int) -> None:
        """``text`` is the trouble in a sentence, empty when all is well."""
        state = "trouble" if text else "ok"
        status = RecorderStatus(self._holder.pid, self._holder.host, self._clock.now_ms(), state, text, held_records)
        try:
            write_status(self._tape, status)
        except TapeError as error:
            log.warning("the recorder's status could not be written: %s", error)
