"""State documents in words: what is known of one entity, line by line. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from console.format import moment
from console.inventory.shapes import Fact
from console.screens.drill.keys import GOVERNED, SHEETED
from console.signals import EntityKind, Health

Document = Mapping[str, Any]


def facts_of(kind: EntityKind, doc: Document) -> tuple[Fact, ...]:
    """What a document says, the most telling first. A field that is not there has no line. Of what has a sheet that
    tells, and nothing here."""
    words = () if kind in (*SHEETED, *GOVERNED) else _WORDS.get(kind, _plain)(doc)
    return tuple(fact for fact in words if fact.text)


def _alert(doc: Document) -> Iterator[Fact]:
    firing = doc.get("state") == "firing"
    yield Fact("state", f"{doc.get('state', '')}, {doc.get('severity', '')}", Health.BAD if firing else None)
    yield Fact("summary", str(doc.get("summary", "")))
    yield Fact("since", moment(doc.get("started_ms")))
    yield Fact("ended", moment(doc["ended_ms"]) if doc.get("ended_ms") else "")
    yield Fact("runbook", str(doc.get("runbook", "")))
    for key, value in sorted((doc.get("labels") or {}).items()):
        yield Fact(str(key), str(value))


def _plain(doc: Document) -> Iterator[Fact]:
    """A document of a kind without words of its own: its plain fields."""
    for key, value in sorted(doc.items()):
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            yield Fact(str(key).removesuffix("_ms"), moment(value) if key.endswith("_ms") else str(value))  # type: ignore[arg-type]


_WORDS: dict[EntityKind, Callable[[Document], Iterator[Fact]]] = {
    EntityKind.ALERT: _alert,
}
