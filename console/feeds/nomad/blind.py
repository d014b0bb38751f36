"""Namespaces that the token may not read: lists of all namespaces leave them out without a word."""

from __future__ import annotations

from collections.abc import Sequence

from console.feeds.nomad.calls import Calls
from console.feeds.nomad.rights import lacking_in
from console.feeds.nomad.tokens import own_token, rights_held
from console.feeds.nomad.troubles import NomadTroubleError
from console.nomadactions.acl import Rights, allows

_NEEDED = ("list-jobs", "read-job")


async def unreadable(calls: Calls, namespace: str) -> tuple[str, ...]:
    """What is lacking where, one text a capability: ``read-job in namespace ops``. Nothing where Nomad cannot tell.

    A namespace of which the token may not even know, and that no policy of it names, cannot be told.
    """
    if namespace != "*":
        return ()  # what is refused of the one that is asked for is told by what is asked
    try:
        rights = await rights_held(calls, await own_token(calls))
        if rights is None or rights.all:
            return ()
        names = (await calls.get("namespaces", read=lambda body: [str(one["Name"]) for one in body])).body
    except NomadTroubleError:
        return ()
    return blind_spots(rights, names)


def blind_spots(rights: Rights, names: Sequence[str]) -> tuple[str, ...]:
    """The same of rights and the namespaces that are listed. Where jobs may not be listed, no more is said of it."""
    named = sorted({*names, *(name for name in rights.namespaces if "*" not in name)})
    told = []
    for capability in _NEEDED:
        if not any(capability in held for held in rights.namespaces.values()):
            return ()  # nowhere: the lists themselves are refused
        denied = [name for name in named if not allows(rights, capability, name)]
        if denied:
            told.append(lacking_in(capability, denied))
        named = [name for name in named if name not in denied]
    return tuple(told)
