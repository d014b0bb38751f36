"""Text from outside, made harmless for one line of a terminal or a log."""

from __future__ import annotations

import re

# Control characters (C0, C1, DEL), line and paragraph separators, and what changes the direction of text.
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_BUT_LINES = re.compile(f"(?!\n){UNSAFE.pattern}")


def plain(text: str, longest: int = 2000) -> str:
    """One line without anything that a terminal would act on; line breaks and tabs become spaces."""
    text = UNSAFE.sub(lambda found: " " if found[0] in "\t\n\r\u2028\u2029" else "\ufffd", text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def harmless(text: str) -> str:
    """A text of one or several lines without anything else that a terminal would act on."""
    return _BUT_LINES.sub("\ufffd", text)


def harmless_json(text: str) -> str:
    """The same JSON, in which what a terminal would act on is written as an escape. Only line breaks that indent it may
    stand outside of its texts."""
    return _BUT_LINES.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
