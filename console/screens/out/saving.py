"""What a screen hands out to be saved, and saving it, which nobody waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual.screen import Screen
from textual.widget import Widget

from console.inventory.shapes import Table
from console.plain import plain
from console.savedfile import Saved, SaveError, csv_text, inert, save
from console.screens.out.widgettext import lines_of
from console.screens.unseen import as_seen, none_is_seen
from console.signals import Pane
from widgets.statusline import StatusLine

if TYPE_CHECKING:
    from console.panes.rows import PaneRow
    from console.screens.app import BoardApp

_AROUND = ("keys", "prompt", "too-small")  # of every screen; they say nothing of what it is about


@runtime_checkable
class Saving(Protocol):
    """A screen that says itself what is saved of it."""

    def to_save(self) -> Saved | None:
        """What to save; None: all that it shows, as text."""
        ...


@runtime_checkable
class Listing(Protocol):
    """A screen with a list of the inventory's."""

    @property
    def table(self) -> Table | None: ...


def save_screen(app: BoardApp, named: str = "") -> None:
    """Save what is in front, and say where it is or why it is nowhere."""
    made, state_dir = saved_of(app), app.own_settings.state_dir

    def work() -> None:
        try:
            saved = made()
            said = f"Saved to {_at_home(save(saved, state_dir, named))}."
        except SaveError as error:
            said = str(error)
        app.call_later(app.say, said)

    threading.Thread(target=work, name="saving", daemon=True).start()


def saved_of(app: BoardApp) -> Callable[[], Saved]:
    """The screen in front as a file: what it says itself, a list as CSV, anything else as text. What is told here is
    as it is now; a list of ten thousand lines is written out by whoever calls what this returns."""
    screen = app.screen
    if screen is app.board_screen:
        rows = dict(app.picture.rows)
        return lambda: Saved("board", "csv", board_csv(rows))
    own = screen.to_save() if isinstance(screen, Saving) else None
    if own is not None:
        return lambda: own
    table = screen.table if isinstance(screen, Listing) else None
    if table is not None:
        stale = none_is_seen(app.picture.feeds[Pane.SCHEDULING])
        return lambda: Saved(f"{table.query.kind.value}s", "csv", table_csv(table, stale=stale))
    text = Saved(_called(app), "txt", inert(screen_text(screen)))
    return lambda: text


def _at_home(path: Path) -> str:
    """A path as it is told: short, where it is in one's home."""
    return plain(f"~/{path.relative_to(Path.home())}" if path.is_relative_to(Path.home()) else str(path))


def _called(app: BoardApp) -> str:
    """What is in front, as its title says."""
    title = app.screen.query_one("#title", StatusLine).plain()[0].strip()
    trail = title.partition("   ")[0].rpartition(" > ")[2]
    return trail if " > " in title else type(app.screen).__name__.removesuffix("Screen").lower()


def screen_text(screen: Screen[object]) -> list[str]:
    """All that a screen has to show, from its first line to its last, part after part."""
    lines: list[str] = []
    for widget in screen.walk_children(Widget):
        if widget.id in _AROUND:
            continue
        told = lines_of(widget)
        if told and lines and not isinstance(widget, StatusLine):
            lines.append("")
        lines += told
    return lines


def board_csv(panes: Mapping[Pane, Sequence[PaneRow]]) -> str:
    """The rows of all panes, also those that a filter hides."""
    rows = [
        [pane.value, row.health.value, row.name, row.word, row.note,
         "; ".join(f"{one.label} {one.text}".strip() for one in row.numbers if one.text), str(row.entity)]
        for pane, of_pane in panes.items() for row in of_pane
    ]  # fmt: skip
    return csv_text(["pane", "health", "name", "state", "note", "numbers", "entity"], rows)


def table_csv(table: Table, *, stale: bool = False) -> str:
    """A list with its columns, in the order in which it is shown. ``stale``: no Nomad is seen now."""
    columns = [column.title for column in table.section.columns]
    rows = [
        [as_seen(line.health, stale=stale).value, line.name, line.word, *(cell.text for cell in line.cells),
         *[""] * (len(columns) - len(line.cells)), line.where, line.note, line.key]
        for line in table.section.lines
    ]  # fmt: skip
    return csv_text(["health", "name", "state", *columns, "where", "note", "id"], rows)
