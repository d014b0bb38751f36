"""All objects of one kind that Nomad has, worst first: a line each, sorted and sifted as one likes."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.widget import Widget

from console.inventory.query import WORST_FIRST, Query, Within
from console.inventory.shapes import Table
from console.inventory.table import PLURALS, titles
from console.screens.base import DeskScreen
from console.screens.drill.keys import entity_of
from console.screens.lists.tableviews import TableViews, head_spans, title_spans
from console.screens.trail import trail_spans
from console.screens.unseen import none_is_seen, unseen
from console.signals import EntityKind, EntityRef, Pane
from widgets.rowlist import RowList
from widgets.statusline import StatusLine
from widgets.tablelist import TableList
from widgets.text import Span

KINDS = tuple(PLURALS)


class ListScreen(DeskScreen):
    """A list of the objects of a kind at the time at which all screens stand."""

    def __init__(self, kind: EntityKind) -> None:
        super().__init__()
        self._query = Query(kind)
        self._head = StatusLine(role="footer")
        self._list = TableList()
        self._shown: Table | None = None
        self._stale = False
        self._ahead = False  # enter was typed before the lines were there that are asked for

    def body(self) -> Iterable[Widget]:
        yield self._head
        yield self._list

    def on_mount(self) -> None:
        self._list.focus()

    def on_screen_resume(self) -> None:
        self._ask(self._query)

    def on_screen_suspend(self) -> None:
        self.board.ask_reader(lambda tape: tape.inventory.show(None))

    def on_unmount(self) -> None:
        if not isinstance(self.app.screen, ListScreen):
            self.board.ask_reader(lambda tape: tape.inventory.show(None))

    # -- what is shown -------------------------------------------------------------------------------------------------

    @property
    def what(self) -> str:
        """``allocations``."""
        return PLURALS[self._query.kind]

    @property
    def sifted_by(self) -> str:
        """The text that lines must have, as it was typed."""
        return self._query.filter

    @property
    def subject(self) -> EntityRef | None:
        """The object that the cursor is on."""
        key = self._list.selected_key
        return None if key is None else entity_of(key)

    @property
    def table(self) -> Table | None:
        """The list as it is shown: what is saved of it. None until all of it is there."""
        found = self._of_this_kind()
        return found if found is not None and found.whole else None

    def title_spans(self, width: int) -> tuple[list[Span], list[Span]]:
        right = self.board.picture.title(width)[1]
        return trail_spans((self.what.capitalize(),), width, right, self.board.palette.glyphs.more), right

    def show_body(self, changed: set[Pane]) -> None:
        within = self._within()
        if within != self._query.within:
            self._ask(self._query._replace(within=within))
        table, nomads = self.board.picture.table, self.board.picture.feeds[Pane.SCHEDULING]
        was, self._stale = self._stale, none_is_seen(nomads)
        if table is not None and table.query == self._query and (table is not self._shown or was is not self._stale):
            self._draw(table)
        self._head.set_spans(*head_spans(self._of_this_kind(), self.what, self.size.width, unseen(nomads)))

    def _draw(self, table: Table) -> None:
        before = self._shown
        another = before is None or before.query.kind is not table.query.kind
        at_end = before is not None and not before.whole and self._list.selected_key == before.section.lines[-1].key
        self._shown = table
        self._list.set_titles(*title_spans(table, self.board.palette.glyphs), table.section.name_cells)
        self._list.set_empty(table.section.empty)
        self._list.set_rows(TableViews(table, stale=self._stale))
        if another:
            self._list.action_first()
        elif at_end:
            self._list.action_last()  # the end of the list is meant, not that of its beginning
        if self._ahead:
            self._ahead = False
            self._list.action_activate()

    def _of_this_kind(self) -> Table | None:
        shown = self._shown
        return shown if shown is not None and shown.query.kind is self._query.kind else None

    def _within(self) -> Within:
        kept = self.board.picture.kept.within
        return Within(kept.namespace, kept.region, kept.cluster)

    def _ask(self, query: Query) -> None:
        self._query = query = query._replace(within=self._within())
        if self._of_this_kind() is None:
            self._list.set_rows(())
            self._list.set_empty("")
        self.board.ask_reader(lambda tape: tape.inventory.show(query))

    # -- what keys do --------------------------------------------------------------------------------------------------

    def turn_to(self, kind: EntityKind) -> None:
        """Show the objects of another kind, all of them."""
        if kind is not self._query.kind:
            self._ask(Query(kind))

    def cycle(self, by: int) -> None:
        """Show the next kind."""
        self.turn_to(KINDS[(KINDS.index(self._query.kind) + by) % len(KINDS)])

    def sift_by(self, text: str) -> None:
        """Show only lines with this text, or with ``!`` before it those without."""
        self._ask(self._query._replace(filter=text.strip()))

    def clear(self) -> bool:
        """Show all lines again; False where all are shown."""
        if not self._query.filter:
            return False
        self.sift_by("")
        return True

    def sort(self, by: int) -> None:
        """Sort by the next column, or with -1 by the one before: from left to right, worst first before them all."""
        order = titles(self._query.kind)
        at = (order.index(self._query.sorted_by) + by) % len(order)
        self._ask(self._query._replace(sorted_by=order[at], inverted=False))

    def invert(self) -> None:
        """Turn the order around."""
        self._ask(self._query._replace(inverted=not self._query.inverted))

    def worst_first(self) -> None:
        """The order that the list begins with."""
        self._ask(self._query._replace(sorted_by=WORST_FIRST, inverted=False))

    def go_on(self) -> None:
        """Look into the object that the cursor is on."""
        self._list.action_activate()

    @on(RowList.Activated)
    def _activated(self, message: RowList.Activated) -> None:
        from console.screens.drill.screen import DetailScreen

        front, shown = self.board.screen, self._shown
        if isinstance(front, DetailScreen):
            front.go_on()  # it was typed for what the key before it opens
        elif shown is None or shown.query != self._query:
            self._ahead = True
        elif message.key and front is self:
            self.app.push_screen(DetailScreen(message.key, None, (self.what.capitalize(),)))

    @on(RowList.Selected)
    def _selected(self) -> None:
        self.show(set())
