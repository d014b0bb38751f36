"""Turns by a clock on the wall: no hole, no overlap, the same hour in summer and in winter."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from console.declared.shapes import RotaPart, Rotation, RotaTurn
from console.governance.rota import Span, levels, next_change_ms, next_on_call, on_call_at, span_at, spans_after

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def at(text: str, zone: str = "UTC") -> int:
    """Unix ms of a local time."""
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def turns(
    people: str = "ana ben", start: str = "2026-11-02T09:00", every_s: float = 7 * 86_400, **more: object
) -> Rotation:
    rotation = Rotation(1, tuple(people.split()), start, every_s, "Europe/Berlin", 1)
    return rotation._replace(**more)  # type: ignore[arg-type]


def rota(*rotations: Rotation, overrides: tuple[RotaTurn, ...] = ()) -> RotaPart:
    return RotaPart("platform", ("platform",), rotations, overrides, 1)


def who(part: RotaPart, at_ms: int) -> list[str]:
    return [shift["who"] for shift in on_call_at(part, at_ms)]


def test_people_take_turns_by_the_clock_of_the_zone() -> None:
    part = rota(turns())
    assert who(part, at("2026-11-02T09:00", "Europe/Berlin") - 1) == []
    assert who(part, at("2026-11-02T09:00", "Europe/Berlin")) == ["ana"]
    assert who(part, at("2026-11-09T08:59:59", "Europe/Berlin")) == ["ana"]
    assert who(part, at("2026-11-09T09:00", "Europe/Berlin")) == ["ben"]
    assert who(part, at("2026-11-16T09:00", "Europe/Berlin")) == ["ana"]


def test_the_hour_is_kept_where_the_clock_is_set() -> None:
    part = rota(turns(start="2026-03-27T09:00", every_s=86_400))
    spans = list(islice(spans_after(part, 1, at("2026-03-27T10:00", "Europe/Berlin")), 4))
    hours = [(span.until_ms - span.from_ms) / HOUR_MS for span in spans if span.until_ms and span.from_ms]
    assert hours == [24, 23, 24, 24]
    autumn = list(islice(spans_after(part, 1, at("2026-10-24T10:00", "Europe/Berlin")), 2))
    assert [(span.until_ms - span.from_ms) / HOUR_MS for span in autumn if span.until_ms and span.from_ms] == [25, 24]


def test_a_turn_that_begins_in_a_skipped_hour_begins_when_the_clock_goes_on() -> None:
    part = rota(turns(start="2026-03-28T02:30", every_s=86_400))
    handed_over = at("2026-03-29T03:30", "Europe/Berlin")
    assert who(part, handed_over - 1) == ["ana"]
    assert who(part, handed_over) == ["ben"]


def test_before_the_start_there_is_nobody_and_the_first_is_next() -> None:
    part = rota(turns())
    before = at("2026-10-01T00:00")
    assert on_call_at(part, before) == []
    assert [(shift["who"], shift.get("from_ms")) for shift in next_on_call(part, before)] == [
        ("ana", at("2026-11-02T09:00", "Europe/Berlin"))
    ]
    assert next_change_ms(part, before) == at("2026-11-02T09:00", "Europe/Berlin")


def test_each_level_has_its_own_turns() -> None:
    part = rota(turns(), turns("cid dan", level=2))
    assert who(part, at("2026-11-10T12:00")) == ["ben", "dan"]
    assert [(s["who"], s["level"]) for s in next_on_call(part, at("2026-11-10T12:00"))] == [("ana", 1), ("cid", 2)]


def test_an_override_covers_its_time_exactly_and_its_level_only() -> None:
    begin, end = at("2026-11-04T00:00"), at("2026-11-05T06:00")
    part = rota(turns(), turns("cid dan", level=2), overrides=(RotaTurn("eve", begin, end, 9),))
    assert who(part, begin - 1) == ["ana", "cid"]
    assert who(part, begin) == ["eve", "cid"]
    assert who(part, end - 1) == ["eve", "cid"]
    assert who(part, end) == ["ana", "cid"]
    assert span_at(part, 1, begin + 1) == Span("eve", 1, begin, end)
    assert span_at(part, 1, end) == Span("ana", 1, end, at("2026-11-09T09:00", "Europe/Berlin"))


def test_an_override_under_another_does_not_cut_it() -> None:
    part = rota(turns(), overrides=(RotaTurn("eve", 1_000 * DAY_MS, 1_010 * DAY_MS, 1),
                                    RotaTurn("fay", 999 * DAY_MS, 1_020 * DAY_MS, 2)))  # fmt: skip
    assert span_at(part, 1, 1_005 * DAY_MS) == Span("fay", 1, 999 * DAY_MS, 1_020 * DAY_MS)


def test_hours_and_days_leave_the_rest_to_what_stands_before() -> None:
    nights = turns("nia")
    days = turns("ana ben", hours=(540, 1020), days=(0, 1, 2, 3, 4))
    part = rota(nights, days)
    assert who(part, at("2026-11-03T12:00", "Europe/Berlin")) == ["ana"]
    assert who(part, at("2026-11-03T17:00", "Europe/Berlin")) == ["nia"]
    assert who(part, at("2026-11-07T12:00", "Europe/Berlin")) == ["nia"]
    assert who(rota(days), at("2026-11-07T12:00", "Europe/Berlin")) == []


def test_hours_may_go_over_midnight() -> None:
    part = rota(turns("nia", hours=(1080, 540)))
    assert who(part, at("2026-11-04T02:00", "Europe/Berlin")) == ["nia"]
    assert who(part, at("2026-11-04T12:00", "Europe/Berlin")) == []
    assert who(part, at("2026-11-04T18:00", "Europe/Berlin")) == ["nia"]


@st.composite
def rotas(draw: st.DrawFn) -> RotaPart:
    """Rotas whose rotations hold at all hours."""
    count = draw(st.integers(1, 3))
    rotations = tuple(
        Rotation(
            level=draw(st.integers(1, 2)),
            people=tuple(draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=4))),
            start=draw(st.datetimes(datetime(2011, 11, 1), datetime(2026, 6, 1))).isoformat(timespec="minutes"),
            every_s=3600.0 * draw(st.sampled_from([1, 5, 12, 24, 60, 168, 8760])),
            zone=draw(st.sampled_from(ZONES)),
            line=1,
        )
        for _ in range(count)
    )
    overrides = []
    for _ in range(draw(st.integers(0, 3))):
        begin = draw(st.integers(at("2011-12-01T00:00"), at("2027-01-01T00:00")))
        overrides.append(RotaTurn(draw(st.sampled_from("xyz")), begin, begin + draw(st.integers(1, 40 * DAY_MS)), 1))
    return RotaPart("r", ("r",), rotations, tuple(overrides), 1)


moments = st.one_of(
    st.integers(at("2011-12-01T00:00"), at("2027-06-01T00:00")),
    st.integers(-3 * DAY_MS, 3 * DAY_MS).map(lambda by: at("2026-10-25T01:00") + by),
    st.integers(-3 * DAY_MS, 3 * DAY_MS).map(lambda by: at("2011-12-30T10:00") + by),
)


@settings(max_examples=150, deadline=None)
@given(rotas(), moments)
def test_turns_meet_without_hole_or_overlap(part: RotaPart, at_ms: int) -> None:
    for level in levels(part):
        spans = list(islice(spans_after(part, level, at_ms), 6))
        first = spans[0]
        assert (first.from_ms is None or first.from_ms <= at_ms) and (first.until_ms is None or at_ms < first.until_ms)
        for one, two in pairwise(spans):
            assert one.until_ms == two.from_ms
            assert two.until_ms is None or two.from_ms is None or two.from_ms < two.until_ms
        for span in spans[1:]:
            assert span.from_ms is not None
            assert span_at(part, level, span.from_ms) == span
            middle = span.from_ms + ((span.until_ms or span.from_ms + 2) - span.from_ms) // 2
            assert span_at(part, level, middle) == span


@settings(max_examples=150, deadline=None)
@given(rotas(), moments)
def test_there_is_exactly_one_person_a_level_once_it_has_begun(part: RotaPart, at_ms: int) -> None:
    found = on_call_at(part, at_ms)
    assert len({shift["level"] for shift in found}) == len(found)
    begun = {one.level for one in part.rotations if at(one.start, one.zone) <= at_ms}
    standing = {one.level for one in part.overrides if one.from_ms <= at_ms < one.until_ms}
    assert {shift["level"] for shift in found} == begun | standing
    for shift in found:
        strongest = [
            one.who for one in part.overrides if one.level == shift["level"] and one.from_ms <= at_ms < one.until_ms
        ]
        assert not strongest or shift["who"] == strongest[-1]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(ZONES[:5]), st.integers(0, 3000), st.sampled_from([1, 2, 7, 14]))
def test_turns_of_whole_days_begin_at_the_same_hour_all_year(zone: str, turn: int, days: int) -> None:
    part = rota(Rotation(1, ("a", "b", "c"), "2026-01-05T09:00", 86_400.0 * days, zone, 1))
    local = datetime(2026, 1, 5, 9) + timedelta(days=days * turn)
    begin_ms = at(local.isoformat(), zone)
    assert who(part, begin_ms) == ["abc"[turn % 3]]
    assert span_at(part, 1, begin_ms).from_ms == begin_ms
