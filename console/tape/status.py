"""What a recorder says about itself beside its tape, in a file that can be written when the tape cannot.

The file is made with its full length at the start and overwritten in place ever after, so that "the disk is full" can
still be said on a full disk.
"""

from __future__ import annotations

import errno
import json
import os
import zlib
from pathlib import Path
from typing import NamedTuple

from console.tape.errors import TapeError, TapeFull

_LENGTH = 4096
_READS = 3  # a reader can meet a half-written file; it looks again


class RecorderStatus(NamedTuple):
    """How a recorder is doing. ``state`` is ``ok`` or a word for the trouble, ``text`` a sentence about it."""

    pid: int
    host: str
    at_ms: int
    state: str
    text: str
    held_records: int  # in memory, because the tape does not take them


def status_path(tape: str | Path) -> Path:
    """Where the status of a tape's recorder is."""
    path = Path(tape).expanduser()
    return path.with_name(path.name + ".status")


def write_status(tape: str | Path, status: RecorderStatus) -> None:
    """Write the status. Raises TapeFull when the file is not there yet and the disk has no room for it."""
    path = status_path(tape)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.pwrite(descriptor, _page(status), 0)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise TapeFull("there is no room to write", str(path), "free space on its disk") from error
        raise TapeError(f"it cannot be written ({error.strerror})", str(path), "check its permissions") from error


def read_status(tape: str | Path) -> RecorderStatus | None:
    """The status as it was last written; None when there is none that makes sense. Compare ``at_ms`` with now."""
    for _ in range(_READS):
        try:
            page = status_path(tape).read_bytes()
        except OSError:
            return None
        status = _parse(page)
        if status is not None:
            return status
    return None


def _page(status: RecorderStatus) -> bytes:
    text = status.text
    while True:
        said = json.dumps(status._replace(text=text)._asdict()).encode()
        if len(said) <= _LENGTH - 16:
            return b"%08x %s" % (zlib.crc32(said), said.ljust(_LENGTH - 10)) + b"\n"
        text = text[: len(text) // 2]


def _parse(page: bytes) -> RecorderStatus | None:
    check, _, rest = page.partition(b" ")
    said = rest.rstrip()
    try:
        if int(check, 16) != zlib.crc32(said):
            return None
        return RecorderStatus(**json.loads(said))
    except (ValueError, TypeError):
        return None
