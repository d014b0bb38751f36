"""The list of events: stays at the end, and on its line when somebody went up; rules are never chosen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.sample import Stage, screen_text, sgr_of, stripped
from widgets.eventlist import EventLine, EventList, room_of
from widgets.text import Span

SIZE = (60, 8)


def show(events: EventList, keys: list[str], empty: str = "") -> None:
    """Lines of these keys; an empty key is a rule."""
    events.set_lines(keys, lambda at: line(keys[at]), empty)


def line(key: str) -> EventLine:
    if not key:
        return EventLine("", (Span("another day"),), ruled=True)
    return EventLine(key, (Span(f"text {key}"),), "o", "ok", "05:01:57", system="kitchen", subject=f"kettle {key}")


def numbered(count: int, first: int = 0) -> list[str]:
    return [f"k{at}" for at in range(first, first + count)]


async def test_it_stays_at_the_end_while_lines_come() -> None:
    events = EventList()
    async with Stage(events).run_test(size=SIZE) as pilot:
        show(events, numbered(30))
        await pilot.pause()
        assert events.selected_key == "k29"
        show(events, numbered(45))
        assert events.selected_key == "k44"
        assert events.window.top == 45 - 8
        assert events.follows


async def test_who_went_up_stays_there_and_is_told_what_came() -> None:
    events = EventList()
    async with Stage(events).run_test(size=SIZE) as pilot:
        events.focus()
        show(events, numbered(30))
        await pilot.press("k", "k", "ctrl+u")
        key, seen = events.selected_key, events.window.top
        show(events, [*numbered(35), ""])
        assert (events.selected_key, events.window.top, events.new) == (key, seen, 5)
        show(events, numbered(20, first=15))  # earlier ones were let go of
        assert events.selected_key == key
        await pilot.press("G")
        assert (events.selected_key, events.new, events.follows) == ("k34", 0, True)


async def test_a_rule_is_never_chosen() -> None:
    events = EventList()
    async with Stage(events).run_test(size=SIZE) as pilot:
        events.focus()
        show(events, ["", "a", "", "", "b", ""])
        assert events.selected_key == "b"
        await pilot.press("k")
        assert events.selected_key == "a"
        await pilot.press("k", "g")
        assert events.selected_key == "a"
        await pilot.press("j")
        assert events.selected_key == "b"
        await pilot.press("j", "G", "pagedown", "ctrl+d")
        assert events.selected_key == "b"


async def test_without_lines_every_key_does_nothing_and_the_sentence_stands() -> None:
    events = EventList()
    app = Stage(events)
    async with app.run_test(size=SIZE) as pilot:
        events.focus()
        for keys in ([], [""]):
            show(events, keys, "nothing has boiled")
            await pilot.press("j", "k", "g", "G", "ctrl+d", "ctrl+u", "enter")
            assert events.selected_key is None
            assert any("nothing has boiled" in text for text in screen_text(app))


async def test_how_lines_look() -> None:
    events = EventList()
    app = Stage(events)
    async with app.run_test(size=SIZE) as pilot:
        events.focus()
        show(events, ["", "a", "b"])
        await pilot.pause()
        assert stripped(screen_text(app))[:3] == [
            " another day " + "─" * 47,
            " o 05:01:57  kitchen  kettle a      text a",
            "▌o 05:01:57  kitchen  kettle b      text b",
        ]


async def test_text_from_outside_is_text() -> None:
    events = EventList()
    app = Stage(events)
    async with app.run_test(size=SIZE):
        evil = EventLine(
            "e", (Span("a\x1b[2Jb [red]c"),), "o", "ok", "05:01:57", system="\x1b]0;x", subject="\u202eabc"
        )
        events.set_lines(["e"], lambda at: evil)
        drawn = sgr_of(app)
        assert "\x1b[2J" not in drawn
        assert "\x1b]0" not in drawn
        assert "[red]c" in screen_text(app)[0]


@given(st.integers(1, 400))
def test_columns_leave_room_for_the_text(width: int) -> None:
    room = room_of(width)
    assert room.system + room.subject + room.delta < max(60, width)
