"""One look at the sources: what is read is there, what is not is told, and nothing is waited for without end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from console.documents import FeedDoc
from console.feeds.outlet import Outlet
from console.recorder import once
from console.recorder.clock import SystemClock
from console.signals import Block, EntityKind, EntityRef, Pane, Signal
from console.tape.store import open_tape

Body = Callable[[Outlet], Awaitable[None]]
SIGNAL = Signal("lag", "lag", EntityRef(EntityKind.SERVICE, "a"), Pane.INGESTION)
OK = FeedDoc(state="ok", why="", todo="", address="")
DOWN = FeedDoc(state="down", why="nobody listens there", todo="start it", address="")


class Feed:
    """A feed that does what a test says, and then waits to be cancelled."""

    def __init__(self, name: str, body: Body) -> None:
        self.name = name
        self._body = body

    async def run(self, out: Outlet) -> None:
        await self._body(out)
        await asyncio.Event().wait()


async def reads(out: Outlet) -> None:
    await asyncio.sleep(0.2)
    now_ms = out.clock.now_ms()
    await out.samples(Block("good", [SIGNAL], [now_ms - 1000], [[3.0]]))
    await out.health("good", OK)


async def is_down(out: Outlet) -> None:
    await out.health("bad", DOWN)


async def breaks(out: Outlet) -> None:
    raise RuntimeError("a fault of ours")


async def says_nothing(out: Outlet) -> None:
    return None


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "PATIENCE_S", 0.5)
    monkeypatch.setattr(once, "LONGEST_S", 5.0)


async def test_what_was_read_is_on_the_tape_whatever_happens_to_the_others(tmp_path: Path) -> None:
    tape = tmp_path / "once.tape"
    docs = await once.gather(tape, [Feed("good", reads), Feed("bad", is_down), Feed("ugly", breaks)], {})
    assert {name: doc["state"] for name, doc in docs.items()} == {"good": "ok", "bad": "down", "ugly": "down"}
    with open_tape(tape, "read") as store:
        assert [one.key for one in store.signals().values()] == ["lag"]
        assert store.lease() is None


async def test_a_source_that_comes_back_in_time_is_read(tmp_path: Path) -> None:
    async def late(out: Outlet) -> None:
        await out.health("good", DOWN)
        await reads(out)

    assert await once.gather(tmp_path / "t", [Feed("good", late)], {}) == {"good": OK}


async def test_a_source_that_never_says_anything_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "LONGEST_S", 0.4)
    docs = await once.gather(tmp_path / "t", [Feed("mute", says_nothing)], {})
    assert docs["mute"]["state"] == "down" and "in time" in docs["mute"]["why"]


async def test_a_feed_with_an_earlier_clock_reads_as_of_then(tmp_path: Path) -> None:
    tape, hour_ms = tmp_path / "once.tape", 3_600_000
    await once.gather(tape, [Feed("good", reads)], {"good": once.EarlierClock(hour_ms)})
    with open_tape(tape, "read") as store:
        span = store.samples([1], 0, SystemClock().now_ms())[1].times_ms
    assert abs(SystemClock().now_ms() - hour_ms - span[-1]) < 60_000
