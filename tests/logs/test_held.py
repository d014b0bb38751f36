"""What is held of logs: bounded and counted, found by time and by text, named shortly, chosen well."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.logs.choose import choose
from console.logs.held import Held, LogLine
from console.logs.search import Hits, WrongPatternError, sought
from console.logs.sources import LogSource, labels, standing_words
from console.logs.windows import MOST, WINDOWS


def line(number: int, text: str = "") -> LogLine:
    return LogLine(1, number * 1000, True, "", text or f"line {number}")


@given(st.lists(st.lists(st.integers(0, 60), max_size=20), max_size=12))
def test_the_bounds_hold_and_numbers_stay(batches: list[list[int]]) -> None:
    held = Held(most_lines=25, most_bytes=2500)
    everything: list[LogLine] = []
    for batch in batches:
        lines = [line(len(everything) + at, "x" * size) for at, size in enumerate(batch)]
        held.add(lines)
        everything += lines
        assert len(held) <= 25
        assert held.size <= 2500
        assert held.end == len(everything)
        assert held.dropped + len(held) == len(everything)
        for number in range(held.first, held.end):
            assert held[number] is everything[number]
    with pytest.raises(IndexError):
        held[held.end]
    with pytest.raises(IndexError):
        held[held.first - 1]


def test_the_line_nearest_to_a_time() -> None:
    held = Held()
    assert held.nearest(5) is None
    assert held.span() is None
    held.add([line(3), line(1), line(9)])
    assert held.nearest(1_400) == 1
    assert held.nearest(99_000_000) == 2
    assert held.span() == (1_000, 9_000)


@pytest.mark.parametrize(
    ("typed", "text", "places"),
    [
        ("error", "an Error and an ERROR", [(3, 8), (16, 21)]),
        ("Error", "an Error and an ERROR", [(3, 8)]),
        ("a.c", "abc a.c", [(4, 7)]),
        ("/a.c/", "abc a.c", [(0, 3), (4, 7)]),
        (r"/\Sx/", "AX", [(0, 2)]),
        ("/", "a/b", [(1, 2)]),
        ("/x*/", "aaa", []),
    ],
)
def test_what_is_looked_for(typed: str, text: str, places: list[tuple[int, int]]) -> None:
    what = sought(typed)
    assert what is not None
    assert what.places(text) == places


def test_nothing_and_what_is_no_expression() -> None:
    assert sought("") is None
    with pytest.raises(WrongPatternError, match="is no regular expression"):
        sought("/a(/")


@given(st.lists(st.lists(st.booleans(), max_size=10), max_size=8), st.integers(-2, 60))
def test_hits_are_kept_up_with_what_comes_and_goes(batches: list[list[bool]], number: int) -> None:
    held, what = Held(most_lines=20), sought("hit")
    assert what is not None
    hits = Hits(what)
    for batch in batches:
        held.add([line(0, "a hit" if is_hit else "none") for is_hit in batch])
        hits.update(held)
        expected = [at for at in range(held.first, held.end) if held[at].text == "a hit"]
        assert len(hits) == len(expected)
        after = [at for at in expected if at > number] or expected
        before = [at for at in expected if at < number] or expected
        assert hits.beside(number, 1) == (after[0] if after else None)
        assert hits.beside(number, -1) == (before[-1] if before else None)
        for place, at in enumerate(expected, start=1):
            assert hits.place(at) == place


def test_names_of_logs() -> None:
    one = LogSource(1, "aaaaaaaa-1", "indexer.indexer[0]", "indexer", "stdout", "following")
    two = LogSource(2, "bbbbbbbb-2", "indexer.indexer[1]", "indexer", "stdout", "following")
    assert labels([one, two]) == {1: "indexer[0]", 2: "indexer[1]"}
    replaced = LogSource(3, "cccccccc-3", "indexer.indexer[1]", "indexer", "stdout", "ended")
    assert labels([one, two, replaced]) == {1: "indexer[0]", 2: "bbbbbbbb", 3: "cccccccc"}
    side = one._replace(number=4, task="proxy")
    both = one._replace(number=5, stream="stderr")
    assert labels([one, side, both]) == {1: "indexer[0]/indexer", 4: "indexer[0]/proxy", 5: "indexer[0]/indexer!"}
    assert labels([one._replace(name="a-very-long-job-name.group-of-it[12]")])[1] == "name.group-of-it[12]"


def test_how_they_stand_the_worst_first() -> None:
    known = [
        LogSource(1, "a", standing="following"),
        LogSource(2, "b", standing="denied", why="the token lacks read-logs"),
        LogSource(3, "c", standing="following"),
        LogSource(4, "d", standing="ended", why="the task has ended"),
    ]
    assert standing_words(known, {1: "a", 2: "web[2]", 3: "c", 4: "d"}) == [
        ("web[2] denied", "the token lacks read-logs", True),
        ("1 ended", "", False),
        ("2 following", "", False),
    ]


def allocation(
    name: str, status: str, desired: str = "run", healthy: bool | None = True, at: int = 0
) -> dict[str, object]:
    return {"id": name, "status": status, "desired": desired, "healthy": healthy, "modified_ms": at}


def test_those_that_are_not_well_come_first() -> None:
    known = [
        allocation("runs", "running"),
        allocation("done", "complete", "stop", at=99),
        allocation("ill", "running", healthy=False),
        allocation("waits", "pending"),
        allocation("failed", "failed"),
        allocation("replaced", "failed", "stop"),
    ]
    choice = choose(known)
    assert choice.ids == ("failed", "ill", "waits", "runs", "replaced")
    assert choice.total == 6
    assert choose([known[1]]).ids == ("done",)
    assert choose([]).ids == ()


def test_no_more_than_twenty_of_many() -> None:
    known = [allocation(f"{at:03}", "running", at=at) for at in range(400)] + [allocation("bad", "lost")]
    known += [allocation(f"old{at}", "failed", "stop", at=at) for at in range(9)]
    choice = choose(known)
    assert len(choice.ids) == 20
    assert choice.ids[0] == "bad"
    assert choice.ids[-3:] == ("old8", "old7", "old6")
    assert choice.total == 410


def test_windows_are_those_of_their_keys() -> None:
    assert [one.name for one in WINDOWS] == ["tail", "head", "1m", "5m", "15m", "30m", "1h"]
    assert WINDOWS[0].more().tail == 4 * WINDOWS[0].tail
    assert WINDOWS[6].more().more().tail == MOST
