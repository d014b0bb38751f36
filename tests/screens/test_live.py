"""A live view: what is added appears, the recorder is looked after, trouble is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from console.screens.crew import CHECK_IN_MS, VIEWER_MS, CrewWatch
from console.screens.frame import Frame
from console.screens.start import Start
from console.screens.tape.feed import TapeFeed, wall_ms
from console.screens.tape.reading import Reading
from console.signals import EntityKind, Health, Pane
from console.tape.errors import TapeError
from console.tape.shapes import Holder
from console.tape.status import RecorderStatus, write_status
from console.tape.store import Store, open_tape
from console.tape.who import this_viewer
from tests.screens.conftest import OpenDesk
from tests.tapes.story import event, feed_state, job_state, make_story, minute, node_state

HOLDER = Holder("one", 4242, "host")


@pytest.fixture
def live(tmp_path: Path) -> Iterator[tuple[Path, Store]]:
    """A tape that is being recorded: the story up to minute 12, and a way to write on."""
    tape = make_story(tmp_path / "live.tape", until_minute=12)
    store = open_tape(tape, "write")
    yield tape, store
    store.close()


async def test_what_is_added_appears(desk: OpenDesk, live: tuple[Path, Store]) -> None:
    tape, store = live
    async with desk(at=None, mode="live", tape=tape, now=minute(12)) as board:
        lines = await board.lines()
        assert "LIVE 2026-11-23 05:00:45Z" in lines[0]
        store.append(records=[node_state("fra1-cpu-01", 12.01, "down")], pulses={"nomad": minute(12.02)})
        assert "fra1-cpu-01 down" in "\n".join(await board.wait(1))
        await board.press("left")
        lines = await board.lines()
        assert " PAST 2026-11-23 05:00:3" in lines[0]
        store.append(records=[node_state("fra1-cpu-02", 12.03, "down")])
        assert "fra1-cpu-02 down" not in "\n".join(await board.wait(1))
        lines = await board.press("full_stop")
        assert "LIVE" in lines[0]
        assert "fra1-cpu-02 down" in "\n".join(lines)


async def test_playing_a_live_tape_ends_in_live(desk: OpenDesk, live: tuple[Path, Store]) -> None:
    tape, _ = live
    async with desk(at=11.5, mode="live", tape=tape, now=minute(12.1), speed=10) as board:
        assert "PAST" in (await board.lines())[0]
        await board.press("space")
        await board.wait(1)
        assert "playing 10x" in (await board.lines())[0]
        await board.wait(20)
        assert "LIVE" in (await board.lines())[0]


async def test_live_has_nothing_later_and_nothing_to_play(desk: OpenDesk, live: tuple[Path, Store]) -> None:
    tape, _ = live
    async with desk(at=None, mode="live", tape=tape, now=minute(12)) as board:
        assert "nothing is later" in (await board.press("right"))[2]
        assert "nothing here" in (await board.command("play"))[2]


async def test_names_from_outside_are_drawn_and_not_obeyed(desk: OpenDesk, live: tuple[Path, Store]) -> None:
    tape, store = live
    evil = "[bold]x[/]\x1b[31m\x1b]0;owned\x07‮"
    store.append(records=[
        node_state(evil, 11.9, "down"),
        feed_state("nomad", 11.9, "down", why=f"refused {evil}", todo="start it"),
        event(EntityKind.NODE, "n", "down", 11.95, "critical", f"it {evil} fell", "nomad"),
    ])  # fmt: skip
    async with desk(at=None, mode="live", tape=tape, now=minute(12), size=(120, 40)) as board:
        shown = "\n".join([*await board.lines(), *await board.press("N"), *await board.press("1", "g", "enter")])
        assert "[bold]x[/]" in shown
        for bad in ("\x1b", "\x07", "‮"):
            assert bad not in shown


async def test_a_source_that_is_down_is_told_on_its_panes(desk: OpenDesk, live: tuple[Path, Store]) -> None:
    tape, store = live
    store.append(records=[feed_state("prometheus", 11.95, "down", "Connection refused.", "Start Prometheus.")])
    async with desk(at=None, mode="live", tape=tape, now=minute(12), size=(120, 36)) as board:
        shown = "\n".join(await board.lines())
        assert "Connection refused. Start Prometheus." in shown
        assert "prometheus down" in shown
        assert "fra1" in shown or "answerer" in shown


def test_a_tape_that_cannot_be_read_for_a_while(live: tuple[Path, Store], monkeypatch: pytest.MonkeyPatch) -> None:
    tape, store = live
    clock = [minute(12)]
    reading = Reading(Start(str(tape), "live", "live"), None, lambda: clock[0])
    assert reading.open() == ""
    first = reading.frame()
    assert first is not None

    def fails(self: Store, seq: int, limit: int = 5000, without: Sequence[EntityKind] = ()) -> None:
        raise TapeError("the disk does not answer", str(tape), "check the disk")

    with monkeypatch.context() as broken:
        broken.setattr(Store, "changes_after", fails)
        reading.turn([])
    hurt = reading.frame()
    assert hurt is not None
    assert "the disk does not answer" in hurt.trouble
    store.append(records=[job_state("gateway", 12.0, running=0)])
    clock[0] += 3_000
    reading.turn([])
    healed = reading.frame()
    assert healed is not None
    assert healed.trouble == ""
    assert any(row.name == "gateway" and row.health is not Health.OK for row in healed.rows[Pane.SCHEDULING])
    reading.close()


def test_nothing_new_is_no_frame_and_nothing_due(live: tuple[Path, Store]) -> None:
    tape, _ = live
    still = Reading(Start(str(tape), "t", "replay", minute(5)), None, wall_ms)
    assert still.open() == ""
    assert still.frame() is not None
    assert still.due_s() is None
    still.turn([])
    assert still.frame() is None
    still.close()


# ------------------------------------------------------------------------------------------------------------ the crew


def test_a_recorder_is_started_when_nobody_records_and_not_too_often(live: tuple[Path, Store]) -> None:
    tape, store = live
    started: list[int] = []
    now = wall_ms()
    watch = CrewWatch(str(tape), this_viewer(), lambda: started.append(1))
    crew = watch.look(store, now)
    assert (crew.health, len(started)) == (Health.BAD, 1)
    assert "NO RECORDER" in crew.text
    watch.look(store, now + 2_000)
    assert len(started) == 1
    watch.look(store, now + 4_000)
    assert len(started) == 2
    assert store.take_lease(HOLDER, now + 4_500, 6_000)
    assert watch.look(store, now + 5_000).text == "recording · 1 viewer"
    watch.look(store, now + 11_000)
    assert len(started) == 3, "an expired lease is seen at the next look"
    watch.close()
    assert store.viewers(now + 11_000) == []


def test_viewers_are_counted_and_forgotten(live: tuple[Path, Store]) -> None:
    tape, store = live
    now = wall_ms()
    store.take_lease(HOLDER, now, 600_000)
    watches = [CrewWatch(str(tape), this_viewer(), lambda: None) for _ in range(3)]
    for watch in watches:
        crew = watch.look(store, now)
    assert crew.text == "recording · 3 viewers"
    for later in range(CHECK_IN_MS, VIEWER_MS + CHECK_IN_MS + 1, CHECK_IN_MS):
        crew = watches[0].look(store, now + later)
    assert crew.text == "recording · 1 viewer"
    for watch in watches:
        watch.close()


def test_the_recorder_s_trouble_is_told(live: tuple[Path, Store]) -> None:
    tape, store = live
    now = wall_ms()
    store.take_lease(HOLDER, now, 600_000)
    write_status(tape, RecorderStatus(HOLDER.pid, "host", now, "full", "the disk is full", 412))
    crew = CrewWatch(str(tape), this_viewer(), lambda: None).look(store, now)
    assert crew.health is Health.BAD
    assert crew.trouble == "Recorder: the disk is full; it holds 412 records in memory."


def test_a_recorder_that_cannot_be_started_is_told(live: tuple[Path, Store]) -> None:
    tape, store = live

    def fails() -> None:
        raise OSError(12, "Cannot allocate memory")

    crew = CrewWatch(str(tape), this_viewer(), fails).look(store, wall_ms())
    assert crew.trouble == "No recorder could be started: Cannot allocate memory."


# ---------------------------------------------------------------------------------------------------------- the thread


def test_the_thread_waits_for_a_tape_that_is_not_there_yet(tmp_path: Path) -> None:
    tape = tmp_path / "later.tape"
    frames: list[Frame] = []
    came = threading.Event()

    def take(frame: Frame) -> None:
        frames.append(frame)
        if frame.rows.get(Pane.SCHEDULING):
            came.set()

    feed = TapeFeed(Start(str(tape), "later", "live"), lambda: None)
    feed.begin()
    assert feed.wait_open() == ""
    for frame in feed.connect(take, lambda: None):
        take(frame)
    make_story(tape, until_minute=12)
    assert came.wait(10)
    feed.end()
    assert "No tape yet" in next(iter(frames[0].notices.values()))


def test_a_record_is_on_its_way_to_the_screen_within_the_time_that_was_promised(live: tuple[Path, Store]) -> None:
    tape, store = live
    came = threading.Event()
    feed = TapeFeed(Start(str(tape), "live", "live"), lambda: None)
    feed.begin()
    assert feed.wait_open() == ""

    def take(frame: Frame) -> None:
        if any(row.name == "fresh" for row in frame.rows.get(Pane.SCHEDULING, ())):
            came.set()

    feed.connect(take, lambda: None)
    time.sleep(0.6)
    store.append(records=[job_state("fresh", 12.0)])
    assert came.wait(5)
    feed.end()


def test_a_missing_tape_is_refused_in_replay(tmp_path: Path) -> None:
    feed = TapeFeed(Start(str(tmp_path / "none.tape"), "none", "replay"))
    feed.begin()
    assert "none.tape" in feed.wait_open()
    feed.end()
