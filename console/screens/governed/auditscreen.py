"""What the audit finds as of the time at which all screens stand: worst first, the chosen finding in full below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.widget import Widget

from console.panes.sheets.findings import LEVELS, AuditTable, Found
from console.savedfile import Saved, inert
from console.screens.actions.registry import RefusedError
from console.screens.base import DeskScreen
from console.screens.governed.auditlines import (
    COLUMNS,
    NAME,
    finding_lines,
    head_spans,
    nothing_text,
    plain_lines,
    rows_of,
)
from console.screens.out.copying import Offer
from console.screens.trail import trail_spans
from console.signals import EntityRef, Pane
from widgets.rowlist import RowList
from widgets.statusline import StatusLine
from widgets.tablelist import TableList
from widgets.text import Span
from widgets.textview import TextView


class AuditScreen(DeskScreen):
    """Findings, sifted by a text and by how severe they are. ``d`` gives the finding in full keys and room."""

    DEFAULT_CSS: ClassVar[str] = """
    AuditScreen > #finding { height: 9; }
    AuditScreen.-full > #finding { height: 75%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._head = StatusLine(role="footer")
        self._list = TableList()
        self._full = TextView(id="finding")
        self._text = ""
        self._level = "all"
        self._shown: Sequence[Found] = ()
        self._drawn: tuple[AuditTable | None, str, str] | None = None
        self._told: tuple[Found | None, int, int] | None = None

    def body(self) -> Iterable[Widget]:
        yield self._head
        yield self._list
        yield self._full

    def on_mount(self) -> None:
        self._list.set_titles(Span(NAME, "muted"), [(Span(one.title, "muted"), one) for one in COLUMNS], len(NAME))
        self._list.focus()

    def on_screen_resume(self) -> None:
        self.board.ask_reader(lambda tape: tape.inventory.governed.show_audit(True))

    def on_screen_suspend(self) -> None:
        self.board.ask_reader(lambda tape: tape.inventory.governed.show_audit(False))

    def on_unmount(self) -> None:
        self.board.ask_reader(lambda tape: tape.inventory.governed.show_audit(False))

    def make_room(self) -> None:
        height = self.size.height
        self._full.styles.height = None if self.has_class("-full") else 8 if height < 30 else 11 if height < 45 else 15

    # -- what is shown -------------------------------------------------------------------------------------------------

    def title_spans(self, width: int) -> tuple[list[Span], list[Span]]:
        right = self.board.picture.title(width)[1]
        return trail_spans(("Audit",), width, right, self.board.palette.glyphs.more), right

    def show_body(self, changed: set[Pane]) -> None:
        picture = self.board.picture
        table, place = picture.audit, picture.place
        if place is None or (table is None and self._shown):
            return  # it has just come back in front, and is read anew
        wanted = (table, self._text, self._level)
        if wanted != self._drawn:
            self._drawn = wanted
            self._shown = table.sifted(self._text, self._level) if table is not None else ()
            self._list.set_rows(rows_of(self._shown, place.at_ms))
            self._list.set_empty(nothing_text(table, place))
        if table is not None:
            self._head.set_spans(*head_spans(table, self._shown, self._text, self._level, self.size.width))
        self._tell()

    def _tell(self) -> None:
        one, table = self.selected, self.board.picture.audit
        at_ms = table.at_ms if table is not None else 0
        if (one, at_ms, self.size.width) != self._told:
            self._told = (one, at_ms, self.size.width)
            self._full.set_lines(lambda width: finding_lines(one, at_ms, width))

    @property
    def selected(self) -> Found | None:
        """The finding at the cursor."""
        key = self._list.selected_key
        return next((one for one in self._shown if one.key == key), None)

    @property
    def subject(self) -> EntityRef | None:
        """What the finding at the cursor is about."""
        one = self.selected
        return one.subject if one is not None else None

    @on(RowList.Selected)
    def _selected(self) -> None:
        self._full.action_scroll_by(-1_000_000)
        self.show(set())

    # -- what keys do --------------------------------------------------------------------------------------------------

    def describe(self) -> None:
        """Let the finding in full have the keys and most of the room; again: the list."""
        full = not self.has_class("-full")
        self.set_class(full, "-full")
        self.make_room()
        (self._full if full else self._list).focus()

    def go_on(self) -> None:
        """Look into what the finding at the cursor is about."""
        one = self.selected
        if one is None:
            return
        if one.subject is None:
            raise RefusedError(f"{one.doc['subject']} is nothing that can be looked into.")
        from console.screens.drill.screen import DetailScreen

        self.app.push_screen(DetailScreen(str(one.subject), trail=("Audit",)))

    @on(RowList.Activated)
    def _activated(self) -> None:
        if self.board.screen is self:
            try:
                self.go_on()
            except RefusedError as refused:
                self.board.say(str(refused))

    @property
    def sifted_by(self) -> str:
        """The text that findings must have."""
        return self._text

    def sift_by(self, text: str) -> None:
        """Show only findings with this text."""
        self._text = text.strip()
        self.show(set())

    def set_severity(self, text: str) -> None:
        """Hide what is less severe; no text: the next of all, high, critical."""
        if not text:
            text = LEVELS[(LEVELS.index(self._level) + 1) % len(LEVELS)]
        if text not in LEVELS:
            raise RefusedError(f"There is no severity '{text}'; there are {', '.join(LEVELS)}.")
        self._level = text
        self.show(set())

    def clear(self) -> bool:
        """Back from the finding in full, then show all findings; False where nothing was hidden."""
        if self.has_class("-full"):
            self.describe()
            return True
        if not self._text and self._level == "all":
            return False
        self._text, self._level = "", "all"
        self.show(set())
        return True

    def offer(self, what: str) -> Offer | None:
        """The id of the finding at the cursor, or what it is about."""
        one = self.selected
        if one is None:
            raise RefusedError("No finding is chosen here.")
        return {"id": Offer(one.key, f"'{one.key}'"), "name": Offer(one.doc["name"], f"'{one.doc['name']}'")}.get(what)

    def to_save(self) -> Saved | None:
        """All findings that are shown, each in full."""
        table = self.board.picture.audit
        return Saved("audit", "txt", inert(plain_lines(table, self._shown))) if table is not None else None
