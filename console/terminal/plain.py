"""Textual's terminal driver without its polling: the input thread sleeps until a key or a wake-up arrives.

Two more differences: the alternate screen is not entered a second time (the first frame did that, and entering it
again would clear it), and a terminal that has gone ends the process instead of being read for ever.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
from codecs import getincrementaldecoder
from typing import Any

from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

_ENTER_ALTERNATE_SCREEN = "\x1b[?1049h"
_ESCAPE_WAIT_S = 0.1


class PlainDriver(LinuxDriver):
    """The driver of a board whose first frame is on the terminal already."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._screen_is_open = True
        if sys.__stdout__ is not None and sys.__stdout__.isatty():
            self._file = sys.__stdout__  # standard error may be on its way to a file
        self._wake_out = self._wake_in = -1

    def start_application_mode(self) -> None:
        self._wake_out, self._wake_in = os.pipe()  # anew after the terminal was handed to somebody and came back
        os.set_blocking(self._wake_in, False)
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's

    def write(self, data: str) -> None:
        if data == _ENTER_ALTERNATE_SCREEN and self._screen_is_open:
            self._screen_is_open = False  # left and entered anew when the process was stopped and continued
            return
        self.send(data)

    def send(self, data: str) -> None:
        """Hand it to the thread that writes."""
        super().write(data)

    def disable_input(self) -> None:
        with contextlib.suppress(OSError):
            os.write(self._wake_in, b"x")
        super().disable_input()

    def close(self) -> None:
        super().close()
        for end in (self._wake_out, self._wake_in):
            with contextlib.suppress(OSError):
                os.close(end)
        self._wake_out = self._wake_in = -1

    def run_input_thread(self) -> None:
        """Read keys until told to stop. Only a begun escape sequence makes it look at the clock."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            waiting = _ESCAPE_WAIT_S if parser._timeout_time is not None else None
            ready = select.select([self.fileno, self._wake_out], [], [], waiting)[0]
            if self._wake_out in ready:
                os.read(self._wake_out, 64)
                break
            if self.fileno in ready:
                text = self.received(decode(self._read()))
                for event in parser.feed(text) if text else ():  # nothing at all would be the end of input
                    self.process_message(event)
            for event in parser.tick():
                self.process_message(event)
        with contextlib.suppress(EOFError, ParseError):
            list(parser.feed(""))

    def received(self, text: str) -> str:
        """What of this is to be understood as typed."""
        return text

    def _read(self) -> bytes:
        """Bytes from the terminal. At its end there is nobody to show anything to: leave as on a hang-up."""
        try:
            data = os.read(self.fileno, 4096)
        except OSError:
            data = b""
        if not data:
            os.kill(os.getpid(), signal.SIGHUP)
            self.exit_event.wait()
        return data
