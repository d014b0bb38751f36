"""Fields of documents as they come: any of them may be absent, or of a kind that nobody expected."""

from __future__ import annotations

from collections.abc import Mapping
from sys import intern
from typing import Any

from console.naming import place_of_source, placed
from console.signals import Record

Document = Mapping[str, Any]


def text(value: object) -> str:
    """A text, kept once however often it occurs; empty where there is none."""
    return intern(value) if type(value) is str else "" if value is None else intern(str(value))


def whole(value: object) -> int:
    """A whole number; 0 where there is none."""
    return value if type(value) is int else int(value) if isinstance(value, float) and abs(value) < 1e18 else 0


def known(value: object) -> int | None:
    """A whole number, None where there is none: of times and exit codes 0 is not nothing."""
    return value if type(value) is int else None


def section(doc: Document, name: str) -> Mapping[str, Any]:
    """A part that has parts itself; empty where there is none."""
    found = doc.get(name)
    return found if isinstance(found, dict) else {}


def parts(doc: Document, name: str) -> list[Mapping[str, Any]]:
    """A list of parts that have parts themselves."""
    found = doc.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def words(doc: Document, name: str) -> list[str]:
    """A list of texts."""
    found = doc.get(name)
    return [str(one) for one in found] if isinstance(found, list) else []


def place(record: Record) -> str:
    """Which Nomad told of it: a cluster's profile or one of its regions; empty where there is one without a name."""
    return intern(place_of_source(record.source))


def job_id(doc: Document, in_place: str, name: object = None) -> str:
    """The id of the job that a document names (or of another of its namespace): ``namespace@place/job``."""
    job = text(doc.get("job") if name is None else name)
    return intern(placed(f"{text(doc.get('namespace')) or 'default'}/{job}", in_place)) if job else ""
