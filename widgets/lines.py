"""What all widgets here share: they draw line by line, and repaint only the cells of a line that became different.

Textual sends a whole widget again when it is refreshed; over a slow line that is the difference between a key that
answers and one that does not. A subclass says what each line looks like now; ``repaint`` compares that with what was
drawn last and refreshes the part that differs. When nothing differs, nothing is sent.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.strip import Strip

from widgets.palette import Painted, Palette, Selection
from widgets.text import Span, fit_spans


def changed_span(old: Strip, new: Strip) -> tuple[int, int] | None:
    """The cells, from and to (exclusive), outside of which two lines of equal width look the same; None if all do."""
    before, after = list(old), list(new)
    if before == after:
        return None
    start = 0
    at = 0
    for left, right in zip(before, after, strict=False):
        if left != right:
            break
        at += 1
        start += left.cell_length
    end = new.cell_length
    for left, right in zip(reversed(before[at:]), reversed(after[at:]), strict=False):
        if left != right:
            break
        end -= left.cell_length
    return start, max(end, start + 1)


def strip_of(segments: Iterable[Segment], width: int) -> Strip:
    """A line of ``width`` cells from segments that fill it; neighbours of one style are joined (fewer bytes).

    A palette gives the same object for equal styles.
    """
    joined: list[Segment] = []
    for segment in segments:
        if not segment.text:
            continue
        if joined and joined[-1].style is segment.style:
            joined[-1] = Segment(joined[-1].text + segment.text, segment.style)
        else:
            joined.append(segment)
    return Strip(joined, width)


def spans_strip(
    palette: Palette, spans: Iterable[Span], width: int, role: str = "", selection: Selection = Selection.NONE
) -> Strip:
    """A line of the spans, cut or padded to ``width``; spans without a role and the padding are drawn in ``role``."""
    fitted = fit_spans(spans, width, palette.glyphs.more)
    used = sum(cell_len(span.text) for span in fitted)
    segments = [Segment(span.text, palette.style(span.role or role, selection)) for span in fitted]
    segments.append(Segment(" " * (width - used), palette.style(role, selection)))
    return strip_of(segments, width)


class LineWidget(Painted):
    """A widget that draws its own lines; subclasses give ``line``."""

    virtual_size = Reactive(Size(0, 0), repaint=False)  # or Textual draws each widget twice once its size is known

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._drawn: dict[int, Strip] = {}

    def line(self, y: int, width: int) -> Strip:
        """How line ``y`` of the visible part looks now, exactly ``width`` cells wide."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """Called by Textual for lines that were refreshed."""
        strip = self._drawn[y] = self.line(y, self.size.width)
        return strip

    def repaint(self) -> None:
        """Send again what looks different from what was drawn last, and nothing else."""
        self.repaint_lines(range(self.size.height))

    def repaint_lines(self, lines: Iterable[int]) -> None:
        """The same for some of the visible lines."""
        if not self.is_mounted:
            return
        width = self.size.width
        for y in lines:
            drawn = self._drawn.get(y)
            if drawn is None or drawn.cell_length != width:
                continue  # never drawn at this size: Textual has that before it anyway
            now = self.line(y, width)
            if now is not drawn and (span := changed_span(drawn, now)) is not None:
                self.refresh(Region(span[0], y, span[1] - span[0], 1))

    def palette_changed(self) -> None:
        """Draw everything again."""
        self._drawn.clear()
        self.refresh()

    def plain(self) -> list[str]:
        """The visible lines as text, for tests and for copying."""
        width, height = self.size
        return [self.line(y, width).text for y in range(height)]
