"""Records of actions: who, what, on which object; and that analysis takes one deed for one change."""

from __future__ import annotations

from typing import Any

import pytest

from console.analysis.changes import changes_of
from console.nomadactions import records
from console.nomadactions.planning import plan
from console.nomadactions.records import Who
from console.nomadactions.shapes import Asked, Plan
from console.signals import EntityKind, EntityRef, Record, RecordKind
from tests.nomadactions.making import DEPLOYMENT, FIRST, JOB, NODES, NOW_MS, cluster, deployment

ANA = Who("ana", "ops-1")


def planned(action: str, *words: str) -> Plan:
    return plan(Asked(action, None, words), cluster(deployments={DEPLOYMENT: deployment()}), NOW_MS)


def of_nomad(name: str, entity: EntityRef, after_s: float, seen_s: float | None = None, **body: Any) -> Record:
    at_ms = NOW_MS + round(after_s * 1000)
    seen_ms = at_ms if seen_s is None else NOW_MS + round(seen_s * 1000)
    told = {"text": f"nomad says {name}", "change": True, "job": JOB, **body}
    return Record(RecordKind.EVENT, "nomad", entity, name, at_ms, seen_ms, told)


def changes(*told: Record) -> list[tuple[str, str]]:
    return [(one.kind, one.what) for one in changes_of(told, NOW_MS - 60_000, NOW_MS + 600_000)]


def test_a_record_says_who_did_what_to_which_object() -> None:
    done = records.done(planned("restart", "3f2a"), ANA, NOW_MS, NOW_MS + 5)
    assert done.source == "console" and done.entity == EntityRef(EntityKind.ALLOCATION, FIRST)
    assert done.body["text"] == "ana restarted answerer[0] on fra1-cpu-00" and done.body["who"] == "ana@ops-1"
    assert done.body["change"] is True and done.body["job"] == JOB and done.body["alloc"] == FIRST
    for other in (
        records.begun(planned("restart", "3f2a"), ANA, NOW_MS),
        records.refused(planned("restart", "3f2a"), ANA, NOW_MS, "it said no"),
        records.unknown(planned("restart", "3f2a"), ANA, NOW_MS, "no answer"),
        records.outcome(planned("restart", "3f2a"), ANA, NOW_MS, "it runs again", True),
    ):
        assert "change" not in other.body and changes(other) == []


ALLOCATION = EntityRef(EntityKind.ALLOCATION, FIRST)
NODE = EntityRef(EntityKind.NODE, NODES[0])


@pytest.mark.parametrize(("words", "kind", "echoes"), [
    (("restart", "3f2a"), "restart", [of_nomad("TaskRestartAsked", ALLOCATION, 0.1, task=one) for one in ("a", "b")]),
    (("stop", "3f2a"), "stop", []),
    (("revert", "answerer", "5"), "revert", [of_nomad("JobReverted", EntityRef(EntityKind.JOB, JOB), -0.5, version=8)]),
    (("promote", "dddd"), "action", [of_nomad("DeploymentPromoted", EntityRef(EntityKind.DEPLOYMENT, DEPLOYMENT), 1)]),
    (("eligibility", "off", "fra1-cpu-00"), "action", [of_nomad("NodeEligibility", NODE, 0.2)]),
])  # fmt: skip
def test_what_nomad_tells_of_the_same_deed_is_no_second_change(
    words: tuple[str, ...], kind: str, echoes: list[Record]
) -> None:
    done = records.done(planned(*words), ANA, NOW_MS, NOW_MS)
    assert changes(done, *echoes) == [(kind, done.body["text"])]


def test_clocks_that_differ_do_not_make_two_of_one() -> None:
    done = records.done(planned("restart", "3f2a"), ANA, NOW_MS, NOW_MS)
    late = of_nomad("TaskRestartAsked", ALLOCATION, 400, seen_s=0.3, task="a")
    assert len(changes(done, late)) == 1


def test_what_others_do_stays_a_change_of_its_own() -> None:
    done = records.done(planned("restart", "3f2a"), ANA, NOW_MS, NOW_MS)
    once, again = (of_nomad("TaskRestartAsked", ALLOCATION, after, task="a") for after in (0.1, 30))
    other = of_nomad("TaskRestartAsked", EntityRef(EntityKind.ALLOCATION, "other"), 0.2, task="a")
    much_later = of_nomad("TaskRestartAsked", ALLOCATION, 300, task="b")
    assert len(changes(done, once, again, other, much_later)) == 4


def test_a_revert_from_here_tells_what_it_took_back() -> None:
    job = EntityRef(EntityKind.JOB, JOB)
    told = [
        of_nomad(
            "JobRegistered", job, -900 + version, version=version, text=f"answerer registered: env V{version} changed"
        )
        for version in (5, 6, 7)
    ]
    done = records.done(planned("revert", "answerer", "5"), ANA, NOW_MS, NOW_MS)
    echo = of_nomad("JobReverted", job, 0.1, version=8, reverted_to=5)
    (change,) = changes_of([*told, done, echo], NOW_MS - 60_000, NOW_MS + 600_000)
    assert list(change.changes) == ["env V6", "env V7"]
