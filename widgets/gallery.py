"""The widgets on show, with rows that are made up. Also what their speed is measured with."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget

import themes
from widgets.eventlist import EventLine, EventList
from widgets.gallerystages import sample_funnel, sample_stages
from widgets.helpview import HelpView, Section
from widgets.lanes import Lane, LaneAxis, Lanes
from widgets.lineinput import LineInput
from widgets.loglines import LogRow
from widgets.logview import LogView
from widgets.palette import Palette
from widgets.panel import Panel
from widgets.quiet import QuietGrid, QuietScreen
from widgets.rowlist import Figure, RowList, RowView
from widgets.sectionlayout import ColumnView
from widgets.statusline import StatusLine
from widgets.tablelist import TableList
from widgets.text import Span
from widgets.textual_theme import use_palette
from widgets.timestrip import Mark, TimeStrip, TimeView

_HOUR_MS = 3_600_000
_START_MS = 1_700_000_000_000
_HEALTHS = ("bad", "warn", "stale", "unknown", "ok", "ok", "ok", "ok")
_HELP = [
    Section("Lists", [("j k", "next, previous row"), ("g G", "first, last row"), ("enter", "open the row")]),
    Section("Here", [("t", "next theme"), ("n", "notice on and off"), (":", "the prompt"), ("q", "leave")]),
]


def sample_row(at: int, tick: int = 0) -> RowView:
    """An invented row; another ``tick`` gives it another number."""
    health = _HEALTHS[at % len(_HEALTHS)]
    values = tuple(None if (at + i) % 11 == 5 else math.sin((at + i) / 3) for i in range(24))
    return RowView(
        key=f"row-{at}",
        health=health,
        lead=(Span(f"kettle-{at:05d}", "title" if health == "bad" else ""),),
        numbers=(
            Figure(f"{(at * 37 + tick * 13) % 990}ms", health if health in ("bad", "warn") else "", "boils in"),
            Figure(f"{(at * 7 + tick) % 400}/s"),
            Figure(f"{at % 100}%"),
        ),
        spark=values,
        spark_range=(-1.0, 1.0),
        note="a note that is shown where there is room",
    )


def sample_lanes() -> Lanes:
    """Invented lanes: kettles that boil one after the other."""
    lanes = Lanes([Span("Boils with kettle-0")])
    axis = LaneAxis(_START_MS, _START_MS + _HOUR_MS, ((_START_MS + _HOUR_MS // 2, _START_MS + _HOUR_MS * 2 // 3),))
    shown = []
    for at in range(12):
        begins = 60 - at * 2
        values = tuple(None if 90 <= i < 94 else float(begins <= i < begins + 20) for i in range(120))
        shown.append(
            Lane(
                f"kettle-{at}", f"kettle-{at} steam", of="kitchen", values=values, rank=str(at) if at else "",
                onset_ms=_START_MS + begins * _HOUR_MS // 120, lag=f"{at}m00s before" if at else "22:43:20Z",
                score=f".{99 - at * 7}", why=f"boiled {at} min before it, in 1 of 1 pots" if at else "boiled",
                role="warn" if at else "bad",
            )
        )  # fmt: skip
    lanes.set_lanes(axis, shown)
    return lanes


class Gallery(App[None]):
    """Four panels, a strip of time, a header and a footer; or one of them alone."""

    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    CSS = """
    Grid { grid-size: 2 2; height: 1fr; }
    Gallery.-one Grid { grid-size: 1 1; }
    #prompt { display: none; }
    #prompt.-open { display: block; }
    TimeStrip { height: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit", "leave"),
        Binding("t", "next_theme", "theme"),
        Binding("n", "notice", "notice"),
        Binding("colon", "prompt", "prompt"),
        Binding("slash", "prompt", "prompt"),
        *(Binding(str(number), f"panel({number})", show=False) for number in range(1, 5)),
    ]

    def __init__(
        self, theme: str = "dark", *, ascii_only: bool = False, only: str = "", rows: int = 14, changes: float = 0.0
    ) -> None:
        super().__init__()
        self._ascii_only = ascii_only
        self._only = only
        self._changes = changes
        self._themes = itertools.cycle([theme, *(name for name in themes.names() if name != theme)])
        self._rows = [sample_row(at) for at in range(rows)]
        self._tick = 0
        use_palette(self, self._next_palette())  # before the first frame, or everything is drawn twice

    def get_default_screen(self) -> QuietScreen[None]:
        return QuietScreen(id="_default")

    def compose(self) -> ComposeResult:
        alone = _ALONE.get(self._only)
        if alone is None:
            yield from self._everything()
            return
        self.set_class(self._only in _IN_GRID, "-one")
        yield alone(self)

    def _everything(self) -> ComposeResult:
        yield StatusLine(
            [Span("widgets", "title"), Span("  each one on show")], [Span(" live ", "live")], role="header"
        )
        with QuietGrid():
            for number, name in enumerate(("Kettles", "Toasters", "Mills", "Nobody"), 1):
                rows = self._rows if name != "Nobody" else []
                panel = Panel([Span(f"{number} {name}")], RowList(rows, empty="nothing is here yet"))
                panel.set_status([Span("2 bad ", "bad"), Span("1 warn", "warn"), Span(" · shelf 2s")])
                yield panel
        yield TimeStrip(self._time())
        yield LineInput(":", _complete, id="prompt")
        yield StatusLine(
            [Span("tab", "key"), Span(" panel  "), Span("t", "key"), Span(" theme  q leave")], role="footer"
        )

    def on_mount(self) -> None:
        if self._changes > 0 and self._rows:
            self.set_interval(max(0.25, 1 / self._changes), self._change)
        if found := self.query("RowList, Lanes, EventList, LogView, StageAxis, Funnel"):
            found.first().focus()

    def _change(self) -> None:
        """Change that many rows a second, half of them among the first, four times a second at most."""
        count = max(1, round(self._changes * max(0.25, 1 / self._changes)))
        for i in range(count):
            self._tick += 1
            at = (self._tick * 7919) % (len(self._rows) if i % 2 else min(50, len(self._rows)))
            self._rows[at] = sample_row(at, self._tick)
        for rows in self.query(RowList):
            if rows.rows:
                rows.set_rows(self._rows)

    def _events(self) -> EventList:
        names = ("switched on", "boils", "switched off", "not seen from here")
        keys = [str(at) if at % 40 else "" for at in range(200)]
        events = EventList()
        events.set_lines(
            keys,
            lambda at: EventLine(
                keys[at],
                (Span(names[at % 4] if keys[at] else "-- another day"),),
                "•",
                "ok",
                f"04:{at // 60:02d}:{at % 60:02d}",
                system="kitchen",
                subject=f"kettle {at % 7}",
                ruled=at % 4 == 3 or not keys[at],
            ),
        )
        return events

    def _shown_rows(self) -> RowList:
        return RowList(self._rows)

    def _shown_table(self) -> TableList:
        table = TableList()
        columns = (ColumnView("Boils in"), ColumnView("A second"), ColumnView("Full"))
        table.set_titles(Span("Kettle", "muted"), [(Span(one.title, "muted"), one) for one in columns], 12)
        table.set_rows([row._replace(spark=()) for row in self._rows])
        return table

    def _time(self) -> TimeView:
        marks = (
            Mark(_START_MS + _HOUR_MS // 4, "ok", "◆", "deploy"),
            Mark(_START_MS + _HOUR_MS // 2, "bad", label="stopped"),
        )
        return TimeView(
            _START_MS,
            _START_MS + _HOUR_MS,
            _START_MS + _HOUR_MS,
            marks=marks,
            gaps=((_START_MS + _HOUR_MS * 2 // 3, _START_MS + _HOUR_MS * 3 // 4),),
        )

    def _next_palette(self) -> Palette:
        return Palette(themes.load(next(self._themes)), ascii_only=self._ascii_only)

    def action_next_theme(self) -> None:
        use_palette(self, self._next_palette())

    def action_notice(self) -> None:
        for panel in self.query(Panel):
            panel.toggle_class("-told")
            panel.set_notice("the shelf cannot be reached, trying again" if panel.has_class("-told") else "")

    def action_prompt(self) -> None:
        prompt = self.query_one("#prompt", LineInput)
        prompt.add_class("-open")
        prompt.open(":", complete=_complete)
        prompt.focus()

    def on_line_input_submitted(self) -> None:
        self._close_prompt()

    def on_line_input_cancelled(self) -> None:
        self._close_prompt()

    def _close_prompt(self) -> None:
        for prompt in self.query("#prompt"):
            prompt.remove_class("-open")
            self.query(RowList).first().focus()

    def action_panel(self, number: int) -> None:
        panels = list(self.query(Panel))
        if number <= len(panels):
            panels[number - 1].rows.focus()


def sample_logs() -> LogView:
    """Invented lines of three kettles."""
    logs = LogView()
    logs.set_rows(0, 500, _log_row, 9)
    return logs


def _log_row(number: int) -> LogRow:
    if number % 60 == 59:
        return LogRow("a mark", glyph="»", role="title", ruled=True)
    health = "bad" if number % 31 == 0 else "warn" if number % 13 == 0 else ""
    words = {"bad": "ERROR boils over", "warn": "WARN is hot", "": "INFO boils"}[health]
    text = f"04:{number // 60:02d}:{number % 60:02d}Z {words}" + ", and a line that goes on and on" * (number % 7 == 0)
    glyph = {"bad": "■", "warn": "▲", "": " "}[health]
    return LogRow(text, Span(f"kettle[{number % 3}]", ("accent", "ok", "mover")[number % 3]), glyph, health)


_IN_GRID = ("rows", "table", "events", "logs")
_ALONE: dict[str, Callable[[Gallery], Widget]] = {
    "help": lambda gallery: HelpView(_HELP),
    "time": lambda gallery: TimeStrip(gallery._time()),
    "input": lambda gallery: LineInput(":", _complete),
    "rows": lambda gallery: gallery._shown_rows(),
    "table": lambda gallery: gallery._shown_table(),
    "lanes": lambda gallery: sample_lanes(),
    "events": lambda gallery: gallery._events(),
    "logs": lambda gallery: sample_logs(),
    "stages": lambda gallery: sample_stages(),
    "funnel": lambda gallery: sample_funnel(),
}


def _complete(text: str) -> list[str]:
    return [word for word in ("kettle", "kettle boil", "toaster", "mill") if word.startswith(text)]
