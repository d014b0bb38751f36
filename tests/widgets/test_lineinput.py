"""The prompt and the help."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual import events
from textual.app import App

from tests.widgets.sample import Stage, screen_text, stripped
from widgets.helpview import HelpView, Section, help_lines
from widgets.lineinput import LineInput
from widgets.rowlist import RowList


class Prompted(Stage):
    """Notes what the prompt tells, and has a key that the prompt must swallow."""

    BINDINGS = [("q", "quit", "leave"), ("j", "quit", "leave")]  # noqa: RUF012

    def __init__(self, line: LineInput) -> None:
        super().__init__(line)
        self.heard: list[tuple[str, str]] = []

    def on_line_input_changed(self, message: LineInput.Changed) -> None:
        self.heard.append(("changed", message.value))

    def on_line_input_submitted(self, message: LineInput.Submitted) -> None:
        self.heard.append(("submitted", message.value))

    def on_line_input_cancelled(self, message: LineInput.Cancelled) -> None:
        self.heard.append(("cancelled", message.value))


def complete(text: str) -> Sequence[str]:
    return [word for word in ("alloc", "alloc stop", "jobs") if word.startswith(text)]


async def typed(*keys: str) -> tuple[str, str, list[tuple[str, str]]]:
    line = LineInput(":", complete)
    app = Prompted(line)
    async with app.run_test(size=(20, 1)) as pilot:
        line.focus()
        await pilot.press(*keys)
        await pilot.pause()
        return line.value, screen_text(app)[0].rstrip(), app.heard


async def test_letters_are_text_and_no_commands() -> None:
    value, shown, heard = await typed("q", "j", "space", "x", "enter")
    assert (value, shown) == ("qj x", ":qj x")
    assert heard[-1] == ("submitted", "qj x")
    assert heard[0] == ("changed", "q")


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        ("a b left left c", "cab"),
        ("a b c left left backspace", "bc"),
        ("a b home delete", "b"),
        ("a b home end c", "abc"),
        ("a b space c d ctrl+w", "ab "),
        ("a b space c d ctrl+u", ""),
        ("a l tab", "alloc"),
        ("a l tab tab", "alloc stop"),
        ("a l tab tab tab", "alloc"),
        ("a l shift+tab", "alloc stop"),
        ("a l right", "alloc"),
        ("x tab", "x"),
        ("a enter ctrl+u b enter ctrl+u up up", "a"),
        ("a enter ctrl+u up down", ""),
    ],
)
async def test_editing(keys: str, value: str) -> None:
    assert (await typed(*keys.split()))[0] == value


async def test_the_hint_shows_what_tab_would_add() -> None:
    assert (await typed("a", "l"))[1] == ":alloc"
    assert (await typed("z"))[1] == ":z"


async def test_leaving() -> None:
    assert (await typed("a", "escape"))[2][-1] == ("cancelled", "a")
    assert (await typed("a", "backspace", "backspace"))[2][-1] == ("cancelled", "")


async def test_a_long_text_scrolls_and_a_message_stands_at_the_right() -> None:
    line = LineInput("/")
    app = Stage(line)
    async with app.run_test(size=(20, 1)) as pilot:
        line.focus()
        line.insert("a" * 30 + "the end")
        await pilot.pause()
        assert screen_text(app)[0] == "/" + "a" * 11 + "the end "
        line.open("/", "abc")
        line.set_message("3 rows")
        await pilot.pause()
        assert screen_text(app)[0] == "/abc          3 rows"
        await pilot.press("home")
        line.post_message(events.Paste("x\x1b[31m\ny\n"))
        await pilot.pause()
        assert line.value == "x␛[31m yabc"


async def test_help_wraps_and_scrolls() -> None:
    sections = [
        Section("Lists", [("j k", "next and previous row of the list that has the focus")]),
        Section("Time", [(f"key {n}", f"does {n}") for n in range(20)]),
    ]
    view = HelpView(sections)
    app = Stage(view)
    async with app.run_test(size=(40, 6)) as pilot:
        view.focus()
        await pilot.pause()
        assert stripped(screen_text(app)) == [
            "Lists",
            "  j k     next and previous row of the",
            "          list that has the focus",
            "",
            "Time",
            "  key 0   does 0",
        ]
        await pilot.press("G")
        await pilot.pause()
        assert stripped(screen_text(app))[-1] == "  key 19  does 19"
        await pilot.press("g", "j")
        await pilot.pause()
        assert screen_text(app)[0].startswith("  j k")
    assert help_lines([], 10) == []


async def test_the_gallery_shows_every_widget_in_every_theme() -> None:
    from widgets.gallery import Gallery

    app: App[None] = Gallery(rows=30)
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(5):
            await pilot.press("t", "tab", "j", "n")
            await pilot.pause()
            text = screen_text(app)
            assert all(len(line) == 80 for line in text)
            assert any("kettle-00001" in line for line in text)
        await pilot.press("colon", "k", "e", "tab", "enter")
        assert isinstance(app.focused, RowList)
        await pilot.press("q")
    for only in ("rows", "time", "help", "input", "events", "lanes", "logs"):
        alone = Gallery(only=only)
        async with alone.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert any(line.strip() for line in screen_text(alone))
