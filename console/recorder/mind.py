"""What thinks about the tape: its own connection to it, the time around the end kept as arrays, the verdict said last.

Used in one thread of its own, as its connection is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from console.signals import EntityKind, EntityRef, Record, RecordKind
from console.tape.store import Store, open_tape
from console.tape.verdicts import ANALYSIS, VERDICT, doc_of, verdict_at

if TYPE_CHECKING:
    from console.analysis.scene import Scene
    from console.findings import VerdictDoc
    from console.scenes.watch import Watch

MOST_RANKED = 12  # kept on the tape, which is small for it; whoever wants all of them has the tape judged anew
NOBODY = EntityRef(EntityKind.FEED, ANALYSIS)  # what a verdict is about that names no mover


class Thought(NamedTuple):
    """What was made of everything at a time, and whether a reader would notice that it is new."""

    at_ms: int
    doc: VerdictDoc
    about: EntityRef
    news: bool

    def record(self, seen_ms: int) -> Record:
        """As it goes on the tape."""
        body: dict[str, Any] = {**self.doc, "ranked": self.doc["ranked"][:MOST_RANKED]}
        return Record(RecordKind.FINDING, ANALYSIS, self.about, VERDICT, self.at_ms, seen_ms, body)


class Mind(Protocol):
    """Makes verdicts; every call in the same thread."""

    def think(self, at_ms: int) -> Thought | None:
        """What to say of the tape at a time; None while there is nothing to judge. Raises TapeError, or any fault."""
        ...

    def said(self, thought: Thought) -> None:
        """This one is on the tape: what comes is compared with it."""
        ...

    def close(self) -> None:
        """Let go of the tape; another call opens it again."""
        ...


class TapeMind:
    """Judges a tape."""

    def __init__(self, tape: str) -> None:
        self._tape = tape
        self._store: Store | None = None
        self._watch: Watch | None = None
        self._before: VerdictDoc | None = None

    def think(self, at_ms: int) -> Thought | None:
        """See Mind. numpy is imported here, once: the recorder records before that."""
        from console.analysis.notable import notable
        from console.analysis.verdict import judge

        scene = (self._watch or self._open()).scene(at_ms)
        if not scene.signals and not scene.alarms:
            return None
        doc = judge(scene, self._before)
        return Thought(at_ms, doc, about(scene, doc), notable(self._before, doc))

    def said(self, thought: Thought) -> None:
        """See Mind."""
        self._before = thought.doc

    def close(self) -> None:
        """See Mind."""
        if self._store is not None:
            self._store.close()
        self._store = self._watch = None

    def _open(self) -> Watch:
        from console.scenes.watch import Watch

        self._store = open_tape(self._tape, "read")
        if self._before is None:
            last = verdict_at(self._store, None)
            self._before = None if last is None else doc_of(last)
        self._watch = Watch(self._store)
        return self._watch


def about(scene: Scene, doc: VerdictDoc) -> EntityRef:
    """The entity of the first mover; where none is named, nobody's."""
    mover = doc["first_mover"]
    key = None if mover is None else mover["signal"]
    return next((signal.entity for signal in scene.signals if signal.key == key), NOBODY)
