"""What all screens share: title, verdict and standing above, keys or the prompt below, a sentence for want of room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.widget import Widget

from console.screens.actions.board import REGISTRY
from console.screens.actions.hints import fitting, use_of
from console.screens.board.layout import too_small
from console.screens.picture import hint_spans
from console.screens.prompts import Prompt
from console.signals import Pane
from widgets.lineinput import LineInput
from widgets.quiet import QuietScreen
from widgets.rowlist import RowList
from widgets.statusline import StatusLine
from widgets.text import Span

if TYPE_CHECKING:
    from console.screens.app import BoardApp


class DeskScreen(QuietScreen[None], inherit_bindings=False):
    """A screen between the title and the line of keys. Subclasses give ``body`` and ``show_body``."""

    AUTO_FOCUS = None
    TWO_LINES: ClassVar[bool] = False  # whether what is said has a line of its own and never stands for the verdict
    DEFAULT_CSS: ClassVar[str] = """
    DeskScreen { layout: vertical; overflow: hidden; }
    DeskScreen > #prompt { display: none; }
    DeskScreen.-asking > #keys { display: none; }
    DeskScreen > #too-small { display: none; height: 1fr; }
    DeskScreen.-small > * { display: none; }
    DeskScreen.-small > #too-small { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._title = StatusLine(role="header", id="title")
        self._verdict = StatusLine(role="header", id="verdict")
        self._standing = StatusLine(role="header", id="standing")
        self._keys = StatusLine(role="footer", id="keys")
        self._prompt = LineInput(id="prompt")
        self._too_small = RowList(id="too-small")
        self._asked: Prompt | None = None
        self._focus_before: Widget | None = None

    @property
    def board(self) -> BoardApp:
        """The app, as what it is."""
        from console.screens.app import BoardApp

        app = self.app
        assert isinstance(app, BoardApp)
        return app

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._verdict
        if self.TWO_LINES:
            yield self._standing
        yield from self.body()
        yield self._prompt
        yield self._keys
        yield self._too_small

    def body(self) -> Iterable[Widget]:
        """What lies between those lines and the keys."""
        raise NotImplementedError

    def make_room(self) -> None:
        """Give the body's parts their room; the screen has another size."""

    def show_body(self, changed: set[Pane]) -> None:
        """Draw what changed in the picture."""

    def title_spans(self, width: int) -> tuple[list[Span], list[Span]]:
        """The first line, from its left and up to its right end."""
        return self.board.picture.title(width)

    def show(self, changed: set[Pane]) -> None:
        """Draw what changed in the picture: the lines around, then the body."""
        picture, desk = self.board.picture, self.board.desk
        if picture.place is None:
            return  # nothing has been read yet
        width = (self.size or self.app.size).width
        self._title.set_spans(*self.title_spans(width))
        if self.TWO_LINES:
            self._verdict.set_spans(*picture.verdict_line(width))
            self._standing.set_spans(*picture.standing(width))
        else:
            self._verdict.set_spans(picture.said_line() or picture.verdict_line(width)[0])
        self._keys.set_spans(hint_spans(fitting(REGISTRY.hints(desk), use_of(desk), width)))
        self.show_body(changed)

    def on_mount(self) -> None:
        if self.app.screen_stack[0] is not self:
            self.board.picture.said = ""  # it was about the screen before
        self.show(set(Pane))

    def on_screen_resume(self) -> None:
        self.show(set(Pane))

    def on_resize(self, event: events.Resize) -> None:
        sentence = too_small(event.size.width, event.size.height)
        self._too_small.set_empty(sentence, "warn")
        self.set_class(bool(sentence), "-small")
        self.make_room()
        self.show(set(Pane))

    # -- the prompt --------------------------------------------------------------------------------------------------

    def ask(self, prompt: Prompt) -> None:
        """Ask for a line in place of the keys."""
        if self._asked is None:
            self._focus_before = self.focused
        self._asked = prompt
        self._prompt.open(prompt.sign, prompt.value, prompt.complete)
        self.add_class("-asking")
        # At once, not with the next styling: what is typed ahead belongs to the line, not to the board's keys.
        self._prompt.display = True
        self.set_focus(self._prompt)

    @property
    def asking(self) -> bool:
        return self._asked is not None

    def _answered(self) -> Prompt | None:
        prompt, self._asked = self._asked, None
        self.remove_class("-asking")
        self._prompt.display = False
        self.set_focus(self._focus_before)
        return prompt

    @on(LineInput.Changed, "#prompt")
    def _typed(self, message: LineInput.Changed) -> None:
        if self._asked is not None:
            self._asked.typed(message.value)

    @on(LineInput.Submitted, "#prompt")
    def _submitted(self, message: LineInput.Submitted) -> None:
        prompt = self._answered()
        if prompt is not None:
            prompt.done(message.value)

    @on(LineInput.Cancelled, "#prompt")
    def _cancelled(self) -> None:
        prompt = self._answered()
        if prompt is not None:
            prompt.given_up()
