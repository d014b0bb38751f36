"""The driver that sends only what differs, no more at a time than the way to the terminal takes, and never waits.

Textual's updates are drawn on a canvas (see ``drawing``). A frame is what of it differs from the terminal; one is made
when there is room for it, so a slow link gets the newest state and nothing that is out of date. All else that
is written goes through as it is, in order.
"""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Callable
from typing import Any

from rich.color import ColorSystem
from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._compositor import CompositorUpdate
from textual.geometry import Size
from textual.message import Message

from console.terminal.canvas import Canvas
from console.terminal.encoding import Pen
from console.terminal.link import TICK_S, Link
from console.terminal.outlet import Outlet
from console.terminal.plain import PlainDriver
from console.terminal.updates import draw

_ASK = "\x1b[6n"
_OFF_FIRST_ROW = "\x1b[2H"
_ANSWER = re.compile(r"\x1b\[(?:[2-9]|[1-9]\d+);\d+R")  # one from the first row would be a function key
_SYNC_START, _SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
_SYNC_FROM = 512  # a smaller frame arrives in one piece anyway
_PRESSED_S = 0.05  # what is drawn so soon after a key is what it did
_CLEARING = ("\x1b[?1049h", "\x1b[2J", "\x1bc")


class FastDriver(PlainDriver):
    """A driver with a canvas. Where the terminal cannot be opened a second time it is a plain one.

    ``tick_s`` is how often data should come at most; the app is told by its `paced` when that changes.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.tick_s = TICK_S
        self.synchronised = False
        self._canvas: Canvas | None = None
        self._link = Link()
        self._outlet: Outlet | None = None
        self._thread = threading.get_ident()
        self._encoding = getattr(self._file, "encoding", None) or "utf-8"
        self._last_words: list[str] | None = None
        self._pressed_s = 0.0
        self._drawn_s = 0.0
        self._stale_s: float | None = None  # since when data that has changed is not all on the terminal
        self._timer: asyncio.TimerHandle | None = None

    # -- coming and going --------------------------------------------------------------------------------------------

    def start_application_mode(self) -> None:
        if self._file is not None:
            self._outlet = Outlet.to(self._file.fileno(), self._loop, self._on_room)
        self._link.restart()
        super().start_application_mode()
        if self._outlet is not None and self._writer_thread is not None:
            self._writer_thread.stop()
            self._writer_thread = None
            self.redraw()

    def stop_application_mode(self) -> None:
        """Put the terminal back; what it has not taken by now is dropped."""
        self._last_words = []
        super().stop_application_mode()
        said, self._last_words = "".join(self._last_words), None
        if self._outlet is not None:
            self._outlet.last_words(self._encode(f"\x1b[m{said}"))
            self._leave()

    def _leave(self) -> None:
        if self._outlet is not None:
            self._outlet.close()
            self._outlet = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def close(self) -> None:
        self._leave()
        super().close()

    # -- drawing -----------------------------------------------------------------------------------------------------

    @property
    def draws(self) -> bool:
        """Whether updates can be drawn, rather than written as Textual would."""
        return self._outlet is not None

    def draw(self, update: CompositorUpdate, size: Size, colours: ColorSystem) -> None:
        """Have an update on the terminal as soon as that takes it; ``size`` is that of the whole screen."""
        canvas = self._canvas
        if canvas is None or (canvas.width, canvas.height) != size:
            canvas = self._canvas = Canvas(*size)
        now_s = time.monotonic()
        hurried = self._pressed_s >= self._drawn_s or now_s - self._pressed_s < _PRESSED_S
        self._drawn_s = now_s
        draw(canvas, update, colours, hurried)
        if not hurried and not canvas.clean and self._stale_s is None:
            self._stale_s = now_s
        self._send_frames()

    def redraw(self) -> None:
        """Draw everything again: somebody else has written on the terminal, or may have."""
        if self._canvas is not None:
            self._canvas.forget()
            self._send_frames()

    def _send_frames(self) -> None:
        """Send what differs, as far as the link takes it: what a key did first."""
        canvas, outlet = self._canvas, self._outlet
        if canvas is None or outlet is None or not canvas.width:
            return
        while outlet.is_free and not canvas.clean and self._link.takes(hurried := canvas.hurries):
            frame = self._frame(canvas, hurried)
            if frame:
                outlet.put(frame)
        self._look_at_the_clock()
        self._note_arrival()

    def _frame(self, canvas: Canvas, hurried: bool) -> bytes:
        """The next frame; nothing if what was drawn looks as it did."""
        room = self._link.room(hurried)
        pen = Pen()
        for y in canvas.take(hurried):
            pen.row(y, canvas.shown[y], canvas.wanted[y])
            if room is not None and pen.size >= room:
                break
        else:
            if room is None and hurried:
                for y in canvas.take(False):
                    pen.row(y, canvas.shown[y], canvas.wanted[y])
        if not pen.size:
            return b""
        pen.lift()
        now_s = time.monotonic()
        asks = canvas.height > 1 and self._link.asks(now_s)
        if asks:
            # Not on the first row: there an answer looks like a function key with shift or control.
            pen.put(_OFF_FIRST_ROW if pen.on_first_row else "")
        text = "".join(pen.out)
        if self.synchronised and len(text) >= _SYNC_FROM:
            text = f"{_SYNC_START}{text}{_SYNC_END}"
        frame = self._encode(f"{text}{_ASK}" if asks else text)
        if asks:
            self._link.sent(len(frame), now_s)
        return frame

    def _on_room(self) -> None:
        """All that was written has been taken."""
        self._send_frames()

    # -- answers -----------------------------------------------------------------------------------------------------

    def received(self, text: str) -> str:
        """Take answers out at once: a terminal may put one into the middle of a paste."""
        text, answers = _ANSWER.subn("", text)
        for _ in range(answers):
            self._soon(self._on_answer)
        return text

    def process_message(self, message: Message) -> None:
        """Called by the input thread for what was typed, and for answers that came in two pieces."""
        if isinstance(message, events.CursorPosition):
            if message.y > 0:
                self._soon(self._on_answer)
                return
            keys = ANSI_SEQUENCES_KEYS.get(f"\x1b[1;{message.x + 1}R")
            if not isinstance(keys, tuple):
                return
            message = events.Key(keys[0].value, None)
        if isinstance(message, events.InputEvent):
            self._pressed_s = time.monotonic()
        if isinstance(message, events.Resize):
            self._soon(self._on_resize)
        super().process_message(message)

    def _get_terminal_size(self) -> tuple[int, int]:
        """Asked for whenever the terminal says that it has another size, also when it has the old one again by now."""
        self._soon(self._on_resize)
        return super()._get_terminal_size()

    def _on_resize(self) -> None:
        """What terminals do with what they show differs. Textual draws everything when the size is another one."""
        canvas = self._canvas
        if canvas is not None:
            canvas.forget()
            if super()._get_terminal_size() == (canvas.width, canvas.height):
                self._send_frames()

    def _on_answer(self) -> None:
        self._link.answered(time.monotonic())
        self._send_frames()

    def _on_silence(self) -> None:
        self._timer = None
        self._link.lose(time.monotonic())
        self._send_frames()

    def _look_at_the_clock(self) -> None:
        """Only while something waits for an answer: a board at rest wakes nobody."""
        due_s = self._link.patient_until_s
        if due_s is None or self._canvas is None or (self._canvas.clean and self._link.answers is not None):
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        elif self._timer is None:
            self._timer = self._loop.call_later(max(0.0, due_s - time.monotonic()), self._on_silence)

    def _note_arrival(self) -> None:
        """Everything is on the terminal: how long did the data take?"""
        canvas, outlet, since_s = self._canvas, self._outlet, self._stale_s
        if since_s is None or canvas is None or outlet is None:
            return
        if canvas.clean and outlet.is_free and self._link.patient_until_s is None:
            self._stale_s = None
            tick_s = self._link.caught_up(time.monotonic() - since_s)
            if tick_s != self.tick_s:
                self.tick_s = tick_s
                self._tell_pace(tick_s)

    def _tell_pace(self, tick_s: float) -> None:
        paced = getattr(self._app, "paced", None)
        if paced is not None:
            paced(tick_s)

    # -- everything else that is written -----------------------------------------------------------------------------

    def send(self, data: str) -> None:
        """Modes, bells, the clipboard: as they are, and in order."""
        if self._last_words is not None:
            self._last_words.append(data)
        elif self._outlet is None:
            if self._writer_thread is not None:
                super().send(data)
        elif threading.get_ident() != self._thread:
            self._soon(lambda: self.send(data))
        else:
            self._outlet.put(self._encode(data))
            if any(clearing in data for clearing in _CLEARING):
                self._soon(self.redraw)

    def _soon(self, call: Callable[[], None]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call)

    def _encode(self, text: str) -> bytes:
        return text.encode(self._encoding, "replace")


# What the setting `terminal` chooses from.
DRIVERS: dict[str, type[PlainDriver]] = {"fast": FastDriver, "plain": PlainDriver}
