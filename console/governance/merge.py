"""What several sources say of one data flow, put together: each field with all that was said, the first in force.

Which parts are about the same flow: those with a name in common, whatever its case (a part is known by its own name and
by the others that its file gives it: a contract by its id, its name and its data product), and those that name the same
producing job and the same last word (``docs.partner`` and ``partner``, both of ``default/partner-feed``). One kind of
source that declares two names means two flows: its parts are joined only by their own name, so that a word which two
contracts share does not make one of them. Pure.
"""

# No postponed annotations here: each of them would be compiled at every start.
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from console.governance.fields import FIELDS, FLOWS_FILE, folded_job, newest, rank
from console.governance.shapes import DoubtDoc, FlowDoc, SaidDoc
from console.naming import last_word

_ENDING = ("deprecated", "retired")


class Sourced(NamedTuple):
    """What one source says of one flow: a file, lineage, or a job. ``origin`` is where that begins. One that does not
    declare (``declares``) adds to what others do, and is no flow by itself."""

    name: str
    names: tuple[str, ...]
    via: str
    origin: str
    said: Mapping[str, SaidDoc]
    doubts: tuple[DoubtDoc, ...] = ()
    declares: bool = True

    def value(self, field: str) -> Any:
        """What it says of a field, None where it is silent."""
        item = self.said.get(field)
        return None if item is None else item["value"]


def merged(name: str, parts: Sequence[Sourced]) -> FlowDoc:
    """The document of a flow by what its sources say; ``parts`` in the order of their files. Never empty-handed: a
    field that nobody gives is None or absent."""
    ordered = in_order(parts)
    said: dict[str, list[SaidDoc]] = {}
    for field, rule in FIELDS.items():
        items = [part.said[field] for part in ordered if field in part.said and says(part.said[field]["value"])]
        if items:
            said[field] = sorted(items, key=_latest_first if rule.in_force is newest else _by_rank(field))
    doc: dict[str, Any] = {
        "owner": None,
        "on_call": None,
        "contract": None,
        "producer": None,
        "consumers": [],
        "origin": ordered[0].origin if ordered else "",
        **{field: FIELDS[field].in_force(items) for field, items in said.items()},
        "said": said,
    }
    doubts = _once(doubt for part in ordered for doubt in part.doubts)
    if doubts:
        doc["doubts"] = doubts
    return cast(FlowDoc, doc)


def said_of(doc: FlowDoc) -> Mapping[str, list[SaidDoc]]:
    """All that was said of a flow, by field. A document of an older tape does not tell: its file said it then."""
    if "said" in doc:
        return doc["said"]
    file: dict[str, Any] = {"origin": doc.get("origin", ""), "via": FLOWS_FILE, "read_ms": 0}
    return {
        field: [{"value": value, **file}]  # type: ignore[typeddict-item]
        for field in FIELDS
        if says(value := doc.get(field))
    }


def with_doubts(doc: FlowDoc, doubts: Iterable[DoubtDoc]) -> FlowDoc:
    """The same document with more of what cannot be taken as it is said; each is kept once."""
    found = _once([*doc.get("doubts", ()), *doubts])
    return {**doc, "doubts": found} if found else doc


def in_order(parts: Sequence[Sourced]) -> list[Sourced]:
    """The parts by the precedence of their source; of two contracts one that ends stands after one that does not."""
    return sorted(parts, key=lambda part: (rank("owner", part.via), part.value("lifecycle") in _ENDING))


def groups(parts: Sequence[Sourced]) -> dict[str, list[Sourced]]:
    """The parts of each flow, by its name: that of the part whose source stands first."""
    found: list[_Group] = []
    by_name: dict[str, list[_Group]] = {}
    by_subject: dict[tuple[str, str], list[_Group]] = {}
    for part in in_order(parts):
        group = _found_in(part, by_name, by_subject)
        if group is None:
            group = _Group(part.name, [])
            found.append(group)
        group.parts.append(part)
        for key in _keys(part):
            if group not in by_name.setdefault(key, []):
                by_name[key].append(group)
        subject = _subject(part)
        if subject is not None and group not in by_subject.setdefault(subject, []):
            by_subject[subject].append(group)
    whole: dict[str, list[Sourced]] = {}
    for group in found:
        if any(part.declares for part in group.parts):
            whole.setdefault(group.name, []).extend(group.parts)
    return whole


def twice(parts: Sequence[Sourced]) -> list[tuple[Sourced, Sourced]]:
    """Parts of one kind of source that declare the same name, each with the one that is in force. A contract that ends
    may stand beside the one that replaces it."""
    first: dict[tuple[str, str], Sourced] = {}
    found = []
    for part in in_order(parts):
        held = first.setdefault((part.via, part.name.casefold()), part)
        if held is not part and part.value("lifecycle") not in _ENDING:
            found.append((held, part))
    return found


class _Group(NamedTuple):
    name: str
    parts: list[Sourced]

    def takes(self, part: Sourced, *, by_own_name: bool) -> bool:
        """Whether a part may be about this flow: not when its kind of source calls two flows by two names."""
        held = {one.name.casefold() for one in self.parts if one.via == part.via}
        return not held or (by_own_name and part.name.casefold() in held)


def _found_in(
    part: Sourced, by_name: Mapping[str, list[_Group]], by_subject: Mapping[tuple[str, str], list[_Group]]
) -> _Group | None:
    keys = _keys(part)
    for key in keys:
        for group in by_name.get(key, ()):
            if group.takes(part, by_own_name=key == keys[0]):
                return group
    subject = _subject(part)
    alike = [group for group in by_subject.get(subject, ()) if group.takes(part, by_own_name=False)] if subject else []
    return alike[0] if len(alike) == 1 else None


def _keys(part: Sourced) -> list[str]:
    return list(dict.fromkeys(name.casefold() for name in (part.name, *part.names) if name))


def _subject(part: Sourced) -> tuple[str, str] | None:
    producer = part.value("producer")
    return (folded_job(producer), last_word(part.name).casefold()) if producer else None


def _by_rank(field: str) -> Callable[[SaidDoc], int]:
    return lambda item: rank(field, item["via"])


def _latest_first(item: SaidDoc) -> float:
    return -float(item["value"])


def says(value: Any) -> bool:
    """Whether a value says anything; zero does."""
    return value is not None and value != "" and value != [] and value != {}


def _once(doubts: Iterable[DoubtDoc]) -> list[DoubtDoc]:
    found: dict[tuple[str, str, str], DoubtDoc] = {}
    for doubt in doubts:
        found.setdefault((doubt["field"], doubt["why"], doubt["origin"]), doubt)
    return list(found.values())
