"""What all panes do alike to a row: alerts mark it, and a source that cannot be seen takes its word away."""

from __future__ import annotations

from collections.abc import Sequence

from console import format as fmt
from console.panes import sources
from console.panes.alerts import Firing
from console.panes.rows import SEVERITY, Number, PaneRow, Placed, worst
from console.panes.whereabouts import where_of
from console.panes.world import World, text_of
from console.signals import EntityRef, Health


class Draft:
    """A row in the making. ``notes`` come out in order, the most telling first."""

    __slots__ = ("_until_ms", "entity", "health", "name", "notes", "numbers", "opens", "word", "world")

    def __init__(self, world: World, entity: EntityRef, name: str) -> None:
        self.world = world
        self.entity = entity
        self.name = name
        self.health = Health.OK
        self.word = ""
        self.numbers: list[Number] = []
        self.notes: list[str] = []
        self.opens: EntityRef | None = None
        self._until_ms = float("inf")

    def say(self, health: Health, word: str) -> None:
        """Be at least as bad as this; the word of the worst stands, of equals the first."""
        if not self.word or SEVERITY[health] < SEVERITY[self.health]:
            self.word = word
        self.health = worst((self.health, health))

    def rather(self, health: Health, word: str) -> None:
        """Be at least as bad as this, and if nothing is worse say it in this word: what was said before stands as a
        number, too."""
        if SEVERITY[health] <= SEVERITY[self.health]:
            self.word = word
        self.health = worst((self.health, health))

    def until(self, at_ms: float) -> None:
        """The row has to be built again at this time."""
        self._until_ms = min(self._until_ms, at_ms)

    def since(self, at_ms: int) -> str:
        """The age of an instant, in steps of ten seconds at least, told until it turns."""
        seconds = max(0, self.world.now_ms - at_ms) // 10_000 * 10.0
        self.until(at_ms + max(fmt.next_age_s(seconds), 10.0) * 1000)
        return fmt.age(seconds)

    def mark(self, alerts: Sequence[Firing]) -> None:
        """Alerts about this entity: the loudest may give the word, all stand in the note."""
        told = []
        for one in alerts:
            if SEVERITY[one.health] < SEVERITY[self.health]:
                self.say(one.health, one.name)
            told.append(f"{one.name} {'silenced' if one.silenced else 'fires'} {self.since(one.started_ms)}")
        self.notes[:0] = told

    def from_source(self, source: str) -> None:
        """What the row says came from this source: when it cannot be seen, well is no longer known."""
        world = self.world
        if sources.is_seen(world, source):
            return
        seen = world.lost[source]
        self.notes.append(f"as of {fmt.clock(seen)}" if seen else "not seen now")
        if SEVERITY[self.health] > SEVERITY[Health.STALE]:
            self.say(Health.STALE, "stale")
            self.word = "stale"

    def place(
        self,
        rank: int,
        spark: tuple[float | None, ...] = (),
        spark_range: tuple[float, float] | None = None,
        signals: tuple[str, ...] = (),
        guessed: bool = False,
    ) -> Placed:
        """The row, finished. ``rank`` orders kinds of row of the same health."""
        row = PaneRow(
            str(self.entity),
            self.entity,
            self.health,
            self.word,
            self.name,
            tuple(self.numbers),
            spark,
            spark_range,
            " · ".join(note for note in self.notes if note),
            signals,
            guessed,
            where_of(self.world, self.entity),
            self.opens,
        )
        return Placed(row, (rank, self.name.casefold()), self._until_ms)


def alert_row(world: World, entity: EntityRef, alerts: Sequence[Firing]) -> Placed | None:
    """The row of an alert that is about nothing else on the board."""
    if not alerts:
        return None
    one = alerts[0]
    draft = Draft(world, entity, one.name)
    draft.say(one.health, "silenced" if one.silenced else "firing")
    draft.numbers.append(Number("for", draft.since(one.started_ms), Health.OK))
    draft.notes.append(text_of(one.doc.get("summary")))
    draft.from_source(one.record.source)
    return draft.place(9)
