"""The board under keys, commands, filters and time travel."""

from __future__ import annotations

import pytest
from textual import events

from console.screens.actions.board import PANES
from console.screens.drill.screen import DetailScreen
from console.signals import EntityKind, Pane
from tests.screens.conftest import OpenDesk
from tests.tapes.story import minute


def text(lines: list[str]) -> str:
    return "\n".join(lines)


async def test_four_panes_are_filled_at_once(desk: OpenDesk) -> None:
    async with desk() as board:
        shown = text(await board.lines())
    for expected in ("1 Scheduling", "finetune-large", "2 Models", "answerer-m", "3 Ingestion", "DOCS/indexer",
                     "4 Ownership", "partner-docs", "NO OWNER", "prometheus ok"):  # fmt: skip
        assert expected in shown


async def test_it_says_loudly_that_it_is_not_live(desk: OpenDesk) -> None:
    async with desk() as board:
        assert "REPLAY 2026-11-23 05:01:15Z paused" in (await board.lines())[0]
    async with desk(mode="demo", speed=10, play=True) as board:
        lines = await board.lines()
        assert "DEMO 2026-11-23 05:01:15Z" in lines[0]
        assert "a recorded incident" in lines[2]


async def test_keys_go_to_panes(desk: OpenDesk) -> None:
    async with desk() as board:
        for number, pane in enumerate(PANES, start=1):
            await board.press(str(number))
            assert board.app.board_screen.pane is pane
        shown: list[Pane] = []
        for key in ("tab", "shift+tab"):
            await board.press(key)
            shown.append(board.app.board_screen.pane)
        assert shown == [Pane.SCHEDULING, Pane.OWNERSHIP]


@pytest.mark.parametrize(("number", "pane"), enumerate(PANES, start=1))
async def test_keys_of_one_burst_are_meant_for_the_pane_that_the_first_of_them_chose(
    desk: OpenDesk, number: int, pane: Pane
) -> None:
    async with desk() as board:
        await board.press("tab" if pane is PANES[0] else "1")
        wanted = board.app.board_screen.panels[pane].rows.selected_key
        for key in (str(number), "enter"):  # both there before anything of them is done
            board.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await board.lines()
        assert isinstance(board.app.screen, DetailScreen)
        assert board.app.picture.detail is not None
        assert board.app.picture.detail.key == f"{pane.value} {wanted}"


async def test_list_keys_move_the_selection(desk: OpenDesk) -> None:
    async with desk() as board:
        rows = board.app.board_screen.panels[Pane.SCHEDULING].rows
        first = rows.selected_key
        await board.press("j")
        assert rows.selected_key != first
        await board.press("G")
        last = rows.selected_key
        await board.press("k", "g")
        assert rows.selected_key == first != last


async def test_arrows_and_events_move_through_time(desk: OpenDesk) -> None:
    async with desk() as board:
        await board.press("right")
        assert board.at_ms == minute(12.5) + 10_000
        await board.press("shift+left")
        assert board.at_ms == minute(12.5) - 50_000
        lines = await board.press("n")
        assert board.at_ms == minute(13.2)
        assert "node fra1-gpu-02 is down" in lines[2]
        lines = await board.press("N")
        assert board.at_ms == minute(10.0)
        assert "partner-feed 4.0.0" in lines[2]


async def test_rows_follow_the_time(desk: OpenDesk) -> None:
    async with desk() as board:
        assert "fra1-gpu-02" not in text(await board.lines())
        later = text(await board.command("at 05:02:30"))
        assert "fra1-gpu-02 down" in later
        assert "NodeDown firing" in later
        assert "fra1-gpu-02 down" not in text(await board.command("at +12m"))


async def test_time_stops_at_both_ends_and_says_so(desk: OpenDesk) -> None:
    async with desk(at=0.05) as board:
        lines = await board.press("left")
        assert board.at_ms == minute(0)
        assert "The tape begins at 2026-11-23 04:48:45Z." in lines[2]
        lines = await board.press("full_stop")
        assert "ended" in lines[0]
        lines = await board.press("n")
        assert "There is no later event" in lines[2]


