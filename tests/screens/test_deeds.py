"""Actions on Nomad on the screen: where they are refused, what is shown before, the name to type, what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from textual import events

from console.errands.protocol import Kind, Reply
from console.screens.app import BoardApp
from console.screens.deeds.deed import Told
from console.screens.deeds.text import deed_lines
from console.screens.errands import Errands
from console.screens.snapshot import StillFeed
from console.screens.start import Mode, Start
from tests.screens.conftest import Desk
from tests.tapes.story import make_story, minute
from widgets.glyphs import UNICODE

PLAN = {
    "title": "Restart answerer[0]",
    "affects": ["restarts task answerer of answerer[0] (3f2a91bc) on fra1-cpu-02"],
    "warnings": ["it is the only one of group answerer that runs", "STALE: Nomad was last seen 4m ago"],
    "name": "answerer[0]",
}
MAY = {"may": True, "why": "", "todo": ""}
ANSWER = {"plan": PLAN, "index": 17, "permit": MAY, "kind": "allocation", "key": "3f2a91bc", "place": "", "words": []}


class Asked:
    """Errands that a test answers. ``requests`` are all that was asked, in order."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self._takes: list[Callable[[Reply], None]] = []

    def ask(self, request: Mapping[str, Any], take: Callable[[Reply], None]) -> object:
        self.requests.append(dict(request))
        self._takes.append(take)
        return object()

    def close(self) -> None:
        """Nothing runs."""

    def tell(self, kind: Kind, /, **told: Any) -> None:
        """Reply to the newest request."""
        self._takes[-1](Reply(len(self._takes), kind, told))

    @property
    def acts(self) -> list[dict[str, Any]]:
        return [one for one in self.requests if one["ask"] == "act"]


Open = Callable[..., AbstractAsyncContextManager[tuple[Desk, Asked]]]


@pytest.fixture
def acting(tmp_path: Path) -> Open:
    """``async with acting() as (board, asked)``: a live board that may act."""

    @asynccontextmanager
    async def opened(
        *, mode: Mode = "live", actions: bool = True, size: tuple[int, int] = (80, 24)
    ) -> AsyncIterator[tuple[Desk, Asked]]:
        tape = make_story(tmp_path / "live.tape", until_minute=12)
        feed = StillFeed(Start(str(tape), "live.tape", mode, actions=actions), lambda: minute(12))
        asked = Asked()
        try:
            app = BoardApp(feed, driver_class=None, errands=lambda: cast(Errands, asked))
            async with app.run_test(size=size) as pilot:
                await pilot.pause()
                yield Desk(feed, app, pilot, [minute(12)]), asked
        finally:
            feed.close()

    return opened


async def typed(board: Desk, text: str) -> list[str]:
    """Type into the line that asks, and enter."""
    names = {"[": "left_square_bracket", "]": "right_square_bracket", " ": "space", ".": "full_stop"}
    return await board.press(*(names.get(letter, letter) for letter in text), "enter")


async def planned(board: Desk, asked: Asked) -> list[str]:
    await board.command("restart 3f2a")
    asked.tell("answer", **ANSWER)
    return await board.lines()


async def test_without_leave_the_command_says_how_to_get_it(acting: Open) -> None:
    async with acting(actions=False, size=(200, 50)) as (board, asked):
        assert "ACTIONS" not in (await board.lines())[0]
        said = "\n".join(await board.command("restart 3f2a"))
        assert "start with 'fourthsignal --allow-actions'" in said and not asked.requests


async def test_nothing_is_done_on_a_recording_or_in_the_past(acting: Open) -> None:
    async with acting(mode="replay") as (board, asked):
        assert "This is a recording" in "\n".join(await board.command("stop 3f2a"))
        assert not asked.requests
    async with acting() as (board, asked):
        await board.press("left")
        said = "\n".join(await board.command("stop 3f2a"))
        assert "You look at 05:00:35Z; go back to live first" in said and not asked.requests


