"""Rows of a pane as rows of a list: where the word of a row stands beside its numbers."""

from __future__ import annotations

from console.panes.rows import Number, PaneRow
from console.screens.board.rowviews import row_view
from console.signals import EntityKind, EntityRef, Health, Pane

QUALITY = Number("quality", ".95", Health.OK)
WIDTHS = (38, 58, 98)


def row(word: str, health: Health, number: Number) -> PaneRow:
    model = EntityRef(EntityKind.MODEL, "answer-8b")
    return PaneRow(str(model), model, health, word, "answer-8b", (QUALITY, number))


def shown(told: PaneRow, width: int) -> tuple[str, list[str]]:
    """The name with what is said after it, and the numbers that have room in any list of that width."""
    view = row_view(Pane.MODELS, told, width)
    numbers = [f"{one.label} {one.text}".strip() for one in view.numbers]
    return "".join(span.text for span in view.lead), numbers[: 1 if width < 48 else 2]


def test_a_budget_that_is_spent_and_what_is_live_are_both_seen() -> None:
    spent = row("budget spent", Health.BAD, Number("budget", "spent", Health.BAD))
    assert [shown(spent, width) for width in WIDTHS] == [
        ("answer-8b spent", ["quality .95"]),
        ("answer-8b", ["budget spent", "quality .95"]),
        ("answer-8b", ["budget spent", "quality .95"]),
    ]


def test_a_spent_budget_is_seen_where_something_else_has_the_word() -> None:
    spent = row("train outdated", Health.WARN, Number("budget", "spent", Health.WARN))
    assert shown(spent, 38) == ("answer-8b", ["train outdated"])  # the word stands in the place of what is well
    bad = Number("quality", ".57", Health.WARN)
    assert shown(spent._replace(numbers=(bad, *spent.numbers[1:])), 38) == ("answer-8b spent", ["quality .57"])
    assert shown(spent, 58) == ("answer-8b train outdated", ["quality .95", "budget spent"])


def test_a_budget_that_burns() -> None:
    burning = row("KPI burns 7x", Health.WARN, Number("KPI burns", "7x", Health.WARN))
    assert shown(burning, 38) == ("answer-8b burns", ["quality .95"])
    assert shown(burning, 98) == ("answer-8b", ["KPI burns 7x", "quality .95"])


def test_a_promise_that_nobody_measures_now_stands_in_the_place_of_what_is_live() -> None:
    old = row("KPI 47m old", Health.STALE, Number("KPI", "47m old", Health.STALE))
    assert shown(old, 38) == ("answer-8b", ["KPI 47m old"])
    assert shown(old, 58) == ("answer-8b", ["KPI 47m old", "quality .95"])
