"""Every system's events, what analysis found and what people said, in one order, up to the time of all screens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget

from console.panes.sieve import LEAST, Sieve
from console.panes.timeline import Entry
from console.screens.actions.registry import RefusedError
from console.screens.base import DeskScreen
from console.screens.frame import Place
from console.screens.out.copying import Offer, id_offer, name_of
from console.screens.timeline.lines import Lines, facts_lines, head_spans, lines_of, nothing_text
from console.screens.timeline.reader import Story, TimelineReader
from console.screens.trail import trail_spans
from console.signals import Health, Pane
from console.times import format_time
from widgets.eventlist import EventLine, EventList
from widgets.statusline import StatusLine
from widgets.text import Span
from widgets.textview import TextView

SEVERITIES = {"all": None, "warn": Health.WARN, "bad": Health.BAD}
_SYSTEMS = {"prom": "prometheus", "am": "alertmanager", "alertm": "alertmanager"}


def _is_called(system: str, word: str) -> bool:
    """Whether a word means a system; ``nomad`` means those of all clusters."""
    return word in (system.casefold(), system.casefold().partition(":")[0])


class TimelineScreen(DeskScreen):
    """Follows the end until somebody goes up. What it is asked to hide stays hidden when it is opened again."""

    DEFAULT_CSS: ClassVar[str] = """
    TimelineScreen > #facts { height: 5; }
    """

    def __init__(self, sieve: Sieve = Sieve()) -> None:  # noqa: B008 - a tuple
        super().__init__()
        self.sieve = sieve
        self._reader = TimelineReader(sieve)
        self._head = StatusLine(role="footer")
        self._list = EventList()
        self._facts = TextView(id="facts")
        self._lines: Lines | None = None
        self._place: Place | None = None
        self._told: tuple[Entry | None, int] = (None, -1)

    def body(self) -> Iterable[Widget]:
        yield self._head
        yield self._list
        yield self._facts

    def on_mount(self) -> None:
        self._list.focus()
        reader = self._reader
        self.board.picture.timeline = None
        self.board.ask_reader(lambda tape: tape.tell_timeline(reader))

    def on_unmount(self) -> None:
        self.board.picture.timeline = None
        self.board.ask_reader(lambda tape: tape.tell_timeline(None))

    def make_room(self) -> None:
        height = self.size.height
        self._facts.styles.height = 5 if height < 30 else 7 if height < 45 else 10

    # -- what is shown -----------------------------------------------------------------------------------------------

    def title_spans(self, width: int) -> tuple[list[Span], list[Span]]:
        right = self.board.picture.title(width)[1]
        return trail_spans(("Timeline",), width, right, self.board.palette.glyphs.more), right

    def show_body(self, changed: set[Pane]) -> None:
        picture = self.board.picture
        story, place = picture.timeline, picture.place
        if story is None or place is None:
            return
        if self._lines is None or self._lines.story is not story:
            self._lines = lines_of(story)
            self._list.set_lines(self._lines.keys, self._line, nothing_text(story))
        elif place != self._place:
            self._list.repaint()
        self._place = place
        self._show_around(story)

    def _line(self, at: int) -> EventLine:
        lines, place = self._lines, self.board.picture.place
        assert lines is not None
        assert place is not None
        return lines.line(at, place, self._list.size.width, self.board.palette.glyphs)

    def _show_around(self, story: Story) -> None:
        width = self.size.width
        self._head.set_spans(*head_spans(story, self._list.new, width))
        entry = self.selected
        if (entry, width) != self._told:
            self._told = (entry, width)
            self._facts.set_lines(lambda cells: facts_lines(entry, cells))

    @property
    def selected(self) -> Entry | None:
        """The entry of the chosen line."""
        key, lines = self._list.selected_key, self._lines
        if key is None or lines is None:
            return None
        found = lines.items[lines.keys.index(key)] if key in lines.keys else None
        return found if isinstance(found, Entry) else None

    @property
    def systems(self) -> tuple[str, ...]:
        """All that told something."""
        return () if self._lines is None else self._lines.story.systems

    @on(EventList.Selected)
    def _selected(self) -> None:
        if self._lines is not None:
            self._show_around(self._lines.story)

    @on(EventList.Activated)
    def _activated(self) -> None:
        self.go_on()

    # -- what keys do ------------------------------------------------------------------------------------------------

    def go_on(self) -> None:
        """Take all screens to the time of the chosen line, and look at the board there."""
        entry = self.selected
        if entry is None:
            return
        at_ms = max(one.at_ms for one in entry.told) if entry.group else entry.first.at_ms
        self.board.to_board()
        self.board.desk.go_to(format_time(at_ms))

    def open_entity(self) -> None:
        """Look into what the chosen line is about."""
        entry = self.selected
        if entry is None:
            return
        if entry.entity is None and not entry.first.about:
            self.board.desk.show_verdict()
            return
        from console.screens.drill.screen import DetailScreen

        key = self._row_key(entry)
        if key.startswith("signal "):
            self.app.push_screen(DetailScreen(key, key.removeprefix("signal "), ("Timeline",)))
        elif key:
            self.app.push_screen(DetailScreen(key, None, ("Timeline",)))
        else:
            raise RefusedError(f"Nothing of {entry.subject} is on the board now; enter goes to the line's time.")

    def offer(self, what: str) -> Offer | None:
        """The id of the object that the chosen line is about, or what it calls its subject."""
        entry = self.selected
        if entry is None:
            raise RefusedError("No line is chosen here.")
        if what not in ("id", "name"):
            return None
        if entry.entity is None:
            return Offer(entry.subject, f"'{entry.subject}'")
        return id_offer(entry.entity) if what == "id" else Offer(name_of(entry.entity), f"'{name_of(entry.entity)}'")

    def _row_key(self, entry: Entry) -> str:
        """The row that a line leads to best."""
        rows = [(pane, row) for pane, rows in self.board.picture.rows.items() for row in rows]
        for wanted in entry.first.about:
            if wanted.startswith("signal "):
                return wanted
            for pane, row in rows:
                if wanted in (row.key, row.name):
                    return f"{pane.value} {row.key}"
        return ""

    def sift(self, sieve: Sieve) -> None:
        """Show other lines."""
        self.sieve = self.board.desk.sieve = sieve
        reader = self._reader
        self.board.ask_reader(lambda tape: reader.sift(sieve))

    @property
    def sifted_by(self) -> str:
        """The text that lines must have."""
        return self.sieve.shown

    def sift_by(self, text: str) -> None:
        """Show only lines with this text."""
        self.sift(self.sieve.typed(text))

    def clear(self) -> bool:
        """Let everything through again; False when it did."""
        if self.sieve.is_open:
            return False
        self.sift(Sieve(apart=self.sieve.apart))
        return True

    def set_severity(self, text: str) -> None:
        """Hide what is less severe; no text: the next of all, warn, bad."""
        least = self.sieve.least
        if not text:
            self.sift(self.sieve._replace(least=LEAST[(LEAST.index(least) + 1) % len(LEAST)]))
        elif text in SEVERITIES:
            self.sift(self.sieve._replace(least=SEVERITIES[text]))
        else:
            raise RefusedError(f"There is no severity '{text}'; there are {', '.join(SEVERITIES)}.")

    def set_systems(self, text: str) -> None:
        """Show these systems only; ``all`` shows all."""
        words = {_SYSTEMS.get(name, name) for name in text.replace(",", " ").casefold().split()}
        meant = {word: {one for one in self.systems if _is_called(one, word)} for word in words}
        wanted = {one for found in meant.values() for one in found} | (words & {"all"})
        unknown = {word for word, found in meant.items() if not found} - {"all"}
        if unknown or not wanted:
            what = f"Nothing here was told by '{' '.join(sorted(unknown))}'" if unknown else "Which system?"
            raise RefusedError(f"{what.rstrip('?')}; there are {', '.join(self.systems)}, and all.")
        self.sift(self.sieve._replace(systems=frozenset() if "all" in wanted else frozenset(wanted)))

    def cycle_system(self) -> None:
        """The next system alone, after the last of them all."""
        order = ["", *self.systems]
        now = next(iter(self.sieve.systems), "") if len(self.sieve.systems) == 1 else ""
        following = order[(order.index(now) + 1) % len(order)] if now in order else ""
        self.sift(self.sieve._replace(systems=frozenset({following} if following else ())))

    def set_entity(self, text: str) -> None:
        """Show only what has this in its name; nothing or ``all``: everything."""
        self.sift(self.sieve._replace(entity="" if text == "all" else text.casefold()))

    def toggle_entity(self) -> None:
        """Show only what the chosen line is about, or everything again."""
        entry = self.selected
        if self.sieve.entity or entry is None:
            self.set_entity("")
        else:
            name = entry.first.subject
            self.set_entity(name)

    def toggle_apart(self) -> None:
        """Show what is counted as one line one by one, or counted again."""
        self.sift(self.sieve._replace(apart=not self.sieve.apart))
