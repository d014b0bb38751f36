"""A row of a pane, and how rows are ordered.

Mostly named tuples: the viewer reads this before its first row, and a dataclass takes seven times as long to make.
"""

# No postponed annotations here: each of them would be compiled at every start.
from collections.abc import Iterable
from typing import NamedTuple

from console.signals import EntityRef, Health, Pane

SEVERITY: dict[Health, int] = {
    Health.BAD: 0,
    Health.WARN: 1,
    Health.STALE: 2,
    Health.UNKNOWN: 3,
    Health.OK: 4,
}


def worst(healths: Iterable[Health]) -> Health:
    """The worst of some; unknown for none, for nothing seen is not well."""
    return min(healths, key=SEVERITY.__getitem__, default=Health.UNKNOWN)


class Number(NamedTuple):
    """One number of a row: what it is, its text for a narrow column, how it stands, and the signal behind it.

    A ``label`` that is empty says that the text speaks for itself (the name of an owner); ``labels.short_label`` makes
    one shorter. A number without a text keeps the place of one, so that columns mean the same in all rows.
    """

    label: str
    text: str
    health: Health
    signal_key: str | None = None


class Where(NamedTuple):
    """Where something of Nomad's is. Empty is what is not known or does not apply: a node has no namespace."""

    cluster: str = ""
    region: str = ""
    namespace: str = ""


class PaneRow(NamedTuple):
    """One entity on a pane. ``word`` says why it is not well, in a word or two; ``note`` says more, if there is room.

    ``spark`` holds the newest cell last; None is a hole: nothing was seen. ``signals`` are the keys of the signals
    that the row stands for, the one of the sparkline first. ``guessed``: some of them were placed by their names.
    ``where`` is that of a job or a node; of all else nobody can tell it. ``opens`` is what one wants to see who opens
    the row, where that is not its entity. Texts are data from outside, as they came.
    """

    key: str
    entity: EntityRef
    health: Health
    word: str
    name: str
    numbers: tuple[Number, ...] = ()
    spark: tuple[float | None, ...] = ()
    spark_range: tuple[float, float] | None = None
    note: str = ""
    signals: tuple[str, ...] = ()
    guessed: bool = False
    where: Where = Where()
    opens: EntityRef | None = None


class Placed(NamedTuple):
    """A row and what the board needs to keep it: its place among rows as well as it is, and when it changes by itself.

    ``place`` orders rows of one health: small things that stay as they are (kind, name), never a number that moves,
    so that rows do not jump. ``until_ms`` is the time at which the row has to be built again although nothing was
    seen: an age that turns, a value that grows stale.
    """

    row: PaneRow
    place: tuple[int, str]
    until_ms: float = float("inf")

    @property
    def order(self) -> tuple[int, int, str, str]:
        """Worst first, then by place; the key makes it total."""
        return (SEVERITY[self.row.health], *self.place, self.row.key)

    def differs(self, other: "Placed | None") -> bool:
        """Whether a person would see that it is not the other."""
        return other is None or self.row != other.row or self.place != other.place


class FeedView(NamedTuple):
    """How well a source that serves a pane is seen. ``age_s`` is that of its newest word; None where nobody knows."""

    name: str
    health: Health
    word: str
    age_s: float | None
    why: str = ""
    todo: str = ""
    address: str = ""


class EventMark(NamedTuple):
    """Something on the time strip: an instant, or a gap when ``to_ms`` is set."""

    at_ms: int
    health: Health
    text: str
    source: str
    entity: EntityRef | None = None
    name: str = ""
    to_ms: int | None = None


class Audited(NamedTuple):
    """What the audit came to: findings by severity, and those that could not be judged."""

    critical: int
    high: int
    medium: int
    unknown: int


class Header(NamedTuple):
    """What stands above the panes. ``audit`` is None while no audit has said anything."""

    where: str
    at_ms: int
    counts: dict[Pane, dict[Health, int]]
    jobs: int
    running: int
    desired: int
    nodes_ready: int
    nodes: int
    alerts: int
    audit: Audited | None = None
