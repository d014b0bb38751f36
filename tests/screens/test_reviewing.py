"""``:review`` on the board: what it takes for the subject, what it writes down, and what it refuses."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from console.governance.reviews import last_reviews
from console.screens.actions.registry import RefusedError
from console.screens.reviewing import Said, said
from console.signals import EntityKind, EntityRef, RecordKind
from console.tape.store import open_tape
from tests.screens.conftest import Desk, OpenDesk

PRICE = EntityRef(EntityKind.FLOW, "docs.price")
JOB = EntityRef(EntityKind.JOB, "default/indexer")


@pytest.mark.parametrize(
    ("text", "selected", "expected"),
    [
        ("owner set", PRICE, Said("flow:docs.price", "owner set")),
        ("no change", EntityRef(EntityKind.MODEL, "answer@r4"), Said("model:answer", "")),
        ("No change.", EntityRef(EntityKind.KPI, "useful answers"), Said("kpi:useful answers", "")),
        ("kpi:useful target 99%", PRICE, Said("kpi:useful", "target 99%")),
        ("flow:docs.price  nothing", JOB, Said("flow:docs.price", "")),
        ("note: owner set", PRICE, Said("flow:docs.price", "note: owner set")),
    ],
)
def test_what_is_meant(text: str, selected: EntityRef, expected: Said) -> None:
    assert said(text, selected) == expected


@pytest.mark.parametrize(
    ("text", "selected", "refusal"),
    [
        ("owner set", JOB, "No flow, KPI or model is selected"),
        ("owner set", None, "No flow, KPI or model is selected"),
        ("", PRICE, "What did you change in flow:docs.price?"),
        ("kpi:useful", PRICE, "What did you change in kpi:useful?"),
    ],
)
def test_what_is_refused(text: str, selected: EntityRef | None, refusal: str) -> None:
    with pytest.raises(RefusedError, match=refusal.replace("?", "\\?")):
        said(text, selected)


async def told(board: Desk) -> str:
    """What the board says once the review is written, or is not."""
    for _ in range(300):
        await asyncio.sleep(0.02)
        await board.pilot.pause()
        if "ecorded: " in board.app.picture.said:
            break
    return board.app.picture.said


async def test_it_is_on_the_tape_and_opening_a_page_is_not(desk: OpenDesk, story: Path, tmp_path: Path) -> None:
    tape = tmp_path / "story.tape"
    shutil.copy(story, tape)
    with open_tape(tape, "read") as store:
        flow = next(one.entity for one in store.states_at(None, [EntityKind.FLOW]) if not one.body.get("removed"))
    async with desk(tape=tape) as board:
        await board.press("4", "enter")
        await board.press("escape")
        with open_tape(tape, "read") as store:
            assert not list(store.each_between(0, 2**62, RecordKind.JOURNAL))
        await board.command(f"review {flow} owner set")
        assert (await told(board)).endswith(f"reviewed {flow}: owner set.")
    with open_tape(tape, "read") as store:
        found = last_reviews(store.each_between(0, 2**62, RecordKind.JOURNAL))
    assert found[flow].change == "owner set"


async def test_a_finished_recording_says_why_not(desk: OpenDesk, story: Path, tmp_path: Path) -> None:
    tape, finished = tmp_path / "story.tape", tmp_path / "finished.tape"
    shutil.copy(story, tape)
    with open_tape(tape, "write") as store:
        store.finish(finished)
    async with desk(tape=finished) as board:
        await board.command("review flow:docs.price no change")
        assert await told(board) == "Not recorded: this recording is finished, so nothing can be added to it."
