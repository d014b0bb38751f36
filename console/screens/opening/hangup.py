"""Leaving at once: the terminal is gone, or somebody ends the process from outside.

Nothing is saved on this way out and nothing needs to be: the recorder owns the tape, the viewer only reads it. So the
handler puts the terminal back as it was and ends the process, whatever its threads are waiting for.

Imported before the first frame: what only annotations need is not.
"""

import _signal  # type: ignore[import-not-found]  # `signal` makes enums of it: that takes longer than the first frame
import os
import select
import termios

from console.screens.opening.skeleton import LEAVE

_PATIENCE_S = 0.2

TtyAttributes = list[int | list[bytes | int]]


def tty_attributes(fd: int) -> TtyAttributes | None:
    """The line settings of a terminal, to put back later; None where there is none."""
    try:
        return termios.tcgetattr(fd)
    except termios.error:
        return None


def restore(fd: int, attributes: TtyAttributes | None) -> None:
    """Put a terminal back: line settings, main screen, cursor. Hardly waits for a terminal that takes nothing."""
    if attributes is not None:
        try:
            termios.tcsetattr(fd, termios.TCSANOW, attributes)
        except termios.error:
            return  # hung up: there is nothing to put back
    try:
        if select.select([], [fd], [], _PATIENCE_S)[1]:
            os.write(fd, LEAVE.encode("ascii"))
    except OSError:
        return


def leave_on_signals(fd: int, attributes: TtyAttributes | None) -> None:
    """End at once on SIGHUP (exit 129), SIGINT (130) and SIGTERM (143), also where SIGHUP was ignored (nohup)."""
    nowhere = os.open(os.devnull, os.O_WRONLY)

    def leave(number: int, frame: object) -> None:
        terminal = os.dup(fd)
        os.dup2(nowhere, fd)  # what a thread still wants to draw must not come after the last word
        restore(terminal, attributes)
        os._exit(128 + number)

    for number in (_signal.SIGHUP, _signal.SIGINT, _signal.SIGTERM):
        _signal.signal(number, leave)
