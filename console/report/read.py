"""Reads what a report is made of from a tape."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import cast

from console.findings import GapDoc
from console.governance.auditshapes import FindingDoc
from console.governance.shapes import KpiDoc
from console.report.compose import Read
from console.report.kpilines import Course
from console.report.spells import HOLDS_S, Said
from console.settings.paths import DEMO_TAPE
from console.signals import EntityKind, RecordKind
from console.tape.store import Store
from console.tape.verdicts import doc_of, verdicts_between
from console.times import format_time

_EVER_MS = 0


def read_period(store: Store, from_ms: int, to_ms: int, findings: list[FindingDoc]) -> Read:
    """All that a tape says of the time between two moments (unix ms). ``findings`` are what the audit says at its end.

    Raises TapeError.
    """
    meta = store.meta()
    with store.reading():
        span = store.span()
        recorded = None
        if span is not None and span[0] < to_ms and span[1] > from_ms:
            recorded = (max(span[0], from_ms), min(span[1], to_ms))
        gaps = [_gap(one.source, one.from_ms, one.to_ms, one.why, to_ms) for one in store.gaps(from_ms, to_ms)]
        before = [cast(FindingDoc, dict(one.body)) for one in store.states_at(from_ms, (EntityKind.FINDING,))]
        told = [
            (one.at_ms, cast(FindingDoc, dict(one.body)))
            for one in store.states_between(from_ms, to_ms, EntityKind.FINDING)
        ]
        return Read(
            title=meta.get("title", ""),
            tape="demo" if store.path == str(DEMO_TAPE) else Path(store.path).name,
            from_ms=from_ms,
            to_ms=to_ms,
            recorded=recorded,
            verdicts=_verdicts(store, from_ms, to_ms),
            courses=_courses(store, from_ms, to_ms),
            findings=findings,
            told=told,
            before=before,
            journal=store.records_between(_EVER_MS, to_ms, (RecordKind.JOURNAL,)),
            gaps=gaps,
        )


def _verdicts(store: Store, from_ms: int, to_ms: int) -> list[Said]:
    since_ms = from_ms - round(max(HOLDS_S.values()) * 1000)
    found = verdicts_between(store, since_ms, to_ms).verdicts
    return [Said(one.at_ms, doc) for one in found if (doc := doc_of(one)) is not None]


def _courses(store: Store, from_ms: int, to_ms: int) -> list[Course]:
    docs: dict[str, list[tuple[int, KpiDoc]]] = defaultdict(list)
    for state in (
        *store.states_at(from_ms, (EntityKind.KPI,)),
        *store.states_between(from_ms, to_ms, EntityKind.KPI),
    ):
        docs[state.entity.id].append((state.at_ms, cast(KpiDoc, dict(state.body))))
    return [Course(name, said) for name, said in sorted(docs.items())]


def _gap(source: str, begin_ms: int, end_ms: int | None, why: str, to_ms: int) -> GapDoc:
    until = None if end_ms is None or end_ms > to_ms else format_time(end_ms)
    return {"source": source, "from": format_time(begin_ms), "to": until, "why": why}
