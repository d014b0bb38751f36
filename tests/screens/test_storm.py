"""A storm of changes: what a live view shows after it is what one who comes later reads, and nothing of it is lost."""

from __future__ import annotations

import random
from pathlib import Path

from console.screens.start import Start
from console.screens.tape.reader import TapeReader
from console.signals import EntityKind, EntityRef, Pane, Record, RecordKind
from console.tape.store import Store, open_tape
from tests.tapes.story import JOBS, event, job_state, make_story, minute, node_state

EVENTS = 5_000
SECONDS = 2
AFTER = 38.5


def storm(seed: int) -> list[Record]:
    """Two seconds in which allocations, jobs and nodes change five thousand times."""
    draw = random.Random(seed)
    found = []
    for number in range(EVENTS):
        at = 38.0 + SECONDS / 60 * number / EVENTS
        job = f"job-{draw.randrange(400)}" if draw.random() < 0.9 else draw.choice(sorted(JOBS))
        running = draw.randrange(3)
        found.append(job_state(job, at, desired=2, running=running, failed=draw.randrange(2)))
        allocation = EntityRef(EntityKind.ALLOCATION, f"a{draw.randrange(10_000)}")
        found.append(Record(RecordKind.STATE, "nomad", allocation, "state", minute(at), minute(at), {"job": job}))
        severity = "bad" if running == 0 else "warn"
        found.append(event(EntityKind.ALLOCATION, allocation.id, "allocation", at, severity, f"{job} failed", "nomad"))
        if number % 500 == 0:
            found.append(node_state(f"node-{number % 3}", at, draw.choice(("ready", "down"))))
    return found


def reader(store: Store) -> TapeReader:
    return TapeReader(store, Start(store.path, "storm", "live", None, 1.0, False), lambda: minute(AFTER))


def test_after_a_storm_the_board_is_as_whoever_comes_later_sees_it(tmp_path: Path) -> None:
    tape = make_story(tmp_path / "storm.tape")
    records = storm(1)
    with open_tape(tape, "write") as writer, open_tape(tape, "read") as store, open_tape(tape, "read") as other:
        before = writer.last_seq()
        watching = reader(store)
        shown = dict(watching.frame().rows)
        for start in range(0, len(records), 700):
            writer.append(records[start : start + 700], pulses={"nomad": minute(38.0)})
            if start % 2100 == 0:  # a busy reader does not look after each
                watching.poll()
                shown |= watching.frame().rows
        watching.poll()
        watching.finish()
        frame, fresh = watching.frame(), reader(other)
        fresh.finish()
        shown |= frame.rows
        expected = fresh.frame()
        assert shown == expected.rows
        assert frame.header == expected.header
        assert frame.place == expected.place
        assert len(shown[Pane.SCHEDULING]) > 400
        assert store.last_seq() == before + len(records)


def test_the_strip_of_a_storm_is_bounded_and_has_its_first_and_its_newest_trouble(tmp_path: Path) -> None:
    tape = make_story(tmp_path / "storm.tape")
    records = storm(2)
    with open_tape(tape, "write") as writer:
        writer.append(records, pulses={"nomad": minute(38.0)})
        late = reader(writer)
        late.finish()
        marks = late.frame().marks
    told = [one for one in records if one.kind is RecordKind.EVENT]
    assert len(marks) < 200
    assert marks[-1].at_ms == told[-1].at_ms
    assert {one.health.value for one in marks if one.at_ms >= minute(38.0)} == {"bad", "warn"}
