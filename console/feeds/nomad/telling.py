"""What a telling is: one event in a plain sentence, before it becomes a record."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from console.signals import EntityKind, EntityRef, Pane, Record, RecordKind

Severity = Literal["ok", "info", "warn", "bad"]
SOURCE = "nomad"


class Telling(NamedTuple):
    """``at_ms`` is Nomad's time, 0 where Nomad does not say when. ``once`` is the same however it is learned of.

    ``change`` marks what somebody did on purpose and what may therefore have been meant as a fix. ``minor`` is what
    only somebody who looks at this one thing wants to know.
    """

    name: str
    at_ms: int
    entity: EntityRef
    text: str
    severity: Severity
    once: str
    ids: dict[str, Any]
    change: bool = False
    minor: bool = False


def record(telling: Telling, seen_ms: int, server_now_ms: int) -> Record:
    """As it goes on the tape. What has no time of its own gets the server's time now."""
    body: dict[str, Any] = {
        "text": telling.text,
        "severity": telling.severity,
        "pane": Pane.SCHEDULING.value,
        **telling.ids,
    }
    if telling.change:
        body["change"] = True
    if telling.minor:
        body["minor"] = True
    return Record(
        kind=RecordKind.EVENT,
        source=SOURCE,
        entity=telling.entity,
        name=telling.name,
        at_ms=telling.at_ms or server_now_ms,
        seen_ms=seen_ms,
        body=body,
        once=f"{SOURCE}:{telling.once}",
    )


def state(kind: EntityKind, key: str, at_ms: int, seen_ms: int, doc: Any) -> Record:
    """A state document as it goes on the tape."""
    return Record(RecordKind.STATE, SOURCE, EntityRef(kind, key), kind.value, at_ms, seen_ms, doc)


def lasted(milliseconds: int) -> str:
    """``45 s``, ``2 min 48 s``, ``3 h 5 min``."""
    seconds = max(0, round(milliseconds / 1000))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s" if seconds % 60 else f"{seconds // 60} min"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"
