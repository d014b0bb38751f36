"""The board: four panes of equal weight, and under them the fourth signal and the time strip."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widget import Widget

from console.screens.actions.board import PANES
from console.screens.base import DeskScreen
from console.screens.board.keptviews import KeptViews, LazyViews
from console.screens.board.layout import OPEN_STRIP_LINES, PANE_TITLES, STRIP_LINES, columns, fourth_lines, pane_boxes
from console.screens.board.strip import Strip
from console.signals import EntityKind, EntityRef, Pane
from widgets.panel import Panel
from widgets.quiet import QuietGrid
from widgets.rowlist import RowList
from widgets.statusline import StatusLine
from widgets.text import Span

if TYPE_CHECKING:
    from console.screens.drill.screen import DetailScreen

NOTICE_LINES = 3  # above the rows of the first pane that says it; the others keep their rows


class BoardScreen(DeskScreen):
    """Scheduling, models, ingestion and ownership side by side, worst rows first."""

    TWO_LINES = True
    DEFAULT_CSS: ClassVar[str] = """
    BoardScreen > #panes { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.panels = {
            pane: Panel([Span(title)], id=pane.value) for pane, title in zip(PANES, PANE_TITLES, strict=True)
        }
        self._panes = QuietGrid(*self.panels.values(), id="panes")
        self._fourth = StatusLine(id="fourth")
        self._strip = Strip()
        self._room = (0, 0, 0)
        self._widths = dict.fromkeys(PANES, 0)
        self._views = {pane: KeptViews(pane) for pane in PANES}
        self._notices = dict.fromkeys(PANES, "")

    def body(self) -> Iterable[Widget]:
        self.make_room()
        self.board.connect()  # here, so that the first layout is drawn with rows
        yield self._panes
        yield self._fourth
        yield self._strip

    def on_mount(self) -> None:
        self.panels[PANES[0]].rows.focus()

    def make_room(self) -> None:
        """Give the panes exactly the cells that the first frame gave them."""
        width, height = self.size or self.app.size
        lines = OPEN_STRIP_LINES if self._strip.is_open else STRIP_LINES
        room = (width, height, lines)
        if room == self._room:
            return  # setting a style to what it is lays everything out again
        self._room = room
        self._fourth.display = bool(fourth_lines(height))
        boxes = pane_boxes(width, height, strip_lines=lines)
        across = columns(width, height)
        self._widths = {pane: box.width for pane, box in zip(PANES, boxes, strict=True)}
        styles = self._panes.styles
        styles.grid_size_columns = across
        styles.grid_columns = " ".join(str(box.width) for box in boxes[:across])
        styles.grid_rows = " ".join(str(box.height) for box in boxes[::across])

    def show_body(self, changed: set[Pane]) -> None:
        picture = self.board.picture
        told: set[str] = set()
        for pane, panel in self.panels.items():
            if pane in changed:
                views = self._views[pane].of(picture.rows[pane], picture.kept, self._widths[pane] - 2)
                panel.rows.set_rows(views)
            panel.set_status(picture.pane_status(pane, self._widths[pane]))
            hidden = bool(picture.rows[pane]) and not panel.rows.rows
            notice = "No row here fits the filter." if hidden else picture.notices[pane]
            if notice != self._notices[pane] or pane in changed:
                self._notices[pane] = notice
                panel.set_notice(notice, lines=1 if notice in told else NOTICE_LINES)
            told.add(notice)
        self._fourth.set_spans(picture.fourth_line(self.size.width or self.app.size.width))
        self._strip.show(picture)

    def toggle_strip(self) -> None:
        """Open or close the time strip's scale and event line."""
        self._strip.toggle()
        self.make_room()
        self._strip.show(self.board.picture)

    # -- panes -------------------------------------------------------------------------------------------------------

    @property
    def pane(self) -> Pane:
        """The pane that has the keys."""
        focused = self.focused
        return next((pane for pane, panel in self.panels.items() if panel.rows is focused), PANES[0])

    @property
    def subject(self) -> EntityRef | None:
        """The entity of the row at the cursor."""
        rows = self.panels[self.pane].rows
        key, views = rows.selected_key, rows.rows  # asked for many times with each frame: no row is searched for
        return views.behind(key).entity if key is not None and isinstance(views, LazyViews) else None

    def focus_pane(self, pane: Pane) -> None:
        """Let a pane have the keys from here on: those that come with this one in a burst are meant for it."""
        self.set_focus(self.panels[pane].rows, scroll_visible=False)  # ``focus`` of a widget would wait for its turn

    def cycle_pane(self, by: int) -> None:
        self.focus_pane(PANES[(PANES.index(self.pane) + by) % len(PANES)])

    @on(RowList.Activated)
    def _activated(self, message: RowList.Activated) -> None:
        """Look into that row. Its pane is that of its list: a key that came at once may have gone on to another, or to
        another screen."""
        from console.screens.drill.screen import DetailScreen

        pane = next((pane for pane, panel in self.panels.items() if panel.rows is message.row_list), self.pane)
        front = self.board.screen
        if front is self:
            self.app.push_screen(self._look_into(pane, message.key))
        elif isinstance(front, DetailScreen):
            front.go_on()  # it was typed for what the key before it opens

    def _look_into(self, pane: Pane, key: str) -> DetailScreen:
        """What a row opens: what it is about; of a job on the pane of owners, who answers for it comes first."""
        from console.screens.drill.screen import DetailScreen

        views = self.panels[pane].rows.rows
        row = views.behind(key) if isinstance(views, LazyViews) else None
        if row is not None and row.opens is not None:
            return DetailScreen(str(row.opens))
        is_answered = pane is Pane.OWNERSHIP and row is not None and row.entity.kind is EntityKind.JOB
        return DetailScreen(f"{pane.value} {key}", front="facts" if is_answered else "parts")
