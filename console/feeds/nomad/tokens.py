"""A token and what its policies permit, as Nomad tells of them itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from console.feeds.nomad.calls import Calls
from console.feeds.nomad.troubles import NomadTroubleError, Trouble
from console.nomadactions.acl import EVERYTHING, Rights, rights_of

_OFF = "acls-disabled"


class Token(NamedTuple):
    """What is read of a token; never its secret."""

    accessor: str
    name: str
    type: str
    policies: tuple[str, ...]
    roles: tuple[str, ...]

    @property
    def whose(self) -> str:
        """The token as a sentence names it."""
        return "of nobody (none is given)" if self.accessor == "anonymous" else f"'{self.name}'"


async def own_token(calls: Calls) -> Token:
    """The token that is asked with. Raises NomadTroubleError: denied when Nomad does not know it."""
    token: Token = (await calls.get("acl", "token", "self", read=_token)).body
    return token


async def rights_held(calls: Calls, token: Token) -> Rights | None:
    """What its policies and those of its roles permit together; None where Nomad does not tell it.

    Raises NomadTroubleError when it cannot be asked.
    """
    if token.accessor == _OFF or token.type == "management":
        return EVERYTHING
    names = dict.fromkeys(token.policies)
    for role in token.roles:
        names |= dict.fromkeys((await calls.get("acl", "role", role, read=_named)).body)
    policies = []
    for name in names:
        try:
            rules = (await calls.get("acl", "policy", name, read=lambda body: body.get("RulesJSON"))).body
        except NomadTroubleError as problem:
            if problem.trouble is Trouble.ABSENT:
                continue  # as Nomad does: a policy that is not there gives nothing
            raise
        if not isinstance(rules, Mapping):
            return None  # an older Nomad, which tells rules only as they were written
        policies.append(rules)
    return rights_of(policies)


def _token(body: Any) -> Token:
    roles = tuple(str(one["ID"]) for one in body.get("Roles") or ())
    policies = tuple(str(one) for one in body.get("Policies") or ())
    return Token(str(body["AccessorID"]), str(body.get("Name") or ""), str(body["Type"]), policies, roles)


def _named(body: Any) -> Iterable[str]:
    return [str(one["Name"]) for one in body.get("Policies") or ()]
