"""Which viewers still look: one of this machine whose process has ended does not, even if it could not say so."""

from __future__ import annotations

import os
from collections.abc import Sequence

from console.tape.shapes import Viewer


def present(viewers: Sequence[Viewer], host: str) -> list[Viewer]:
    """The viewers that are there as far as can be known from ``host``."""
    return [viewer for viewer in viewers if viewer.host != host or _runs(viewer.pid)]


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
