"""The parts of one file put together, and who is a member of what over all files. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from console.declared.shapes import Contents, DeclaredError, SloParts
from console.governance.shapes import MemberDoc, OwnerDoc
from console.plain import plain

T = TypeVar("T")


def merged(path: Path, parts: Sequence[Contents]) -> Contents:
    """What a file of several documents or tables declares. Raises DeclaredError where it declares a thing twice."""
    if len(parts) == 1:
        return parts[0]
    return Contents(
        flows=[flow for part in parts for flow in part.flows],
        contracts=_once(path, "contract", [part.contracts for part in parts]),
        owners=joined(part.owners for part in parts),
        models=[model for part in parts for model in part.models],
        kpis=_once(path, "KPI", [part.kpis for part in parts]),
        rotas=[rota for part in parts for rota in part.rotas],
        waivers=[waiver for part in parts for waiver in part.waivers],
        slo=slo_parts([part.slo for part in parts]),
    )


def slo_parts(parts: Sequence[SloParts]) -> SloParts:
    """What is declared of OpenSLO, put together; of two of one name the first is in force."""
    return SloParts(
        [objective for part in parts for objective in part.objectives],
        {name: indicator for part in reversed(parts) for name, indicator in part.indicators.items()},
        {name: kind for part in reversed(parts) for name, kind in part.sources.items()},
        {name: tags for part in reversed(parts) for name, tags in part.services.items()},
    )


def joined(parts: Iterable[Mapping[str, OwnerDoc]]) -> dict[str, OwnerDoc]:
    """All owners by name: what several sources say of one is put together, the first one's words in force.

    Who says of himself that he is a member of a group is one, where that group is declared; and a group whose parent
    names it among its children has that parent.
    """
    found: dict[str, OwnerDoc] = {}
    claims: dict[str, list[MemberDoc]] = {}
    for part in parts:
        for name, doc in part.items():
            found[name] = _together(found[name], doc) if name in found else doc
            for group in doc.get("member_of", ()):
                claims.setdefault(group, []).append({"name": name})
    for group, members in claims.items():
        if group in found and found[group]["kind"] == "group":
            found[group] = {**found[group], "members": _members(found[group]["members"], members)}
    for name, doc in list(found.items()):
        for child in doc.get("children", ()):
            if child in found and found[child]["kind"] == "group" and "parent" not in found[child]:
                found[child] = {**found[child], "parent": name}
    return found


def _together(first: OwnerDoc, second: OwnerDoc) -> OwnerDoc:
    if first["kind"] != second["kind"]:
        # A name without a kind means a group.
        return first if first["kind"] == "group" else second
    both: OwnerDoc = {**second, **first, "members": _members(first["members"], second["members"])}
    if "channels" in second:
        own = first.get("channels", [])
        both["channels"] = [*own, *(one for one in second["channels"] if one not in own)]
    if "member_of" in second:
        both["member_of"] = list(dict.fromkeys([*first.get("member_of", ()), *second["member_of"]]))
    return both


def _members(first: Sequence[MemberDoc], second: Sequence[MemberDoc]) -> list[MemberDoc]:
    """Each once; one that is named again without dates or role adds nothing."""
    found = list(first)
    by_name: dict[str, list[MemberDoc]] = {}
    for member in first:
        by_name.setdefault(member["name"], []).append(member)
    for member in second:
        alike = by_name.setdefault(member["name"], [])
        if not alike or (len(member) > 1 and member not in alike):
            found.append(member)
            alike.append(member)
    return found


def _once(path: Path, kind: str, parts: Sequence[Mapping[str, T]]) -> dict[str, T]:
    found: dict[str, T] = {}
    for part in parts:
        for name, thing in part.items():
            if name in found:
                what = f"the {kind} {plain(name, 80)!r} is declared twice, the first time in line {_line(found[name])}"
                raise DeclaredError(path, _line(thing), f"{what}; keep one of them")
            found[name] = thing
    return found


def _line(thing: object) -> int:
    """The line in an origin ``file:line``."""
    line = str(thing.get("origin", "")).rpartition(":")[2] if isinstance(thing, Mapping) else ""
    return int(line) if line.isdigit() else 0
