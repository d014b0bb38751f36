"""Events of what is declared, in words: who is new, what changed, what is gone, which file is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from console.feeds.ownership.schema import difference
from console.format import duration, moment
from console.governance.fields import FIELDS, GIT, ODCS, WATCHED
from console.governance.shapes import ContractDoc
from console.plain import plain
from console.signals import EntityKind, EntityRef, Pane, Record, RecordKind

SOURCE = "ownership"
MOST_TOLD = 20
"""Events that one look may bring; a checkout that changes hundreds of files is told in a few lines."""

Body = Mapping[str, Any]


class Event(NamedTuple):
    """One event about something that is declared."""

    name: str
    entity: EntityRef
    text: str
    severity: str
    origin: str


class Change(NamedTuple):
    """One document that is another than before; None where there was none, or is none any more."""

    entity: EntityRef
    before: Body | None
    after: Body | None


def told(change: Change) -> list[Event]:
    """What is to be told of a change; nothing where only its line moved."""
    return list(_BY_KIND[change.entity.kind](change))


def records(told_of: Sequence[Event], now_ms: int) -> list[Record]:
    """The events, or a few that count them where there are too many."""
    if len(told_of) > MOST_TOLD:
        told_of = list(_counted(told_of))
    return [
        Record(
            RecordKind.EVENT, SOURCE, one.entity, one.name, now_ms, now_ms,
            {"text": one.text, "severity": one.severity, "pane": str(Pane.OWNERSHIP), "origin": one.origin},
        )
        for one in told_of
    ]  # fmt: skip


def file_event(path: str, what: str, good: bool) -> Event:
    """A file that broke, or that is good again. ``what`` is the sentence about it."""
    entity = EntityRef(EntityKind.FEED, SOURCE)
    name, severity = ("file good again", "info") if good else ("file broken", "warn")
    return Event(name, entity, plain(what), severity, path)


def _counted(told_of: Iterable[Event]) -> Iterable[Event]:
    held: dict[str, list[Event]] = {}
    for one in told_of:
        held.setdefault(one.name, []).append(one)
    for name, items in held.items():
        if len(items) == 1:
            yield items[0]
            continue
        names = [plain(one.entity.id, 60) for one in items]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        severity = "warn" if any(one.severity == "warn" for one in items) else "info"
        text = f"{name}, {len(items)} times: {', '.join(names[:3])}{more}"
        yield Event(name, EntityRef(EntityKind.FEED, SOURCE), text, severity, items[0].origin)


def _flow(change: Change) -> Iterable[Event]:
    name, before, after = plain(change.entity.id), change.before, change.after
    if after is None:
        origin = str((before or {}).get("origin", ""))
        yield _said(change, "flow removed", f"{name} is no longer declared (it was in {plain(origin)})", "warn", origin)
    elif before is None:
        text = f"{name} is declared: owned by {plain(str(after['owner'] or 'nobody'))}"
        yield _said(change, "flow declared", text, "info", str(after["origin"]))
    elif changes := _differences(before, after):
        lost = before.get("owner") and not after.get("owner")
        said = f"{name}: {', '.join(changes)}"
        yield _said(change, "flow changed", said, "warn" if lost else "info", str(after["origin"]))


def _differences(before: Body, after: Body) -> list[str]:
    found = []
    for field, rule in FIELDS.items():
        old, new = before.get(field), after.get(field)
        if old != new and (old or new) and not _told_elsewhere(field, before, after):
            found.append(f"{rule.word} {_shown(field, old)} -> {_shown(field, new)}")
    return found


def _told_elsewhere(field: str, before: Body, after: Body) -> bool:
    """What the contract's own event tells; and a schema's time that is only learned now."""
    via = ((after.get("said") or {}).get(field) or [{}])[0].get("via")
    if field == "contract_version":
        return via == ODCS and before.get("contract") == after.get("contract")
    return field == "schema_changed_ms" and (before.get(field) is None or via in (GIT, WATCHED))


def _shown(field: str, value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "none"
    if field.endswith("_s"):
        return duration(value)
    if field.endswith("_ms"):
        return moment(value)
    if field in ("stages", "channels"):
        return plain(", ".join(str(one.get("name", "")) for one in value), 80)
    return plain(", ".join(str(one) for one in value) if isinstance(value, list) else str(value), 80)


def _contract(change: Change) -> Iterable[Event]:
    what = "contract" if (change.after or change.before or {}).get("format") == ODCS else "catalogue entry"
    name = f"the {what} {plain(change.entity.id)}"
    if change.after is None:
        origin = str((change.before or {}).get("origin", ""))
        text = f"{name} is no longer declared (it was in {plain(origin)})"
        yield _said(change, "contract removed", text, "warn", origin)
        return
    origin = str(change.after["origin"])
    if change.before is None:
        yield _said(change, "contract declared", f"{name} is declared", "info", origin)
        return
    before, after = cast(ContractDoc, change.before), cast(ContractDoc, change.after)
    versions = [plain(str(doc["body"].get("version") or "none"), 40) for doc in (before, after)]
    bumped = f"version {versions[0]} -> {versions[1]}" if versions[0] != versions[1] else ""
    if schema := difference(before, after):
        text = f"the schema of {name} changed ({schema}), {bumped or 'its version did not'}"
        yield _said(change, "schema changed", text, "info" if bumped else "warn", origin)
    elif bumped:
        yield _said(change, "contract changed", f"{name}: {bumped}", "info", origin)


def _owner(change: Change) -> Iterable[Event]:
    name, before, after = plain(change.entity.id), change.before, change.after
    if after is None:
        origin = str((before or {}).get("origin", ""))
        yield _said(change, "owner removed", f"{name} is no longer declared as an owner", "warn", origin)
    elif before is not None:
        old, new = (sorted({str(one["name"]) for one in doc["members"]}) for doc in (before, after))
        if old != new:
            text = f"{name}: members {_shown('members', old)} -> {_shown('members', new)}"
            yield _said(change, "owner changed", text, "info", str(after["origin"]))


def _waiver(change: Change) -> Iterable[Event]:
    doc = change.after or change.before or {}
    rule, subject = plain(str(doc.get("rule"))), plain(str(doc.get("subject")))
    if change.after is None:
        text = f"{rule} of {subject} is no longer waived"
        yield _said(change, "waiver removed", text, "info", str(doc.get("origin", "")))
    elif change.before is None or change.before.get("until_ms") != doc["until_ms"]:
        why = f"{plain(str(doc['who']), 60)}: {plain(str(doc['why']), 200)}"
        text = f"{rule} of {subject} is waived until {moment(doc['until_ms'])} by {why}"
        yield _said(change, "waiver declared", text, "info", str(doc["origin"]))


def _said(change: Change, name: str, text: str, severity: str, origin: str) -> Event:
    return Event(name, change.entity, text, severity, origin)


_BY_KIND: Mapping[EntityKind, Callable[[Change], Iterable[Event]]] = {
    EntityKind.FLOW: _flow,
    EntityKind.CONTRACT: _contract,
    EntityKind.OWNER: _owner,
    EntityKind.WAIVER: _waiver,
}
