"""When the schema of a contract changed: what counts as a change, and the times that nobody writes into the file.

A description, an example or the order of properties is no change of the schema; a name, a type, what is required and
how things are nested is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from console.governance.shapes import ContractDoc
from console.plain import plain

_WORDS = frozenset(
    (
        "description", "businessName", "tags", "examples", "authoritativeDefinitions", "customProperties", "quality",
        "id", "relationships", "dataGranularityDescription", "transformLogic", "transformDescription",
        "transformSourceObjects",
    )
)  # fmt: skip
_MOST_NAMED = 5


def shape(schema: Any) -> Any:
    """A schema without what does not change the data; equal for two that let the same data through."""
    if isinstance(schema, Mapping):
        return {key: shape(value) for key, value in schema.items() if key not in _WORDS}
    if isinstance(schema, list):
        items = [shape(item) for item in schema]
        return sorted(items, key=repr)
    return schema


def schema_of(doc: ContractDoc) -> Any:
    """The shape of a contract's schema; None where it has none."""
    schema = doc["body"].get("schema")
    return None if schema is None else shape(schema)


def difference(before: ContractDoc, after: ContractDoc) -> str:
    """What changed of the schema, in words; empty where nothing did."""
    if schema_of(before) == schema_of(after):
        return ""
    old, new = _properties(before["body"].get("schema")), _properties(after["body"].get("schema"))
    said = [
        *_named("new", [name for name in new if name not in old]),
        *_named("gone", [name for name in old if name not in new]),
        *_named("other", [name for name in new if name in old and new[name] != old[name]]),
    ]
    return "; ".join(said) or "its objects changed"


def _named(what: str, names: list[str]) -> list[str]:
    if not names:
        return []
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return [f"{what}: {', '.join(plain(name, 60) for name in names[:_MOST_NAMED])}{more}"]


def _properties(schema: Any, within: str = "") -> dict[str, Any]:
    """All properties by their path, each with what it is itself."""
    found: dict[str, Any] = {}
    for item in schema if isinstance(schema, list) else ():
        if not isinstance(item, Mapping):
            continue
        name = f"{within}{item.get('name', '')}"
        if within:
            found[name] = shape({key: value for key, value in item.items() if key not in ("properties", "items")})
        found.update(_properties(item.get("properties"), f"{name}."))
        if isinstance(item.get("items"), Mapping):
            found.update(_properties(item["items"].get("properties"), f"{name}[]."))
    return found


class Changed(NamedTuple):
    """When a contract's schema changed, as we know it: seen by ourselves, or by the commit."""

    at_ms: int
    via: str
    origin: str


class SchemaTimes:
    """Remembers when schemas changed, by the contract's id. Times of commits, where known, stand for what was seen."""

    def __init__(self, seen: Mapping[str, Changed], contracts: Mapping[str, ContractDoc]) -> None:
        self._shapes: dict[str, Any] = {name: schema_of(doc) for name, doc in contracts.items()}
        self._docs: dict[str, ContractDoc] = {}  # as last looked at: of a thousand one changes
        self._seen = dict(seen)
        self._committed: dict[str, Changed] = {}

    def look(self, contracts: Mapping[str, ContractDoc], at_ms: Mapping[str, int], via: str) -> None:
        """Compare with what was known; ``at_ms`` says for each contract when a change of it was seen."""
        for name, doc in contracts.items():
            if self._docs.get(name) is doc:
                continue
            self._docs[name] = doc
            now = schema_of(doc)
            if name in self._shapes and self._shapes[name] != now:
                self._seen[name] = Changed(at_ms[name], via, doc["origin"])
                self._committed.pop(name, None)
            self._shapes[name] = now

    def commit(self, found: Iterable[tuple[str, Changed]]) -> None:
        """Take over the times of commits."""
        self._committed.update(found)

    def of(self, contract: str) -> Changed | None:
        """When the schema of a contract last changed; None where nobody knows."""
        return self._committed.get(contract) or self._seen.get(contract)
