"""The way into a terminal and out of it again: the first frame at once, and the screen as it was if nothing follows.

There is one terminal and one way in, so what was found is kept here. Imports only what every start needs anyway.
"""

import gc
import os
import sys

from console.screens.opening import hangup
from console.screens.opening.skeleton import first_frame

_STDIN, _STDOUT = 0, 1
_found: tuple[hangup.TtyAttributes | None] | None = None  # the line settings to put back; None: not entered


def enter(opening: str) -> None:
    """Show the empty board, saying what is being opened. Does nothing a second time, nor where there is no terminal.

    From here on a signal ends the process with the terminal put back.
    """
    global _found
    usable = os.isatty(_STDIN) and os.isatty(_STDOUT) and os.environ.get("TERM", "") not in ("", "dumb")
    if _found is not None or not usable:
        return
    gc.disable()  # until the board stands: nothing that is made on the way there is garbage
    _found = (hangup.tty_attributes(_STDOUT),)
    hangup.leave_on_signals(_STDOUT, _found[0])
    width, height = os.get_terminal_size(_STDOUT)
    show(first_frame(width, height, opening, ascii_only=ascii_only()))


def show(frame: str) -> None:
    """Write to the terminal, past the buffer of standard output."""
    data = frame.encode("ascii" if ascii_only() else "utf-8", "replace")
    while data:
        data = data[os.write(_STDOUT, data) :]


def ascii_only() -> bool:
    """Whether the terminal is not known to show more than ASCII."""
    return "utf" not in (sys.stdout.encoding or "").lower()


def leave() -> None:
    """Put the terminal back, if it was entered and not handed over; what is said afterwards stays on the screen."""
    global _found
    if _found is not None:
        hangup.restore(_STDOUT, _found[0])
        _found = None


def hand_over() -> None:
    """Somebody else puts the terminal back from here on."""
    global _found
    _found = None
