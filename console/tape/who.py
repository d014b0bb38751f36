"""Who this process is on a tape: as its recorder, as one of its viewers."""

from __future__ import annotations

import getpass
import os
import socket
import uuid

from console.tape.shapes import Holder, Viewer


def this_holder() -> Holder:
    """Who this process is to other recorders and to viewers."""
    return Holder(uuid.uuid4().hex, os.getpid(), socket.gethostname(), _user())


def this_viewer() -> Viewer:
    """Who looks from this process."""
    return Viewer(uuid.uuid4().hex, _user(), socket.gethostname(), os.getpid())


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a uid without a name, as in some containers
        return str(os.getuid())
