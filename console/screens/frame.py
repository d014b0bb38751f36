"""What the reader of the tape hands to the screen: plain facts, no Textual, nothing that changes later.

Named tuples: the first picture waits for these, and a dataclass takes seven times as long to make.
"""

# No postponed annotations here: each of them would be compiled at every start.
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from console.panes.rows import EventMark, FeedView, Header, PaneRow
from console.screens.verdict.told import Told
from console.signals import EntityRef, Health, Pane

if TYPE_CHECKING:
    from console.findings import VerdictDoc
    from console.governance.integrity import Integrity
    from console.governance.lifecycle import Lifecycle
    from console.inventory.shapes import Fact, Sheet, Table
    from console.panes.sheets.findings import AuditTable
    from console.screens.timeline.reader import Story

_NONE: Mapping[Pane, Any] = {}


class Crew(NamedTuple):
    """Who records and who looks: told in the title. ``text`` is short; ``trouble`` one sentence, or nothing."""

    text: str = ""
    health: Health = Health.OK
    trouble: str = ""


class Place(NamedTuple):
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


class Happening(NamedTuple):
    """An event in the story of one entity. ``minor``: one that only fills space where others matter more."""

    at_ms: int
    health: Health
    text: str
    minor: bool = False


class Trace(NamedTuple):
    """One signal of a row, over the detail's window. ``range`` bounds its sparkline. ``normal`` says where it is well,
    ``of`` whose it is where that is not the row's own entity, ``expr`` how it was read, ``guessed`` that it was placed
    by its name. ``key`` is the signal's.
    """

    name: str
    value: str
    health: Health
    spark: tuple[float | None, ...]
    range: tuple[float, float] | None
    extremes: str
    normal: str = ""
    of: str = ""
    expr: str = ""
    source: str = ""
    guessed: bool = False
    key: str = ""


class LaneTrace(NamedTuple):
    """One signal over the time of a ranking: equal parts, earliest first, the worst value of each (the greatest if
    ``rising``), None where nothing was seen. ``of`` says whose it is."""

    key: str
    name: str
    of: str
    values: tuple[float | None, ...]
    rising: bool


class LaneQuery(NamedTuple):
    """Which signals to read for lanes, and of which time (unix ms)."""

    keys: tuple[str, ...]
    from_ms: int
    to_ms: int


class Running(NamedTuple):
    """An allocation that runs, where (the place of its Nomad, "" for the one), and what it may use (0: not known)."""

    allocation: str
    cluster: str = ""
    cpu_mhz: int = 0
    memory_mb: int = 0


class Detail(NamedTuple):
    """All that is known about one entity; ``row`` is None when it is not on the board at this time.

    ``seen``: a document of it is on the tape. ``sheet`` is what Nomad said of it, where it is an object of Nomad, or
    what is declared of it; it comes with a later frame than the rest where the tape has to be read for it. ``life`` is
    that of a model, ``integrity`` what came of a flow in the window, both up to ``at_ms``. ``running`` is the
    allocation that it is, or is a task of, while that runs. ``borrowed`` says whose the traces are where it has none of
    its own. ``lanes`` are those of ``query``, what was asked for last, told from ``lanes_from_ms`` (unix ms) on.
    ``signals`` is how many there are on the tape.
    """

    key: str
    row: PaneRow | None
    entity: EntityRef | None = None
    seen: bool = False
    traces: tuple[Trace, ...] = ()
    window_s: float = 0.0
    borrowed: str = ""
    facts: "tuple[Fact, ...]" = ()
    events: tuple[Happening, ...] = ()
    lanes: tuple[LaneTrace, ...] = ()
    query: LaneQuery | None = None
    lanes_from_ms: int = 0
    signals: int = 0
    sheet: "Sheet | None" = None
    running: Running | None = None
    life: "Lifecycle | None" = None
    integrity: "Integrity | None" = None
    at_ms: int = 0


class Frame(NamedTuple):
    """What the screen is to show now.

    ``rows`` holds only panes that changed since the frame before; ``feeds`` and ``notices`` are those of all panes.
    ``window`` is what the time strip shows, ``marks`` are the events and gaps in it. ``said`` is a sentence about what
    was just asked for (the event that was jumped to, the end that was reached), empty when there is nothing to say.
    ``verdict`` is the one in force at the place, ``told`` what goes with it. ``timeline`` is there while it is looked
    at, ``table`` while a list of Nomad's objects is, ``audit`` while what the audit finds is.
    """

    place: Place
    header: Header | None = None
    crew: Crew = Crew()
    rows: Mapping[Pane, Sequence[PaneRow]] = _NONE
    feeds: Mapping[Pane, Sequence[FeedView]] = _NONE
    notices: Mapping[Pane, str] = _NONE
    marks: Sequence[EventMark] = ()
    window: tuple[int, int] = (0, 1)
    trouble: str = ""
    said: str = ""
    detail: Detail | None = None
    verdict: "VerdictDoc | None" = None
    told: Told = Told()
    timeline: "Story | None" = None
    table: "Table | None" = None
    audit: "AuditTable | None" = None
