"""The terminal handed to another program and taken back: it looks and behaves as it did before, whatever that did.

The board goes on meanwhile, without drawing: what comes in is taken in, so nothing piles up. Keys that end a program
go to the other one alone.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from console.screens.actions.registry import RefusedError
from console.screens.opening.hangup import tty_attributes

if TYPE_CHECKING:
    from textual.driver import Driver

    from console.screens.app import BoardApp

QUICK_S = 3.0  # who ended so soon and badly has said why, and that must be read before it is covered
_STDIN, _STDOUT = 0, 1
_Handler = Any


class Ended(NamedTuple):
    """How a program came to its end: its exit code (None: it could not be started, ``problem`` says why)."""

    code: int | None
    problem: str = ""


def lend_terminal(app: BoardApp, words: Sequence[str], env: Mapping[str, str], back: Callable[[Ended], None]) -> None:
    """Run a program in the terminal. ``back`` is called by the app once it has ended and the board is there again.

    Called in the app's thread. Raises RefusedError where there is no terminal to lend.
    """
    driver = app._driver
    if driver is None or not driver.can_suspend or not os.isatty(_STDOUT):
        raise RefusedError("There is no terminal here that another program could use.")
    lent = _Lent(app, driver)
    lent.leave()

    def work() -> None:
        ended = _run(words, env, lent)
        app.call_later(lent.come_back, ended, back)

    threading.Thread(target=work, name="handed-over", daemon=True).start()


class _Lent:
    """The terminal while it is somebody else's."""

    def __init__(self, app: BoardApp, driver: Driver) -> None:
        self._app = app
        self._driver = driver
        self._attributes: Any = None
        self._handlers: dict[signal.Signals, _Handler] = {}
        self.process: subprocess.Popen[bytes] | None = None

    def leave(self) -> None:
        """Put the terminal back as it was before the board, and stay away from it."""
        self._app._begin_batch()  # no drawing, no layout
        self._driver.suspend_application_mode()
        self._driver._auto_restart = False  # the other program may stop and go on: that is no reason to come back
        self._attributes = tty_attributes(_STDOUT)
        for number, handler in (
            (signal.SIGINT, _nothing),  # a function, for a program inherits what is ignored
            (signal.SIGQUIT, _nothing),
            (signal.SIGTSTP, signal.SIG_IGN),  # inherited on purpose: who stopped it would wait for ever
            (signal.SIGTERM, self._end),
            (signal.SIGHUP, self._end),
        ):
            self._handlers[number] = signal.signal(number, handler)

    def _end(self, number: int, frame: object) -> None:
        """Somebody ends the board: the other program ends, too."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
        handler = self._handlers[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    def come_back(self, ended: Ended, back: Callable[[Ended], None]) -> None:
        """Take the terminal again, whatever the other program left of it, and draw all of it."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._driver._auto_restart = True
        self._driver.resume_application_mode()
        self._app._end_batch()
        self._draw_all()
        back(ended)

    def _draw_all(self) -> None:
        app = self._app
        app.redraw()
        app._display(app.screen, app.screen._compositor.render_update(full=True))

    def settle(self) -> None:
        """Line settings as they were, also where the other program died without putting them back."""
        if self._attributes is not None:
            with contextlib.suppress(termios.error):  # hung up
                termios.tcsetattr(_STDOUT, termios.TCSANOW, self._attributes)


def _nothing(number: int, frame: object) -> None:
    return None


def _run(words: Sequence[str], env: Mapping[str, str], lent: _Lent) -> Ended:
    """In a thread: the program from its start to its end, and time to read what it said where it failed at once."""
    began_s = time.monotonic()
    try:
        sys.stdout.flush()
        lent.process = subprocess.Popen(words, env=dict(env), stderr=_STDOUT)
    except OSError as error:
        return Ended(None, error.strerror or "it cannot be run")
    code = lent.process.wait()
    lent.settle()
    if code and time.monotonic() - began_s < QUICK_S:
        _wait_for_enter(f"\r\n{words[0].rpartition('/')[2]} ended with {code}; enter goes back to the board. ")
    return Ended(code)


def _wait_for_enter(sentence: str) -> None:
    try:
        os.write(_STDOUT, sentence.encode())
        os.read(_STDIN, 4096)
    except OSError:
        return
