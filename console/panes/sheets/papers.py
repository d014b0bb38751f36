"""Contracts and findings in words: nothing that a contract's file says is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from console.governance.auditshapes import FindingDoc
from console.inventory.shapes import Cell, Column, Fact, Line, Section, Sheet
from console.inventory.words import ago, when
from console.panes.sheets.register import Known
from console.panes.sheets.wording import finding_health, finding_word, plain_line
from console.signals import EntityKind, EntityRef, Health

_MOST_LINES = 2000
_KINDS = {kind.value: kind for kind in EntityKind}


def contract_sheet(known: Known, name: str) -> Sheet | None:
    """A contract as its file has it, and the flows that name it."""
    doc = known.register.contracts.get(name)
    if doc is None:
        return None
    body = doc["body"]
    status = str(body.get("status") or "")
    flows = tuple(
        Line(f"flow:{flow.name}", EntityRef(EntityKind.FLOW, flow.name), Health.OK, flow.name, cells=(Cell("flow"),))
        for flow in known.register.flows.values()
        if flow.doc["contract"] == name
    )
    lines = tuple(plain_line(f"at:{path}", path, text) for path, text in _leaves(body, ""))
    return Sheet(
        entity=EntityRef(EntityKind.CONTRACT, name),
        name=name,
        health=Health.WARN if status in ("deprecated", "retired") else Health.OK,
        word=" ".join(part for part in (f"version {body['version']}" if body.get("version") else "", status) if part),
        facts=(Fact("format", f"{doc['format']} {doc['version']}"), Fact("file", doc["origin"])),
        parts=(
            Section("Of the flow", (Column("", left=True),), flows, "No flow names it."),
            Section("What it says", (Column("", left=True, cells=20),), lines[:_MOST_LINES], "It says nothing."),
        ),
    )


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Each value with where it stands: ``schema[0].properties[1].name``."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _leaves(one, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _leaves(one, f"{path}[{at}]")
    else:
        yield path, "" if value is None else " ".join(str(value).split())


def finding_sheet(known: Known, key: str) -> Sheet | None:
    """A finding in full: evidence, what to do, whom to tell, since when."""
    doc = known.register.findings.get(key)
    if doc is None:
        return None
    evidence = tuple(
        Line(f"evidence:{at}", None, Health.OK, one["text"], cells=(Cell(_at(one.get("at_ms"), known)),
             Cell(one.get("origin") or "")))
        for at, one in enumerate(doc["evidence"])
    )  # fmt: skip
    kind, _, subject = doc["subject"].partition(":")
    about = EntityRef(_KINDS[kind], subject) if kind in _KINDS and subject else None
    line = Line("subject", about, Health.OK, doc["name"] or subject, cells=(Cell(kind),))
    return Sheet(
        entity=EntityRef(EntityKind.FINDING, key),
        name=f"{doc['rule']} {doc['title']}",
        health=finding_health(doc),
        word=finding_word(doc),
        facts=tuple(finding_facts(doc, known.now_ms)),
        parts=(
            Section("About", (Column("", left=True),), (line,)),
            Section("Evidence", (Column("Seen"), Column("Where", left=True, cells=16)), evidence, "None is given."),
        ),
        why=doc["text"],
    )


def _at(at_ms: int | None, known: Known) -> str:
    return ago(at_ms, known.now_ms) if at_ms else ""


def finding_facts(doc: FindingDoc, now_ms: int) -> Iterator[Fact]:
    """What is known of a finding beside its sentence and its evidence."""
    yield Fact("what to do", doc["todo"])
    yield Fact("tell", doc["notify"] or "nobody is known to be told", None if doc["notify"] else Health.WARN)
    yield Fact("first seen", when(doc["first_seen_ms"], now_ms))
    oldest = doc.get("oldest_ms")
    if oldest:
        yield Fact("judged by", f"what was seen {ago(oldest, now_ms)} at the oldest")
    waiver = doc.get("waiver")
    if waiver is not None:
        yield Fact("waived", f"by {waiver['who']} until {when(waiver['until_ms'], now_ms)}: {waiver['why']} "
                             f"({waiver['origin']})", Health.STALE)  # fmt: skip
