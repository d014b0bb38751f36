"""For any two screens, what is sent to go from the one to the other gives the other."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from console.terminal.canvas import Canvas
from console.terminal.cells import cells_of
from console.terminal.encoding import Pen
from tests.terminal.emulated import Emulated, Seen

STYLES = [
    None, Style(), Style(bold=True), Style(dim=True, bold=True), Style(reverse=True), Style(underline=True),
    Style(color="red"), Style(color="bright_blue", bgcolor="black"), Style(bgcolor="green", bold=True),
    Style(color="#12ab34", italic=True), Style(color="default", bgcolor="default"), Style(strike=True, color="red"),
    Style(link="https://nomad.example/ui/jobs/a%20b"), Style(color="red", link="https://nomad.example/other"),
]  # fmt: skip
TEXTS = st.one_of(
    st.text("ab ", max_size=12),
    st.text(" ", min_size=5, max_size=30),
    st.text("日本é─▇● x", max_size=8),
    st.sampled_from(["e\u0301te", "\u0301a", "a\x1b[31mb\x07c\nd", "漢e\u0301字", "👍 ok", ""]),
)
SEGMENTS = st.lists(st.builds(Segment, TEXTS, st.sampled_from(STYLES)), max_size=6)
DRAWN = st.lists(st.tuples(st.integers(-3, 22), st.integers(-1, 4), SEGMENTS), max_size=8)
WIDTH, HEIGHT = 20, 4

Drawn = list[tuple[int, int, list[Segment]]]


def draw(canvas: Canvas, drawn: Drawn) -> None:
    for number, (x, y, segments) in enumerate(drawn):
        canvas.draw(x, y, cells_of(segments, ColorSystem.TRUECOLOR), hurried=number % 3 == 0)


def sent(canvas: Canvas) -> str:
    pen = Pen()
    for hurried in (True, False):
        for y in canvas.take(hurried):
            pen.row(y, canvas.shown[y], canvas.wanted[y])
    pen.lift()
    return "".join(pen.out)


def afresh(canvas: Canvas) -> Seen:
    """What the canvas looks like on a terminal that gets every single cell of it."""
    other = Canvas(canvas.width, canvas.height)
    for y, row in enumerate(canvas.wanted):
        other.draw(0, y, list(row))
    emulated = Emulated(canvas.width, canvas.height)
    for y, row in enumerate(other.wanted):
        for x, (text, look) in enumerate(row):
            if text:
                codes = ";".join(("0", *look.attributes, *look.foreground, *look.background))
                emulated.feed(f"\x1b[{y + 1};{x + 1}H\x1b[{codes}m{text}")
    return emulated.seen()


@settings(max_examples=120, deadline=None)
@given(st.lists(DRAWN, min_size=1, max_size=4))
def test_what_is_sent_gives_what_is_wanted(steps: list[Drawn]) -> None:
    canvas = Canvas(WIDTH, HEIGHT)
    emulated = Emulated(WIDTH, HEIGHT)
    emulated.feed("junk\r\nthat was there before\r\n" * 3)
    for drawn in steps:
        draw(canvas, drawn)
        emulated.feed(sent(canvas))
        assert emulated.seen() == afresh(canvas)
        assert canvas.clean


@settings(max_examples=40, deadline=None)
@given(DRAWN, DRAWN)
def test_drawing_the_same_again_sends_nothing(first: Drawn, then: Drawn) -> None:
    canvas = Canvas(WIDTH, HEIGHT)
    draw(canvas, first)
    sent(canvas)
    draw(canvas, then)
    draw(canvas, then)
    sent(canvas)
    draw(canvas, [])
    before = [list(row) for row in canvas.wanted]
    for y, row in enumerate(before):
        canvas.draw(0, y, row)
    assert sent(canvas) == ""


@settings(max_examples=40, deadline=None)
@given(DRAWN, DRAWN)
def test_what_was_forgotten_is_sent_again(first: Drawn, then: Drawn) -> None:
    canvas = Canvas(WIDTH, HEIGHT)
    draw(canvas, first)
    sent(canvas)
    canvas.forget()
    emulated = Emulated(WIDTH, HEIGHT)
    emulated.feed("somebody else wrote this\r\n" * 3)
    draw(canvas, then)
    emulated.feed(sent(canvas))
    assert emulated.seen() == afresh(canvas)


def test_a_changed_cell_costs_a_few_bytes() -> None:
    canvas = Canvas(200, 50)
    canvas.draw(0, 20, cells_of([Segment("lag 41 s", Style(color="red"))], ColorSystem.TRUECOLOR))
    sent(canvas)
    canvas.draw(0, 20, cells_of([Segment("lag 42 s", Style(color="red"))], ColorSystem.TRUECOLOR))
    assert sent(canvas) == "\x1b[21;6H\x1b[31m2\x1b[m"


def test_the_end_of_a_line_is_erased() -> None:
    canvas = Canvas(200, 5)
    sent(canvas)
    canvas.draw(0, 1, cells_of([Segment("x" * 150)], ColorSystem.TRUECOLOR))
    sent(canvas)
    canvas.draw(0, 1, cells_of([Segment("x" * 50 + " " * 150)], ColorSystem.TRUECOLOR))
    assert sent(canvas) == "\x1b[2;51H\x1b[K"


def test_a_link_survives_and_ends() -> None:
    canvas = Canvas(40, 2)
    emulated = Emulated(40, 2)
    style = Style(link="https://nomad.example/ui/jobs/x\x1b]0;title\x07")
    canvas.draw(0, 0, cells_of([Segment("open it", style), Segment(" text")], ColorSystem.TRUECOLOR))
    emulated.feed(sent(canvas))
    assert emulated.linked == [("https://nomad.example/ui/jobs/x]0;title", "open it")]


def test_nothing_that_obeys_comes_through() -> None:
    canvas = Canvas(40, 1)
    canvas.draw(0, 0, cells_of([Segment("a\x1b[2Jb\x9bc\x07d\x00")], ColorSystem.TRUECOLOR))
    text = "".join(cell[0] for cell in canvas.wanted[0]).rstrip()
    assert text == "a[2Jbcd"
