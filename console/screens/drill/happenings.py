"""What happened to an object and to what it is made of, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.inventory.shapes import Sheet
from console.panes.marks import mark
from console.panes.world import text_of
from console.screens.frame import Happening
from console.signals import EntityKind, EntityRef, Health, Record, RecordKind
from console.tape.store import Store

EVENTS_MS = 7 * 86_400_000
MOST = 50  # that matter, and so many that do not
_MOST_READ = 300  # of one entity
_MOST_PARTS = 12
_PARTS = (EntityKind.ALLOCATION, EntityKind.DEPLOYMENT, EntityKind.NODE)


def happenings(store: Store, about: Sequence[EntityRef], sheet: Sheet | None, at_ms: int) -> tuple[Happening, ...]:
    """Events of some entities, all of them of the first one, of the others and of the parts those that matter."""
    found = [one for entity in about[:1] for one in _told(store, entity, at_ms, all_of_them=True)]
    others = dict.fromkeys([*about[1:], *_parts(sheet)])
    found += [one for entity in others if entity not in about[:1] for one in _told(store, entity, at_ms)]
    found.sort(key=lambda one: one[0], reverse=True)
    matter = [one for one in found if not one[1].minor][:MOST]
    minor = [one for one in found if one[1].minor][:MOST]
    return tuple(one for _, one in sorted([*matter, *minor], key=lambda one: one[0], reverse=True))


def _parts(sheet: Sheet | None) -> list[EntityRef]:
    """The worst parts of an object, and the job that it belongs to."""
    if sheet is None:
        return []
    lines = [line for section in sheet.parts for line in section.lines[:_MOST_PARTS]]
    parts = [line.opens for line in lines if line.opens is not None and line.opens.kind in _PARTS][:_MOST_PARTS]
    return [*([sheet.job] if sheet.job is not None else []), *parts]


def _told(
    store: Store, entity: EntityRef, at_ms: int, *, all_of_them: bool = False
) -> Iterator[tuple[tuple[int, int], Happening]]:
    """Events of one entity with what orders them. Those of a task are told by its allocation."""
    allocation, _, task = entity.id.partition("/") if entity.kind is EntityKind.TASK else ("", "", "")
    whose = EntityRef(EntityKind.ALLOCATION, allocation) if allocation else entity
    records = store.records_between(
        at_ms - EVENTS_MS, at_ms, (RecordKind.EVENT,), entity=whose, limit=_MOST_READ, newest_first=True
    )
    for record in records:
        if task and text_of(record.body.get("task")) not in ("", task):
            continue
        loud = mark(record)
        if loud is not None:
            yield (record.at_ms, record.seq), Happening(record.at_ms, loud.health, loud.text)
        elif all_of_them:
            yield (record.at_ms, record.seq), Happening(record.at_ms, Health.OK, _text(record), record.minor)


def _text(record: Record) -> str:
    return text_of(record.body.get("text")) or record.name
