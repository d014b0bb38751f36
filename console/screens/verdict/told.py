"""What a verdict becomes on its way to the screen: plain facts beside its document."""

# No postponed annotations here: each of them would be compiled at every start.
from typing import NamedTuple


class Onset(NamedTuple):
    """When a signal left its normal range (unix ms), as a verdict said. ``first``: it is the first mover."""

    at_ms: int
    name: str
    pane: str
    first: bool = False


class Fourth(NamedTuple):
    """The fourth signal's two parts by name, and the course of the model signal: the worst value of each cell, None
    where nothing was seen; ``range`` bounds it."""

    model: str
    ingestion: str
    values: tuple[float | None, ...]
    range: tuple[float, float] | None
    rising: bool


class Told(NamedTuple):
    """What goes with the verdict in force.

    ``late`` is empty while the verdict is fresh, else how old (``3m``) what it was made from is. ``fault`` is a
    sentence about analysis that does not work. ``signals`` is how many there are on the tape.
    """

    late: str = ""
    fault: str = ""
    signals: int = 0
    fourth: Fourth | None = None
    onsets: tuple[Onset, ...] = ()
