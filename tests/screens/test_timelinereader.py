"""How the timeline reads a tape: page by page, the newest first, and never more than it may keep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from console.panes.sieve import Sieve
from console.screens.frame import Place
from console.screens.timeline import reader as timelinereader
from console.screens.timeline.reader import Story, TimelineReader
from console.signals import EntityKind, EntityRef, Record, RecordKind
from console.tape.store import Store, open_tape

T0 = 1_795_409_325_000


def event(number: int, at_ms: int, source: str = "nomad") -> Record:
    body = {"text": f"event {number}", "severity": "info", "job": "p/a"}
    return Record(RecordKind.EVENT, source, EntityRef(EntityKind.JOB, "p/a"), f"E{number}", at_ms, at_ms + 9, body)


def health(source: str, skew_ms: int) -> Record:
    body = {"state": "ok", "why": "", "todo": "", "address": "", "skew_ms": skew_ms, "skew_error_ms": 100}
    return Record(RecordKind.STATE, source, EntityRef(EntityKind.FEED, source), "health", T0, T0, body)


def tape(path: Path, records: Sequence[Record]) -> Store:
    with open_tape(path, "create") as store:
        store.append(records)
    return open_tape(path, "read")


def at(at_ms: int, live: bool = False) -> Place:
    return Place(at_ms, (T0, T0 + 10_000_000), live)


def read(reader: TimelineReader, store: Store, place: Place) -> Story:
    """All that it reads for a place, page by page."""
    story = reader.story(store, place)
    for _ in range(1_000):
        if not story.reading:
            return story
        story = reader.story(store, place)
    raise AssertionError("it never ends")


def texts(story: Story) -> list[str]:
    return [entry.text for entry in story.entries if entry.text.startswith("event")]


def test_the_newest_come_first_and_all_come(tmp_path: Path) -> None:
    with tape(tmp_path / "t", [event(one, T0 + one * 7) for one in range(3_000)]) as store:
        reader = TimelineReader()
        first = reader.story(store, at(T0 + 1_000_000))
        assert first.reading
        assert texts(first)[-1] == "event 2999"
        assert len(texts(first)) < 300
        assert texts(read(reader, store, at(T0 + 1_000_000))) == [f"event {one}" for one in range(3_000)]
        assert reader.due_s() is None


def test_many_of_one_time_are_all_read(tmp_path: Path) -> None:
    records = [event(one, T0 + (one >= 100)) for one in range(1_500)]
    with tape(tmp_path / "t", records) as store:
        story = read(TimelineReader(), store, at(T0 + 1_000))
        assert sorted(texts(story)) == sorted(f"event {one}" for one in range(1_500))


def test_no_more_is_kept_than_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timelinereader, "MOST", 400)
    with tape(tmp_path / "t", [event(one, T0 + one * 7) for one in range(3_000)]) as store:
        reader = TimelineReader()
        story = read(reader, store, at(T0 + 1_000_000, live=True))
        assert story.from_ms is not None
        assert not story.reading
        assert 400 <= story.total <= 1_000
        assert texts(story)[-1] == "event 2999"
        for start in range(3_000, 6_000, 100):
            added = [event(one, T0 + one * 7)._replace(seq=one + 1) for one in range(start, start + 100)]
            reader.add(added)
        story = reader.story(store, at(T0 + 1_000_000, live=True))
        reader.sift(Sieve(apart=True))  # asked for: not put off
        story = reader.story(store, at(T0 + 1_000_000, live=True))
        assert story.total <= 440
        assert texts(story)[-1] == "event 5999"
        assert story.from_ms == story.entries[0].at_ms


def test_a_fast_clock_keeps_nothing_back(tmp_path: Path) -> None:
    """By its own clock it is later than the place, by ours it is not."""
    records = [health("nomad", 20_000), event(1, T0 + 30_001), event(2, T0 + 30_200)]
    with tape(tmp_path / "t", records) as store:
        assert texts(read(TimelineReader(), store, at(T0 + 10_100))) == ["event 1"]
        assert texts(read(TimelineReader(), store, at(T0 + 9_000))) == []
        reader = TimelineReader()
        read(reader, store, at(T0 + 9_000))
        assert texts(read(reader, store, at(T0 + 10_300))) == ["event 1", "event 2"]


def test_a_step_back_and_on_again_is_the_same(tmp_path: Path) -> None:
    with tape(tmp_path / "t", [event(one, T0 + one * 1_000) for one in range(200)]) as store:
        reader = TimelineReader()
        before = read(reader, store, at(T0 + 100_000)).entries
        assert len(read(reader, store, at(T0 + 90_000)).entries) == len(before) - 10
        assert read(reader, store, at(T0 + 100_000)).entries == before
        assert read(reader, store, at(T0 + 199_000)).entries[-1].text == "event 199"


def test_a_filter_counts_what_it_leaves_out(tmp_path: Path) -> None:
    with tape(tmp_path / "t", [event(one, T0 + one, "nomad" if one % 2 else "other") for one in range(50)]) as store:
        reader = TimelineReader()
        read(reader, store, at(T0 + 1_000))
        reader.sift(Sieve(systems=frozenset({"other"})))
        story = reader.story(store, at(T0 + 1_000))
        assert (story.shown, story.total, story.systems) == (25, 50, ("nomad", "other"))


def test_nothing_changed_is_the_same_story(tmp_path: Path) -> None:
    with tape(tmp_path / "t", [event(1, T0)]) as store:
        reader = TimelineReader()
        story = read(reader, store, at(T0 + 1_000, live=True))
        assert reader.story(store, at(T0 + 2_000, live=True)) is story


def test_an_empty_tape_has_no_lines(tmp_path: Path) -> None:
    with tape(tmp_path / "t", []) as store:
        story = read(TimelineReader(), store, at(T0, live=True))
        assert (list(story.entries), story.total, story.from_ms) == ([], 0, None)


def test_another_place_is_never_answered_with_the_last_one(tmp_path: Path) -> None:
    """Not even while it is being read, or when lines were made just now."""
    with tape(tmp_path / "t", [event(one, T0 + one * 7) for one in range(3_000)]) as store:
        reader = TimelineReader(now_s=lambda: 0.0)  # no time passes: whatever rests, rests for ever
        reader.story(store, at(T0 + 1_000_000, live=True))
        for place in (at(T0 + 7_000), at(T0 + 3_500), at(T0 + 5_000), at(T0 + 1_000_000, live=True)):
            story = reader.story(store, place)
            assert texts(story)
            assert place.live or all(entry.at_ms <= place.at_ms for entry in story.entries)
        assert texts(read(reader, store, at(T0 + 1_000_000, live=True)))[-1] == "event 2999"
