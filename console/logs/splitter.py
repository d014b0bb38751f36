"""Bytes of a log -> harmless lines. Never holds more of a line than is shown of it."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from console.plain import UNSAFE

LONGEST = 16 * 1024  # bytes of a line that are kept
_TAB = 4

# What a terminal would act on. A string (OSC, DCS ...) that does not end loses its beginning only: what is behind it
# may be what somebody looks for. No payload holds an ESC, so that no text is looked through twice.
_SEQUENCES = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\\\|\x9c)"  # OSC, DCS, SOS, PM, APC
    "|\x1b[ -/]*[0-~]"  # all others
    "|\x1b|[\x80-\x9f]"
)


class Cut(NamedTuple):
    """One line: printable text, and how many bytes of it were left out at its end."""

    text: str
    left_out: int = 0


class Splitter:
    """Takes the bytes of one stream as they come; whatever pieces they come in, the lines are the same.

    A carriage return goes back to the beginning of the line, as on a terminal: what was written last is kept.
    """

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._kept = bytearray()
        self._left_out = 0
        self._returned = False  # a carriage return stands at the end of what came

    @property
    def has_rest(self) -> bool:
        """Whether a line has begun and not ended."""
        return bool(self._kept)

    def feed(self, data: bytes) -> list[Cut]:
        """The lines that end in this piece."""
        *whole, rest = data.split(b"\n")
        lines = []
        for piece in whole:
            self._add(piece)
            lines.append(self.flush())
        self._add(rest)
        return lines

    def flush(self) -> Cut:
        """What there is of a line, as a line; what comes next begins another one."""
        line = Cut(harmless(bytes(self._kept), whole=not self._left_out), self._left_out)
        self._begin()
        self._returned = False
        return line

    def _begin(self) -> None:
        self._kept.clear()
        self._left_out = 0

    def _add(self, piece: bytes) -> None:
        shown = piece.rstrip(b"\r")
        if shown:
            last = shown.rfind(b"\r")
            if self._returned or last >= 0:
                self._begin()
            shown = shown[last + 1 :]
            room = self._longest - len(self._kept)
            self._kept += shown[:room]
            self._left_out += max(0, len(shown) - room)
            self._returned = False
        self._returned = self._returned or piece.endswith(b"\r")


def harmless(data: bytes, *, whole: bool = True) -> str:
    """Bytes as text that no terminal acts on. Not ``whole``: a character that is cut at the end is left out."""
    if data.isascii() and (text := data.decode("ascii")).isprintable():
        return text  # nearly all lines are, and this is ten times as fast
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(data, final=whole)
    text = _SEQUENCES.sub("", text).expandtabs(_TAB)
    return UNSAFE.sub("\ufffd", text).rstrip()
