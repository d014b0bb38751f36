"""Changes: what somebody did, of what kind, and what it changed."""

from __future__ import annotations

from typing import Any

from console.analysis.changes import changes_of
from console.analysis.scene import Change
from console.signals import EntityKind, EntityRef, Record, RecordKind

T0 = 1_700_000_000_000
JOB = EntityRef(EntityKind.JOB, "prod/indexer")


def event(
    name: str, at_s: int, text: str, entity: EntityRef = JOB, kind: RecordKind = RecordKind.EVENT, **body: Any
) -> Record:
    at_ms = T0 + at_s * 1000
    return Record(kind, "nomad", entity, name, at_ms, at_ms, {"text": text, "severity": "info", **body})


def changes(*events: Record, at_s: int = 600) -> list[Change]:
    return changes_of(events, T0, T0 + at_s * 1000)


def test_a_version_tells_what_it_changed() -> None:
    said = "image idx:1 → idx:2; count of indexer 1 → 2; env A, B and more changed"
    text = f"indexer version 3 registered: {said} by token 1a2b3c4d"
    (one,) = changes(event("JobRegistered", 10, text, job=JOB.id, version=3, change=True))
    assert (one.at_ms, one.what, one.entity, one.kind) == (T0 + 10_000, text, JOB, "version")
    assert list(one.changes) == ["image idx:1 → idx:2", "count of indexer 1 → 2", "env A", "env B"]


def test_a_revert_tells_what_it_takes_back() -> None:
    told = [
        event("JobRegistered", -900, "indexer version 1 registered: env OLD changed", version=1, change=True),
        event("JobRegistered", -100, "indexer version 2 registered: env CHECKS changed", version=2, change=True),
        event("JobScaled", 10, "indexer scaled: count of indexer 1 → 2 (version 3)", version=3, change=True),
        event(
            "JobReverted", 20, "indexer reverted to version 1 (now version 4)", version=4, reverted_to=1, change=True
        ),
    ]
    scaled, reverted = changes(*told)
    assert (scaled.kind, list(scaled.changes)) == ("scaling", ["count of indexer 1 → 2"])
    assert (reverted.kind, list(reverted.changes)) == ("revert", ["env CHECKS", "count of indexer 1 → 2"])


def test_stops_restarts_and_marked_actions_are_changes() -> None:
    allocation = EntityRef(EntityKind.ALLOCATION, "a1")
    found = changes(
        event("JobStopped", 10, "indexer stopped", change=True),
        event("TaskRestartAsked", 20, "somebody restarted indexer[0]", allocation, job=JOB.id, change=True),
        event("NodeDrain", 30, "n1 is being drained", EntityRef(EntityKind.NODE, "n1"), change=True),
        Record(RecordKind.JOURNAL, "ana", JOB, "fix", T0 + 40_000, T0 + 40_000, {"text": "cleared the cache"}),
        Record(RecordKind.JOURNAL, "ana", JOB, "note", T0 + 50_000, T0 + 50_000, {"text": "looks better"}),
    )  # fmt: skip
    assert [(one.kind, one.entity.id) for one in found] == [
        ("stop", JOB.id), ("restart", JOB.id), ("action", "n1"), ("action", JOB.id),
    ]  # fmt: skip
    assert found[-1].what == "cleared the cache"


def test_what_nobody_did_is_no_change() -> None:
    run = EntityRef(EntityKind.JOB, "prod/nightly/periodic-1700000000")
    assert changes(
        event("JobRun", 10, "nightly started a run", run, parent="nightly", version=0),
        event("TaskRestarted", 20, "indexer[0] restarts after exit code 1"),
        event("DeploymentSuccessful", 30, "deployment of indexer version 1 successful"),
    ) == []  # fmt: skip


def test_only_the_window_and_nothing_later() -> None:
    told = [event("JobStopped", at, "indexer stopped", change=True) for at in (-10, 0, 1, 600, 601)]
    assert [(one.at_ms - T0) // 1000 for one in changes(*told)] == [1, 600]


def test_bodies_from_outside_do_not_break_it() -> None:
    odd = [
        Record(RecordKind.EVENT, "x", JOB, "JobReverted", T0 + 1, T0, {"reverted_to": "?", "version": None}),
        Record(RecordKind.EVENT, "x", JOB, "JobRegistered", T0 + 2, T0, {"text": None, "version": 1.5}),
        Record(RecordKind.JOURNAL, "x", JOB, "fix", T0 + 3, T0, {}),
    ]  # fmt: skip
    assert [one.what for one in changes(*odd)] == ["JobReverted", "JobRegistered", "fix"]