@pytest.mark.parametrize(("size", "words"), [((80, 24), "! ACTIONS "), ((120, 36), "! ACTIONS ALLOWED ")])
async def test_every_screen_says_that_actions_are_allowed(acting: Open, size: tuple[int, int], words: str) -> None:
    async with acting(size=size) as (board, _):
        for keys in ((), ("v",), ("escape", "T"), ("escape", "question_mark")):
            assert words in (await board.press(*keys))[0]


async def test_no_key_does_anything_to_nomad(acting: Open) -> None:
    from console.screens.actions.deeds import DEED_ACTIONS

    assert all(action.command and not action.keys for action in DEED_ACTIONS)
    async with acting() as (board, asked):
        await board.press(*"rspfRSXPF")
        assert not any(one["ask"] in ("plan", "act") for one in asked.requests)


async def test_the_plan_is_shown_and_only_the_name_does_it(acting: Open) -> None:
    async with acting() as (board, asked):
        text = "\n".join(await planned(board, asked))
        assert "Restart answerer[0]" in text and "(3f2a91bc) on fra1-cpu-02" in text
        assert "▲ it is the only one of group answerer that runs" in text and "▲ STALE: Nomad" in text
        assert "type answerer[0] >" in text
        for wrong in ("answerer", "Answerer[0]", "", "answerer[0] now"):
            text = "\n".join(await typed(board, wrong))
            assert "nothing was done." in text and "type answerer[0] >" in text
        assert not asked.acts
        await typed(board, "answerer[0]")
        (act,) = asked.acts
        assert (act["typed"], act["index"], act["kind"], act["key"]) == ("answerer[0]", 17, "allocation", "3f2a91bc")


async def test_what_is_typed_before_the_plan_is_there_counts_for_nothing(acting: Open) -> None:
    async with acting() as (board, asked):
        await board.command("restart 3f2a")
        assert "wait for the plan" in "\n".join(await typed(board, "answerer[0]"))
        await board.press(*"qT")
        asked.tell("answer", **ANSWER)
        assert (await board.lines())[-1].rstrip() == " type answerer[0] >" and not asked.acts
        await board.press("enter")
        assert not asked.acts


async def test_esc_leaves_and_a_paste_does_nothing_by_itself(acting: Open) -> None:
    async with acting() as (board, asked):
        await planned(board, asked)
        board.app.post_message(events.Paste("answerer[0]\n"))
        text = "\n".join(await board.lines())
        assert "type answerer[0] > answerer[0]" in text and not asked.acts
        await board.press("escape")
        assert board.app.screen is board.app.board_screen and not asked.acts


async def test_it_is_told_step_by_step_to_its_outcome(acting: Open) -> None:
    async with acting() as (board, asked):
        await planned(board, asked)
        await typed(board, "answerer[0]")
        asked.tell("part", stage="sent")
        asked.tell("part", stage="done", text="ana restarted answerer[0]")
        asked.tell("part", stage="step", after_s=0.4, text="the client restarts 1 task (answerer)")
        text = "\n".join(await board.lines())
        assert "ana restarted answerer[0]." in text and "+400ms  the client restarts" in text and "waiting" in text
        asked.tell("answer", outcome="answerer[0] runs again after 3.1s", well=True)
        text = "\n".join(await board.lines())
        assert "● answerer[0] runs again after 3.1s." in text and "v tells what it did to the signals" in text
        assert len(asked.acts) == 1


async def test_who_leaves_meanwhile_hears_of_the_outcome(acting: Open) -> None:
    async with acting() as (board, asked):
        await planned(board, asked)
        await typed(board, "answerer[0]")
        asked.tell("part", stage="done", text="ana restarted answerer[0]")
        await board.press("escape")
        assert board.app.screen is board.app.board_screen
        asked.tell("answer", outcome="no change seen within 2 min", well=False)
        assert "Restart answerer[0]: no change seen within 2 min." in "\n".join(await board.lines())


