"""The last review of each thing, folded from journal entries."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.governance.reviews import Review, last_reviews, review_record
from console.signals import EntityKind, EntityRef, Record, RecordKind

PRICE = EntityRef(EntityKind.FLOW, "docs.price")


def test_other_entries_are_no_reviews() -> None:
    note = Record(RecordKind.JOURNAL, "people", PRICE, "note", 1, 1, {"text": "looked at it"})
    opened = Record(RecordKind.EVENT, "review", PRICE, "review", 1, 1, {"by": "ana"})
    assert last_reviews([note, opened]) == {}


def test_a_review_says_what_came_of_it() -> None:
    texts = [review_record(PRICE, "ana", change, 1).body["text"] for change in ("owner set", "", None)]
    assert texts == [
        "ana reviewed flow:docs.price: owner set",
        "ana reviewed flow:docs.price and changed nothing",
        "ana reviewed flow:docs.price",
    ]
    assert review_record(EntityRef(EntityKind.MODEL, "m"), "ana", None, 1).body["pane"] == "models"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 50), st.sampled_from([None, "", "x"]))))
def test_the_newest_of_each_counts_in_whatever_order_they_come(said: list[tuple[str, int, str | None]]) -> None:
    records = [review_record(EntityRef(EntityKind.FLOW, key), "ana", change, at) for key, at, change in said]
    found = last_reviews(records)
    assert {entity.id for entity in found} == {key for key, _, _ in said}
    for entity, review in found.items():
        newest = max(at for key, at, _ in said if key == entity.id)
        changes = [change for key, at, change in said if (key, at) == (entity.id, newest)]
        assert review == Review(newest, "ana", changes[-1])
