"""Where the sources of a data flow disagree. All that was said is shown; the console does not choose. Pure."""

# No postponed annotations here: each of them would be compiled at every start.
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from console.governance.fields import FIELDS, folded_owner
from console.governance.shapes import FlowDoc, OnCallDoc, OwnerDoc, SaidDoc

_NO_NAMES: Mapping[str, str] = {}


class Disagreement(NamedTuple):
    """A field of which not all sources say the same; ``word`` is what a person calls it, ``said`` all of its sources,
    the one in force first."""

    field: str
    word: str
    said: tuple[SaidDoc, ...]


def disagreements(doc: FlowDoc, names: Mapping[str, str] = _NO_NAMES) -> list[Disagreement]:
    """The fields of a flow that its sources disagree about, the owner first. ``names`` is what ``synonyms`` gives: with
    it a schedule's id and its name are not taken for two."""
    found = []
    for field, items in (doc.get("said") or {}).items():
        rule = FIELDS.get(field)
        if rule is None or rule.same is None or len(items) < 2:
            continue
        if any(not rule.same(one["value"], other["value"], names) for one in items for other in items):
            found.append(Disagreement(field, rule.word, tuple(items)))
    order = list(FIELDS)
    return sorted(found, key=lambda one: order.index(one.field))


def synonyms(owners: Mapping[str, OwnerDoc], schedules: Iterable[tuple[str, OnCallDoc]] = ()) -> dict[str, str]:
    """The names, folded, by which owners and schedules go, each with the one that stands for it."""
    found: dict[str, str] = {}
    for name, owner in owners.items():
        for other in (name, owner.get("title") or ""):
            if other:
                found.setdefault(folded_owner(other), folded_owner(name))
    for known_as, schedule in schedules:
        for other in (known_as, schedule["name"], *schedule["names"]):
            found.setdefault(other.strip().casefold(), known_as)
    return found
