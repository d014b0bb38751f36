"""Jobs, nodes, deployments, evaluations and services: few enough that their documents are kept as they are."""

from __future__ import annotations

from sys import intern
from typing import NamedTuple

from console.inventory.objects.fields import Document, job_id, place, section, text
from console.naming import placed
from console.signals import Record


class Job(NamedTuple):
    """``parent`` is the id of the periodic or parameterized job that it is a run of."""

    id: str
    at_ms: int
    seq: int
    place: str
    parent: str
    doc: Document


class Node(NamedTuple):
    """A client of Nomad's."""

    id: str
    at_ms: int
    seq: int
    place: str
    doc: Document


class Deployment(NamedTuple):
    """``job`` is the id of its job."""

    id: str
    at_ms: int
    seq: int
    place: str
    job: str
    doc: Document


class Evaluation(NamedTuple):
    """``job`` is the id of its job."""

    id: str
    at_ms: int
    seq: int
    place: str
    job: str
    doc: Document


class Service(NamedTuple):
    """``job`` is the id of the job that registers it, ``allocations`` where its instances run."""

    id: str
    at_ms: int
    seq: int
    place: str
    job: str
    allocations: tuple[str, ...]
    doc: Document


def job(record: Record) -> Job:
    """The job of a state record."""
    in_place, parent = place(record), text(record.body.get("parent"))
    if parent:
        namespace = text(record.body.get("namespace")) or "default"
        parent = placed(parent if parent.startswith(f"{namespace}/") else f"{namespace}/{parent}", in_place)
    return Job(record.entity.id, record.at_ms, record.seq, in_place, intern(parent), record.body)


def node(record: Record) -> Node:
    """The node of a state record."""
    return Node(record.entity.id, record.at_ms, record.seq, place(record), record.body)


def deployment(record: Record) -> Deployment:
    """The deployment of a state record."""
    in_place = place(record)
    return Deployment(record.entity.id, record.at_ms, record.seq, in_place, job_id(record.body, in_place), record.body)


def evaluation(record: Record) -> Evaluation:
    """The evaluation of a state record."""
    in_place = place(record)
    return Evaluation(record.entity.id, record.at_ms, record.seq, in_place, job_id(record.body, in_place), record.body)


def service(record: Record) -> Service:
    """The service of a state record."""
    in_place = place(record)
    instances = section(record.body, "instances").values()
    where = tuple(dict.fromkeys(text(one.get("allocation")) for one in instances if isinstance(one, dict)))
    job_of_it = job_id(record.body, in_place)
    return Service(record.entity.id, record.at_ms, record.seq, in_place, job_of_it, tuple(filter(None, where)),
                   record.body)  # fmt: skip
