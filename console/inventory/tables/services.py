"""The columns of services."""

from __future__ import annotations

from console.inventory.lines import Field, Kind, count
from console.inventory.objects.fields import section, words
from console.inventory.objects.others import Service
from console.inventory.objects.standing import Turn
from console.inventory.shapes import Cell, Column
from console.inventory.standings import instance_checks, instance_standing
from console.inventory.words import where_of
from console.naming import job_name
from console.signals import EntityKind, Health


def _instances(one: Service) -> list[dict[str, object]]:
    return [found for found in section(one.doc, "instances").values() if isinstance(found, dict)]


def _failing(one: Service) -> int:
    return sum(instance_standing(found).turn is Turn.BAD for found in _instances(one))


def _checks(one: Service) -> int:
    return sum(len(instance_checks(found)) for found in _instances(one))


def said(one: Service) -> str:
    """What failing checks said."""
    found = [check for instance in _instances(one) for check in instance_checks(instance).items()]
    return " · ".join(f"{name} {text}" for name, text in found if text != "success")


def _tags(one: Service) -> str:
    return " ".join(dict.fromkeys(tag for found in _instances(one) for tag in words(found, "tags")))


SERVICES = Kind(
    EntityKind.SERVICE,
    name=lambda one: job_name(one.id),
    where=lambda one: where_of(one.id, one.doc),
    note=said,
    tie=lambda one: (job_name(one.id), one.id),
    text=lambda one: f"{one.id} {one.job} {_tags(one)} {said(one)}",
    fields=(
        Field(
            Column("Instances"),
            lambda one, _: Cell(str(len(_instances(one)))),
            lambda one: len(_instances(one)),
            falling=True,
        ),
        Field(
            Column("Failing"),
            lambda one, _: count(_failing(one), Health.BAD),
            _failing,
            falling=True,
        ),
        Field(Column("Checks"), lambda one, _: count(_checks(one)), _checks, falling=True),
        Field(Column("Job", left=True, cells=12), lambda one, _: Cell(job_name(one.job)), lambda one: one.job),
        Field(Column("Tags", left=True, cells=8), lambda one, _: Cell(_tags(one)), lambda one: _tags(one) or None),
    ),
)
