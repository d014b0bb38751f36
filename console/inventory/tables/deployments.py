"""The columns of deployments."""

from __future__ import annotations

from console.format import age
from console.inventory.lines import Field, Kind, count
from console.inventory.objects.fields import text, whole
from console.inventory.objects.others import Deployment
from console.inventory.shapes import Cell, Column
from console.inventory.standings import deployment_totals
from console.inventory.words import short_id, where_of
from console.naming import job_name
from console.signals import EntityKind, Health


def _created_ms(one: Deployment) -> int:
    return whole(one.doc.get("created_ms")) or one.at_ms


def _healthy(one: Deployment) -> Cell:
    total = deployment_totals(one.doc)
    return Cell(f"{total['healthy']}/{total['desired'] or total['canaries']}")


DEPLOYMENTS = Kind(
    EntityKind.DEPLOYMENT,
    name=lambda one: f"{job_name(one.job) or short_id(one.id)} v{whole(one.doc.get('version'))}",
    where=lambda one: where_of(one.job, one.doc),
    note=lambda one: text(one.doc.get("text")),
    tie=lambda one: (-_created_ms(one), one.id),
    text=lambda one: " ".join(
        (one.id, one.job, f"v{whole(one.doc.get('version'))}", text(one.doc.get("status")), text(one.doc.get("text")))
    ),
    fields=(
        Field(Column("ID", left=True, cells=8), lambda one, _: Cell(short_id(one.id)), lambda one: one.id),
        Field(
            Column("Healthy"),
            lambda one, _: _healthy(one),
            lambda one: deployment_totals(one.doc)["healthy"],
        ),
        Field(
            Column("Since"),
            lambda one, now: Cell(age((now - _created_ms(one)) / 1000)),
            lambda one: -_created_ms(one),
        ),
        Field(
            Column("Unhealthy"),
            lambda one, _: count(deployment_totals(one.doc)["unhealthy"], Health.WARN),
            lambda one: deployment_totals(one.doc)["unhealthy"],
            falling=True,
        ),
        Field(
            Column("Canaries"),
            lambda one, _: count(deployment_totals(one.doc)["canaries"]),
            lambda one: deployment_totals(one.doc)["canaries"],
            falling=True,
        ),
    ),
)
