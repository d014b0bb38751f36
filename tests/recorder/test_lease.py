"""Under the lease: a recorder that slept writes nothing more, and who has died does not watch."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.feeds.outlet import Outlet
from console.recorder.leased import LEASE_MS, LeasedTape, LeaseLostError
from console.recorder.present import present
from console.recorder.session import Ending, Session, Terms
from console.tape.shapes import Viewer
from console.tape.store import Store, open_tape
from tests.doubles.clock import RecordedClock
from tests.recorder.test_session import Said, ScriptedFeed, event, holder, session, texts

NOW = 1_800_000_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_tape(tmp_path / "t.tape", "create") as store:
        yield store


def test_who_slept_through_the_lease_s_end_asks_before_writing(store: Store) -> None:
    clock = RecordedClock(NOW, frozen=True)
    tape = LeasedTape(store, holder("a"), clock)
    assert tape.take()
    clock.step(LEASE_MS + 1)
    assert tape.append([event(1, NOW)]) == 1
    lease = store.lease()
    assert lease is not None
    assert lease.expires_ms == NOW + 2 * LEASE_MS + 1


def test_who_lost_the_lease_in_its_sleep_writes_nothing(store: Store) -> None:
    clock = RecordedClock(NOW, frozen=True)
    tape = LeasedTape(store, holder("a"), clock)
    assert tape.take()
    clock.step(LEASE_MS + 1)
    assert store.take_lease(holder("b"), clock.now_ms(), LEASE_MS)
    with pytest.raises(LeaseLostError, match="another recorder took over"):
        tape.append([event(1, NOW)])
    assert store.last_seq() == 0
    assert not tape.renew()


async def test_a_session_whose_lease_is_another_s_leaves_without_its_last_words(tmp_path: Path) -> None:
    path = tmp_path / "t.tape"
    clock = RecordedClock(NOW, frozen=True)

    async def say(out: Outlet) -> None:
        await asyncio.sleep(0.3)
        with open_tape(path, "write") as other:
            clock.step(LEASE_MS + 1)
            assert other.take_lease(holder("b"), clock.now_ms(), LEASE_MS)
        await out.records([event(1, clock.now_ms())])

    feed = ScriptedFeed("nomad", say)
    running = Session(lambda: open_tape(path, "create"), [feed], clock, holder("a"), Said(), Terms())
    clock.run(20)
    assert await asyncio.wait_for(running.run(asyncio.Event()), 20) is Ending.LEASE_LOST
    assert texts(path) == []


def test_a_viewer_that_died_without_a_word_does_not_watch() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead, alive = Viewer("1", "ana", "here", ended.pid), Viewer("2", "bo", "here", os.getpid())
    elsewhere = Viewer("3", "cy", "there", ended.pid)
    assert present([dead, alive, elsewhere], "here") == [alive, elsewhere]


async def test_the_first_viewer_is_waited_for_however_short_the_linger_is(tmp_path: Path) -> None:
    path = tmp_path / "t.tape"
    terms = Terms(linger_s=0.05, arrival_s=30)
    clock = RecordedClock(NOW, speed=10)
    running = Session(lambda: open_tape(path, "create"), [], clock, holder("a"), Said(), terms)
    task = asyncio.create_task(running.run(asyncio.Event()))
    await asyncio.sleep(1)
    assert not task.done()
    with open_tape(path, "write") as store:
        store.check_in(Viewer("v", "ana", "there", 1), clock.now_ms(), 5_000)
    assert await asyncio.wait_for(task, 20) is Ending.NOBODY_WATCHES


async def test_a_short_linger_without_a_wait_ends_at_once(tmp_path: Path) -> None:
    ending = await asyncio.wait_for(session(tmp_path / "t.tape", linger_s=0.05).run(asyncio.Event()), 10)
    assert ending is Ending.NOBODY_WATCHES
