"""Rows of a pane as rows of a list, and which of them a filter lets through. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from console.panes.rows import Number, PaneRow
from console.signals import Health, Pane
from widgets.rowlist import RowView
from widgets.text import Span, clean

_ROOMY_FROM = 48  # cells of a list
_MOST_NUMBERS = 5
_STATE_PANES = (Pane.SCHEDULING, Pane.OWNERSHIP)  # in a narrow list their words say more than a second number
_LOUD = (Health.BAD, Health.WARN, Health.STALE, Health.UNKNOWN)


class Filter(NamedTuple):
    """What rows must hold, or with ``without`` must not hold. An empty text lets every row through."""

    text: str = ""
    without: bool = False

    @classmethod
    def parse(cls, typed: str) -> Filter:
        """``text`` keeps rows that hold it, ``!text`` those that do not. Case does not matter."""
        stripped = typed.strip()
        if stripped.startswith("!"):
            return cls(stripped[1:].strip().casefold(), bool(stripped[1:].strip()))
        return cls(stripped.casefold())

    def __str__(self) -> str:
        return f"!{self.text}" if self.without else self.text

    def lets(self, row: PaneRow) -> bool:
        return not self.text or (self.text in searchable(row)) is not self.without


def searchable(row: PaneRow) -> str:
    """All text of a row, in one case: its name, state, numbers, note and identity."""
    numbers = " ".join(f"{number.label} {number.text}" for number in row.numbers)
    return f"{row.name} {row.word} {row.health.value} {numbers} {row.note} {row.entity.id}".casefold()


def row_views(pane: Pane, rows: Iterable[PaneRow], kept: Filter, width: int) -> list[RowView]:
    """The rows that the filter lets through, as they are to be drawn in a list of so many cells."""
    most = 1 if width < _ROOMY_FROM and pane in _STATE_PANES else _MOST_NUMBERS
    return [row_view(row, width, most) for row in rows if kept.lets(row)]


def row_view(row: PaneRow, width: int, most_numbers: int = _MOST_NUMBERS) -> RowView:
    """One row: name, why it is not well (unless a number says just that), numbers with their labels, sparkline."""
    first = row.numbers[: min(2, most_numbers)]  # those that every list has room for
    said = any(row.word == f"{number.label} {number.text}" for number in first)
    lead = [Span(row.name)]
    if row.word and not said and row.health in _LOUD:
        lead.append(Span(f" {row.word}", row.health.value))
    return RowView(
        key=row.key,
        health=row.health.value,
        lead=tuple(lead),
        numbers=tuple(number_span(number, number_room(width)) for number in row.numbers[:most_numbers]),
        spark=row.spark,
        spark_range=row.spark_range,
        note=row.note,
    )


def number_room(width: int) -> int:
    """Cells that one number with its label may take in a list of so many cells."""
    return max(4, width // 4)


def number_span(number: Number, room: int = 40) -> Span:
    """A number with its label, coloured only when it is not well. Where room is short the label gives way."""
    role = number.health.value if number.health in _LOUD else "number"
    label = _short(clean(number.label), max(0, room - len(number.text) - 1))
    return Span(f"{label} {number.text}".strip(), role)


def _short(label: str, room: int) -> str:
    """A label in so many cells: its first words, or the beginning of its first word without trailing vowels."""
    if len(label) <= room:
        return label
    kept = label[:room]
    if label[room] != " " and " " not in kept:
        return kept.rstrip("aeiou")
    return kept if label[room] == " " else kept.rpartition(" ")[0]


def counts(rows: Sequence[PaneRow]) -> tuple[int, int]:
    """How many rows are bad, and how many ask for a look (warn, stale)."""
    bad = sum(row.health is Health.BAD for row in rows)
    return bad, sum(row.health in (Health.WARN, Health.STALE) for row in rows)
