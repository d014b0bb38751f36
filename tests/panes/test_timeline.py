"""The timeline's fold: one order for all systems, nothing lost, nothing twice."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.panes.clocks import Clocks
from console.panes.inputs import Gap
from console.panes.moments import Moment, What, gap_moments, health_moment, moment
from console.panes.said import Said
from console.panes.sieve import LEAST, Sieve
from console.panes.timeline import Entry, fold, is_later, merge
from console.signals import EntityKind, EntityRef, Health, Record, RecordKind
from tests.panes.build import MINUTE, T0
from tests.screens.verdictdocs import LAG, finding, incident, quiet, suspect
from tests.tapes.story import minute

NODE = EntityRef(EntityKind.NODE, "n1")
ALERT = EntityRef(EntityKind.ALERT, "76d2")


def event(
    at_ms: int, text: str = "", *, source: str = "nomad", name: str = "AllocationPlaced", severity: str = "info",
    entity: EntityRef | None = None, seen_ms: int | None = None, seq: int = 0, job: str = "llm-prod/answerer",
) -> Record:  # fmt: skip
    about = entity or EntityRef(EntityKind.ALLOCATION, f"a-{at_ms}-{seq}")
    body = {"text": text or name, "severity": severity, "job": job}
    return Record(
        RecordKind.EVENT, source, about, name, at_ms, at_ms + 20 if seen_ms is None else seen_ms, body, seq=seq
    )


def health(source: str, at_ms: int, skew_ms: int | None, error_ms: int, state: str = "ok", why: str = "") -> Record:
    body: dict[str, Any] = {"state": state, "why": why, "todo": "", "address": "", "skew_ms": skew_ms,
                            "skew_error_ms": error_ms}  # fmt: skip
    return Record(RecordKind.STATE, source, EntityRef(EntityKind.FEED, source), "health", at_ms, at_ms, body)


def clocks(*records: Record) -> Clocks:
    found = Clocks()
    for record in records:
        found.hear(record)
    return found


def lines(*records: Record, by: Clocks | None = None, sieve: Sieve = Sieve()) -> list[Entry]:  # noqa: B008
    known = by or clocks(health("nomad", T0, 0, 0), health("prometheus", T0, 0, 0), health("alertmanager", T0, 0, 0))
    moments = [one for record in records if (one := moment(record)) is not None]
    return fold(merge(moments, known), sieve)


# -- order -----------------------------------------------------------------------------------------------------------


def test_a_clock_that_is_ahead_is_corrected() -> None:
    by = clocks(health("nomad", T0, 10_000, 500), health("prometheus", T0, 0, 0))
    found = lines(
        event(T0 + 12_001, "late", name="B"), event(T0 + 5_001, "early", source="prometheus", name="A"), by=by
    )
    assert [one.text for one in found] == ["late", "early"]
    assert found[0].at_ms == T0 + 2_001
    assert found[0].skew_ms == 10_000


def test_a_skew_within_its_error_moves_nothing_and_is_told_as_doubt() -> None:
    by = clocks(health("nomad", T0, 300, 500))
    (found,) = lines(event(T0 + 1_001), by=by)
    assert (found.at_ms, found.skew_ms, found.doubt_ms) == (T0 + 1_001, 0, 800)


def test_a_clock_that_was_set_counts_from_then_on() -> None:
    by = clocks(health("nomad", T0, 60_000, 100), health("nomad", T0 + MINUTE, 0, 100))
    before = event(T0 + 70_001, "before", name="A", seen_ms=T0 + 10_500)
    after = event(T0 + 2 * MINUTE + 1, "after", name="B", seen_ms=T0 + 2 * MINUTE + 40)
    assert [one.at_ms for one in lines(before, after, by=by)] == [T0 + 10_001, T0 + 2 * MINUTE + 1]


def test_what_is_timed_by_our_clock_is_not_corrected() -> None:
    by = clocks(health("alertmanager", T0, 30_000, 100))
    (found,) = lines(event(T0 + 5_001, source="alertmanager", seen_ms=T0 + 5_001), by=by)
    assert (found.at_ms, found.doubt_ms) == (T0 + 5_001, 0)


def test_the_order_of_two_systems_is_in_doubt_where_their_clocks_do_not_tell() -> None:
    by = clocks(health("nomad", T0, 0, 500), health("prometheus", T0, 0, 500))
    near = lines(event(T0 + 1, name="A"), event(T0 + 900, source="prometheus", name="B"), by=by)
    far = lines(event(T0 + 1, name="A"), event(T0 + 1_101, source="prometheus", name="B"), by=by)
    own = lines(event(T0 + 1, name="A"), event(T0 + 900, name="B"), by=by)
    assert [one.unsure for one in near] == [False, True]
    assert [one.unsure for one in far] == [False, False]
    assert [one.unsure for one in own] == [False, False]


def test_a_time_in_whole_seconds_is_known_no_finer() -> None:
    assert lines(event(T0 + 1_000))[0].doubt_ms == 1_000
    assert lines(event(T0 + 1_001))[0].doubt_ms == 0


def test_a_broken_skew_is_no_skew() -> None:
    for skew in (None, float("nan"), float("inf"), "5", True):
        record = health("nomad", T0, None, 0)
        (found,) = lines(event(T0 + 1_001), by=clocks(record._replace(body={**record.body, "skew_ms": skew})))
        assert found.at_ms == T0 + 1_001


def test_later_by_both_clocks_is_later() -> None:
    by = clocks(health("nomad", T0, 10_000, 100))
    ahead = moment(event(T0 + 12_001))
    assert ahead is not None
    assert not is_later(ahead, by, T0 + 2_001)
    assert is_later(ahead, by, T0 + 2_000)
    behind = moment(event(T0 + 2_001, source="slow"))
    assert behind is not None
    assert not is_later(behind, clocks(health("slow", T0, -10_000, 100)), T0 + 2_001)


# -- one line for several --------------------------------------------------------------------------------------------


def test_two_systems_that_tell_of_one_alert_are_one_line() -> None:
    fires = event(T0, "NodeDown firing", source="prometheus", name="firing", severity="bad", entity=ALERT)
    told = event(T0 + 14_000, "NodeDown fires: it is away", source="alertmanager", name="firing", entity=ALERT)
    (found,) = lines(told, fires)
    assert found.systems == ("prometheus", "alertmanager")
    assert found.at_ms == T0
    assert found.health is Health.BAD
    assert found.text == "NodeDown fires: it is away"


def test_an_alert_that_fires_again_is_another_line() -> None:
    one = event(T0, source="prometheus", name="firing", entity=ALERT)
    again = event(T0 + 60_000, source="prometheus", name="firing", entity=ALERT, seq=2)
    much_later = event(T0 + 10 * MINUTE, source="alertmanager", name="firing", entity=ALERT)
    assert len(lines(one, again, much_later)) == 3


def test_many_alike_events_within_seconds_are_one_line() -> None:
    storm = [event(T0 + at * 100, seq=at + 1, job=f"p/{'indexer' if at % 3 else 'answerer'}") for at in range(30)]
    found = lines(*storm, event(T0 + 1_050, "lost", name="AllocationLost", severity="bad", seq=99))
    assert [one.text for one in found] == ["30 allocations placed: indexer 20, answerer 10", "lost"]
    assert found[0].group
    assert (found[0].at_ms, found[0].to_ms) == (T0, T0 + 2_900)
    apart = lines(*storm, sieve=Sieve(apart=True))
    assert len(apart) == 30


def test_few_alike_events_and_those_far_apart_stand_by_themselves() -> None:
    assert len(lines(*(event(T0 + at, seq=at + 1) for at in range(4)))) == 4
    assert len(lines(*(event(T0 + at * 11_000, seq=at + 1) for at in range(8)))) == 8


def test_what_the_filter_leaves_is_counted_after_it() -> None:
    storm = [event(T0 + at, "x", seq=at + 1, job=f"p/{'indexer' if at < 3 else 'answerer'}") for at in range(30)]
    assert len(lines(*storm, sieve=Sieve(text="indexer"))) == 3


# -- gaps, health, findings, people ----------------------------------------------------------------------------------


def test_a_gap_has_a_beginning_and_an_end() -> None:
    begin, end = gap_moments(Gap("nomad", T0, T0 + 200_000, "connection refused"))
    assert (begin.what, begin.at_ms, begin.text) == (What.GAP, T0, "nomad not seen from here: connection refused")
    assert (end.what, end.at_ms) == (What.SEEN, T0 + 200_000)
    assert end.text == "nomad seen again after 3m20s: connection refused"
    assert [one.what for one in gap_moments(Gap("nomad", T0, None, ""))] == [What.GAP]


def test_a_gap_is_never_hidden_for_its_severity() -> None:
    found = fold(merge(gap_moments(Gap("nomad", T0, T0 + 1, "")), Clocks()), Sieve(least=Health.BAD))
    assert len(found) == 2


def test_a_feed_is_told_only_when_it_sees_otherwise() -> None:
    fine = health("nomad", T0, 0, 500)
    again = health("nomad", T0 + 1, 40, 500)
    down = health("nomad", T0 + 2, 40, 500, "down", "connection refused")
    assert health_moment(again, fine) is None
    told = health_moment(down, again)
    assert told is not None
    assert (told.health, told.text) == (Health.BAD, "nomad is down: connection refused")


def test_each_onset_is_told_once_and_says_when_it_was_learned() -> None:
    said = Said()
    for at, doc in ((19.0, incident(19.0)), (12.4, suspect(12.4)), (8.0, quiet(8.0)), (19.0, incident(19.0))):
        said.take(finding(doc, at), doc)
    first, second = sorted(said.onsets(), key=lambda one: one.at_ms)
    assert (first.at_ms, first.seen_ms, first.first) == (minute(11.8), minute(12.4), True)
    assert first.text == "DOCS/indexer lag left its normal range, upwards, before all others"
    assert first.doubt_ms == 5_000
    assert first.about == (f"signal {LAG}",)
    assert second.at_ms == minute(12.3)
    assert said.first_mover_ms(minute(60)) == minute(11.8)
    assert said.first_mover_ms(minute(9)) is None


def test_a_verdict_is_a_line_when_it_changes() -> None:
    said = Said()
    for at, doc in ((8.0, quiet(8.0)), (12.4, suspect(12.4)), (12.6, suspect(12.6)), (19.0, incident(19.0))):
        said.take(finding(doc, at), doc)
    told = said.verdicts(minute(60))
    assert [[one.at_ms for one in each] for each in told] == [
        [minute(8.0)], [minute(12.4), minute(12.6)], [minute(19.0)]
    ]  # fmt: skip
    assert [each[0].health for each in told] == [Health.OK, Health.WARN, Health.BAD]
    assert len(said.verdicts(minute(12.5))) == 2


def test_broken_onsets_are_left_out() -> None:
    doc = suspect(12.4, onsets=[{"signal": "a", "name": "a", "pane": "models", "at": "yesterday"}])
    said = Said()
    said.take(finding(doc, 12.4), doc)
    assert said.onsets() == []


def test_a_note_names_who_said_it() -> None:
    body = {"text": "reverted it by hand", "author": "ana"}
    record = Record(RecordKind.JOURNAL, "people", EntityRef(EntityKind.JOB, "p/a"), "note", T0, T0, body)
    (found,) = lines(record, sieve=Sieve(least=Health.BAD))
    assert (found.what, found.subject, found.text) == (What.NOTE, "ana", "note: reverted it by hand")


# -- filters ---------------------------------------------------------------------------------------------------------


def test_filters() -> None:
    records = (
        event(T0 + 1, "indexer placed", job="p/indexer"),
        event(T0 + 2, "node away", name="NodeDown", severity="bad", entity=NODE, job=""),
        event(T0 + 3, "waits", source="other", name="X", severity="warn", job="p/answerer"),
    )

    def texts(sieve: Sieve) -> list[str]:
        return [one.text for one in lines(*records, sieve=sieve)]

    assert texts(Sieve().typed("INDEXER")) == ["indexer placed"]
    assert texts(Sieve().typed("!indexer")) == ["node away", "waits"]
    assert texts(Sieve().typed("!")) == ["indexer placed", "node away", "waits"]
    assert texts(Sieve(systems=frozenset({"other"}))) == ["waits"]
    assert texts(Sieve(entity="answerer")) == ["waits"]
    assert [len(texts(Sieve(least=least))) for least in LEAST] == [3, 2, 1]
    assert Sieve().is_open
    assert not Sieve(least=Health.BAD).is_open


# -- whatever comes --------------------------------------------------------------------------------------------------

_events = st.builds(
    lambda at, late, source, name, severity, which: event(
        T0 + at, source=source, name=name, severity=severity, seen_ms=T0 + at + late,
        entity=EntityRef(EntityKind.ALERT if name == "firing" else EntityKind.ALLOCATION, str(which)),
    ),
    at=st.integers(-5_000, 60_000),
    late=st.sampled_from([0, 20, 50_000]),
    source=st.sampled_from(["nomad", "prometheus", "alertmanager", "unheard-of"]),
    name=st.sampled_from(["AllocationPlaced", "AllocationLost", "firing", "{odd}|name"]),
    severity=st.sampled_from(["info", "warn", "critical", "", "?"]),
    which=st.integers(0, 2),
)  # fmt: skip
_clocks = st.builds(
    lambda skews: clocks(*(health(name, T0, skew, error) for name, (skew, error) in skews.items())),
    st.dictionaries(
        st.sampled_from(["nomad", "prometheus", "alertmanager"]),
        st.tuples(st.none() | st.integers(-600_000, 600_000), st.integers(0, 5_000)),
    ),
)


def _numbered(records: list[Record]) -> list[Moment]:
    found = [moment(record._replace(seq=at + 1)) for at, record in enumerate(records)]
    return [one for one in found if one is not None]


@given(st.lists(_events, max_size=60), _clocks)
def test_every_event_is_in_exactly_one_line(records: list[Record], by: Clocks) -> None:
    moments = _numbered(records)
    told = [one.key for entry in fold(merge(moments, by)) for one in entry.told]
    assert sorted(told) == sorted(one.key for one in moments)


@given(st.lists(_events, max_size=40), _clocks, st.randoms())
def test_the_order_is_total_and_does_not_depend_on_how_they_came(
    records: list[Record], by: Clocks, random: Any
) -> None:
    moments = _numbered(records)
    found = fold(merge(moments, by))
    shuffled = list(moments)
    random.shuffle(shuffled)
    assert fold(merge(shuffled, by)) == found
    assert all(one.at_ms <= later.at_ms for one, later in pairwise(found))
    assert len({one.key for one in found}) == len(found)


@given(st.lists(_events, max_size=40), st.sampled_from(LEAST), st.sampled_from(["", "alloc", "!firing"]))
def test_a_filter_takes_away_and_changes_nothing_else(records: list[Record], least: Health | None, text: str) -> None:
    moments, by = _numbered(records), Clocks()
    everything = {one.key for entry in fold(merge(moments, by), Sieve(apart=True)) for one in entry.told}
    sieve = Sieve(least=least).typed(text)
    kept = [one for entry in fold(merge(moments, by), sieve) for one in entry.told]
    assert {one.key for one in kept} <= everything
    assert len({one.key for one in kept}) == len(kept)