async def test_playing_goes_on_at_its_speed_and_stops_at_the_end(desk: OpenDesk) -> None:
    async with desk(at=12.5, speed=10) as board:
        await board.press("space")
        lines = await board.wait(3)
        assert board.at_ms == minute(12.5) + 30_000
        assert "playing 10x" in lines[0]
        await board.press("space")
        await board.wait(3)
        assert board.at_ms == minute(12.5) + 30_000
        await board.press("greater_than_sign")
        await board.press("space")
        lines = await board.wait(600)
        assert "ended" in lines[0]
        assert "The tape has ended." in lines[2]


async def test_what_was_played_is_what_is_read_at_that_time(desk: OpenDesk) -> None:
    async with desk(at=12.5, speed=10) as board:
        await board.press("space")
        for _ in range(12):
            await board.wait(1)
        await board.press("space")
        played = await board.lines()
        await board.press("right")
        await board.press("left")
        read = await board.lines()
    assert played == read


async def test_filter_as_it_is_typed_kept_and_dropped(desk: OpenDesk) -> None:
    async with desk() as board:
        lines = await board.press("slash", *"partner")
        shown = text(lines)
        assert "partner-docs" in shown
        assert "catalog" not in shown
        assert "/partner" in lines[2]
        lines = await board.press("enter")
        assert "/partner" in lines[2]
        assert "esc clear filter" in lines[-1]
        assert "catalog" in text(await board.press("escape"))
        shown = text(await board.press("slash", "exclamation_mark", *"partner", "enter"))
        assert "partner" not in shown.partition("!partner")[2]
        await board.press("slash", *"x", "escape")
        assert str(board.app.picture.kept) == "!partner"


async def test_a_theme_without_a_name_lists_them(desk: OpenDesk) -> None:
    async with desk() as board:
        assert "Themes: ansi, colourblind, dark, light, mono. This is ansi." in (await board.command("theme"))[2]


async def test_a_filter_that_hides_all_says_so(desk: OpenDesk) -> None:
    async with desk() as board:
        await board.press("slash", *"reranker", "enter")
        assert "No row here fits the filter." in text(await board.lines())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("thme dark", "There is no command ':thme'; did you mean ':theme'?"),
        ("zzz", "There is no command ':zzz'; ':help' lists the commands."),
        ("at", "Which time?, for example ':at 04:59'."),
        ("at noon", "'noon' is not a time"),
        ("q now", "':q' takes nothing after it, and got 'now'."),
        ("pane x", "There is no pane 'x'"),
        ("speed fast", "'fast' is no speed"),
        ("theme nope", "nope"),
    ],
)
async def test_wrong_commands_are_answered_with_one_sentence(desk: OpenDesk, line: str, said: str) -> None:
    async with desk(size=(160, 30)) as board:
        assert said in (await board.command(line))[2]
        assert board.app.is_running


async def test_commands(desk: OpenDesk) -> None:
    async with desk() as board:
        await board.command("pane models")
        assert board.app.board_screen.pane is Pane.MODELS
        await board.command("filter partner")
        assert board.app.picture.kept.text == "partner"
        await board.command("theme dark")
        assert board.app.palette.name == "dark"
        await board.command("speed 30")
        assert board.app.picture.place is not None
        assert board.app.picture.place.speed == 30
        await board.command("q")
    assert board.app.return_value == 0


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q", "f10"])
async def test_keys_that_leave(desk: OpenDesk, key: str) -> None:
    async with desk() as board:
        await board.press(key)
    assert board.app.return_value == 0
    assert len(board.app.last_lines) == 24


async def test_help_lists_every_key_and_command(desk: OpenDesk) -> None:
    async with desk(size=(100, 200)) as board:
        shown = text(await board.press("question_mark"))
        for expected in (":theme NAME", "^p  :palette", "shift →", "drop the filter", "■ bad"):
            assert expected in shown
        assert "1 Scheduling" in text(await board.press("escape"))


