"""What policies permit: as Nomad decides it, by exact names, the closest pattern, and denial over all."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.nomadactions.acl import EVERYTHING, allows, closest, permit, policy_line, rights_of


def policy(*namespaces: tuple[str, str, list[str]], node: str = "") -> dict[str, Any]:
    spaces = [{"Name": name, "Policy": word, "Capabilities": caps or None} for name, word, caps in namespaces]
    return {"Namespaces": spaces or None, "Node": {"Policy": node} if node else None}


def test_words_stand_for_capabilities() -> None:
    read, write = rights_of([policy(("default", "read", []))]), rights_of([policy(("default", "write", []))])
    assert not allows(read, "alloc-lifecycle") and allows(read, "read-job")
    assert allows(write, "alloc-lifecycle") and allows(write, "submit-job") and not allows(write, "node:write")
    assert not allows(write, "submit-job", "other")
    assert allows(EVERYTHING, "node:write") and allows(EVERYTHING, "submit-job", "any")


def test_the_very_name_counts_before_patterns_and_the_closest_pattern_before_others() -> None:
    rights = rights_of([
        policy(("*", "write", []), ("prod-*", "", ["submit-job"])),
        policy(("prod-eu-*", "read", []), ("prod-eu-1", "deny", [])),
    ])  # fmt: skip
    assert allows(rights, "alloc-lifecycle", "dev")
    assert allows(rights, "submit-job", "prod-us") and not allows(rights, "alloc-lifecycle", "prod-us")
    assert not allows(rights, "submit-job", "prod-eu-2") and allows(rights, "read-job", "prod-eu-2")
    assert not allows(rights, "read-job", "prod-eu-1")


def test_denial_of_a_name_takes_what_others_give() -> None:
    write, deny = policy(("a", "write", [])), policy(("a", "deny", []))
    for policies in ([write, deny], [deny, write]):
        assert not allows(rights_of(policies), "submit-job", "a")
    mixed = [policy(("a", "write", ["deny"]))]
    assert not allows(rights_of(mixed), "read-job", "a")


def test_nodes_need_write_and_denial_wins() -> None:
    assert not allows(rights_of([policy(node="read")]), "node:write")
    assert allows(rights_of([policy(node="read"), policy(node="write")]), "node:write")
    assert not allows(rights_of([policy(node="write"), policy(node="deny")]), "node:write")


def test_what_is_missing_is_told_with_the_line_that_gives_it() -> None:
    told = permit(rights_of([]), "submit-job", "llm-prod", "'reader'")
    assert told.may is False and told.why == "the token 'reader' lacks submit-job in namespace llm-prod"
    assert told.todo.endswith('namespace "llm-prod" { capabilities = ["submit-job"] }')
    assert policy_line("node:write", "x") == 'node { policy = "write" }'
    assert permit(rights_of([]), "node:write", "x", "'a'").why == "the token 'a' lacks node:write"


def test_rules_of_another_shape_give_nothing() -> None:
    odd: list[dict[str, Any]] = [
        {},
        {"Namespaces": "x", "Node": "write"},
        {"Namespaces": [1, {"Name": None}], "Node": []},
    ]
    assert not allows(rights_of(odd), "submit-job") and not allows(rights_of(odd), "node:write")


NAMES = st.text("ab-", min_size=1, max_size=6)
PATTERNS = st.text("ab-*", min_size=1, max_size=6)


@given(st.lists(PATTERNS, max_size=6), NAMES)
def test_the_closest_pattern_matches_and_none_is_closer(patterns: list[str], name: str) -> None:
    found = closest(patterns, name)
    matching = [one for one in patterns if one == name or ("*" in one and _globs(one, name))]
    if found is None:
        assert not matching
    elif name in patterns:
        assert found == name
    else:
        assert found in matching
        assert all(len(one.replace("*", "")) <= len(found.replace("*", "")) for one in matching)


def _globs(pattern: str, name: str) -> bool:
    """By trying: an own way, so that both cannot be wrong alike."""
    if not pattern:
        return not name
    if pattern[0] == "*":
        return any(_globs(pattern[1:], name[at:]) for at in range(len(name) + 1))
    return bool(name) and name[0] == pattern[0] and _globs(pattern[1:], name[1:])


@given(st.lists(st.tuples(PATTERNS, st.sampled_from(["read", "write", "deny", "scale", ""])), max_size=5), NAMES)
def test_more_policies_never_lift_a_denial(given_: list[tuple[str, str]], name: str) -> None:
    denied = policy((name, "deny", []))
    rights = rights_of([*(policy((space, word, [])) for space, word in given_), denied])
    assert not any(allows(rights, one, name) for one in ("read-job", "submit-job", "alloc-lifecycle"))
