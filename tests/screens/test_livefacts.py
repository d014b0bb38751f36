"""What a running allocation uses just now: told against its limits; a silent client is said to be silent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.errands.protocol import Reply
from console.inventory.shapes import Fact
from console.screens.drill.livefacts import LiveFacts, Said, live_facts
from console.screens.frame import Running
from console.signals import Health
from tests.screens.fakeerrands import FakeErrands

NOW_MS = 1_795_410_000_000
MIB = 1_048_576
RUNNING = Running("b5e0c1a2", "eu", 500, 256)
USE: Mapping[str, Any] = {"at_ms": NOW_MS, "cpu_mhz": 340.4, "memory_bytes": 210 * MIB, "throttled": 0, "tasks": {}}
CHECK = {"name": "http", "service": "answers", "status": "success", "said": "200 OK", "code": 200,
         "at_ms": NOW_MS - 10_000}  # fmt: skip


def told(said: Mapping[str, Said]) -> dict[str, Fact]:
    return {fact.label: fact for fact in live_facts(said, RUNNING, NOW_MS)}


def test_use_stands_against_its_limits() -> None:
    facts = told({"stats": Said(USE, NOW_MS), "checks": Said({"checks": [CHECK]}, NOW_MS)})
    assert facts["CPU"].text == "340 of 500 MHz"
    assert facts["memory"] == Fact("memory", "210 of 256 MiB (82%)")
    assert facts["check http"].text == "success, 200, 10s ago: 200 OK"


def test_memory_that_is_nearly_used_up_is_a_warning() -> None:
    assert told({"stats": Said({**USE, "memory_bytes": 250 * MIB}, NOW_MS)})["memory"].health is Health.WARN


def test_a_check_that_fails_is_bad() -> None:
    failing = {**CHECK, "status": "failure", "code": None, "said": "connection\nrefused"}
    fact = told({"checks": Said({"checks": [failing]}, NOW_MS)})["check http"]
    assert fact == Fact("check http", "failure, 10s ago: connection refused", Health.BAD)


def test_what_is_not_measured_or_not_there_is_said() -> None:
    unmeasured = {**USE, "cpu_mhz": None, "memory_bytes": None}
    facts = told({"stats": Said(unmeasured, NOW_MS), "checks": Said({"checks": []}, NOW_MS)})
    assert facts["CPU"].text == facts["memory"].text == "its driver does not measure it"
    assert facts["checks"].text == "Nomad makes none of it"


def test_tasks_are_told_apart_where_there_are_several() -> None:
    tasks = {name: {"cpu_mhz": 100.0, "memory_bytes": 64 * MIB} for name in ("server", "sidecar")}
    assert told({"stats": Said({**USE, "tasks": tasks}, NOW_MS)})["task sidecar"].text == "100 MHz, 64 MiB"


def test_a_silent_client_is_said_to_be_silent_and_the_rest_stays() -> None:
    errands = FakeErrands()
    live = LiveFacts(errands, RUNNING, lambda what, reply: live.take(what, reply, NOW_MS))
    live.ask()
    assert [asked["ask"] for asked in errands.asked] == ["stats", "checks"]
    assert errands.asked[0] == {"ask": "stats", "allocation": "b5e0c1a2", "cluster": "eu"}
    assert {fact.text for fact in live.facts(NOW_MS)} == {"asking its client ..."}
    errands.answer("stats", USE)
    errands.answer("checks", {"checks": [CHECK]})
    live.ask()
    live.ask()  # what is still being asked is not asked twice
    assert len(errands.asked) == 4
    errands.fail("stats", "its client does not answer", "look at the node")
    errands.answer("checks", {"checks": [CHECK]})
    facts = {fact.label: fact for fact in live.facts(NOW_MS + 30_000)}
    assert facts["memory"].text == "210 of 256 MiB (82%)"
    silent = "silent: its client does not answer; look at the node. What stands above is 30s old."
    assert facts["use"] == Fact("use", silent, Health.STALE)


def test_what_the_token_may_not_see_is_not_asked_again() -> None:
    errands = FakeErrands()
    live = LiveFacts(errands, RUNNING, lambda what, reply: live.take(what, reply, NOW_MS))
    live.ask()
    errands.fail("stats", "the token may not read stats", "", denied=True)
    live.ask()
    assert [asked["ask"] for asked in errands.asked] == ["stats", "checks"]
    assert "not permitted" in next(fact for fact in live.facts(NOW_MS) if fact.label == "use").text


def test_nobody_looks_any_more() -> None:
    errands = FakeErrands()
    heard: list[Reply] = []
    live = LiveFacts(errands, RUNNING, lambda what, reply: heard.append(reply))
    live.ask()
    live.stop()
    errands.answer("stats", USE)
    assert heard == []
