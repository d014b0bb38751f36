"""The palette: a few letters find an action, enter does it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual import on
from textual.binding import Binding
from textual.widget import Widget

from console.screens.actions.board import REGISTRY
from console.screens.actions.registry import Action, ways
from console.screens.base import DeskScreen
from console.screens.prompts import Prompt
from widgets.lineinput import LineInput
from widgets.panel import Panel
from widgets.rowlist import Figure, RowList, RowView
from widgets.text import Span


class FinderScreen(DeskScreen):
    """Every action that can be done where one comes from, narrowed by what is typed."""

    BINDINGS = [  # noqa: RUF012 - Textual's name and type
        Binding("down,ctrl+n", "choose(1)", priority=True, show=False),
        Binding("up,ctrl+p", "choose(-1)", priority=True, show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._line = LineInput("find: ")
        self._list = Panel([Span("Actions")])
        self._found: list[Action] = []

    def body(self) -> Iterable[Widget]:
        yield self._line
        yield self._list

    def on_mount(self) -> None:
        self._line.focus()
        self._search("")

    def action_choose(self, by: int) -> None:
        self._list.rows.action_move(by)

    def _search(self, typed: str) -> None:
        self._found = REGISTRY.search(typed, self.board.desk)
        self._list.rows.set_rows([_row(action) for action in self._found])
        self._list.rows.action_first()
        self._list.set_notice("" if self._found else "No action has these letters.")

    @on(LineInput.Changed)
    def _typed(self, message: LineInput.Changed) -> None:
        message.stop()
        if not isinstance(message, (LineInput.Submitted, LineInput.Cancelled)):
            self._search(message.value)

    @on(LineInput.Submitted)
    def _chosen(self, message: LineInput.Submitted) -> None:
        message.stop()
        self._do(self._list.rows.selected_key)

    @on(LineInput.Cancelled)
    def _given_up(self, message: LineInput.Cancelled) -> None:
        message.stop()
        self.app.pop_screen()

    @on(RowList.Activated)
    def _clicked(self, message: RowList.Activated) -> None:
        self._do(message.key)

    def _do(self, action_id: str | None) -> None:
        """Leave the palette, then do the action where one came from; ask for its argument if it wants one."""
        if action_id is None:
            return
        board, action = self.board, REGISTRY.by_id(action_id)
        board.pop_screen()

        def run() -> None:
            if action.argument:
                desk = board.desk
                offered = partial(REGISTRY.complete, desk=desk)
                board.ask(Prompt(":", desk.run_line, f"{action.command} ", complete=offered))
            else:
                board.action_do(action.id)

        board.call_later(run)


def _row(action: Action) -> RowView:
    return RowView(action.id, "ok", (Span(action.title),), (Figure(ways(action), "key"),), note=action.help)
