"""What the token may do, as Nomad says of it itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from console.errands.nomads import Nomad
from console.feeds.nomad.troubles import NomadTroubleError, Trouble
from console.nomadactions.acl import EVERYTHING, Permit, Rights, permit, rights_of

_OFF = "acls-disabled"
_UNTOLD = "it cannot be told from here whether the token may do this: Nomad will decide"


class _Token(NamedTuple):
    """What is read of a token; never its secret."""

    accessor: str
    name: str
    type: str
    policies: tuple[str, ...]
    roles: tuple[str, ...]


async def permitted(nomad: Nomad, capability: str, namespace: str) -> Permit:
    """Whether the token has a capability. Raises NomadTroubleError when Nomad cannot be asked."""
    await nomad.ready()
    try:
        token = (await nomad.calls.get("acl", "token", "self", read=_token)).body
    except NomadTroubleError as problem:
        if problem.trouble is Trouble.DENIED:
            nomad.refused()
            return Permit(False, "Nomad does not know the token, or it has expired", "give another one")
        if "ACL support disabled" in problem.why:
            return Permit(True)
        if problem.trouble in (Trouble.ABSENT, Trouble.SERVER):
            return Permit(None, _UNTOLD)
        raise
    try:
        rights = await _rights(nomad, token)
    except NomadTroubleError as problem:
        if problem.trouble in (Trouble.DENIED, Trouble.SERVER, Trouble.ABSENT, Trouble.NOT_NOMAD):
            return Permit(None, _UNTOLD)
        raise
    if rights is None:
        return Permit(None, _UNTOLD)
    whose = "of nobody (none is given)" if token.accessor == "anonymous" else f"'{token.name}'"
    return permit(rights, capability, namespace, whose)


async def _rights(nomad: Nomad, token: _Token) -> Rights | None:
    if token.accessor == _OFF or token.type == "management":
        return EVERYTHING
    names = dict.fromkeys(token.policies)
    for role in token.roles:
        names |= dict.fromkeys((await nomad.calls.get("acl", "role", role, read=_named)).body)
    policies = []
    for name in names:
        try:
            rules = (await nomad.calls.get("acl", "policy", name, read=lambda body: body.get("RulesJSON"))).body
        except NomadTroubleError as problem:
            if problem.trouble is Trouble.ABSENT:
                continue  # as Nomad does: a policy that is not there gives nothing
            raise
        if not isinstance(rules, Mapping):
            return None  # an older Nomad, which tells rules only as they were written
        policies.append(rules)
    return rights_of(policies)


def _token(body: Any) -> _Token:
    roles = tuple(str(one["ID"]) for one in body.get("Roles") or ())
    policies = tuple(str(one) for one in body.get("Policies") or ())
    return _Token(str(body["AccessorID"]), str(body.get("Name") or ""), str(body["Type"]), policies, roles)


def _named(body: Any) -> Iterable[str]:
    return [str(one["Name"]) for one in body.get("Policies") or ()]
