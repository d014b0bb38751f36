"""What the intake takes from feeds: health that says something new, heartbeats that travel with the next commit."""

from __future__ import annotations

import pytest

from console.documents import FeedDoc
from console.recorder.intake import says_the_same


def doc(skew_ms: int | None, error_ms: int = 0, why: str = "") -> FeedDoc:
    return {
        "state": "ok", "why": why, "todo": "", "address": "http://a", "skew_ms": skew_ms, "skew_error_ms": error_ms,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("known", "new", "same"),
    [
        (doc(0), doc(0), True),
        (doc(0), doc(120), True),
        (doc(0), doc(600), False),
        (doc(0, 1000), doc(600, 400), True),
        (doc(None), doc(None), True),
        (doc(None), doc(5), False),
        (doc(0), doc(0, why="slow"), False),
    ],
)
def test_only_news_is_recorded(known: FeedDoc, new: FeedDoc, same: bool) -> None:
    assert says_the_same(known, new) is same
