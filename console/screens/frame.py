"""What the reader of the tape hands to the screen: plain facts, no Textual, nothing that changes later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from console.panes.rows import EventMark, FeedView, Header, PaneRow
from console.signals import Health, Pane


@dataclass(frozen=True, slots=True)
class Crew:
    """Who records and who looks: told in the title. ``text`` is short; ``trouble`` one sentence, or nothing."""

    text: str = ""
    health: Health = Health.OK
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the tape the screen stands.

    ``at_ms`` is the time of the picture; live it is when anything was last seen. ``span`` is the first and last time
    on the tape. ``speed`` counts only while ``playing``. ``at_end``: nothing later is on the tape.
    """

    at_ms: int
    span: tuple[int, int]
    live: bool
    playing: bool = False
    speed: float = 1.0
    at_end: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a row's detail: a word for it, its text and how healthy that is."""

    label: str
    text: str
    health: Health | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """One signal of a row, over the detail's window. ``range`` bounds its sparkline."""

    name: str
    value: str
    health: Health
    spark: tuple[float | None, ...]
    range: tuple[float, float] | None
    extremes: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """All that is known about the entity of one row; ``row`` is None when it is not on the board at this time."""

    key: str
    row: PaneRow | None
    traces: tuple[Trace, ...] = ()
    window_s: float = 0.0
    facts: tuple[Fact, ...] = ()
    events: tuple[tuple[int, Health, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """What the screen is to show now.

    ``rows`` holds only panes that changed since the frame before; ``feeds`` and ``notices`` are those of all panes.
    ``window`` is what the time strip shows, ``marks`` are the events and gaps in it. ``said`` is a sentence about what
    was just asked for (the event that was jumped to, the end that was reached), empty when there is nothing to say.
    """

    place: Place
    header: Header | None = None
    crew: Crew = Crew()
    rows: Mapping[Pane, Sequence[PaneRow]] = field(default_factory=dict)
    feeds: Mapping[Pane, Sequence[FeedView]] = field(default_factory=dict)
    notices: Mapping[Pane, str] = field(default_factory=dict)
    marks: Sequence[EventMark] = ()
    window: tuple[int, int] = (0, 1)
    trouble: str = ""
    said: str = ""
    detail: Detail | None = None
