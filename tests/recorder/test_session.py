"""A recorder's run on a real tape: lease, gaps of absence, feeds that break, a tape that is full."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from console.feeds.outlet import Outlet
from console.recorder.clock import SystemClock
from console.recorder.leased import LEASE_MS
from console.recorder.session import Ending, Session, Terms
from console.signals import EntityKind, EntityRef, Record, RecordKind
from console.tape.shapes import Holder, Viewer
from console.tape.store import Store, open_tape
from tests.doubles.outlet import until

Body = Callable[[Outlet], Awaitable[None]]


class ScriptedFeed:
    """A feed that does what a test says, then stays quiet."""

    def __init__(self, name: str, body: Body) -> None:
        self.name = name
        self._body = body
        self.runs = 0

    async def run(self, out: Outlet) -> None:
        self.runs += 1
        await self._body(out)
        await asyncio.Event().wait()


class Said:
    """Keeps what the session reports about trouble."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, text: str, held_records: int) -> None:
        self.texts.append(text)


def event(number: int, at_ms: int) -> Record:
    about = EntityRef(EntityKind.JOB, "default/web")
    return Record(RecordKind.EVENT, "nomad", about, "x", at_ms, at_ms, {"text": f"event {number}", "severity": "info"})


def holder(name: str) -> Holder:
    return Holder(name, 1, "here")


def session(
    tape: Path, *feeds: ScriptedFeed, name: str = "a", said: Said | None = None, linger_s: float | None = None
) -> Session:
    return Session(
        lambda: open_tape(tape, "create"), feeds, SystemClock(), holder(name), said or Said(), Terms(linger_s=linger_s)
    )


async def run_until(running: Session, condition: Callable[[], object]) -> Ending:
    stop = asyncio.Event()
    task = asyncio.create_task(running.run(stop))
    await until(condition)
    stop.set()
    return await task


def texts(tape: Path) -> list[str]:
    if not tape.exists():
        return []
    with open_tape(tape, "read") as store:
        return [str(r.body["text"]) for r in store.records_after(0) if r.kind is RecordKind.EVENT]


async def test_what_a_feed_says_is_on_the_tape_and_the_lease_is_given_up(tmp_path: Path) -> None:
    tape = tmp_path / "t.tape"

    async def say(out: Outlet) -> None:
        await out.records([event(n, out.clock.now_ms()) for n in range(50)])

    ending = await run_until(session(tape, ScriptedFeed("nomad", say)), lambda: len(texts(tape)) == 50)
    assert ending is Ending.TOLD
    with open_tape(tape, "read") as store:
        lease = store.lease()
        assert lease is None or lease.expires_ms <= SystemClock().now_ms()
        assert "nomad" in store.pulses()


async def test_what_was_said_just_before_the_end_is_written(tmp_path: Path) -> None:
    tape = tmp_path / "t.tape"
    spoke = asyncio.Event()

    async def say(out: Outlet) -> None:
        await out.records([event(1, out.clock.now_ms())])
        spoke.set()

    await run_until(session(tape, ScriptedFeed("nomad", say)), spoke.is_set)
    assert texts(tape) == ["event 1"]


async def test_only_one_recorder_stays(tmp_path: Path) -> None:
    tape = tmp_path / "t.tape"
    with open_tape(tape, "create") as store:
        assert store.take_lease(holder("other"), SystemClock().now_ms(), LEASE_MS)
    assert await session(tape).run(asyncio.Event()) is Ending.HELD_ELSEWHERE


async def test_a_lease_that_ran_out_is_taken_and_the_absence_is_a_gap(tmp_path: Path) -> None:
    tape = tmp_path / "t.tape"
    long_ago_ms = SystemClock().now_ms() - 60_000
    with open_tape(tape, "create") as store:
        store.take_lease(holder("dead"), long_ago_ms, LEASE_MS)
        store.append(pulses={"nomad": long_ago_ms, "gone-feed": long_ago_ms})

    async def quiet(out: Outlet) -> None:
        out.seen("nomad")

    def gaps() -> list[str]:
        with open_tape(tape, "read") as store:
            return [g.source for g in store.gaps(0, SystemClock().now_ms()) if g.from_ms == long_ago_ms]

    await run_until(session(tape, ScriptedFeed("nomad", quiet)), gaps)
    assert gaps() == ["nomad"]


