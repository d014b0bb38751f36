"""The recorder: runs the feeds, backfills, holds the lease and writes the tape. A process of its own.

The viewer only ever calls ``spawn``; nothing heavy is imported before it is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.config import Settings


def record(settings: Settings, *, linger_s: float | None = None) -> int:
    """Record until told to stop; the verb ``record``. Returns the exit code.

    ``linger_s``: leave when nobody has been watching for that long; None means never.
    """
    from console.recorder.process import run_process

    return run_process(settings, linger_s=linger_s)


def spawn(settings: Settings) -> None:
    """Start a recorder of its own session that outlives the caller; returns at once.

    Several viewers may do this at the same time: the lease on the tape decides which recorder stays.
    """
    from console.recorder.detach import start_detached

    start_detached(settings)
