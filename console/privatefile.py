"""Files that nobody else may read, and that take the place of no other file."""

from __future__ import annotations

import os
from pathlib import Path


def write_new(path: Path, data: bytes) -> None:
    """Write a file (mode 0600) that was not there; directories on the way are made. Raises OSError.

    Of what could not be written whole nothing stays. A link in the file's place counts as a file.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    into = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(into, "wb") as file:
            file.write(data)
    except OSError:
        path.unlink(missing_ok=True)
        raise
