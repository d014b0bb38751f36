"""Analysis within a recorder's run: verdicts on a real tape, what changed, restarts, faults."""

from __future__ import annotations

import asyncio
import itertools
import logging
import math
import threading
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from console.analysis.notable import notable
from console.feeds.outlet import Outlet
from console.findings import RankedDoc, VerdictDoc
from console.recorder.analyst import Pace, matters
from console.recorder.clock import SystemClock
from console.recorder.mind import NOBODY, Thought
from console.recorder.session import Session, Terms
from console.signals import Bad, Block, EntityKind, EntityRef, Pane, Record, RecordKind, Signal
from console.tape.errors import TapeError
from console.tape.shapes import Holder
from console.tape.store import open_tape
from console.tape.verdicts import ANALYSIS, doc_of, verdicts_between
from tests.doubles.clock import RecordedClock
from tests.doubles.outlet import until
from tests.recorder.test_session import Said, ScriptedFeed
from tests.screens.verdictdocs import incident, quiet, suspect

QUICK = Pace(every_s=0.05, soon_s=0.02, look_s=0.01, rest=0.0)
NOW_MS = 1_795_409_325_000
JOB = EntityRef(EntityKind.JOB, "llm-prod/web")

Body = Callable[[Outlet], Awaitable[None]]


def verdicts(tape: Path) -> list[VerdictDoc]:
    if not tape.exists():
        return []
    with open_tape(tape, "read") as store:
        found = verdicts_between(store, -1, 2**62).verdicts
    docs = [doc_of(record) for record in found]
    return [doc for doc in docs if doc is not None]


class ScriptedMind:
    """Says the given verdicts one after the other, then the last again and again; an exception is raised."""

    def __init__(self, *script: VerdictDoc | Exception) -> None:
        self._script = list(script)
        self.thoughts = 0
        self.closed = 0
        self._before: VerdictDoc | None = None

    def think(self, at_ms: int) -> Thought | None:
        self.thoughts += 1
        said = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if isinstance(said, Exception):
            raise said
        return Thought(at_ms, said, NOBODY, notable(self._before, said))

    def said(self, thought: Thought) -> None:
        self._before = thought.doc

    def close(self) -> None:
        self.closed += 1


async def run(tape: Path, mind: ScriptedMind | None, condition: Callable[[], object], *bodies: Body,
              pace: Pace = QUICK, said: Said | None = None) -> None:  # fmt: skip
    """A session with these feeds until something holds."""
    feeds = [ScriptedFeed(f"feed{number}", body) for number, body in enumerate(bodies)]
    holder = Holder("a", 1, "here")
    more: dict[str, Any] = {} if mind is None else {"mind": lambda _: mind}
    session = Session(lambda: open_tape(tape, "create"), feeds, SystemClock(), holder, said or Said(), Terms(),
                      pace=pace, **more)  # fmt: skip
    stop = asyncio.Event()
    task = asyncio.create_task(session.run(stop))
    try:
        await until(condition, what="the analyst has done its work")
    finally:
        stop.set()
        await task


def talks(every_s: float = 0.01) -> Body:
    """A feed that always has something new."""

    async def talk(out: Outlet) -> None:
        number = 0
        while True:
            number += 1
            now_ms = out.clock.now_ms()
            body = {"text": f"event {number}", "severity": "info"}
            await out.records([Record(RecordKind.EVENT, "nomad", JOB, "x", now_ms, now_ms, body)])
            await asyncio.sleep(every_s)

    return talk


async def test_a_verdict_is_on_the_tape_and_its_pulse_too(tmp_path: Path) -> None:
    tape = tmp_path / "t.tape"
    await run(tape, ScriptedMind(quiet()), lambda: verdicts(tape), talks())
    with open_tape(tape, "read") as store:
        record = verdicts_between(store, -1, 2**62).verdicts[0]
        assert ANALYSIS in store.pulses()
    assert record.entity == NOBODY
    assert record.seen_ms >= record.at_ms > 0


async def test_only_what_a_reader_would_notice_is_said(tmp_path: Path) -> None:
    tape, mind = tmp_path / "t.tape", ScriptedMind(quiet(1), quiet(2), suspect(3), suspect(4), incident(5))
    await run(tape, mind, lambda: len(verdicts(tape)) >= 3 and mind.thoughts > 8, talks())
    assert [doc["state"] for doc in verdicts(tape)] == ["quiet", "suspect", "incident"]


