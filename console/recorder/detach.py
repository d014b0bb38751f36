"""Starts a recorder that outlives whoever started it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.config import Settings

LINGER_S = 900  # an SSH drop or a lunch must not cost evidence


def start_detached(settings: Settings) -> None:
    """Start ``fourthsignal record`` in a session of its own, with nothing of the caller's terminal.

    The environment is inherited: tokens reach the recorder as they reached the viewer, never by arguments.
    """
    arguments = [sys.executable, "-m", "console", "record", "--quiet", "--linger", str(LINGER_S)]
    subprocess.Popen(
        [*arguments, *settings.as_arguments()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        close_fds=True,
        cwd="/",
        env=dict(os.environ),
    )
