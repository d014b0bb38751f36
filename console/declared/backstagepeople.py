"""Groups and users of a Backstage catalogue: the owners, who is in them, and how to reach them.

Who is a member may stand on either side: with the group (``spec.members``) or with the user (``spec.memberOf``, kept as
``member_of`` until ``merge.joined`` puts all files together). A group that only a user names is not declared.
"""

from __future__ import annotations

from console.declared.backstagenotes import channels_of, on_call_of, own_of
from console.declared.backstageref import EntityName, ref_at, refs_at
from console.declared.shapes import Contents
from console.declared.yamlpart import Part
from console.governance.shapes import ChannelDoc, MemberDoc, OwnerDoc


def group_of(entry: Part, metadata: Part, named: EntityName) -> Contents:
    """The group as an owner, by its short name."""
    spec = entry.part("spec") or Part(entry.document, (), {})
    members: list[MemberDoc] = [{"name": ref.short} for ref in refs_at(spec, "members", "user", named.namespace)]
    if (leader := ref_at(spec, "leader", "user", named.namespace)) is not None:
        others = [member for member in members if member["name"] != leader.short]
        members = [{"name": leader.short, "role": "leader"}, *others]
    doc: OwnerDoc = {"kind": "group", "members": members, "origin": metadata.origin("name")}
    if (parent := ref_at(spec, "parent", "group", named.namespace)) is not None:
        doc["parent"] = parent.short
    if children := refs_at(spec, "children", "group", named.namespace):
        doc["children"] = [ref.short for ref in children]
    _reach(doc, metadata, spec)
    return Contents(owners={named.short: doc})


def user_of(entry: Part, metadata: Part, named: EntityName) -> Contents:
    """The user as an owner: a person, who is a member of nobody but of the groups named."""
    spec = entry.part("spec") or Part(entry.document, (), {})
    doc: OwnerDoc = {"kind": "person", "members": [{"name": named.short}], "origin": metadata.origin("name")}
    groups = [
        *refs_at(spec, "memberOf", "group", named.namespace),
        *refs_at(spec, "leaderOf", "group", named.namespace),
    ]
    if groups:
        doc["member_of"] = list(dict.fromkeys(ref.short for ref in groups))
    _reach(doc, metadata, spec)
    return Contents(owners={named.short: doc})


def _reach(doc: OwnerDoc, metadata: Part, spec: Part) -> None:
    """What a person calls them, who is on call for them, and where they are reached."""
    profile = spec.part("profile")
    title = (profile.name("displayName") if profile is not None else None) or metadata.name("title")
    if title:
        doc["title"] = title
    on_call = own_of(metadata).ours.get("on_call") or on_call_of(metadata)
    if on_call is not None:
        doc["on_call"] = on_call.value
    channels: list[ChannelDoc] = []
    if profile is not None and (email := profile.name("email")):
        channels.append({"name": email, "tool": "email", "url": f"mailto:{email}"})
    if (links := channels_of(metadata)) is not None:
        channels += links.value
    if channels:
        doc["channels"] = channels
