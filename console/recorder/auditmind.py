"""What holds the rules of the audit against a tape: its own connection, what it said last, what changed since.

Used in one thread of its own, as its connection is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol, cast

from console.signals import EntityKind, EntityRef, Pane, Record, RecordKind
from console.tape.audits import AUDIT, SUMMARY, audit_at, findings_at
from console.tape.store import Store, open_tape

if TYPE_CHECKING:
    from console.analysis.audit.judgement import Audited
    from console.analysis.audit.news import Held, News
    from console.governance.auditshapes import AuditDoc, FindingDoc
    from console.scenes.audit.refusals import Refusals

_SETTLING_MS = 300_000
_MOST_EVENTS = 12  # of one look at the rules: worst first
_ENDS = {"waived": "waived", "unknown": "no longer known"}
_KINDS = frozenset(kind.value for kind in EntityKind)
_PANES = {
    EntityKind.MODEL: Pane.MODELS,
    EntityKind.JOB: Pane.SCHEDULING,
    EntityKind.KPI: Pane.MODELS,
}


class Audits(Protocol):
    """Audits a tape; every call in the same thread."""

    def audit(self, at_ms: int, seen_ms: int) -> list[Record]:
        """What is new as of a time, as it goes on the tape. Raises TapeError, or any fault."""
        ...

    def said(self) -> None:
        """What was returned last is on its way to the tape: what comes is compared with it."""
        ...

    def close(self) -> None:
        """Let go of the tape; another call opens it again."""
        ...


class TapeAudits:
    """Audits a tape that grows."""

    def __init__(self, tape: str) -> None:
        self._tape = tape
        self._store: Store | None = None
        self._refusals: Refusals | None = None
        self._held: Mapping[str, Held] = {}
        self._summary: AuditDoc | None = None
        self._next: tuple[Mapping[str, Held], AuditDoc] | None = None
        self._began_ms: int | None = None  # of the first audit of a new tape

    def audit(self, at_ms: int, seen_ms: int) -> list[Record]:
        """See Audits. numpy is imported here: the recorder records before that."""
        from console.analysis.audit.judge import audit
        from console.analysis.audit.news import news, same_summary, summary_of
        from console.scenes.audit.facts import facts_at

        store = self._store or self._open()
        audited = audit(facts_at(store, at_ms, self._refusals))
        found, summary = news(self._held, audited), summary_of(audited)
        if not _anything(audited) and not self._held:
            return []
        if self._summary is None:
            self._began_ms = at_ms
        # What is found while the sources are still read for the first time was so before anybody looked.
        settled = self._began_ms is None or at_ms - self._began_ms >= _SETTLING_MS
        records = list(_records(found, at_ms, seen_ms, events=settled))
        if not same_summary(self._summary, summary):
            records.append(Record(RecordKind.STATE, AUDIT, SUMMARY, AUDIT, at_ms, seen_ms, {**summary}))
        self._next = (found.held, summary)
        return records

    def said(self) -> None:
        """See Audits."""
        if self._next is not None:
            self._held, self._summary = self._next
            self._next = None

    def close(self) -> None:
        """See Audits."""
        if self._store is not None:
            self._store.close()
        self._store = None

    def _open(self) -> Store:
        from console.analysis.audit.news import Held
        from console.scenes.audit.refusals import Refusals

        store = self._store = open_tape(self._tape, "read")
        self._refusals = self._refusals or Refusals()
        if self._summary is None:
            self._summary = cast("AuditDoc | None", audit_at(store, None))
            told = findings_at(store, None)
            self._held = {key: Held(cast("FindingDoc", doc), 0) for key, doc in told.items()}
        return store


def _anything(audited: Audited) -> bool:
    """Whether there is anything to audit at all: a tape that has just begun is not called clean."""
    return bool(audited.judgements)


def _records(found: News, at_ms: int, seen_ms: int, *, events: bool) -> Iterator[Record]:
    from console.analysis.audit.news import id_of

    for doc in found.told:
        entity = EntityRef(EntityKind.FINDING, id_of(doc))
        yield Record(RecordKind.STATE, AUDIT, entity, "finding", at_ms, seen_ms, {**doc})
    if events:
        for doc in found.opened[:_MOST_EVENTS]:
            yield _event(
                "FindingOpened", doc, f"{doc['rule']} {doc['severity']}: {doc['text']}", "warn", at_ms, seen_ms
            )
        for doc in found.cleared[:_MOST_EVENTS]:
            text = f"{doc['rule']} {doc['title']}, {doc['name']}: {_ENDS.get(doc['status'], 'over')}"
            severity = "ok" if doc["status"] == "cleared" else "info"
            yield _event("FindingCleared", doc, text, severity, at_ms, seen_ms)
        yield from _rest("FindingsOpened", "opened", len(found.opened) - _MOST_EVENTS, at_ms, seen_ms)
        yield from _rest("FindingsCleared", "ended", len(found.cleared) - _MOST_EVENTS, at_ms, seen_ms)


def _rest(name: str, what: str, count: int, at_ms: int, seen_ms: int) -> Iterator[Record]:
    """Of many at once, as when a catalogue is named, all but the worst are told in one sentence."""
    if count > 0:
        text = f"{count} more finding{'s' if count > 1 else ''} {what}; the audit lists them"
        body = {"text": text, "severity": "info", "pane": Pane.OWNERSHIP.value}
        yield Record(RecordKind.EVENT, AUDIT, SUMMARY, name, at_ms, seen_ms, body)


def _event(name: str, doc: FindingDoc, text: str, severity: str, at_ms: int, seen_ms: int) -> Record:
    """An event about the subject of a finding. It never is as loud as an alarm: nothing broke when it was found."""
    from console.analysis.audit.news import id_of

    entity = _subject(doc["subject"])
    body: dict[str, Any] = {
        "text": text,
        "severity": severity,
        "pane": _PANES.get(entity.kind, Pane.OWNERSHIP).value,
        "rule": doc["rule"],
        "finding": id_of(doc),
    }
    return Record(RecordKind.EVENT, AUDIT, entity, name, at_ms, seen_ms, body)


def _subject(text: str) -> EntityRef:
    kind, _, name = text.partition(":")
    return EntityRef(EntityKind(kind), name) if kind in _KINDS else SUMMARY
