"""The frames of Nomad's log API: JSON objects one behind the other, without anything between them."""

from __future__ import annotations

import base64
import json
from typing import Any, NamedTuple

LONGEST = 1024 * 1024  # Nomad's own frames hold 64 kB, which is 88 kB in base64


class Frame(NamedTuple):
    """A piece of a log file. ``offset`` is where in the file Nomad had read to when it began the frame with this.

    A frame with nothing in it is a heartbeat. ``event`` says that the file was truncated or deleted.
    """

    data: bytes = b""
    file: str = ""
    offset: int = 0
    event: str = ""

    @property
    def number(self) -> int:
        """Which one of the rotated files it is; -1 for none."""
        number = self.file.rpartition(".")[2]
        return int(number) if number.isdecimal() and number.isascii() else -1


class FrameError(ValueError):
    """What came is no frame."""


class Frames:
    """Takes bytes as they come and gives the frames that are whole."""

    def __init__(self) -> None:
        self._rest = ""
        self._decoder = json.JSONDecoder()

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that end in this piece. Raises FrameError."""
        try:
            self._rest += data.decode("ascii")
        except UnicodeDecodeError:
            self._rest += data.decode("utf-8", "replace")  # the name of a file
        frames: list[Frame] = []
        at = 0
        while "}" in self._rest[at:]:
            at = len(self._rest) - len(self._rest[at:].lstrip())
            try:
                body, end = self._decoder.raw_decode(self._rest, at)
            except (ValueError, RecursionError):
                break  # not whole yet, or never
            frames.append(_frame(body))
            at = end
        self._rest = self._rest[at:]
        if len(self._rest) > LONGEST or (self._rest and self._rest.lstrip()[:1] not in ("{", "")):
            raise FrameError(self._rest[:80])
        return frames


def _frame(body: Any) -> Frame:
    try:
        data = base64.b64decode(body.get("Data") or "", validate=True)
        return Frame(data, str(body.get("File") or ""), int(body.get("Offset") or 0), str(body.get("FileEvent") or ""))
    except (AttributeError, TypeError, ValueError):
        raise FrameError(str(body)[:80]) from None
