"""What the token of a Nomad permits, told by what each capability is needed for on screen."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

from console.feeds.check import Finding
from console.feeds.nomad.calls import Calls
from console.feeds.nomad.connection import NomadAddress
from console.feeds.nomad.rights import lacking_in
from console.feeds.nomad.tokens import own_token, rights_held
from console.feeds.nomad.troubles import NomadTroubleError
from console.nomadactions.acl import Rights, allows, policy_line


class Need(NamedTuple):
    """A capability and what is missing without it; ``unless`` says what it is not needed for otherwise."""

    capability: str
    without: str
    unless: str = ""


NEEDS = (
    Need("list-jobs", "jobs are not listed"),
    Need("read-job", "jobs, allocations, evaluations and deployments are not shown"),
    Need("read-logs", "logs are not shown"),
    Need("node:read", "nodes are not shown"),
    Need("agent:read", "the version and region of the servers are not known"),
    Need("read-fs", "", "logs are to be read without read-logs"),
    Need("alloc-exec", "", "'x' is to open a shell in a task"),
    Need("alloc-lifecycle", "", "allocations are to be restarted or stopped (--allow-actions)"),
    Need("submit-job", "", "jobs are to be reverted, deployments promoted or failed (--allow-actions)"),
    Need("node:write", "", "eligibility is to be changed (--allow-actions)"),
)


async def check_permissions(address: NomadAddress) -> list[Finding]:
    """What is permitted and what is missing, in each namespace that can be seen. Nothing where Nomad cannot tell."""
    calls = Calls(address, lambda: time.time_ns() // 1_000_000)
    try:
        token = await own_token(calls)
        rights = await rights_held(calls, token)
        if rights is None or rights.all:
            return []  # the line of the token says it
        return told(rights, await _namespaces(calls, address), token.whose)
    except NomadTroubleError:
        return []  # what is wrong is told by the check that tries everything
    finally:
        calls.close()


async def _namespaces(calls: Calls, address: NomadAddress) -> tuple[str, ...]:
    if address.namespace != "*":
        return (address.namespace,)
    names = (await calls.get("namespaces", read=_names)).body
    return tuple(names) or ("default",)


def _names(body: list[dict[str, str]]) -> list[str]:
    return sorted(one["Name"] for one in body)


def told(rights: Rights, namespaces: Sequence[str], whose: str) -> list[Finding]:
    """One line for all that is permitted, one for each thing that is missing, one for what is not needed."""
    missing = {need: _missing(rights, need.capability, namespaces) for need in NEEDS}
    found: list[Finding] = []
    permitted = [need.capability for need, places in missing.items() if not places]
    if permitted:
        found.append(Finding("permissions", "ok", f"The token {whose} permits {', '.join(permitted)}."))
    found += [_lacks(need, places, namespaces, whose) for need, places in missing.items() if places and not need.unless]
    found += [
        Finding(need.capability, "unknown", f"not permitted, and not needed unless {need.unless}")
        for need, places in missing.items()
        if places and need.unless
    ]
    return found


def _missing(rights: Rights, capability: str, namespaces: Sequence[str]) -> list[str]:
    """The namespaces in which it is not permitted; one that is empty for what is of no namespace."""
    of: Sequence[str] = ("",) if ":" in capability else namespaces
    return [namespace for namespace in of if not allows(rights, capability, namespace)]


def _lacks(need: Need, places: Sequence[str], namespaces: Sequence[str], whose: str) -> Finding:
    everywhere = ":" in need.capability or len(places) == len(namespaces)
    pattern = "*" if everywhere else places[0]
    lacking = f"{need.capability}: " if everywhere else f"{lacking_in(need.capability, places)}: there "
    what = f"The token {whose} lacks {lacking}{need.without}."
    todo = f"add to one of its policies: {policy_line(need.capability, pattern)}"
    return Finding(need.capability, "warn", what, todo)
