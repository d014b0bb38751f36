"""Rows of a pane as rows of a list, and which of them a filter lets through. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from console.panes.labels import forms, short_label
from console.panes.rows import Number, PaneRow, Where
from console.signals import Health, Pane
from widgets.rowlist import Figure, RowView
from widgets.text import Span, clean, fit, width_of

_ROOMY_FROM = 48  # cells of a list
_MOST_NUMBERS = 5
_WIDE_FROM = 80
_NARROW, _MIDDLE, _WIDE = 13, 14, 18  # cells of a number with its label in such lists
_USUAL_TEXT = 5  # cells of a number's text, mostly
_MORE_ROOM = 6  # cells that a label may take beyond its room rather than be missing
_WORD_FIRST = (Pane.MODELS, Pane.INGESTION, Pane.OWNERSHIP)  # in a narrow list
_WORD = 5  # cells of a label behind a name in such a list
_PERSON = 6  # cells of the name of a person in such a list
GUESSED = "~"  # after a name: some of the signals were placed by what they are called
_LOUD = (Health.BAD, Health.WARN, Health.STALE, Health.UNKNOWN)


class Filter(NamedTuple):
    """What rows must hold, or with ``without`` must not hold. An empty text lets every row through.

    ``within`` is where they must be, as far as it says and as far as they are anywhere.
    """

    text: str = ""
    without: bool = False
    within: Where = Where()

    @classmethod
    def parse(cls, typed: str) -> Filter:
        """``text`` keeps rows that hold it, ``!text`` those that do not. Case does not matter."""
        stripped = typed.strip()
        if stripped.startswith("!"):
            return cls(stripped[1:].strip().casefold(), bool(stripped[1:].strip()))
        return cls(stripped.casefold())

    def __str__(self) -> str:
        return f"!{self.text}" if self.without else self.text

    @property
    def is_open(self) -> bool:
        """Whether it lets everything through."""
        return not self.text and not any(self.within)

    def lets(self, row: PaneRow) -> bool:
        return self.lets_at(row.where) and (not self.text or (self.text in searchable(row)) is not self.without)

    def lets_at(self, where: Where) -> bool:
        """Whether what is there is wanted. What has no namespace is not of another one."""
        return all(not wanted or not there or wanted == there for wanted, there in zip(self.within, where, strict=True))


def searchable(row: PaneRow) -> str:
    """All text of a row, in one case: its name, state, numbers, note and identity."""
    numbers = " ".join(f"{number.label} {number.text}" for number in row.numbers)
    return f"{row.name} {row.word} {row.health.value} {numbers} {row.note} {row.entity.id}".casefold()


def row_views(pane: Pane, rows: Iterable[PaneRow], kept: Filter, width: int) -> list[RowView]:
    """The rows that the filter lets through, as they are to be drawn in a list of so many cells."""
    return [row_view(pane, row, width) for row in rows if kept.lets(row)]


def row_view(pane: Pane, row: PaneRow, width: int) -> RowView:
    """One row: name, why it is not well (unless a number says just that), numbers with their labels, sparkline.

    A number that says it stands first; in a narrow list, which has room for one, that of a model's KPI is a word behind
    the name, for what is live still counts. What no number says, or what is not known, stands before the numbers there,
    in their place, where it is never cut; of who answers it takes the place of the owner.
    """
    narrow = width < _ROOMY_FROM
    telling = _telling(row) if pane in _WORD_FIRST else None
    if telling and not narrow:
        row = row._replace(numbers=(row.numbers[telling], *row.numbers[:telling], *row.numbers[telling + 1 :]))
    figures = numbers_of(pane, row, width)
    said = any(row.word in (f"{number.label} {number.text}".strip(), f"{number.text} running")
               for number in row.numbers[:1])  # fmt: skip
    lead = [Span(row.name)]
    if row.guessed:
        lead.append(Span(GUESSED, "muted"))
    told = telling is not None or said or _number_tells(row)
    aside = _promise(row) if narrow and told and pane is Pane.MODELS else None
    if aside is not None:
        lead.append(Span(f" {_in_a_word(aside)}", row.health.value))
    elif row.word and not said and row.health in _LOUD:
        if narrow and pane is Pane.OWNERSHIP:
            figures = (Figure(row.word, row.health.value, left=True), *figures[1:])
        elif narrow and pane in _WORD_FIRST:
            if not _number_tells(row):
                figures = (Figure(row.word, row.health.value), *figures)
        else:
            lead.append(Span(f" {row.word}", row.health.value))
    return RowView(
        key=row.key,
        health=row.health.value,
        lead=tuple(lead),
        numbers=figures,
        spark=row.spark,
        spark_range=row.spark_range,
        note="" if narrow and pane is Pane.OWNERSHIP else row.note,
    )


def _telling(row: PaneRow) -> int | None:
    """Which number of a row says what its word says, if one does."""
    told = (at for at, one in enumerate(row.numbers) if f"{one.label} {one.text}" == row.word)
    return next(told, None) if row.health in _LOUD else None


def _promise(row: PaneRow) -> Number | None:
    """The number of a KPI behind that of what is live, where it stands as badly as the row."""
    loud = row.health in (Health.BAD, Health.WARN)
    found = (one for one in row.numbers[1:] if one.text and one.signal_key is None and one.health is row.health)
    return next(found, None) if loud else None


def _in_a_word(number: Number) -> str:
    """``spent`` for a budget that is, ``burns`` for one that is used up fast."""
    return number.text if number.text.isalpha() else short_label(number.label, _WORD)


def _number_tells(row: PaneRow) -> bool:
    """Whether the first number of a row stands as badly as the row itself, or still tells something of an unknown one:
    then it has the place that the word would have."""
    return bool(row.numbers) and row.health in (row.numbers[0].health, Health.UNKNOWN)


def numbers_of(pane: Pane, row: PaneRow, width: int) -> tuple[Figure, ...]:
    """The numbers of a row as figures for a list of so many cells, each with a label of its own."""
    if width < _ROOMY_FROM and pane is Pane.OWNERSHIP:
        return tuple(_answer(row.numbers))
    if width < _ROOMY_FROM and pane is Pane.SCHEDULING:
        return tuple(figure(number, _NARROW) for number in row.numbers[:1])  # its words say more than a second number
    room = _NARROW if width < _ROOMY_FROM else _MIDDLE if width < _WIDE_FROM else _WIDE
    found: list[Figure] = []
    told: set[tuple[str, str]] = set()
    for number in row.numbers[:_MOST_NUMBERS]:
        made = figure(number, room, {one.label for one in found if one.label})
        made = made._replace(left=pane is Pane.OWNERSHIP)  # names, not numbers
        said = (short_label(number.label, 3), number.text)  # two sources often count the same thing
        if (made.label or not number.label or not found) and (said not in told or not said[0]):
            found.append(made)
            told.add(said)
    return tuple(found)


def _answer(numbers: Sequence[Number]) -> Iterator[Figure]:
    """Who answers, and who is on call now, in a narrow list: what is missing stands once, as the row's word, and behind
    a person of whom that was true a while ago stands a question mark."""
    for at, number in enumerate(numbers[:2]):
        role = number.health.value if number.health in _LOUD else "number"
        text = number.text
        if at:
            stale = number.health is Health.STALE
            text = _person(text, _PERSON - stale) + "?" * stale if stale or number.health is Health.OK else ""
        yield Figure(text, role, left=True)


def _person(text: str, cells: int) -> str:
    """The first name of a person, or of a mail address its beginning; nothing of a long name of a schedule."""
    first = text.removeprefix("on call ").replace("@", " ").partition(" ")[0]
    return "" if width_of(first) > cells and any(mark in first for mark in "-_:/") else _cut(first, cells)


def _cut(text: str, cells: int) -> str:
    return text if width_of(text) <= cells else fit(text, cells)


def figure(number: Number, room: int, taken: Collection[str] = ()) -> Figure:
    """A number with the fullest label that fits beside it and that no other number of the row has.

    Room is kept for a text of five cells, so that a label stays while its number moves.
    """
    role = number.health.value if number.health in _LOUD else "number"
    label = _label(number, room, taken)
    if number.text.endswith("/s"):
        label = label.removesuffix("/s")
    return Figure(number.text, role, label)


def _label(number: Number, room: int, taken: Collection[str]) -> str:
    free = room - 1 - max(_USUAL_TEXT, width_of(number.text))
    known = [form for form in forms(clean(number.label)) if form not in taken]
    for most in (free, free + _MORE_ROOM):
        fitting = next((form for form in known if width_of(form) <= most), "")
        if fitting:
            return fitting
    return ""


class Counts(NamedTuple):
    """How many rows of a pane are bad, ask for a look (warn, stale), or are such that nobody can tell."""

    bad: int = 0
    warn: int = 0
    unknown: int = 0


def counts(rows: Sequence[PaneRow]) -> Counts:
    """The rows of a pane that are not well."""
    found = [row.health for row in rows]
    return Counts(
        found.count(Health.BAD), found.count(Health.WARN) + found.count(Health.STALE), found.count(Health.UNKNOWN)
    )
