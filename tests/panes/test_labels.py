"""Short labels: whole words that fit, never a piece of one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.panes.labels import ABBREVIATIONS, PHRASES, forms, short_label

NAMES = (
    "quality", "pending", "lag", "stale", "feed event age", "ingest event age", "retrieved document age",
    "dead letters", "dead lettered", "schema failures", "rejected schema", "requests", "redelivered", "staleness",
    "failed ConnectionRefusedError", "latency p95 1m", "memory missing", "bytes published", "TTFT p95", "tok/s in",
)  # fmt: skip
WORDS = st.one_of(
    st.sampled_from([word for name in NAMES for word in name.split()]),
    st.sampled_from(sorted(ABBREVIATIONS)),
    st.from_regex(r"[a-z][a-z0-9/]{0,14}", fullmatch=True),
)
ANY_NAME = st.one_of(st.sampled_from(NAMES), st.lists(WORDS, min_size=1, max_size=5).map(" ".join))


@pytest.mark.parametrize(
    ("name", "room", "label"),
    [
        ("quality", 7, "quality"),
        ("pending", 7, "pending"),
        ("stale", 7, "stale"),
        ("staleness", 9, "staleness"),
        ("staleness", 8, "behind"),
        ("retrieved document age", 12, "document age"),
        ("retrieved document age", 7, "doc age"),
        ("feed event age", 8, "feed age"),
        ("feed event age", 7, "age"),
        ("dead letters", 7, "dead"),
        ("dead lettered", 7, "dead"),
        ("schema failures", 7, "schema"),
        ("rejected schema", 8, "rejected"),
        ("requests", 8, "requests"),
        ("requests", 7, "req"),
        ("latency p95 1m", 12, "latency p95"),
        ("latency p95 1m", 7, "p95"),
        ("memory missing", 7, "wants"),
        ("failed ConnectionRefusedError", 9, "failed"),
        ("failed ConnectionRefusedError", 26, "failed connection refused"),
        ("backpressuredness", 7, ""),
    ],
)
def test_what_people_would_write(name: str, room: int, label: str) -> None:
    assert short_label(name, room) == label


@given(ANY_NAME, st.integers(0, 40))
def test_a_label_fits_and_is_never_a_cut_fragment(name: str, room: int) -> None:
    label = short_label(name, room)
    assert len(label) <= room
    whole = {*name.split(), *ABBREVIATIONS.values()}
    known = {phrase for phrases in PHRASES.values() for phrase in phrases}
    assert label in known or all(word in whole or _of_a_fault(word, name) for word in _told(label))


def _told(label: str) -> list[str]:
    """Words; an abbreviation of two words counts as one."""
    for long in (value for value in ABBREVIATIONS.values() if " " in value):
        label = label.replace(long, "")
    return label.split()


def _of_a_fault(word: str, name: str) -> bool:
    """``refused`` of ``ConnectionRefusedError``."""
    return any(word.capitalize() in part for part in name.split() if not part.islower())


@given(ANY_NAME)
def test_more_room_never_makes_a_label_shorter(name: str) -> None:
    told = [len(short_label(name, room)) for room in range(50)]
    assert told == sorted(told)
    assert all(len(longer) > len(shorter) for longer, shorter in zip(forms(name), forms(name)[1:], strict=False))


@given(st.text(max_size=40), st.integers(0, 40))
def test_any_text_from_outside_has_a_label_that_fits(name: str, room: int) -> None:
    assert len(short_label(name, room)) <= room
