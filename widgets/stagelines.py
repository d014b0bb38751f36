"""The lines of stages on lanes over a broken axis of time: marks with their words, the axis, what says when it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple

from widgets.brokenaxis import BrokenAxis, Stretch, broken_axis
from widgets.glyphs import Glyphs
from widgets.text import Span, clean, width_of

_DAY_MS = 86_400_000
_COARSE_MS = 2 * _DAY_MS  # a stretch that is longer says days, a shorter one the time of day, too
_FINE_MS = 300_000  # a shorter one says seconds
_MOST_COUNT = 9


class StageMark(NamedTuple):
    """Something that took place on a lane.

    ``key`` identifies it, ``word`` names it (``trained``): its first letter is its shape, and all of it is written
    where there is room. ``until_ms`` is the end of what lasted (unix ms). ``flagged``: it is not where it belongs.
    ``text`` is a sentence about it.
    """

    key: str
    lane: str
    at_ms: int
    word: str
    text: str = ""
    until_ms: int | None = None
    role: str = ""
    flagged: bool = False


class Cell(NamedTuple):
    """One cell of a line, and whether it belongs to the chosen mark."""

    text: str
    role: str = ""
    chosen: bool = False


def axis_of(marks: Sequence[StageMark], now_ms: int, width: int) -> BrokenAxis:
    """An axis on which all marks and now are."""
    times = [whole_s(at_ms) for mark in marks for at_ms in (mark.at_ms, mark.until_ms) if at_ms is not None]
    newest = max([whole_s(now_ms), *times])
    return broken_axis(
        [*times, whole_s(now_ms)],
        width,
        lambda from_ms, to_ms: _label_cells(from_ms, to_ms, newest),
        lambda cut_ms: len(cut_text(cut_ms)) + 2,
    )


def whole_s(at_ms: int) -> int:
    """The second that a time lies in: what is nearer to each other than that is one."""
    return at_ms // 1000 * 1000


def cut_text(cut_ms: int) -> str:
    """``81d``, ``5h``, ``12m``: how long something is that is left out."""
    for length, letter in ((_DAY_MS, "d"), (3_600_000, "h"), (60_000, "m")):
        if cut_ms >= 2 * length or (cut_ms >= length and letter == "m"):
            return f"{cut_ms // length}{letter}"
    return f"{max(1, cut_ms // 1000)}s"


def day_text(at_ms: int, newest_ms: int) -> str:
    """``23 Nov``, with the year where it is not that of the newest."""
    day, newest = (datetime.fromtimestamp(one / 1000, UTC) for one in (at_ms, newest_ms))
    return f"{day.day} {day:%b}" if day.year == newest.year else f"{day:%Y-%m-%d}"


def utc_moment(at_ms: int) -> str:
    """Day and time of day in UTC, with the Z that says so."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _clock_text(at_ms: int, span_ms: int) -> str:
    form = "%H:%M:%SZ" if 0 < span_ms < _FINE_MS else "%H:%MZ"
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime(form)


def _ends(from_ms: int, to_ms: int, newest_ms: int) -> tuple[tuple[str, str], tuple[str, str]]:
    """Time of day and day at both ends of a stretch; the last ones empty where there is but one, or it is the same."""
    first, last = day_text(from_ms, newest_ms), day_text(to_ms, newest_ms)
    span = to_ms - from_ms
    clocks = ("", "") if span >= _COARSE_MS else (_clock_text(from_ms, span), _clock_text(to_ms, span))
    return (clocks[0], clocks[1] if span else ""), (first, last if last != first else "")


def _label_cells(from_ms: int, to_ms: int, newest_ms: int) -> int:
    rows = _ends(from_ms, to_ms, newest_ms)
    return max(sum(map(len, row)) + sum(map(bool, row)) for row in rows)


# -- lines -----------------------------------------------------------------------------------------------------------


def _line(axis: BrokenAxis, width: int, glyphs: Glyphs) -> list[Cell]:
    """The stretches of an axis as a line; nothing stands after the last time, whatever room its label takes."""
    cells = [Cell(" ")] * width
    for stretch in axis.stretches:
        last = stretch is axis.stretches[-1]
        after = stretch.cell(stretch.to_ms) + 1 if last else stretch.at + stretch.cells
        for at in range(stretch.at, min(width, after)):
            cells[at] = Cell(glyphs.axis, "axis")
    return cells


def axis_cells(axis: BrokenAxis, now_ms: int, width: int, glyphs: Glyphs) -> list[Cell]:
    """The axis itself; what is cut out of it is said there."""
    cells = _line(axis, width, glyphs)
    for cut in axis.cuts:
        text = f"{glyphs.cut}{cut_text(cut.cut_ms)}{glyphs.cut}"
        _write(cells, cut.at, [Cell(letter, "muted") for letter in text])
    now = axis.cell(whole_s(now_ms))
    if now is not None and now < width:
        cells[now] = Cell(glyphs.cursor, "live")
    return cells


