"""The exit codes of the command."""

from __future__ import annotations

FINE = 0
FINDINGS = 1
USAGE = 2  # wrong use or configuration
UNREACHABLE = 3  # a system could not be reached
DENIED = 4  # not permitted
FAULT = 70  # a fault of the console's own; what sysexits.h calls EX_SOFTWARE
HUNG_UP = 129
INTERRUPTED = 130


class Refused(Exception):  # noqa: N818 - it says what happened
    """What was asked cannot be done: one sentence why, and the exit code that says of which kind that is."""

    def __init__(self, sentence: str, code: int) -> None:
        super().__init__(sentence)
        self.code = code
