"""What the intake takes from feeds: health that says something new, and everything they see, once, whatever happens."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import pytest

from console.documents import FeedDoc
from console.recorder.clock import SystemClock
from console.recorder.intake import Intake, says_the_same
from console.signals import Block, EntityKind, EntityRef, Pane, Record, RecordKind, Signal
from console.tape.errors import TapeError, TapeFull, TapeUnfit
from tests.doubles.outlet import until


def doc(skew_ms: int | None, error_ms: int = 0, why: str = "") -> FeedDoc:
    return {
        "state": "ok", "why": why, "todo": "", "address": "http://a", "skew_ms": skew_ms, "skew_error_ms": error_ms,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("known", "new", "same"),
    [
        (doc(0), doc(0), True),
        (doc(0), doc(120), True),
        (doc(0), doc(600), False),
        (doc(0, 1000), doc(600, 400), True),
        (doc(None), doc(None), True),
        (doc(None), doc(5), False),
        (doc(0), doc(0, why="slow"), False),
    ],
)
def test_only_news_is_recorded(known: FeedDoc, new: FeedDoc, same: bool) -> None:
    assert says_the_same(known, new) is same


class ListTape:
    """Keeps what is put; refuses what a test says. ``takes_s`` is how long a write takes."""

    def __init__(self, takes_s: float = 0.0) -> None:
        self.takes_s = takes_s
        self.kept: list[int] = []
        self.gaps: list[Record] = []
        self.pulses: dict[str, int] = {}
        self.bad: dict[int, Exception] = {}
        self.trouble: TapeError | None = None

    def append(
        self, records: Sequence[Record] = (), blocks: Sequence[Block] = (), pulses: Mapping[str, int] = {}
    ) -> int:
        time.sleep(self.takes_s)
        if self.trouble is not None:
            raise self.trouble
        times = [record.at_ms for record in records if record.kind is not RecordKind.GAP]
        times += [block.times_ms[0] for block in blocks]
        for at_ms in times:
            if at_ms in self.bad:
                raise self.bad[at_ms]
        self.gaps += [record for record in records if record.kind is RecordKind.GAP]
        self.kept += times
        self.pulses.update(pulses)
        return 0


@asynccontextmanager
async def intake_on(tape: ListTape) -> AsyncIterator[Intake]:
    with ThreadPoolExecutor(1) as writer:
        intake = Intake(tape, writer, SystemClock(), lambda text, held: None)
        flushing = asyncio.create_task(intake.flush_forever())
        yield intake
        assert not flushing.done()
        flushing.cancel()
        await asyncio.gather(flushing, return_exceptions=True)


def event(at_ms: int) -> Record:
    return Record(RecordKind.EVENT, "nomad", EntityRef(EntityKind.JOB, "a/b"), "x", at_ms, at_ms, {"text": "t"})


async def test_what_is_being_written_when_the_recorder_ends_is_written_once() -> None:
    tape = ListTape(takes_s=0.2)
    async with intake_on(tape) as intake:
        await intake.records([event(1)])
        await asyncio.sleep(0.1)
        await intake.records([event(2)])
    assert tape.kept == [1, 2]


@pytest.mark.parametrize("error", [ValueError("no such text"), OverflowError(), TapeUnfit("times do not rise")])
async def test_one_thing_that_no_tape_can_hold_stops_nothing_else(error: Exception) -> None:
    tape = ListTape()
    tape.bad = {13: error, 17: error}
    signal = Signal("s", "s", EntityRef(EntityKind.JOB, "a/b"), Pane.INGESTION)
    async with intake_on(tape) as intake:
        await intake.records([event(at_ms) for at_ms in range(10, 16)])
        for at_ms in (16, 17, 18):
            await intake.samples(Block("prometheus", [signal], [at_ms], [[1.0]]))
        await until(lambda: {10, 11, 12, 14, 15, 16, 18} == set(tape.kept) and len(tape.gaps) == 2)
        await intake.records([event(20)])
        await until(lambda: 20 in tape.kept)
    assert [at_ms for at_ms in tape.kept if at_ms not in (16, 18)] == [10, 11, 12, 14, 15, 20]
    assert {(gap.source, gap.at_ms, gap.body["to_ms"]) for gap in tape.gaps} == {
        ("nomad", 13, 14),
        ("prometheus", 17, 18),
    }


async def test_a_heartbeat_never_says_that_what_is_only_held_is_on_the_tape() -> None:
    tape = ListTape()
    tape.trouble = TapeFull("there is no room to write")
    async with intake_on(tape) as intake:
        intake.seen("nomad")
        assert intake.take_pulses()
        await intake.records([event(1)])
        intake.seen("nomad")
        assert not intake.take_pulses()
        await until(lambda: intake.held_records == 1)
        intake.seen("nomad")
        assert not intake.take_pulses()
        tape.trouble = None
        await until(lambda: tape.kept == [1])
    assert tape.pulses["nomad"] > 0


async def test_who_ends_half_way_through_the_past_has_seen_half_of_it() -> None:
    tape = ListTape()
    async with intake_on(tape) as intake:
        now_ms = intake.clock.now_ms()
        past = [event(now_ms - 60_000 * minutes)._replace(seen_ms=now_ms) for minutes in (120, 90, 60)]
        await intake.records(past)
        await until(lambda: len(tape.kept) == 3)
        assert tape.pulses == {"nomad": now_ms - 3_600_000}
        await intake.records([event(now_ms + 5_000)._replace(seen_ms=now_ms)])  # its clock is ahead of ours
    assert tape.pulses == {"nomad": now_ms}


class SlowTape:
    """A tape whose writes wait until a test lets them through."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.values = 0

    def append(
        self, records: Sequence[Record] = (), blocks: Sequence[Block] = (), pulses: Mapping[str, int] = {}
    ) -> int:
        self.gate.wait(10)
        self.values += sum(len(block.times_ms) * len(block.signals) for block in blocks)
        return 0


async def test_a_feed_waits_while_too_many_samples_are_unwritten() -> None:
    tape, writer = SlowTape(), ThreadPoolExecutor(1)
    intake = Intake(tape, writer, SystemClock(), lambda text, held_records: None)
    flushing = asyncio.create_task(intake.flush_forever())
    signal = Signal("s", "s", EntityRef(EntityKind.JOB, "a/b"), Pane.INGESTION)
    wide = Block("prometheus", [signal], range(100_000), [[0.0] * 100_000])
    put = 0

    async def feed() -> None:
        nonlocal put
        for _ in range(20):
            await intake.samples(wide)
            put += 1

    feeding = asyncio.create_task(feed())
    await asyncio.sleep(0.3)
    assert put < 10, "what is not written yet is bounded"
    tape.gate.set()
    await asyncio.wait_for(feeding, 10)
    flushing.cancel()
    await asyncio.gather(flushing, return_exceptions=True)
    assert tape.values == 20 * 100_000
    writer.shutdown()
