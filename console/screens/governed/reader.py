"""What is declared, for whoever looks into a flow, a model, a KPI, an owner, or at the audit: read when first wanted.

Nothing is read while nobody looks. What was read is kept up, and let go with Nomad's objects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from console.screens.drill.keys import GOVERNED
from console.screens.governed.course import Course
from console.signals import EntityKind, EntityRef, Record, RecordKind, Signal
from console.tape.store import Store

if TYPE_CHECKING:
    from console.governance.integrity import Integrity
    from console.governance.lifecycle import Lifecycle
    from console.inventory.shapes import Fact, Sheet
    from console.panes.sheets.findings import AuditTable
    from console.panes.sheets.register import Register

KEPT_MS = 60_000
_LIVE_MS = 5_000  # live, what is counted is counted anew no sooner


class Looked(NamedTuple):
    """A sheet, and what is drawn beside it: of a model its life, of a flow what came of it."""

    sheet: Sheet | None = None
    life: Lifecycle | None = None
    integrity: Integrity | None = None


class GovernedReader:
    """The declared things at the reader's place in time. Used by one thread."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._wants_sheet = self._wants_audit = False
        self._idle_since_ms: int | None = None
        self._store: Store | None = None
        self._at_ms: int | None = None
        self._register: Register | None = None
        self._course: Course | None = None
        self._looked: tuple[tuple[object, ...], Looked] | None = None
        self._audit: tuple[int, int, AuditTable] | None = None

    # -- who looks -----------------------------------------------------------------------------------------------------

    def want_sheet(self, wanted: bool) -> None:
        """Whether something declared is looked into."""
        self._wants_sheet = wanted
        self._looked_at()

    def show_audit(self, wanted: bool) -> None:
        """Whether what the audit finds goes with every frame."""
        self._wants_audit = wanted
        self._looked_at()

    def _looked_at(self) -> None:
        self._idle_since_ms = None if self._wants_sheet or self._wants_audit else self._now_ms()

    def due_s(self) -> float | None:
        """Seconds until `poll` has something to do; None: never."""
        if self._register is None or self._idle_since_ms is None:
            return None
        return max(0.0, (self._idle_since_ms + KEPT_MS - self._now_ms()) / 1000)

    def poll(self) -> None:
        """Let go of what nobody has looked at for a while."""
        if self._idle_since_ms is not None and self._now_ms() - self._idle_since_ms >= KEPT_MS:
            self.rest()

    @property
    def kinds(self) -> Sequence[EntityKind]:
        """The kinds whose states have to be read to keep this up."""
        if self._register is None:
            return ()
        from console.panes.sheets.register import KINDS

        return KINDS

    def moved(self, store: Store, at_ms: int | None) -> None:
        """The place in time is another (None: live), or the tape was opened anew."""
        self._store, self._at_ms = store, at_ms
        self.rest()

    def rest(self) -> None:
        """Let go of what was read."""
        self._register = self._course = self._looked = self._audit = None

    def take(self, records: Sequence[Record]) -> None:
        """Take in what was added."""
        if self._register is not None:
            self._register.take(records)

    # -- what is asked for ---------------------------------------------------------------------------------------------

    def look(self, entity: EntityRef, signals: Mapping[int, Signal], at_ms: int) -> Looked:
        """All that is known of a declared thing at a time."""
        if self._store is None or entity.kind not in GOVERNED:
            return Looked()
        register = self._read(signals)
        made_for = (entity, register.version, at_ms if self._at_ms is not None else at_ms // _LIVE_MS)
        if self._looked is None or self._looked[0] != made_for:
            from console.panes.sheets.register import Known
            from console.panes.sheets.sheet import governed_sheet

            course = self._course = self._course or Course(self._store)
            known, keys = Known(register, at_ms), tuple[str, ...]()
            if entity.kind is EntityKind.FLOW:
                known, keys = course.flow(known, entity, signals)
            elif entity.kind is EntityKind.MODEL:
                known, keys = course.model(known, entity, signals)
            sheet = governed_sheet(known, entity)
            sheet = sheet._replace(signals=keys) if sheet is not None else None
            self._looked = made_for, Looked(sheet, known.life, known.integrity)
        return self._looked[1]

    def knows(self, entity: EntityRef) -> bool:
        """Whether anything is known of a declared thing."""
        at_ms = self._now_ms() if self._at_ms is None else self._at_ms
        return self._store is not None and self.look(entity, self._store.signals(), at_ms).sheet is not None

    def like(self, entity: EntityRef) -> str:
        """The name that is most like that of something of its kind that nobody knows; empty where none is."""
        if self._store is None:
            return ""
        from console.settings.errors import nearest

        register = self._read(self._store.signals())
        names = list(register.flows if entity.kind is EntityKind.FLOW else register.live(entity.kind))
        wanted = entity.id.casefold()
        holding = [name for name in names if wanted in name.casefold()]
        return min(holding, key=len, default="") or nearest(entity.id, names) or ""

    def answers(self, job: str, signals: Mapping[int, Signal], at_ms: int) -> tuple[Fact, ...]:
        """Who answers for a job."""
        if self._store is None:
            return ()
        from console.panes.sheets.jobfacts import job_facts
        from console.panes.sheets.register import Known

        return tuple(job_facts(Known(self._read(signals), at_ms), job))

    def audit(self, signals: Mapping[int, Signal], at_ms: int) -> AuditTable | None:
        """What the audit finds as of a time, while somebody wants it; the same table while nothing has changed."""
        if self._store is None or not self._wants_audit:
            return None
        register = self._read(signals)
        minute = at_ms // 60_000  # ages are told to the minute
        if self._audit is None or self._audit[:2] != (register.version, minute):
            from console.panes.sheets.findings import audit_table

            self._audit = register.version, minute, audit_table(register, at_ms)
        return self._audit[2]

    # -- reading -------------------------------------------------------------------------------------------------------

    def _read(self, signals: Mapping[int, Signal]) -> Register:
        if self._register is not None:
            return self._register
        from console.governance.reviews import REVIEW
        from console.panes.sheets.register import KINDS, Register

        assert self._store is not None
        until_ms = 2**62 if self._at_ms is None else self._at_ms
        found = Register(one.entity.id for one in signals.values() if one.entity.kind is EntityKind.FLOW)
        with self._store.reading():
            states = self._store.states_at(self._at_ms, KINDS)
            told = self._store.records_between(-1, until_ms, (RecordKind.JOURNAL,), (REVIEW,))
        # What was written down later about an earlier time was not known yet.
        found.load(states, [one for one in told if one.seen_ms <= until_ms])
        self._register = found
        return found
