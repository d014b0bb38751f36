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
