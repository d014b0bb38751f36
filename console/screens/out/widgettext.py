"""What widgets show, as text to take away: the chosen line, and all lines. Pure but for asking them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from textual.widget import Widget

from widgets.eventlist import EventLine, EventList
from widgets.funnel import Funnel, FunnelStage
from widgets.lines import LineWidget
from widgets.rowlist import RowList, RowView
from widgets.scrolled import Scrolled
from widgets.sectionlist import SectionList
from widgets.stageaxis import StageAxis
from widgets.stagelines import utc_moment
from widgets.text import Span, clean, fit, width_of

TEXT_WIDTH = 120  # cells of what is wrapped


def chosen_line(widget: Widget | None) -> str:
    """What the chosen line of a widget says, without its columns; empty where none is chosen."""
    if isinstance(widget, RowList):
        return "" if widget.selected is None else row_text(widget.selected)
    if isinstance(widget, SectionList):
        return "" if widget.selected is None else row_text(widget.selected[1])
    if isinstance(widget, EventList):
        return "" if widget.selected_line is None else event_text(widget.selected_line)
    if isinstance(widget, StageAxis):
        return "" if (mark := widget.selected) is None else clean(f"{utc_moment(mark.at_ms)}  {mark.text or mark.word}")
    if isinstance(widget, Funnel):
        return "" if (stage := widget.selected) is None else stage_text(stage)
    return ""


def stage_text(stage: FunnelStage) -> str:
    """A stage as one line: what came in, went out and was lost, and what more there is to say."""
    amounts = f"in {stage.ins.text}, out {stage.outs.text}, lost {stage.lost.text}"
    return clean("  ".join(part for part in (stage.name, stage.word or amounts, stage.note) if part))


def lines_of(widget: Widget) -> list[str]:
    """All that a widget has to show, also what is out of view; what it shows now where it does not tell the rest."""
    if isinstance(widget, RowList):
        return _columns(row_cells(row) for row in widget.rows)
    if isinstance(widget, SectionList):
        return list(_lists(widget))
    if isinstance(widget, EventList):
        return [event_text(line) for line in widget.all_lines]
    if isinstance(widget, Scrolled):
        return [_joined(spans) for spans in widget.lines_of(TEXT_WIDTH)]
    return [line.rstrip() for line in widget.plain()] if isinstance(widget, LineWidget) else []


def row_cells(row: RowView) -> list[str]:
    """A row as cells: its health, its name, its numbers, its note."""
    numbers = (f"{one.label} {one.text}".strip() for one in row.numbers)
    return [clean(part) for part in (row.health, _joined(row.lead), *numbers, row.note)]


def row_text(row: RowView) -> str:
    """A row as one line."""
    return "  ".join(part for part in row_cells(row)[1:] if part)


def event_text(line: EventLine) -> str:
    """A line of what happened; the whole of its text, however narrow its list is."""
    if not line.key or line.ruled:
        return f"-- {_joined(line.text).strip(' ─-')} --"
    said = (f"{line.sign}{line.time}{line.after}", line.system, line.subject, _joined(line.text))
    return clean("  ".join(part for part in said if part.strip()))


def _lists(widget: SectionList) -> Iterator[str]:
    for at, one in enumerate(widget.lists):
        if at:
            yield ""
        yield clean(one.title)
        heads = ["", "", *(column.title for column in one.columns), ""]
        rows = [_padded(row_cells(row), len(heads)) for row in one.rows]
        yield from (f"  {line}" for line in _columns([heads, *rows] if rows else []))
        if not one.rows and one.empty:
            yield f"  {clean(one.empty)}"


def _padded(cells: list[str], count: int) -> list[str]:
    """With empty cells before the last, which is the note."""
    return [*cells[:-1], *[""] * (count - len(cells)), *cells[-1:]]


def _columns(rows: Iterable[Sequence[str]]) -> list[str]:
    """Cells below each other; the last of each row has no end to keep."""
    kept = [list(row) for row in rows]
    widths: list[int] = []
    for row in kept:
        widths += [0] * (len(row) - len(widths))
        for at, cell in enumerate(row[:-1]):
            widths[at] = max(widths[at], width_of(cell))
    return ["  ".join([*map(fit, row[:-1], widths), *row[-1:]]).rstrip() for row in kept]


def _joined(spans: Iterable[Span]) -> str:
    return clean("".join(span.text for span in spans)).rstrip()
