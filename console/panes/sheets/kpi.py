"""A KPI in words: what was promised, what it came to, how it is read, who answers for it."""

from __future__ import annotations

from collections.abc import Iterator

from console.format import duration, moment
from console.governance.kpis import burn_window_s
from console.governance.shapes import KpiDoc
from console.inventory.shapes import Cell, Column, Fact, Line, Section, Sheet
from console.inventory.words import ago
from console.panes.kpis import standing
from console.panes.sheets.register import Known
from console.panes.sheets.wording import (
    SAID,
    doubts_section,
    findings_section,
    owner_line,
    percent,
    plain_line,
    review_section,
)
from console.signals import EntityKind, EntityRef, Health

_KINDS = {kind.value: kind for kind in EntityKind}


def sheet(known: Known, name: str) -> Sheet | None:
    """All that is known of a KPI."""
    doc = known.register.kpis.get(name)
    if doc is None:
        return None
    entity, stands = EntityRef(EntityKind.KPI, name), standing(doc, known.now_ms)
    told = stands.note.removeprefix(f"{doc['title']}: ")
    return Sheet(
        entity=entity,
        name=doc["title"] or name,
        health=stands.health,
        word=stands.word or told,
        facts=tuple(fact for fact in _facts(known, doc) if fact.text),
        parts=tuple(_parts(known, entity, doc)),
        why=told,
    )


def _facts(known: Known, doc: KpiDoc) -> Iterator[Fact]:
    window = duration(doc["window_s"])
    yield Fact("promise", f"{percent(doc['target'])} over {doc.get('calendar') or window}, by {doc['method']}")
    yield Fact("is about", doc["about"])
    yield Fact("declared in", doc["origin"])


def _parts(known: Known, entity: EntityRef, doc: KpiDoc) -> Iterator[Section]:
    yield Section("Stands at", SAID, tuple(_measured(known, doc)))
    kind, _, subject = doc["subject"].partition(":")
    if kind in _KINDS and subject:
        about = EntityRef(_KINDS[kind], subject)
        line = Line(str(about), about, Health.OK, subject, cells=(Cell(kind), Cell(doc["about"])))
        yield Section("About", (Column("", left=True, cells=8), Column("", left=True)), (line,))
    yield Section("Who answers", SAID, (owner_line(known, doc.get("owner"), doc["origin"]),))
    yield Section("Read from Prometheus by", SAID, tuple(_indicator(doc)))
    yield findings_section(known, [str(entity)])
    yield review_section(known, entity, doc.get("last_review_ms"), doc.get("review_every_s"))
    yield doubts_section(doc.get("doubts") or ())


def _measured(known: Known, doc: KpiDoc) -> Iterator[Line]:
    measured = doc.get("measured")
    if measured is None:
        yield plain_line("attained", "attained", "unknown", "it was not measured yet", Health.UNKNOWN)
        return
    health, why = standing(doc, known.now_ms).health, measured["why"]
    share = measured["attainment"]
    attained, health = ("unknown", Health.UNKNOWN) if share is None else (percent(share), health)
    yield plain_line("attained", "attained", attained, why or f"promised {percent(doc['target'])}", health)
    left = measured["budget_left"]
    if left is not None:
        said = "of the budget for what may go wrong" if left > 0 else "overspent: more went wrong than was allowed"
        yield plain_line("left", "left", percent(left), said, Health.BAD if left <= 0 else Health.OK)
    if measured["burn"] is not None:
        over = duration(burn_window_s(doc["window_s"]))
        burns = Health.WARN if measured["burn"] > 1 else Health.OK
        yield plain_line("burn", "burn", f"{measured['burn']:.1f}x", f"as fast as is allowed, over {over}", burns)
    yield plain_line(
        "seen", "seen", percent(measured["coverage"]), f"of its window, from {moment(measured['from_ms'])}"
    )
    yield plain_line("measured", "measured", ago(measured["at_ms"], known.now_ms))


def _indicator(doc: KpiDoc) -> Iterator[Line]:
    one = doc["indicator"]
    if one.get("unread"):
        yield plain_line("unread", "it is not", "", str(one["unread"]), Health.UNKNOWN)
    for field in ("good", "bad", "total", "value"):
        query = one.get(field)
        if query:
            yield plain_line(field, field, "", " ".join(str(query).split()))
    if "limit" in one:
        yield plain_line("limit", "limit", f"{one.get('op', '')} {one['limit']:g}".strip())
    if "slice_s" in doc:
        target = percent(doc["slice_target"]) if "slice_target" in doc else "its own share"
        yield plain_line("slice", "slices", duration(doc["slice_s"]), f"good from {target} on")
