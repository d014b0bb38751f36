"""The team of a data contract: the owner of its flow, and who is a member since when.

Since v3.1 a team is a map with a name; before, it was a list of members only. Both are read whatever the version. A
team without a name is owned by the member whose role says so, the one who is still there before one who left.
"""

from __future__ import annotations

import re

from console.declared.odcssaid import Section
from console.declared.ownkeys import Said, own_fields
from console.declared.shapes import Told
from console.declared.yamlpart import Part
from console.governance.shapes import DoubtDoc, MemberDoc, OwnerDoc
from console.governance.units import Ambiguous, doubt, moment_ms

_OWNING = re.compile(r"\b(?:owner|accountable)\b", re.IGNORECASE)
_LONGEST_NAME = 60
_EVER_MS = 1 << 62


def team(contract: Part) -> Section:
    """The owner and the members. Raises DeclaredError where the team is neither a map nor a list of members."""
    given = contract.data.get("team")
    if given is None:
        return Section({})
    if isinstance(given, list):
        return _by_role(contract, contract.parts("team"))
    here = contract.part("team")
    assert here is not None
    members = here.parts("members")
    for key in ("name", "id", "description"):
        name = here.name(key) if key != "description" else _short(here)
        if name:
            return _named(here, name, key, members)
    return _by_role(contract, members)


def _named(here: Part, name: str, key: str, members: list[Part]) -> Section:
    doubts: list[DoubtDoc] = []
    doc: OwnerDoc = {"kind": "group", "members": _members(members, doubts), "origin": here.origin(key)}
    said = (
        Said(part.name("property") or "", part.data.get("value"), part.line("property"), part.origin("property"))
        for part in here.parts("customProperties")
    )
    own = own_fields(said)
    fields = {"owner": Told(name, here.line(key))}
    if on_call := own.ours.get("on_call", own.alike.get("on_call")):
        doc["on_call"] = on_call.value
        fields["on_call"] = on_call
    return Section(fields, (*doubts, *own.doubts), {name: doc})


def _by_role(contract: Part, members: list[Part]) -> Section:
    """Of a team without a name: whoever of its members owns by role."""
    doubts: list[DoubtDoc] = []
    read = _members(members, doubts)
    owning = [one for one in read if _OWNING.search(one.get("role", ""))]
    if not owning:
        return Section({}, tuple(doubts))
    owner = max(owning, key=lambda one: one.get("until_ms", _EVER_MS))
    part = next(part for part in members if part.name("username") == owner["name"])
    doc: OwnerDoc = {"kind": "person", "members": [owner], "origin": part.origin("username")}
    if (title := part.name("name")) is not None:
        doc["title"] = title
    return Section({"owner": Told(owner["name"], part.line("username"))}, tuple(doubts), {owner["name"]: doc})


def _members(parts: list[Part], doubts: list[DoubtDoc]) -> list[MemberDoc]:
    """Each member's time in the team, and the replacement of one who left, from then on."""
    found: list[MemberDoc] = []
    followers: list[MemberDoc] = []
    for part in parts:
        member: MemberDoc = {"name": part.needed("username", "each member of a team has one")}
        if role := part.name("role"):
            member["role"] = role
        if (from_ms := _date(part, "dateIn", doubts)) is not None:
            member["from_ms"] = from_ms
        if (until_ms := _date(part, "dateOut", doubts)) is not None:
            member["until_ms"] = until_ms
        found.append(member)
        if follower := part.name("replacedByUsername"):
            followers.append({"name": follower} if until_ms is None else {"name": follower, "from_ms": until_ms})
    known = {member["name"] for member in found}
    return [*found, *(one for one in followers if one["name"] not in known)]


def _date(part: Part, key: str, doubts: list[DoubtDoc]) -> int | None:
    text = part.text(key)
    if text is None:
        return None
    moment = moment_ms(text)
    why = moment.why if isinstance(moment, Ambiguous) else moment.doubt
    if why:
        doubts.append(doubt("owner", f"{key}: {why}", part.origin(key)))
    return None if isinstance(moment, Ambiguous) else moment.at_ms


def _short(here: Part) -> str | None:
    """A description that is as short as a name."""
    text = here.text("description")
    return here.name("description") if text and len(text) <= _LONGEST_NAME and "\n" not in text else None