async def test_the_palette_finds_and_does(desk: OpenDesk) -> None:
    async with desk() as board:
        shown = text(await board.press("ctrl+p", *"own"))
        assert "Ownership" in shown
        await board.press("enter")
        assert board.app.board_screen.pane is Pane.OWNERSHIP
        await board.press("ctrl+p", *"go to a time", "enter")
        await board.press(*"05", "colon", *"10", "enter")
        assert board.at_ms == minute(21.25)


async def test_a_row_is_looked_into(desk: OpenDesk) -> None:
    async with desk(at=22) as board:
        await board.press("3")
        lines = await board.press("enter")
        shown = text(lines)
        for expected in ("DOCS/indexer", "pending", "dead letters", "8/s", "Moved with", "esc back", "tab part"):
            assert expected in shown
        shown = text(await board.press("tab"))  # facts
        for expected in ("Signal: lag", "normal", "What is known"):
            assert expected in shown
        await board.press("tab", "g")  # signals
        assert "Signal: pending" in text(await board.press("tab", "tab"))
        await board.press("shift+left")
        assert "REPLAY 2026-11-23 05:09:45Z" in (await board.lines())[0]
        assert "1 Scheduling" in text(await board.press("escape"))
        await board.press("1", "g")
        assert "of 2 running" in text(await board.press("G", "enter"))


async def test_a_job_s_row_opens_as_what_it_is_on_its_pane(desk: OpenDesk) -> None:
    async with desk(at=12.5) as board:
        await board.press("4", "j", "enter")
        assert any(line.split() == ["owner", "■", "NO", "OWNER"] for line in await board.lines())
        await board.press("escape", "1", "G", "enter")
        lines = await board.lines()
        assert "reranker  ok   job" in lines[2]
        assert "2/2 running" in lines[3]


async def test_what_is_not_there_at_that_time_says_so(desk: OpenDesk) -> None:
    async with desk(at=13.5) as board:
        for key, said in (
            ("ingestion topic:DOCS.none", "topic:DOCS.none is not on the board at this time."),
            ("allocation:4d9cb662-d593", "Nothing of it is on the tape at this time."),
        ):
            board.app.push_screen(DetailScreen(key))
            assert said in text(await board.lines())
            await board.press("escape")


async def test_the_time_strip_opens_with_the_event_in_words(desk: OpenDesk) -> None:
    async with desk(at=10.5) as board:
        lines = await board.press("t")
        assert "partner-feed 4.0.0 deployed" in lines[-2]
        assert "04:59Z" in lines[-3]
        lines = await board.press("t")
        assert lines[-2].startswith("04:48Z ")


async def test_a_fault_of_ours_is_raised_and_not_painted(desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ZeroDivisionError):
        async with desk() as board:
            monkeypatch.setattr(board.app.desk, "run", lambda action: 1 // 0)
            await board.press("n")
    assert isinstance(board.app.fault, ZeroDivisionError)
    assert board.app._exit_renderables == []


async def test_what_was_refused_is_said_until_another_screen_opens(desk: OpenDesk) -> None:
    async with desk(at=22) as board:
        await board.press("enter")
        assert "There is no command ':nonsense'" in text(await board.command("nonsense"))
        lines = await board.command("jobs")
        assert "There is no command" not in text(lines)
        assert "There is no command ':nonsense'" in text(await board.command("nonsense"))
        lines = await board.press("enter")
        assert "There is no command" not in text(lines) and "> Jobs >" in lines[0]


async def test_a_job_on_the_pane_of_owners_opens_with_who_answers_for_it(desk: OpenDesk) -> None:
    async with desk() as board:
        await board.press("4")
        row = next(one for one in board.app.picture.rows[Pane.OWNERSHIP] if one.entity.kind is EntityKind.JOB)
        assert board.app.board_screen.panels[Pane.OWNERSHIP].rows.select(row.key)
        lines = await board.press("enter")
        assert f"Board > {row.name}" in lines[0]
        assert lines[4].strip() == "What is known"
        assert "running" in "".join(lines[5:8])
