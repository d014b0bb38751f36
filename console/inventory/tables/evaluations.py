"""The columns of evaluations."""

from __future__ import annotations

from console.format import age
from console.inventory.lines import Field, Kind, count
from console.inventory.objects.fields import parts, text, whole
from console.inventory.objects.others import Evaluation
from console.inventory.shapes import Cell, Column
from console.inventory.words import short_id, where_of
from console.naming import job_name
from console.signals import EntityKind, Health


def _created_ms(one: Evaluation) -> int:
    return whole(one.doc.get("created_ms")) or one.at_ms


def queued(one: Evaluation) -> int:
    """How many allocations it could not place."""
    return sum(whole(found.get("queued")) for found in parts(one.doc, "failures"))


def why(one: Evaluation) -> str:
    """What it could not place and why, else what Nomad says of it."""
    failures = [f"{text(found.get('group'))}: {text(found.get('text'))}" for found in parts(one.doc, "failures")]
    return " · ".join(failures) or text(one.doc.get("text"))


EVALUATIONS = Kind(
    EntityKind.EVALUATION,
    name=lambda one: job_name(one.job) or short_id(one.id),
    where=lambda one: where_of(one.job, one.doc),
    note=why,
    tie=lambda one: (-_created_ms(one), one.id),
    text=lambda one: " ".join((one.id, one.job, text(one.doc.get("status")), text(one.doc.get("trigger")), why(one))),
    fields=(
        Field(Column("ID", left=True, cells=8), lambda one, _: Cell(short_id(one.id)), lambda one: one.id),
        Field(
            Column("Unplaced"),
            lambda one, _: count(queued(one), Health.WARN),
            queued,
            falling=True,
        ),
        Field(
            Column("Since"),
            lambda one, now: Cell(age((now - _created_ms(one)) / 1000)),
            lambda one: -_created_ms(one),
        ),
        Field(
            Column("Because of", left=True, cells=14),
            lambda one, _: Cell(text(one.doc.get("trigger"))),
            lambda one: text(one.doc.get("trigger")) or None,
        ),
        Field(
            Column("Type", left=True),
            lambda one, _: Cell(text(one.doc.get("type"))),
            lambda one: text(one.doc.get("type")) or None,
        ),
    ),
)