def label_rows(axis: BrokenAxis, width: int) -> tuple[list[Cell], list[Cell]]:
    """What says when each stretch is: the time of day, and below it the day."""
    newest = axis.stretches[-1].to_ms if axis.stretches else 0
    rows = ([Cell(" ")] * width, [Cell(" ")] * width)
    for stretch in axis.stretches:
        for row, (first, last) in zip(rows, _ends(stretch.from_ms, stretch.to_ms, newest), strict=True):
            _write(row, stretch.at, [Cell(letter, "muted") for letter in first])
            end = _end_of(stretch) - len(last)
            if last and end > stretch.at + len(first):
                _write(row, end, [Cell(letter, "muted") for letter in last])
    return rows


def _end_of(stretch: Stretch) -> int:
    return stretch.at + stretch.cells


def lane_cells(
    axis: BrokenAxis, marks: Sequence[StageMark], chosen: str | None, width: int, glyphs: Glyphs
) -> tuple[list[Cell], list[Cell]]:
    """The marks of one lane with their words beside them, and a second line of the words that have no room there."""
    line, below = _line(axis, width, glyphs), [Cell(" ")] * width
    for mark in marks:
        if mark.until_ms is not None:
            for at in axis.cells_between(whole_s(mark.at_ms), whole_s(mark.until_ms)):
                if at < width:
                    line[at] = Cell(glyphs.lasts, mark.role, mark.key == chosen)
    placed = [(cell, mark) for mark in marks if (cell := axis.cell(whole_s(mark.at_ms))) is not None and cell < width]
    groups = [(at, [mark for _, mark in found]) for at, found in groupby(sorted(placed, key=_cell_of), _cell_of)]
    taken: set[int] = set()
    begins = [stretch.at for stretch in axis.stretches]
    ends = [*(at for at, _ in groups[1:]), width]
    for (at, here), following in zip(groups, ends, strict=False):
        one = next((mark for mark in here if mark.key == chosen), here[-1])
        word = [Cell(letter, one.role, one.key == chosen) for letter in _word(here)]
        room = min([following, width, *(begin for begin in begins if begin > at)]) - at
        beside = at - 1 in taken  # a word right after a letter would read as one
        taken.add(at)
        if len(here) == 1 and len(word) < room and not beside:
            _write(line, at, word)
            continue
        flag = any(mark.flagged for mark in here) and room > 1
        _write(line, at, [Cell(letter, one.role, one.key == chosen) for letter in _shape(here) + "!" * flag])
        start = max(0, min(at, width - len(word)))
        if all(cell.text == " " for cell in below[max(0, start - 1) : start + len(word) + 1]):
            _write(below, start, word)
    return line, below


def _cell_of(placed: tuple[int, StageMark]) -> int:
    return placed[0]


def _shape(here: Sequence[StageMark]) -> str:
    """A letter, or how many there are in a cell."""
    if len(here) > 1:
        return str(min(len(here), _MOST_COUNT))
    return _word(here)[:1] or "?"


def _word(here: Sequence[StageMark]) -> str:
    """The word with a capital; with an exclamation mark where it is not where it belongs."""
    words = dict.fromkeys(clean(mark.word)[:1].upper() + clean(mark.word)[1:] for mark in here)
    told = "+".join(words)
    text = told + ("!" if any(mark.flagged for mark in here) else "")
    return text if width_of(text) == len(text) else text.encode("ascii", "replace").decode()


def _write(cells: list[Cell], at: int, text: Sequence[Cell]) -> None:
    for place, cell in enumerate(text, at):
        if 0 <= place < len(cells):
            cells[place] = cell


def spans_of(cells: Sequence[Cell]) -> list[tuple[Span, bool]]:
    """Neighbours of one look joined."""
    joined = groupby(cells, lambda cell: (cell.role, cell.chosen))
    return [(Span("".join(cell.text for cell in found), role), chosen) for (role, chosen), found in joined]


def in_order(marks: Sequence[StageMark], lanes: Sequence[str]) -> list[StageMark]:
    """By time, and at one time by their lanes."""
    places = {lane: at for at, lane in enumerate(lanes)}
    return sorted(marks, key=lambda mark: (mark.at_ms, places.get(mark.lane, len(places)), mark.key))


def apart_text(marks: Sequence[StageMark], at: int) -> str:
    """How long after the mark before it one of some marks in order was; empty for the first."""
    if not 0 < at < len(marks):
        return ""
    before = marks[at - 1]
    apart_ms = marks[at].at_ms - before.at_ms
    return f"{cut_text(apart_ms)} after {clean(before.word)}" if apart_ms >= 1000 else f"with {clean(before.word)}"