async def test_what_has_changed_is_planned_and_asked_for_anew(acting: Open) -> None:
    async with acting() as (board, asked):
        await planned(board, asked)
        await typed(board, "answerer[0]")
        asked.tell("part", stage="changed")
        asked.tell(
            "error", why="answerer[0] has changed since the plan was made: nothing was done", todo="", denied=False
        )
        await board.lines()
        assert [one["ask"] for one in asked.requests] == ["plan", "act", "plan"]
        asked.tell("answer", **{**ANSWER, "index": 18})
        text = " ".join(" ".join(await board.lines()).split())
        assert "This is the plan as of now." in text and "type answerer[0] >" in text
        await typed(board, "answerer[0]")
        assert asked.acts[-1]["index"] == 18


async def test_a_right_that_is_missing_is_told_and_no_name_is_asked_for(acting: Open) -> None:
    async with acting() as (board, asked):
        await board.command("restart 3f2a")
        why, todo = "the token 'reader' lacks alloc-lifecycle in namespace llm-prod", "add to one of its policies: X"
        asked.tell("answer", **{**ANSWER, "permit": {"may": False, "why": why, "todo": todo}})
        text = " ".join(" ".join(await board.lines()).split())
        assert f"Not permitted: {why}; {todo}" in text and "type answerer[0]" not in text
        await typed(board, "answerer[0]")
        assert not asked.acts


async def test_a_right_that_cannot_be_told_is_left_to_nomad(acting: Open) -> None:
    async with acting() as (board, asked):
        await board.command("restart 3f2a")
        asked.tell("answer", **{**ANSWER, "permit": {"may": None, "why": "it cannot be told", "todo": ""}})
        text = "\n".join(await board.lines())
        assert "▲ it cannot be told" in text and "type answerer[0] >" in text


async def test_errors_are_sentences(acting: Open) -> None:
    async with acting() as (board, asked):
        await board.command("restart 3f2a")
        asked.tell("error", why="Nomad at http://x refused the connection", todo="check NOMAD_ADDR", denied=False)
        assert "■ Nomad at http://x refused the connection; check NOMAD_ADDR." in "\n".join(await board.lines())
        assert "Which allocation" not in "\n".join(await board.command("stop"))  # gives way to the next
        assert asked.requests[-1]["action"] == "stop"


async def test_what_is_selected_is_what_is_meant(acting: Open) -> None:
    async with acting() as (board, asked):
        await board.command("revert 5")
        assert asked.requests[-1]["words"] == ["5"] and asked.requests[-1]["kind"] in ("job", "node", "group")
        await board.press("escape")
        await board.command("revert 'odd [x] job' 5")
        assert asked.requests[-1]["words"] == ["odd [x] job", "5"]


@pytest.mark.parametrize("width", [40, 80, 200])
def test_text_from_outside_stays_text(width: int) -> None:
    odd = "a\x1b[31mred\u202e [bold]x[/] " * 8
    told = Told("sent", odd, (odd,), (odd,), odd, odd, odd, odd, ((1.0, odd),), odd, False, odd)
    text = "".join(span.text for line in deed_lines(told, UNICODE, width) for span in line)
    assert "\x1b" not in text and "\u202e" not in text and "[bold]" in text
    lines = ["".join(span.text for span in line) for line in deed_lines(told, UNICODE, width)]
    assert max(map(len, lines)) <= width


async def test_who_leaves_while_something_is_done_is_asked_once(acting: Open) -> None:
    async with acting(size=(120, 36)) as (board, asked):
        await planned(board, asked)
        await typed(board, "answerer[0]")
        assert asked.acts
        await board.press("escape")
        said = await board.press("q")
        assert "Restart answerer[0]: it is under way and followed from here; q again leaves." in "\n".join(said)
        assert board.app.is_running
        await board.press("q")
        assert board.app.return_value == 0


async def test_who_leaves_after_it_is_over_is_not_asked(acting: Open) -> None:
    async with acting() as (board, asked):
        await planned(board, asked)
        await typed(board, "answerer[0]")
        asked.tell("answer", outcome="it runs", well=True)
        await board.press("escape", "q")
        assert board.app.return_value == 0