async def test_what_goes_on_is_said_again_after_a_while(tmp_path: Path) -> None:
    tape, mind = tmp_path / "t.tape", ScriptedMind(suspect())
    pace = QUICK._replace(again_s=0.2, quiet_again_s=1000.0)
    await run(tape, mind, lambda: len(verdicts(tape)) >= 3, talks(), pace=pace)
    calm, still = tmp_path / "q.tape", ScriptedMind(quiet())
    await run(calm, still, lambda: still.thoughts > 12, talks(), pace=pace)
    assert len(verdicts(calm)) == 1


async def test_nothing_added_nothing_judged_but_the_verdict_is_known_to_hold(tmp_path: Path) -> None:
    tape, mind, beats = tmp_path / "t.tape", ScriptedMind(quiet()), [0]

    async def once(out: Outlet) -> None:
        await talks(3600)(out)

    async def beat(out: Outlet) -> None:
        while True:
            out.seen("nomad")
            beats[0] += 1
            await asyncio.sleep(0.01)

    first: list[int] = []

    def pulse() -> int:
        if not tape.exists():
            return 0
        with open_tape(tape, "read") as store:
            return store.pulses().get(ANALYSIS, 0)

    def later() -> bool:
        if mind.thoughts and pulse() and not first:
            first.append(pulse())
        return bool(first) and pulse() > first[0]

    await run(tape, mind, later, once, beat)
    assert mind.thoughts == 1


async def test_an_alarm_is_looked_at_soon(tmp_path: Path) -> None:
    tape, mind = tmp_path / "t.tape", ScriptedMind(quiet())

    async def alarm(out: Outlet) -> None:
        now_ms = out.clock.now_ms()
        about = EntityRef(EntityKind.ALERT, "fp")
        await out.records([Record(RecordKind.STATE, "alertmanager", about, "alert", now_ms, now_ms, {})])

    await run(tape, mind, lambda: verdicts(tape), alarm, pace=QUICK._replace(every_s=3600.0))
    assert mind.thoughts == 1


@pytest.mark.parametrize(("record", "wanted"), [
    (Record(RecordKind.EVENT, "nomad", JOB, "JobRegistered", 1, 1, {"severity": "info"}), True),
    (Record(RecordKind.EVENT, "nomad", EntityRef(EntityKind.NODE, "n"), "x", 1, 1, {"severity": "critical"}), True),
    (Record(RecordKind.EVENT, "nomad", EntityRef(EntityKind.TASK, "t"), "x", 1, 1, {"severity": "info"}), False),
    (Record(RecordKind.EVENT, "nomad", EntityRef(EntityKind.TASK, "t"), "x", 1, 1, {}), False),
    (Record(RecordKind.STATE, "nomad", JOB, "state", 1, 1, {"severity": "critical"}), False),
    (Record(RecordKind.STATE, "am", EntityRef(EntityKind.ALERT, "a"), "alert", 1, 1, {}), True),
])  # fmt: skip
def test_what_matters(record: Record, wanted: bool) -> None:
    assert matters(record) is wanted


async def test_a_fault_is_told_and_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    tape, said = tmp_path / "t.tape", Said()
    faults = [ValueError("a secret that must not be shown"), TapeError("the disk does not answer", "t", "check it")]

    def states() -> list[tuple[str, str]]:
        if not tape.exists():
            return []
        with open_tape(tape, "read") as store:
            return [(str(r.body["state"]), str(r.body["why"])) for r in store.records_after(0, limit=100_000)
                    if r.kind is RecordKind.STATE and r.source == ANALYSIS]  # fmt: skip

    mind = ScriptedMind(faults[0], faults[1], quiet())
    await run(tape, mind, lambda: len(states()) >= 3 and verdicts(tape), talks(), said=said)
    assert [state for state, _ in states()] == ["degraded", "degraded", "ok"]
    assert "unexpected error" in states()[0][1] and "the disk does not answer" in states()[1][1]
    assert "secret" not in str(states())
    assert not any(said.texts), "writing was never in trouble"
    assert mind.closed >= 3, "a tape that failed is opened anew, and let go at the end"


async def test_thinking_long_delays_neither_feeds_nor_writing(tmp_path: Path) -> None:
    tape, mind = tmp_path / "t.tape", ScriptedMind(quiet())
    release = threading.Event()
    waits: list[bool] = []

    def slow(at_ms: int) -> Thought | None:
        waits.append(True)
        release.wait(20)
        return None

    mind.think = slow  # type: ignore[method-assign]
    count: list[int] = []

    def written() -> bool:
        with open_tape(tape, "read") as store:
            if waits:
                count.append(store.last_seq())
        if count and count[-1] > count[0] + 20:
            release.set()
            return True
        return False

    await run(tape, mind, lambda: tape.exists() and written(), talks())
    assert len(waits) >= 1


