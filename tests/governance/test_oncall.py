"""A name in, the person on call out; an answer that is old, over or disputed says so."""

from __future__ import annotations

from typing import Any, cast

import pytest

from console.governance.oncall import Directory, OnCallNow, named, on_call_now
from console.governance.shapes import OnCallDoc, OwnerDoc, ShiftDoc

NOW = 1_795_442_400_000
MIN = 60_000


def shift(who: str, level: int = 1, begin: int | None = None, end: int | None = None) -> ShiftDoc:
    bounds = {"from_ms": begin, "until_ms": end}
    return cast(
        ShiftDoc, {"who": who, "level": level, **{key: NOW + at * MIN for key, at in bounds.items() if at is not None}}
    )


def doc(name: str = "platform", *now: ShiftDoc, provider: str = "grafana", **more: Any) -> OnCallDoc:
    base = {"provider": provider, "name": name, "names": [name, "sre", "svc-1"], "now": list(now), "next": [],
            "read_ms": NOW - MIN, "origin": "x"}  # fmt: skip
    return cast(OnCallDoc, {**base, **more})


def ask(ref: str, now_ms: int = NOW, **docs: OnCallDoc) -> OnCallNow | None:
    return on_call_now(ref, {key.replace("_", ":"): one for key, one in docs.items()}, now_ms)


@pytest.mark.parametrize(
    "ref",
    ["grafana:S1", "GRAFANA:s1", "platform", "Platform", "grafana:platform", "grafana:svc-1", "sre", "svc-1",
     "https://oncall.example/S1"],
)  # fmt: skip
def test_all_by_which_it_may_be_meant(ref: str) -> None:
    found = ask(ref, grafana_S1=doc("platform", shift("ana", 1, -60, 60), url="https://oncall.example/S1"))
    assert found == OnCallNow("ana", "platform", 1, NOW + 60 * MIN, NOW - MIN, "", "", "grafana:S1")


@pytest.mark.parametrize("ref", ["data", "pagerduty:platform", "", ":", "grafana:"])
def test_what_nobody_knows_is_none(ref: str) -> None:
    assert ask(ref, grafana_S1=doc("platform", shift("ana"))) is None


def test_an_owner_is_asked_for_by_their_schedule() -> None:
    owner: OwnerDoc = {"kind": "group", "members": [], "on_call": "grafana:S1", "origin": "x"}
    silent: OwnerDoc = {"kind": "group", "members": [], "origin": "x"}
    schedules = {"grafana:S1": doc("rota", shift("ana"))}
    found = on_call_now("data-team", schedules, NOW, {"data-team": owner, "other": silent})
    assert found is not None and found.who == "ana"
    assert on_call_now("other", schedules, NOW, {"data-team": owner, "other": silent}) is None


def test_the_nearest_meaning_wins() -> None:
    docs = {"grafana:a": doc("platform"), "grafana:platform": doc("b"), "rota:c": doc("c", names=["platform"])}
    assert named("grafana:platform", docs) == ["grafana:platform"]
    assert named("platform", docs) == ["grafana:a"]


def test_who_follows_is_of_the_same_level() -> None:
    then = [shift("boss2", 2, 10), shift("cid", 1, 90), shift("ben", 1, 60)]
    found = ask("sre", grafana_S1=doc("p", shift("boss", 2), shift("ana", 1, -60, 60), next=then))
    assert found is not None and (found.who, found.level, found.next_who) == ("ana", 1, "ben")


def test_where_nobody_has_the_first_level_the_next_one_is_called() -> None:
    found = ask("sre", grafana_S1=doc("p", shift("boss", 2), next=[shift("ana", 1, 60)]))
    assert found is not None
    assert (found.who, found.level, found.problem) == ("boss", 2, "nobody of level 1")


def test_nobody_is_on_call() -> None:
    found = ask("sre", grafana_S1=doc("p", next=[shift("ana", 1, 60)]))
    assert found is not None and (found.who, found.next_who, found.problem) == ("", "ana", "nobody is on call")


def test_a_turn_that_ended_since_leaves_nobody() -> None:
    over = doc("p", shift("ana", 1, -600, -10), next=[shift("ben", 1, -10, 600)])
    found = ask("sre", grafana_S1=over)
    assert found is not None
    assert (found.who, found.next_who, found.problem) == ("", "ben", "ana's turn ended 13:50:00Z")


def test_a_hand_over_that_was_announced_is_believed_for_two_minutes() -> None:
    over = doc("p", shift("ana", 1, -600, -1), next=[shift("ben", 1, -1, 600)])
    found = ask("sre", grafana_S1=over)
    assert found is not None and (found.who, found.problem) == ("ben", "")
    later = ask("sre", NOW + 2 * MIN, grafana_S1=over)
    assert later is not None and later.who == ""


def test_an_old_answer_says_how_old_it_is() -> None:
    found = ask("sre", grafana_S1=doc("p", shift("ana"), read_ms=NOW - 3 * 3_600_000))
    assert found is not None and (found.who, found.problem) == ("ana", "not asked since 3h ago")


def test_the_problem_of_a_provider_is_told_beside_the_last_answer() -> None:
    found = ask(
        "sre", grafana_S1=doc("p", shift("ana"), read_ms=NOW - 3 * 3_600_000, problem="Grafana is not reachable")
    )
    assert found is not None and (found.who, found.problem) == ("ana", "Grafana is not reachable")


def test_schedules_of_one_name_that_disagree_say_so() -> None:
    docs = {"grafana:S1": doc("a", shift("ana")), "rota:a": doc("a", shift("ben"), provider="rota")}
    found = on_call_now("a", docs, NOW)
    assert found is not None
    assert (found.who, found.problem) == ("ana", "rota:a of the same name says ben")
    docs["grafana:S1"]["problem"] = "Grafana is not reachable"
    found = on_call_now("a", docs, NOW)
    assert found is not None and (found.who, found.id) == ("ben", "rota:a")


def test_one_that_is_no_longer_declared_is_not_known() -> None:
    assert ask("sre", grafana_S1=doc("p", shift("ana"), removed=True)) is None


def test_a_directory_answers_as_the_schedules_do() -> None:
    docs = {"grafana:a": doc("platform", shift("ana")), "grafana:platform": doc("b"), "rota:c": doc("c", removed=True)}
    directory = Directory(docs)
    assert dict(directory) == docs and len(directory) == 3
    for ref in ("grafana:platform", "platform", "grafana:svc-1", "sre", "c", "rota:c", "", "nobody"):
        assert on_call_now(ref, directory, NOW) == on_call_now(ref, docs, NOW)
    assert directory.named("sre") == ["grafana:a", "grafana:platform"]
