"""The verdict on the board: what was said at the time at which one stands, live and rewound, and its onsets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from console.findings import VerdictDoc
from console.screens.board.strip import time_view
from console.screens.start import Start
from console.screens.tape.reading import Reading
from console.signals import EntityKind, EntityRef, Record, RecordKind
from console.tape.store import Store, open_tape
from console.tape.verdicts import ANALYSIS, verdict_at
from tests.screens.conftest import OpenDesk
from tests.screens.verdictdocs import finding, night, quiet, suspect
from tests.tapes.story import make_story, minute


async def test_each_place_has_what_was_said_then(desk: OpenDesk, told: Path) -> None:
    async with desk(tape=told, at=5.0, size=(120, 36)) as board:
        assert "no verdict yet" in (await board.lines())[1]
        assert "QUIET  nothing that matters" in (await board.command("at +9m"))[1]
        now = (await board.command("at +12m25s"))[1]
        assert "SUSPECT" in now and "nothing has alarmed" in now
        later = await board.command("at +20m")
        assert "NodeDown, which misleads" in later[1]
        assert "falls 30s after" in later[-3] and "p<.001" in later[-3]
        back = await board.command("at +13m")
        assert "SUSPECT" in back[1] and "NodeDown" not in back[1]
        assert "none stands out" in back[-3]


async def test_playing_brings_the_next_verdict(desk: OpenDesk, told: Path) -> None:
    async with desk(tape=told, at=12.0, size=(120, 36), speed=10) as board:
        await board.press("space")
        assert "QUIET" in (await board.lines())[1]
        assert "SUSPECT" in (await board.wait(3))[1]


async def test_events_and_onsets_are_jumped_to_in_order(desk: OpenDesk, told: Path) -> None:
    async with desk(tape=told, at=11.0, size=(120, 36)) as board:
        lines = await board.press("n")
        assert board.at_ms == minute(11.8)
        assert "onset: DOCS/indexer lag left its normal range, before all others" in lines[2]
        lines = await board.press("n")
        assert board.at_ms == minute(12.3)
        assert "onset: answerer-m quality" in lines[2]
        lines = await board.press("n")
        assert board.at_ms == minute(13.2)
        assert "node fra1-gpu-02 is down" in lines[2]
        await board.press("N")
        assert board.at_ms == minute(12.3)
        await board.press("N", "N")
        assert board.at_ms == minute(10.0)


async def test_onsets_stand_on_the_strip(desk: OpenDesk, told: Path) -> None:
    async with desk(tape=told, at=20.0, size=(120, 36)) as board:
        assert (await board.lines())[-2].count("▼") == 2
        await board.command("at +12m")
        opened = await board.press("t")
        assert "onset: DOCS/indexer lag" in opened[-2]


async def test_at_every_size_nothing_jumps_and_panes_have_rows(desk: OpenDesk, told: Path, story: Path) -> None:
    for size in ((80, 24), (80, 23), (60, 16), (200, 50)):
        places = []
        for tape in (told, story):
            async with desk(tape=tape, at=20.0, size=size) as board:
                lines = await board.lines()
                places.append([(y, x) for y, line in enumerate(lines) for x, cell in enumerate(line) if cell in "╭┍╰┕"])
                assert any("4TH SIGNAL" in line for line in lines) is (size[1] >= 24)
        assert places[0] == places[1]
        rows = sorted({y for y, _ in places[0]})
        assert all(
            low - high - 1 >= (3 if size[1] >= 23 else 2) for high, low in zip(rows[::2], rows[1::2], strict=True)
        )


async def test_a_recording_says_that_its_last_verdict_is_old(desk: OpenDesk, told: Path) -> None:
    async with desk(tape=told, at=24.0, size=(120, 36)) as board:
        assert "old" not in (await board.lines())[1]
        assert "◌ verdict 11m old" in (await board.command("at +30m"))[1]


def live(tmp_path: Path, now_ms: list[int], said: list[tuple[VerdictDoc, float]]) -> tuple[Reading, Store]:
    tape = make_story(tmp_path / "live.tape", until_minute=12.0)
    store = open_tape(tape, "write")
    store.append(records=[finding(doc, at) for doc, at in said])
    reading = Reading(Start(str(tape), "t", "live"), None, lambda: now_ms[0])
    assert reading.open() == ""
    return reading, store


def test_live_it_is_kept_up_and_turns_old_when_analysis_stops(tmp_path: Path) -> None:
    now_ms = [minute(12.0)]
    reading, store = live(tmp_path, now_ms, [(quiet(11.9), 11.9)])
    first = reading.frame()
    assert first is not None and first.verdict is not None
    assert (first.verdict["state"], first.told.late) == ("quiet", "")
    now_ms[0] = minute(12.5)
    store.append(records=[finding(suspect(12.4), 12.4)], pulses={ANALYSIS: minute(12.45)})
    reading.turn([])
    second = reading.frame()
    assert second is not None and second.verdict is not None
    assert (second.verdict["state"], second.told.late) == ("suspect", "")
    assert [one.name for one in second.told.onsets] == ["DOCS/indexer lag", "answerer-m quality"]
    now_ms[0] = minute(14.6)
    assert (reading.due_s() or 0) <= 10
    store.append(pulses={"nomad": now_ms[0]})
    reading.turn([])
    third = reading.frame()
    assert third is not None and third.told.late == "2m"
    store.append(pulses={ANALYSIS: now_ms[0]})
    reading.turn([])
    fourth = reading.frame()
    assert fourth is not None and fourth.told.late == ""
    reading.close()
    store.close()


def test_a_pulse_of_analysis_does_not_make_data_look_fresh(tmp_path: Path) -> None:
    now_ms = [minute(12.0)]
    reading, store = live(tmp_path, now_ms, [])
    now_ms[0] = minute(13.0)
    store.append(pulses={ANALYSIS: now_ms[0]})
    reading.turn([])
    frame = reading.frame()
    assert frame is None or frame.place.at_ms == minute(12.0)
    reading.close()
    store.close()


def test_analysis_that_does_not_work_is_told(tmp_path: Path) -> None:
    now_ms = [minute(12.0)]
    reading, store = live(tmp_path, now_ms, [(quiet(11.9), 11.9)])
    about = EntityRef(EntityKind.FEED, ANALYSIS)
    body = {"state": "degraded", "why": "no verdict can be made: an unexpected error", "todo": "", "address": ""}
    store.append(records=[Record(RecordKind.STATE, ANALYSIS, about, "health", minute(12.0), minute(12.0), body)])
    reading.turn([])
    frame = reading.frame()
    assert frame is not None and frame.told.fault.endswith("an unexpected error")
    reading.close()
    store.close()


Broken = Callable[[VerdictDoc], object]


@pytest.mark.parametrize("damage", [lambda doc: doc.clear(), lambda doc: doc.pop("state")])
def test_a_verdict_of_another_version_is_no_verdict(tmp_path: Path, damage: Broken) -> None:
    doc = suspect()
    damage(doc)
    reading, store = live(tmp_path, [minute(13.0)], [(doc, 12.4)])
    frame = reading.frame()
    assert frame is not None and frame.verdict is None
    reading.close()
    store.close()


def test_the_newest_verdict_up_to_a_time_is_in_force(told: Path) -> None:
    with open_tape(told, "read") as store:
        states = [(at, record and record.body["state"]) for at in (7.9, 8.0, 12.39, 12.4, 30.0)
                  if (record := verdict_at(store, minute(at))) or True]  # fmt: skip
        newest = verdict_at(store, None)
    assert states == [(7.9, None), (8.0, "quiet"), (12.39, "quiet"), (12.4, "suspect"), (30.0, "incident")]
    assert newest is not None and newest.body["state"] == "incident"


def test_findings_of_other_names_are_passed_over(tmp_path: Path) -> None:
    tape = night(tmp_path / "t.tape")
    about = EntityRef(EntityKind.FLOW, "partner-docs")
    with open_tape(tape, "write") as store:
        store.append(records=[Record(RecordKind.FINDING, ANALYSIS, about, "audit", minute(20) + n, minute(20), {})
                              for n in range(150)])  # fmt: skip
        found = verdict_at(store, None)
    assert found is not None and found.at_ms == minute(19)


async def test_the_first_mover_has_a_role_of_its_own_on_the_strip(desk: OpenDesk, told: Path) -> None:
    async with desk(tape=told, at=20.0) as board:
        place = board.app.picture.place
        assert place is not None
        marks = [one for one in time_view(board.app.picture, place).marks if one.glyph == "▼"]
    assert [(one.at_ms, one.label, one.role) for one in marks] == [
        (minute(11.8), "DOCS/indexer lag", "mover"),
        (minute(12.3), "answerer-m quality", ""),
    ]
    assert max(one.weight for one in marks) == 3


async def test_the_verdict_is_told_in_full(desk: OpenDesk, told: Path) -> None:
    async with desk(tape=told, at=20.0) as board:
        shown = "\n".join(await board.press("v"))
        for expected in ("INCIDENT, high confidence", "First mover", "It MISLEADS", "Fourth signal"):
            assert expected in shown
        below = "\n".join(await board.press("G"))
        assert "Since the verdict before it" in below and "the first alarm is NodeDown" in below
        assert "INCIDENT, high confidence" not in below
        await board.command("at +9m")
        assert any("QUIET" in line for line in (await board.press("g"))[2:])
        assert "No verdict had been said by this time." in "\n".join(await board.command("at +5m"))
        assert "1 Scheduling" in "\n".join(await board.press("escape"))
        assert "No verdict had been said" in "\n".join(await board.command("verdict"))


async def test_an_old_verdict_says_so_in_full_too(desk: OpenDesk, told: Path) -> None:
    async with desk(tape=told, at=30.0) as board:
        lines = await board.press("v")
        assert "This is 11m old: analysis has not looked since." in lines[2]


async def test_on_other_screens_what_was_asked_for_stands_where_the_verdict_stood(desk: OpenDesk, told: Path) -> None:
    async with desk(tape=told, at=20.0) as board:
        assert "FIRST MOVER" in (await board.press("v"))[1]
        assert "There is no command" in (await board.command("nothing"))[1]
        assert "FIRST MOVER" in (await board.press("left"))[1]
