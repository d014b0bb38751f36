"""A prompt of one line, for a filter or a command: no blinking cursor, a completion hint, a history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from widgets.lines import LineWidget, strip_of
from widgets.text import Span, clean, fit, fit_spans

Complete = Callable[[str], Sequence[str]]
_MOST_HISTORY = 100


class LineInput(LineWidget, can_focus=True):
    """A line that is typed.

    ``complete`` gives what a text could become, best first; the rest of the first one is shown as a hint and taken
    with tab; tab again takes the next. Enter submits, Esc (or backspace when empty) cancels; the caller shows and
    hides the widget.
    """

    DEFAULT_CSS = "LineInput { height: 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "do it", show=False),
        Binding("escape", "cancel", "leave", show=False),
        Binding("tab", "complete(1)", "complete", show=False),
        Binding("shift+tab", "complete(-1)", "complete backwards", show=False),
        Binding("up", "recall(-1)", "earlier line", show=False),
        Binding("down", "recall(1)", "later line", show=False),
        Binding("left", "go(-1)", "left", show=False),
        Binding("right", "go(1)", "right, or take the hint at the end", show=False),
        Binding("home,ctrl+a", "go_to_start", "start of the line", show=False),
        Binding("end,ctrl+e", "go_to_end", "end of the line", show=False),
        Binding("backspace,ctrl+h", "delete_left", "delete before the cursor", show=False),
        Binding("delete", "delete_right", "delete at the cursor", show=False),
        Binding("ctrl+w", "delete_word", "delete the word before the cursor", show=False),
        Binding("ctrl+u", "delete_to_start", "delete to the start", show=False),
    ]

    class Changed(Message):
        """The text is another one."""

        def __init__(self, line_input: LineInput, value: str) -> None:
            super().__init__()
            self.line_input = line_input
            self.value = value

        @property
        def control(self) -> LineInput:
            return self.line_input

    class Submitted(Changed):
        """Enter."""

    class Cancelled(Changed):
        """Esc, or backspace in an empty line."""

    def __init__(
        self,
        prompt: str = ":",
        complete: Complete | None = None,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._prompt = prompt
        self._complete = complete
        self._value = ""
        self._at = 0
        self._message = Span("")
        self._history: list[str] = []
        self._recalled = 0
        self._choices: tuple[str, ...] = ()
        self._choice = -1

    @property
    def value(self) -> str:
        """What has been typed."""
        return self._value

    def open(self, prompt: str, value: str = "", complete: Complete | None = None) -> None:
        """Start a new line with that prompt (``/`` or ``:``); the history stays."""
        self._prompt = prompt
        self._complete = complete
        self._message = Span("")
        self._recalled = len(self._history)
        self._forget_choices()
        self._value, self._at = clean(value), len(clean(value))
        self.repaint()

    def set_message(self, text: str, role: str = "warn") -> None:
        """Say something about the line, at its right end (what is wrong with it, how many rows match)."""
        self._message = Span(text, role)
        self.repaint()

    def insert(self, text: str) -> None:
        """Put text in at the cursor, without line breaks or control characters."""
        text = clean(text)
        self._forget_choices()
        self._set(self._value[: self._at] + text + self._value[self._at :], self._at + len(text))

    # drawing

    def line(self, y: int, width: int) -> Strip:
        palette = self.palette
        if y or width < 1:
            return Strip.blank(width, palette.base)
        message = fit_spans([self._message], width // 2, palette.glyphs.more) if self._message.text else []
        taken = sum(cell_len(span.text) for span in message)
        prompt = fit_spans([Span(self._prompt, "prompt")], width)
        room = width - taken - sum(cell_len(span.text) for span in prompt)
        before, under, after = self._visible(room)
        rest = room - sum(map(cell_len, (before, under, after)))
        hint = fit_spans([Span(self._hint, "hint")], max(0, rest)) if self._at == len(self._value) else []
        if hint and under == " ":  # the cursor stands on the first character of the hint
            under, hint = hint[0].text[0], fit_spans([Span(hint[0].text[1:], "hint")], rest)
        space = room - sum(map(cell_len, (before, under, after))) - sum(cell_len(span.text) for span in hint)
        cursor = "cursor" if self.has_focus else ""
        parts = [*prompt, Span(before), Span(under, cursor), Span(after), *hint, Span(" " * space), *message]
        return strip_of(map(palette.segment, parts), width)

    def _visible(self, room: int) -> tuple[str, str, str]:
        """The part of the text around the cursor that fits: before it, under it, after it."""
        if room < 1:
            return "", "", ""
        before, after = self._value[: self._at], self._value[self._at + 1 :]
        under = self._value[self._at : self._at + 1] or " "
        while before and cell_len(before) + cell_len(under) > room:
            before = before[1:]
        left = max(0, room - cell_len(before) - cell_len(under))
        after = fit(after, left).rstrip() if cell_len(after) > left else after
        return before, under if cell_len(under) <= room else " ", after

    @property
    def _hint(self) -> str:
        """What tab would add."""
        found = self._possible()
        return clean(found[0])[len(self._value) :] if found and self._choice < 0 else ""

    def _possible(self) -> tuple[str, ...]:
        if self._complete is None or not self._value:
            return ()
        return tuple(choice for choice in map(clean, self._complete(self._value)) if choice.startswith(self._value))

    # keys

    def on_key(self, event: events.Key) -> None:
        if event.is_printable and event.character:
            self.insert(event.character)
            event.stop()  # or the letter would also be a command of the screen
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        self.insert(event.text.strip("\r\n"))
        event.stop()

    def action_submit(self) -> None:
        if self._value and self._history[-1:] != [self._value]:
            self._history = [*self._history, self._value][-_MOST_HISTORY:]
        self._recalled = len(self._history)
        self.post_message(self.Submitted(self, self._value))

    def action_cancel(self) -> None:
        self.post_message(self.Cancelled(self, self._value))

    def action_complete(self, step: int) -> None:
        if not self._choices:
            self._choices = self._possible()
            self._choice = -1 if step > 0 else 0
        if self._choices:
            self._choice = (self._choice + step) % len(self._choices)
            taken = self._choices[self._choice]
            self._set(taken, len(taken))

    def action_recall(self, step: int) -> None:
        at = self._recalled + step
        if 0 <= at <= len(self._history):
            self._recalled = at
            text = self._history[at] if at < len(self._history) else ""
            self._forget_choices()
            self._set(text, len(text))

    def action_go(self, step: int) -> None:
        if step > 0 and self._at == len(self._value) and self._hint:
            self.action_complete(1)
            return
        self._at = max(0, min(len(self._value), self._at + step))
        self.repaint()

    def action_go_to_start(self) -> None:
        self.action_go(-len(self._value))

    def action_go_to_end(self) -> None:
        self.action_go(len(self._value) - self._at)

    def action_delete_left(self) -> None:
        if not self._value:
            self.action_cancel()
        self._cut(max(0, self._at - 1), self._at)

    def action_delete_right(self) -> None:
        self._cut(self._at, self._at + 1)

    def action_delete_word(self) -> None:
        kept = self._value[: self._at].rstrip().rpartition(" ")
        self._cut(len(kept[0] + kept[1]), self._at)

    def action_delete_to_start(self) -> None:
        self._cut(0, self._at)

    def _cut(self, start: int, end: int) -> None:
        self._forget_choices()
        self._set(self._value[:start] + self._value[end:], start)

    def _forget_choices(self) -> None:
        self._choices, self._choice = (), -1

    def _set(self, value: str, at: int) -> None:
        changed = value != self._value
        self._value, self._at = value, at
        if changed:
            self._message = Span("")
            self.post_message(self.Changed(self, value))
        self.repaint()
