"""The audit within a recorder's run: findings on a real tape, restarts, what is news, faults."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from console.feeds.outlet import Outlet
from console.recorder.auditmind import TapeAudits
from console.recorder.auditor import AuditPace, concerns
from console.recorder.clock import SystemClock
from console.recorder.endings import is_over
from console.recorder.session import Session, Terms
from console.signals import EntityKind, EntityRef, Record, RecordKind
from console.tape.audits import AUDIT, audit_at, findings_at
from console.tape.errors import TapeError
from console.tape.shapes import Holder
from console.tape.store import open_tape
from tests.analysis.audit.making import flow_doc
from tests.doubles.outlet import until
from tests.recorder.test_session import Said, ScriptedFeed

QUICK = AuditPace(every_s=0.05, idle_s=1000.0, soon_s=0.02, settle_s=0.0, look_s=0.01, rest=0.0)
NOW_MS = 1_795_400_000_000
MINUTE_MS = 60_000


def flow(at_ms: int, **changes: Any) -> Record:
    body = {**flow_doc(), **changes}
    entity = EntityRef(EntityKind.FLOW, "docs.price")
    return Record(RecordKind.STATE, "ownership", entity, "flow", at_ms, at_ms, body)


def states(tape: Path, at_ms: int | None = None) -> dict[str, Mapping[str, Any]]:
    if not tape.exists():
        return {}
    with open_tape(tape, "read") as store:
        return findings_at(store, at_ms)


def put(tape: Path, *records: Record) -> None:
    with open_tape(tape, "create") as store:
        store.append(records=records)


class Turns:
    """Audits a tape turn by turn, and writes down what is new, as the recorder does."""

    def __init__(self, tape: Path) -> None:
        self.tape = tape
        self.audits = TapeAudits(str(tape))

    def turn(self, at_ms: int) -> list[Record]:
        records = self.audits.audit(at_ms, at_ms + 5)
        self.audits.said()
        self.audits.close()
        if records:
            put(self.tape, *records)
        return records


def told(records: list[Record], kind: RecordKind = RecordKind.STATE) -> dict[str, str]:
    return {
        record.entity.id if kind is RecordKind.STATE else str(record.body["finding"]): (
            str(record.body.get("status")) if kind is RecordKind.STATE else record.name
        )
        for record in records
        if record.kind is kind and record.entity.kind is not EntityKind.AUDIT
    }


# -- what goes on the tape ---------------------------------------------------------------------------------------------


def test_findings_are_told_once_and_again_only_when_they_change(tmp_path: Path) -> None:
    tape = tmp_path / "t.tape"
    put(tape, flow(NOW_MS - 1, owner=None, said={}))
    turns = Turns(tape)
    first = turns.turn(NOW_MS)
    assert told(first)["O1 flow:docs.price"] == "fail"
    assert {record.source for record in first} == {AUDIT}
    assert {(record.at_ms, record.seen_ms) for record in first} == {(NOW_MS, NOW_MS + 5)}
    assert not told(first, RecordKind.EVENT)  # it was so before anybody looked
    assert turns.turn(NOW_MS + MINUTE_MS) == []
    put(tape, flow(NOW_MS + 2 * MINUTE_MS, said={}))
    assert told(turns.turn(NOW_MS + 3 * MINUTE_MS))["O1 flow:docs.price"] == "cleared"


def test_a_critical_finding_that_opens_or_ends_is_an_event_that_is_no_alarm(tmp_path: Path) -> None:
    tape = tmp_path / "t.tape"
    put(tape, flow(NOW_MS - 1, said={}))
    turns = Turns(tape)
    turns.turn(NOW_MS)
    put(tape, flow(NOW_MS + 6 * MINUTE_MS, owner=None, last_review_ms=None, said={}))
    opened = turns.turn(NOW_MS + 7 * MINUTE_MS)
    assert told(opened)["O8 flow:docs.price"] == "fail"
    events = [record for record in opened if record.kind is RecordKind.EVENT]
    assert [(one.name, one.body["finding"]) for one in events] == [("FindingOpened", "O1 flow:docs.price")]
    assert events[0].entity == EntityRef(EntityKind.FLOW, "docs.price") and events[0].body["severity"] == "warn"
    put(tape, flow(NOW_MS + 8 * MINUTE_MS, said={}))
    ended = told(turns.turn(NOW_MS + 9 * MINUTE_MS), RecordKind.EVENT)
    assert ended == {"O1 flow:docs.price": "FindingCleared"}


def test_a_new_tape_has_some_time_in_which_nothing_is_an_event(tmp_path: Path) -> None:
    tape = tmp_path / "t.tape"
    put(tape, flow(NOW_MS - 1, said={}))
    turns = Turns(tape)
    turns.turn(NOW_MS)
    put(tape, flow(NOW_MS + MINUTE_MS, owner=None, said={}))
    records = turns.turn(NOW_MS + 2 * MINUTE_MS)
    assert told(records)["O1 flow:docs.price"] == "fail" and not told(records, RecordKind.EVENT)


def test_many_findings_at_once_are_few_events(tmp_path: Path) -> None:
    tape = tmp_path / "t.tape"
    put(tape, flow(NOW_MS - 1, said={}))
    turns = Turns(tape)
    turns.turn(NOW_MS)
    owned = flow(NOW_MS + 6 * MINUTE_MS, owner=None, said={})
    many = [owned._replace(entity=EntityRef(EntityKind.FLOW, f"docs.f{at}")) for at in range(40)]
    put(tape, *many)
    records = turns.turn(NOW_MS + 7 * MINUTE_MS)
    events = [record for record in records if record.kind is RecordKind.EVENT]
    opened = [one for one in events if one.name == "FindingOpened"]
    assert len(opened) == 12 and len(events) == 13
    assert all(one.body["finding"].startswith("O1 ") for one in opened)
    states = [one for one in records if one.kind is RecordKind.STATE and one.body.get("status") == "fail"]
    loud = sum(one.body["severity"] in ("critical", "high") for one in states)
    assert events[-1].body["text"] == f"{loud - 12} more findings opened; the audit lists them"
    assert told(records)["O1 flow:docs.f39"] == "fail"


def test_a_restart_knows_what_was_found(tmp_path: Path) -> None:
    tape = tmp_path / "t.tape"
    put(tape, flow(NOW_MS - 1, owner=None, said={}))
    Turns(tape).turn(NOW_MS)
    again = Turns(tape)
    assert again.turn(NOW_MS + MINUTE_MS) == []
    put(tape, flow(NOW_MS + MINUTE_MS + 1, owner=None, contract=None, said={}))
    records = again.turn(NOW_MS + 2 * MINUTE_MS)
    assert "O1 flow:docs.price" not in told(records)
    assert told(records, RecordKind.EVENT) == {"O7 flow:docs.price": "FindingOpened"}
    assert states(tape)["O1 flow:docs.price"]["first_seen_ms"] == NOW_MS


def test_what_it_came_to_is_told_when_it_changes(tmp_path: Path) -> None:
    tape = tmp_path / "t.tape"
    put(tape, flow(NOW_MS - 1, owner=None, said={}))
    turns = Turns(tape)
    turns.turn(NOW_MS)
    with open_tape(tape, "read") as store:
        doc = audit_at(store, None)
    assert doc is not None and doc["critical"] == 1 and doc["worst"][0] == "O1 flow:docs.price"
    assert not any(record.entity.kind is EntityKind.AUDIT for record in turns.turn(NOW_MS + MINUTE_MS))


def test_a_tape_with_nothing_to_audit_is_not_called_clean(tmp_path: Path) -> None:
    tape = tmp_path / "t.tape"
    put(tape)
    assert Turns(tape).turn(NOW_MS) == []
    with open_tape(tape, "read") as store:
        assert audit_at(store, None) is None


# -- when it looks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("record", "soon"), [
    (flow(NOW_MS), True),
    (Record(RecordKind.JOURNAL, "review", EntityRef(EntityKind.FLOW, "x"), "review", NOW_MS, NOW_MS), True),
    (Record(RecordKind.EVENT, "nomad", EntityRef(EntityKind.JOB, "a/b"), "JobRegistered", NOW_MS, NOW_MS,
            {"change": True}), True),
    (Record(RecordKind.EVENT, "nomad", EntityRef(EntityKind.JOB, "a/b"), "TaskStarted", NOW_MS, NOW_MS), False),
    (Record(RecordKind.STATE, "nomad", EntityRef(EntityKind.JOB, "a/b"), "job", NOW_MS, NOW_MS), False),
    (Record(RecordKind.STATE, AUDIT, EntityRef(EntityKind.FINDING, "O1 x"), "finding", NOW_MS, NOW_MS), False),
])  # fmt: skip
def test_what_is_declared_or_done_is_worth_a_look_soon(record: Record, soon: bool) -> None:
    assert concerns(record) is soon


class ScriptedAudits:
    """Counts its audits; an exception is raised, once for each that is given."""

    def __init__(self, *script: Exception) -> None:
        self.script = list(script)
        self.audited = 0
        self.closed = 0
        self.threads: set[str] = set()

    def audit(self, at_ms: int, seen_ms: int) -> list[Record]:
        self.audited += 1
        self.threads.add(threading.current_thread().name)
        if self.script:
            raise self.script.pop(0)
        return []

    def said(self) -> None:
        return None

    def close(self) -> None:
        self.closed += 1


async def run(tape: Path, audits: ScriptedAudits | None, condition: Callable[[], object], pace: AuditPace = QUICK,
              body: Any = None) -> None:  # fmt: skip
    """A session with one feed until something holds."""
    feeds = [ScriptedFeed("ownership", body)] if body else []
    more: dict[str, Any] = {} if audits is None else {"audits": lambda _: audits}
    session = Session(lambda: open_tape(tape, "create"), feeds, SystemClock(), Holder("a", 1, "here"), Said(), Terms(),
                      audit_pace=pace, **more)  # fmt: skip
    stop = asyncio.Event()
    task = asyncio.create_task(session.run(stop))
    try:
        await until(condition, what="the audit has done its work")
    finally:
        stop.set()
        await task


async def declares_once(out: Outlet) -> None:
    """Declare a flow that nobody owns."""
    await out.records([flow(out.clock.now_ms(), owner=None, said={})])
    out.seen("ownership")


async def declares(out: Outlet) -> None:
    """The same, and nothing more."""
    await declares_once(out)
    await asyncio.Event().wait()


async def test_a_finding_is_on_the_tape_soon_after_it_is_declared(tmp_path: Path) -> None:
    tape = tmp_path / "t.tape"
    patient = QUICK._replace(every_s=1000.0, soon_s=0.3)  # once it is written
    await run(tape, None, lambda: "O1 flow:docs.price" in states(tape), patient, declares)
    with open_tape(tape, "read") as store:
        assert AUDIT in store.pulses()
        (health,) = [one for one in store.states_at(None, [EntityKind.FEED]) if one.source == AUDIT]
    assert health.body["state"] == "ok"


async def test_it_waits_until_the_sources_have_told_what_they_know(tmp_path: Path) -> None:
    tape, audits, heard = tmp_path / "t.tape", ScriptedAudits(), [0]

    async def keeps_declaring(out: Outlet) -> None:
        while True:
            await declares_once(out)
            heard[0] += 1
            await asyncio.sleep(0.02)

    await run(tape, audits, lambda: heard[0] > 10, QUICK._replace(settle_s=1000.0), keeps_declaring)
    assert audits.audited == 0
    await run(tape, audits, lambda: audits.audited > 1, QUICK, keeps_declaring)


def test_what_was_cleared_may_be_forgotten() -> None:
    def finding(status: str) -> Record:
        entity = EntityRef(EntityKind.FINDING, "O1 flow:docs.price")
        return Record(RecordKind.STATE, AUDIT, entity, "finding", NOW_MS, NOW_MS, {"status": status})

    assert is_over(finding("cleared"))
    assert not any(is_over(finding(status)) for status in ("fail", "unknown", "waived"))


async def test_a_fault_is_told_and_the_next_look_is_taken(tmp_path: Path) -> None:
    tape, audits = tmp_path / "t.tape", ScriptedAudits(TapeError("it is damaged"), RuntimeError("secret"))
    health: list[Mapping[str, Any]] = []

    def well_again() -> bool:
        if not tape.exists():
            return False
        with open_tape(tape, "read") as store:
            found = store.records_between(-1, 2**62, (RecordKind.STATE,), (AUDIT,))
        health[:] = [one.body for one in found]
        return bool(health) and health[-1]["state"] == "ok"

    await run(tape, audits, well_again, QUICK._replace(idle_s=0.05))
    assert [one["state"] for one in health] == ["degraded", "degraded", "ok"]
    assert "it is damaged" in health[0]["why"] and "secret" not in health[1]["why"]
    assert audits.closed >= 3  # after each fault, and at the end
    assert all(name.startswith("audit") for name in audits.threads)
