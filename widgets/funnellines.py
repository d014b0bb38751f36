"""The lines of a funnel: how much room each column has, the bar of a stage, and the stage as a strip. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.segment import Segment
from textual.strip import Strip

from widgets.lines import strip_of
from widgets.palette import Palette, Selection
from widgets.text import Span, fit, width_of

_LEAD_IN = 3  # mark, glyph, blank
_NAME_MOST = 28
_BAR_LEAST = 8
_BAR_MOST = 64
_COLUMNS = ("in", "out", "lost", "on")
_ROLES = {"full": "spark", "lost": "bad", "missing": "warn", "unseen": "unknown"}


class Amount(NamedTuple):
    """How much was counted (None: nobody saw it), as a number and as a text for a narrow column."""

    value: float | None
    text: str


class FunnelStage(NamedTuple):
    """One stage. ``lost`` is what did not go on of what came in, as far as it is counted; ``missing`` what came in and
    is nowhere. ``share`` is what went on of what came in, in words. ``note`` is told in full while it is chosen.

    ``word`` stands in place of a bar where neither end was seen.
    """

    key: str
    name: str
    health: str
    ins: Amount
    outs: Amount
    lost: Amount
    missing: float = 0.0
    share: str = ""
    note: str = ""
    word: str = ""


class Part(NamedTuple):
    """Cells of one part of a bar, and what it is: full, lost, missing, unseen."""

    what: str
    cells: int


class Room(NamedTuple):
    """Cells of the names, of the bars, and of each column."""

    name: int
    bar: int
    columns: tuple[int, ...]  # in, out, lost, share; 0 where there is no room


def room_of(stages: Sequence[FunnelStage], width: int) -> Room:
    """Names as long as they are within bounds, columns while there is a bar beside them."""
    name = min(_NAME_MOST, max((width_of(stage.name) for stage in stages), default=0))
    name = max(4, min(name, (width - _LEAD_IN) // 3))
    left = width - _LEAD_IN - name - 2
    columns: list[int] = []
    for title, texts in zip(_COLUMNS, zip(*(_texts(stage) for stage in stages), strict=True), strict=True):
        cells = max(len(title), *(width_of(text) for text in texts)) if any(texts) else 0
        if cells and left - cells - 1 < _BAR_LEAST:
            break
        columns.append(cells)
        left -= cells + 1 if cells else 0
    columns += [0] * (len(_COLUMNS) - len(columns))
    bar = max(0, min(left, _BAR_MOST))
    return Room(name + max(0, min(left - bar, _NAME_MOST - name)), bar, tuple(columns))


def title_spans(room: Room, width: int) -> list[Span]:
    """The titles of the columns that have room."""
    spans = [Span(" " * (_LEAD_IN + room.name + 1 + room.bar))]
    for title, cells in zip(_COLUMNS, room.columns, strict=True):
        if cells:
            spans.append(Span(" " + fit(title, cells, "right"), "muted"))
    return [*spans, Span(" " * max(0, width - sum(width_of(span.text) for span in spans)))]


def _texts(stage: FunnelStage) -> tuple[str, ...]:
    return stage.ins.text, stage.outs.text, stage.lost.text, stage.share


def bar_parts(stage: FunnelStage, most: float, width: int) -> list[Part]:
    """The parts of a stage's bar, at most ``width`` cells together. What there is of something takes a cell at least.

    Of a stage whose out-end nobody saw all of what came in is ``unseen``: where it went cannot be told.
    """
    ins, outs = stage.ins.value, stage.outs.value
    if most <= 0 or width < 1 or (ins is None and outs is None):
        return []
    wanted = [("full", outs or 0.0), ("lost", stage.lost.value or 0.0), ("missing", stage.missing)]
    if outs is None and ins is not None:
        wanted[2] = ("unseen", max(0.0, ins - (stage.lost.value or 0.0)))
    total = max(ins or 0.0, sum(value for _, value in wanted))
    room = max(1 if total > 0 else 0, round(min(1.0, total / most) * width))
    parts = [Part(what, max(1, round(min(1.0, value / most) * width))) for what, value in wanted if value > 0]
    over = sum(part.cells for part in parts) - room
    while over > 0 and any(part.cells > 1 for part in parts):
        largest = max(range(len(parts)), key=lambda at: parts[at].cells)
        parts[largest] = parts[largest]._replace(cells=parts[largest].cells - 1)
        over -= 1
    return parts[:width]


def stage_strip(
    palette: Palette, stage: FunnelStage, room: Room, most: float, width: int, selection: Selection
) -> Strip:
    """A stage as a line; ``most`` is what the longest bar stands for."""
    spans = list(_stage_spans(palette, stage, room, most, selection))
    used = sum(width_of(span.text) for span in spans)
    spans.append(Span(" " * max(0, width - used)))
    segments = (Segment(span.text, palette.style(span.role, selection)) for span in spans)
    return strip_of(segments, width).adjust_cell_length(width, palette.style("", selection))


def _stage_spans(palette: Palette, stage: FunnelStage, room: Room, most: float, selection: Selection) -> Iterator[Span]:
    glyphs, shape = palette.glyphs, palette.shape(stage.health)
    fills = {"full": glyphs.full, "lost": glyphs.lost, "missing": glyphs.missing, "unseen": glyphs.ahead}
    yield Span((" ", glyphs.marker_blur, glyphs.marker)[selection], "marker" if selection else "")
    yield Span(shape.glyph, shape.word)
    yield Span(" ")
    yield Span(fit(stage.name, room.name, more=glyphs.more))
    yield Span(" ")
    parts = bar_parts(stage, most, room.bar)
    for part in parts:
        yield Span(fills[part.what] * part.cells, _ROLES[part.what])
    rest = room.bar - sum(part.cells for part in parts)
    unseen = stage.ins.value is None and stage.outs.value is None
    yield Span(fit(stage.word if unseen else "", rest, more=glyphs.more), "unknown")
    roles = ("number", "number", "bad" if stage.lost.value else "muted", shape.word if shape.word != "ok" else "number")
    for text, cells, role in zip(_texts(stage), room.columns, roles, strict=True):
        if cells:
            yield Span(" ")
            yield Span(fit(text, cells, "right", glyphs.more), role)