async def test_a_feed_that_breaks_says_so_and_the_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.recorder.session.CRASHED_FEED_S", 0.05)
    tape = tmp_path / "t.tape"

    async def breaks(out: Outlet) -> None:
        raise RuntimeError("a secret that must not be shown")

    async def say(out: Outlet) -> None:
        await out.clock.sleep(0.3)
        await out.records([event(1, out.clock.now_ms())])

    broken = ScriptedFeed("prometheus", breaks)
    await run_until(session(tape, broken, ScriptedFeed("nomad", say)), lambda: texts(tape) and broken.runs > 2)
    with open_tape(tape, "read") as store:
        states = {r.entity.id: r.body for r in store.states_at(None, [EntityKind.FEED])}
    assert states["prometheus"]["state"] == "down"
    assert "unexpected error" in states["prometheus"]["why"]
    assert "secret" not in str(states)


async def test_a_recorder_nobody_watches_leaves(tmp_path: Path) -> None:
    tape = tmp_path / "t.tape"
    ending = await asyncio.wait_for(session(tape, linger_s=0.2).run(asyncio.Event()), 10)
    assert ending is Ending.NOBODY_WATCHES


async def test_a_recorder_stays_while_somebody_watches(tmp_path: Path) -> None:
    tape = tmp_path / "t.tape"
    with open_tape(tape, "create") as store:
        store.check_in(Viewer("v", "ana", "here", 1), SystemClock().now_ms(), 60_000)
    stop = asyncio.Event()
    task = asyncio.create_task(session(tape, linger_s=0.1).run(stop))
    await asyncio.sleep(0.6)
    assert not task.done()
    stop.set()
    assert await task is Ending.TOLD


def limit_pages(store: Store, pages: int) -> None:
    """Make SQLite itself say that there is no room beyond so many pages."""
    store._db.rows(f"PRAGMA max_page_count = {pages}")


async def test_a_full_tape_is_told_and_nothing_seen_meanwhile_is_lost(tmp_path: Path) -> None:
    tape = tmp_path / "t.tape"
    said = Said()
    opened: list[Store] = []

    def open_small() -> Store:
        store = open_tape(tape, "create")
        limit_pages(store, 120)
        opened.append(store)
        return store

    wide = "x" * 4000

    async def say(out: Outlet) -> None:
        for number in range(300):
            now_ms = out.clock.now_ms()
            about = EntityRef(EntityKind.JOB, f"default/{number}")
            body = {"text": f"event {number}", "severity": "info", "pad": wide}
            await out.records([Record(RecordKind.EVENT, "nomad", about, "x", now_ms, now_ms, body)])
            await asyncio.sleep(0)

    running = Session(open_small, [ScriptedFeed("nomad", say)], SystemClock(), holder("a"), said, Terms())
    stop = asyncio.Event()
    task = asyncio.create_task(running.run(stop))
    await until(lambda: any(said.texts), what="the recorder says that the tape is full")
    assert "no room" in next(text for text in said.texts if text)
    committed = len(texts(tape))
    assert committed < 300
    await asyncio.get_running_loop().run_in_executor(running._writer, limit_pages, opened[0], 100_000)
    await until(lambda: len(texts(tape)) == 300, 15, "everything held is written")
    assert texts(tape) == [f"event {n}" for n in range(300)]
    # The tape has it a moment before the recorder can say so.
    await until(lambda: said.texts[-1] == "", what="the recorder says that all is well again")
    stop.set()
    assert await task is Ending.TOLD
