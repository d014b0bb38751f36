"""What Textual's compositor has made, put on a canvas."""

from __future__ import annotations

from rich.color import ColorSystem
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate

from console.terminal.canvas import Canvas
from console.terminal.cells import cells_of


def draw_layout(canvas: Canvas, update: LayoutUpdate, colours: ColorSystem, hurried: bool) -> None:
    """The whole screen, line by line."""
    left = update.region.x
    for y, line in enumerate(update.strips, update.region.y):
        segments = [segment for strip in line for segment in strip]
        canvas.draw(left, y, cells_of(segments, colours), hurried)


def draw_chops(canvas: Canvas, update: ChopsUpdate, colours: ColorSystem, hurried: bool) -> None:
    """The spans that were drawn again, of the pieces that the widgets cut each line into."""
    for y, start, end in update.spans:
        for piece_end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x >= end or piece_end <= start:
                continue
            first, last = max(x, start), min(piece_end, end)
            canvas.draw(first, y, cells_of(strip, colours)[first - x : last - x], hurried)


# Every kind of update that can be drawn; another one is written as Textual would.
DRAWN = (LayoutUpdate, ChopsUpdate)


def draw(canvas: Canvas, update: CompositorUpdate, colours: ColorSystem, hurried: bool) -> None:
    """Any of `DRAWN`."""
    if isinstance(update, LayoutUpdate):
        draw_layout(canvas, update, colours, hurried)
    elif isinstance(update, ChopsUpdate):
        draw_chops(canvas, update, colours, hurried)
