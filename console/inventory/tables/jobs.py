"""The columns of jobs."""

from __future__ import annotations

from console.format import age
from console.inventory.lines import Field, Kind, count
from console.inventory.objects.fields import parts, section, text, whole
from console.inventory.objects.others import Job
from console.inventory.shapes import Cell, Column
from console.inventory.standings import totals
from console.inventory.words import where_of
from console.naming import job_name
from console.signals import EntityKind, Health


def _type(one: Job) -> str:
    doc = one.doc
    more = "periodic" if doc.get("periodic") is True else "parameterized" if doc.get("parameterized") is True else ""
    return more or text(doc.get("type"))


def _run(one: Job) -> Cell:
    total = totals(one.doc)
    if not total["desired"] and not total["running"]:
        return Cell("")
    health = Health.WARN if total["running"] < total["desired"] else Health.OK
    return Cell(f"{total['running']}/{total['desired']}", health)


def _note(one: Job) -> str:
    blocked = [text(found.get("text")) for found in parts(one.doc, "blocked")]
    deployment = section(one.doc, "deployment")
    said = "" if deployment.get("status") == "successful" else text(deployment.get("text"))
    return " · ".join(filter(None, [*blocked, said]))


def _submitted(one: Job) -> int:
    return whole(one.doc.get("submitted_ms"))


JOBS = Kind(
    EntityKind.JOB,
    name=lambda one: job_name(one.id),
    where=lambda one: where_of(one.id, one.doc),
    note=_note,
    tie=lambda one: (job_name(one.id), one.id),
    text=lambda one: f"{one.id} {_type(one)} {text(one.doc.get('status'))} {_note(one)}",
    fields=(
        Field(
            Column("Run", cells=5),
            lambda one, _: _run(one),
            lambda one: totals(one.doc)["running"] - totals(one.doc)["desired"],
        ),
        Field(Column("Type", left=True, cells=8), lambda one, _: Cell(_type(one)), _type),
        Field(
            Column("Version"),
            lambda one, _: Cell(f"v{whole(one.doc.get('version'))}"),
            lambda one: whole(one.doc.get("version")),
            falling=True,
        ),
        Field(
            Column("Since"),
            lambda one, now: Cell(age((now - _submitted(one)) / 1000 if _submitted(one) else None)),
            lambda one: -_submitted(one),
        ),
        Field(
            Column("Restarts"),
            lambda one, _: count(totals(one.doc)["restarts"]),
            lambda one: totals(one.doc)["restarts"],
            falling=True,
        ),
        Field(
            Column("OOM"),
            lambda one, _: count(totals(one.doc)["oom_kills"], Health.WARN),
            lambda one: totals(one.doc)["oom_kills"],
            falling=True,
        ),
        Field(
            Column("Priority"),
            lambda one, _: count(whole(one.doc.get("priority"))),
            lambda one: whole(one.doc.get("priority")),
            falling=True,
        ),
        Field(
            Column("By", left=True, cells=8),
            lambda one, _: Cell(text(one.doc.get("by"))[:8]),
            lambda one: text(one.doc.get("by")) or None,
        ),
    ),
)
