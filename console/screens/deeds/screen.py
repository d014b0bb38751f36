"""An action on Nomad before, while and after it is done: the plan in full, the name to type, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from console.screens.base import DeskScreen
from console.screens.deeds.deed import Deed, Told
from console.screens.deeds.text import deed_lines
from console.screens.prompts import Prompt
from console.screens.trail import trail_spans
from console.signals import Pane
from widgets.text import Span, clean
from widgets.textview import TextView

if TYPE_CHECKING:
    from console.screens.errands import Errands


_SIGNS = {"planning": " wait for the plan, esc leaves > ", "planned": " type {} > "}


class DeedScreen(DeskScreen):
    """Nothing is sent before the name was typed. Who leaves while it is done hears of its outcome in the banner."""

    BINDINGS: ClassVar[list[BindingType]] = [  # while the name is typed the keys of lists belong to its line
        Binding("pagedown,ctrl+f", "page(1)", "a page down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "a page up", show=False),
    ]

    def __init__(self, errands: Errands, asked: Mapping[str, Any]) -> None:
        super().__init__()
        self._view = TextView()
        self._action = str(asked["action"]).title()
        self._sign = ""
        self._deed = Deed(errands, asked, self._told, self._in_turn)

    @property
    def under_way(self) -> bool:
        """Whether it is being done now."""
        return self._deed.told.stage == "sent"

    def body(self) -> Iterable[Widget]:
        yield self._view

    def on_mount(self) -> None:
        self._board = self.board
        self._board.deeds.append(self._deed)
        self.set_focus(self._view)  # at once: the line that asks takes it over
        self._deed.plan()

    def title_spans(self, width: int) -> tuple[list[Span], list[Span]]:
        right = self.board.picture.title(width)[1]
        title = self._deed.told.title or self._action
        return trail_spans((title,), width, right, self.board.palette.glyphs.more), right

    def action_page(self, pages: int) -> None:
        """Read on while the name is asked for."""
        self._view.action_scroll_pages(pages)

    def _in_turn(self, work: Callable[[], None]) -> bool:
        """From another thread into the app's; the screen may have been left by then, the app is there."""
        return self._board.call_later(work)

    def _told(self) -> None:
        told, board = self._deed.told, self._board
        self._view.set_lines(lambda width: deed_lines(told, board.palette.glyphs, width))
        if self not in board.screen_stack:
            if told.stage == "over":
                board.say(f"{told.title}: {told.outcome or told.problem}.")
            return
        self._ask_for(told)
        self.show(set(Pane))

    def _ask_for(self, told: Told) -> None:
        """Ask for the name once the plan is there. What is typed before goes to a line of its own and counts for
        nothing: on the screen its letters would be commands."""
        wanted = _SIGNS.get(told.stage, "").format(clean(told.name))
        if wanted == self._sign and self.asking:
            return
        self._sign = wanted
        if wanted:
            self.ask(Prompt(wanted, self._name_typed, given_up=self._given_up))
        elif self.asking:
            self._answered()

    def _name_typed(self, line: str) -> None:
        if self._deed.told.stage == "planned":
            self._deed.confirm(line)
        else:
            self._told()

    def _given_up(self) -> None:
        if self.board.screen is self:
            self.board.pop_screen()
