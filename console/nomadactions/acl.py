"""What a set of ACL policies permits, by Nomad's own rules. Pure: parsed policies in, yes or no out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

DENY = "deny"
_READ = (
    "list-jobs", "parse-job", "read-job", "csi-list-volume", "csi-read-volume", "read-job-scaling",
    "list-scaling-policies", "read-scaling-policy", "host-volume-read",
)  # fmt: skip
_SCALE = ("list-scaling-policies", "read-scaling-policy", "read-job-scaling", "scale-job")
_WRITE = (
    *_READ, "scale-job", "submit-job", "dispatch-job", "read-logs", "read-fs", "alloc-exec", "alloc-lifecycle",
    "csi-mount-volume", "csi-write-volume", "submit-recommendation", "host-volume-create", "host-volume-register",
    "host-volume-write",
)  # fmt: skip
_OF_POLICY = {"read": _READ, "scale": _SCALE, "write": _WRITE, DENY: (DENY,)}
_ORDER = ("", "read", "write", DENY)  # of several policies the last of these that one of them says holds

_BEYOND = ("node", "agent")  # what is of no namespace


class Rights(NamedTuple):
    """What a token may do. ``namespaces``: capabilities by pattern; a pattern that is denied has only ``deny``.

    ``words`` is how far it may go with ``node`` and ``agent``: read, write, deny.
    """

    namespaces: Mapping[str, frozenset[str]] = {}
    words: Mapping[str, str] = {}
    all: bool = False


EVERYTHING = Rights(all=True)


def rights_of(policies: Iterable[Mapping[str, Any]]) -> Rights:
    """What several policies permit together. Each is the ``RulesJSON`` of a policy."""
    namespaces: dict[str, set[str]] = {}
    words = dict.fromkeys(_BEYOND, "")
    for policy in policies:
        for one in _maps(policy.get("Namespaces")):
            held = namespaces.setdefault(str(one.get("Name") or "default"), set())
            if DENY not in held:
                held |= _capabilities(one)
            if DENY in held:
                held.intersection_update({DENY})
        for kind, known in words.items():
            words[kind] = max(known, _word(policy.get(kind.capitalize())), key=_ORDER.index)
    return Rights({name: frozenset(held) for name, held in namespaces.items()}, words)


def _word(said: Any) -> str:
    word = str(said.get("Policy") or "") if isinstance(said, Mapping) else ""
    return word if word in _ORDER else ""


def _capabilities(namespace: Mapping[str, Any]) -> set[str]:
    listed = namespace.get("Capabilities")
    own = {str(one) for one in listed} if isinstance(listed, Sequence) and not isinstance(listed, str) else set()
    return own | set(_OF_POLICY.get(str(namespace.get("Policy") or ""), ()))


def _maps(value: Any) -> Iterable[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def allows(rights: Rights, capability: str, namespace: str = "default") -> bool:
    """Whether ``capability`` is permitted: one of a namespace (``submit-job``), of nodes (``node:write``) or agents."""
    if rights.all:
        return True
    kind, colon, wanted = capability.partition(":")
    if colon:
        held = rights.words.get(kind, "")
        return held != DENY and _ORDER.index(held) >= _ORDER.index(wanted)
    pattern = closest(rights.namespaces, namespace)
    return pattern is not None and capability in rights.namespaces[pattern]


def closest(patterns: Iterable[str], namespace: str) -> str | None:
    """The pattern that counts for a namespace: the very name, else the glob that leaves least to its stars."""
    known = list(patterns)
    if namespace in known:
        return namespace
    matching = [one for one in known if "*" in one and _matches(one, namespace)]
    # Nomad walks them in order of their names and keeps the last of those that are as close.
    return min(sorted(matching, reverse=True), key=lambda one: -len(one.replace("*", "")), default=None)


def _matches(pattern: str, name: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name, re.DOTALL) is not None


class Permit(NamedTuple):
    """Whether something is permitted; ``may`` None: it cannot be told, and Nomad will decide. ``why`` is a sentence
    without a full stop, ``todo`` what to do about it."""

    may: bool | None
    why: str = ""
    todo: str = ""


def policy_line(capability: str, namespace: str) -> str:
    """The line of a policy that permits it."""
    kind, colon, wanted = capability.partition(":")
    if colon:
        return f'{kind} {{ policy = "{wanted}" }}'
    return f'namespace "{namespace}" {{ capabilities = ["{capability}"] }}'


def permit(rights: Rights, capability: str, namespace: str, whose: str) -> Permit:
    """The answer as it is told. ``whose`` is the token's name, for the sentence."""
    if allows(rights, capability, namespace):
        return Permit(True)
    where = "" if ":" in capability else f" in namespace {namespace}"
    return Permit(
        False,
        f"the token {whose} lacks {capability}{where}",
        f"add to one of its policies: {policy_line(capability, namespace)}",
    )