def wave(level: Sequence[float]) -> Body:
    """A feed of model and ingestion signals: an hour of past, then a lag that rises and a quality that falls."""
    lag = Signal("lag", "lag", EntityRef(EntityKind.CONSUMER, "DOCS/indexer"), Pane.INGESTION, "s", Bad.UP,
                 "prometheus", step_s=5.0)  # fmt: skip
    quality = Signal("quality", "quality", EntityRef(EntityKind.MODEL, "answerer-m"), Pane.MODELS, "1", Bad.DOWN,
                     "prometheus", warn_at=0.9, bad_at=0.75, step_s=5.0)  # fmt: skip

    async def feed(out: Outlet) -> None:
        end_ms = out.clock.now_ms() // 5000 * 5000
        times = [end_ms - 5000 * back for back in range(len(level) - 1, -1, -1)]
        lags = [1 + 0.2 * math.sin(n) + 60 * one for n, one in enumerate(level)]
        late = [0.0] * 8 + list(level[:-8])
        good = [0.97 + 0.004 * math.sin(n * 1.7) - 0.5 * one for n, one in enumerate(late)]
        await out.samples(Block("prometheus", [lag, quality], times, [lags, good]))

    return feed


HURT = [0.0] * 720 + [1.0] * 60
CALM = [0.0] * 780


async def test_real_verdicts_on_a_real_tape_and_a_restart_goes_on_from_the_last(tmp_path: Path) -> None:
    tape = tmp_path / "t.tape"
    await run(tape, None, lambda: verdicts(tape), wave(CALM))
    assert [doc["state"] for doc in verdicts(tape)] == ["quiet"]
    assert verdicts(tape)[0]["changed"] == []
    await run(tape, None, lambda: len(verdicts(tape)) > 1, wave(HURT))
    now = verdicts(tape)[1]
    assert now["state"] in ("suspect", "incident")
    assert now["first_mover"] is not None and now["first_mover"]["signal"] == "lag"
    assert any("quiet became" in one for one in now["changed"]), "the first run's verdict is what it is compared with"
    with open_tape(tape, "read") as store:
        about = verdicts_between(store, -1, 2**62).verdicts[-1].entity
    assert about == EntityRef(EntityKind.CONSUMER, "DOCS/indexer")


async def test_the_schedule_follows_the_session_s_clock(tmp_path: Path) -> None:
    """At sixty times real time fifteen seconds of tape pass in a quarter of a second."""
    tape, mind = tmp_path / "t.tape", ScriptedMind(quiet())
    clock = RecordedClock(NOW_MS, speed=60.0)
    looked: list[int] = []
    think = mind.think

    def noting(at_ms: int) -> Thought | None:
        looked.append(at_ms)
        return think(at_ms)

    mind.think = noting  # type: ignore[method-assign]
    feed = ScriptedFeed("feed", talks())
    session = Session(lambda: open_tape(tape, "create"), [feed], clock, Holder("a", 1, "here"), Said(), Terms(),
                      mind=lambda _: mind, pace=Pace(rest=0.0, soon_s=15.0))  # fmt: skip
    stop = asyncio.Event()
    task = asyncio.create_task(session.run(stop))
    await until(lambda: len(looked) >= 4)
    stop.set()
    await task
    apart = [later - one for one, later in itertools.pairwise(looked)]
    assert all(step >= 15_000 for step in apart)
    assert looked[0] - NOW_MS < 600_000


def test_the_tape_keeps_the_head_of_the_ranking_only() -> None:
    line: RankedDoc = {"rank": 1, "signal": "lag", "name": "lag", "entity": "consumer:c", "pane": "ingestion",
                       "score": 0.5, "onset": None, "lag_s": None, "p_value": None, "direction": "up",
                       "why": ""}  # fmt: skip
    doc: VerdictDoc = {**suspect(), "ranked": [{**line, "rank": place} for place in range(1, 51)]}
    body = Thought(1, doc, NOBODY, True).record(2).body
    assert [one["rank"] for one in body["ranked"]] == list(range(1, 13))
    assert body["first_mover"] == doc["first_mover"]
