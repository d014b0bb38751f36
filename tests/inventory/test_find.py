"""Objects by what people type."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.inventory.find import find, unclear
from console.signals import EntityKind, EntityRef
from tests.inventory.making import alloc, book, deployment, evaluation, job, node, service, uuid

BOOK = book(
    alloc(uuid(1, "1f3a")), alloc(uuid(2, "1f3b"), number=1), job(), job("answers"), job("a b/[c]"), node(),
    deployment(uuid(3, "77")), evaluation(uuid(4, "88")), service("answerer"), service("api"),
)  # fmt: skip


def _found(typed: str) -> list[str]:
    return [str(one) for one in find(BOOK, typed)]


def test_the_beginning_of_an_id_is_enough() -> None:
    assert _found("1f3a") == [f"allocation:{uuid(1, '1f3a')}"]
    assert _found(" 77 ") == [f"deployment:{uuid(3, '77')}"]
    assert _found("88") == [f"evaluation:{uuid(4, '88')}"]
    assert len(_found("1f")) == 2


def test_names_and_a_job_before_its_service() -> None:
    assert _found("ANSWERER") == ["job:llm-prod/answerer"]
    assert _found("fra1-gpu") == [f"node:{uuid(900)}"]
    assert _found("ap") == ["service:llm-prod/api"]
    assert _found("a b/[") == ["job:llm-prod/a b/[c]"]
    assert _found("llm-prod/answers") == ["job:llm-prod/answers"]


def test_a_kind_before_it_says_what_it_is() -> None:
    assert _found("service:answerer") == ["service:llm-prod/answerer"]
    assert _found("allocation:1F3A") == [f"allocation:{uuid(1, '1f3a')}"]
    assert _found("task:1f3b/server side") == [f"task:{uuid(2, '1f3b')}/server side"]
    assert _found("job:a b/[c]") == ["job:llm-prod/a b/[c]"]
    assert _found("node:1f3a") == []
    assert _found("colour:1f3a") == []


def test_what_is_unclear_is_said_in_one_sentence() -> None:
    assert unclear(BOOK, "1f3", find(BOOK, "1f3")) == (
        f"'1f3' can be allocation answerer[0] {uuid(1, '1f3a')[:8]}, allocation answerer[1] {uuid(2, '1f3b')[:8]}; "
        "type more of it."
    )
    assert "begins with 'zz'" in unclear(BOOK, "zz", find(BOOK, "zz"))
    assert "at least 2 letters" in unclear(BOOK, "1", find(BOOK, "1"))


@given(st.sampled_from([one for kind in EntityKind for one in BOOK.of(kind)]), st.integers(2, 36))
def test_every_id_is_found_by_all_of_it_and_among_others_by_its_beginning(known: str, letters: int) -> None:
    assert known in {one.id for one in find(BOOK, known)}
    if "/" not in known:
        assert known in {one.id for one in find(BOOK, known[:letters])}


@given(st.text(max_size=6))
def test_anything_can_be_typed(typed: str) -> None:
    found = find(BOOK, typed)
    assert all(isinstance(one, EntityRef) and BOOK.knows(one) for one in found)
    if len(found) != 1:
        assert "\n" not in unclear(BOOK, typed, found).replace(typed, "")
