"""What the token may do, as Nomad says of it itself."""

from __future__ import annotations

from console.errands.nomads import Nomad
from console.feeds.nomad.tokens import own_token, rights_held
from console.feeds.nomad.troubles import NomadTroubleError, Trouble
from console.nomadactions.acl import Permit, permit

_UNTOLD = "it cannot be told from here whether the token may do this: Nomad will decide"


async def permitted(nomad: Nomad, capability: str, namespace: str) -> Permit:
    """Whether the token has a capability. Raises NomadTroubleError when Nomad cannot be asked."""
    await nomad.ready()
    try:
        token = await own_token(nomad.calls)
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
        rights = await rights_held(nomad.calls, token)
    except NomadTroubleError as problem:
        if problem.trouble in (Trouble.DENIED, Trouble.SERVER, Trouble.ABSENT, Trouble.NOT_NOMAD):
            return Permit(None, _UNTOLD)
        raise
    return Permit(None, _UNTOLD) if rights is None else permit(rights, capability, namespace, token.whose)
