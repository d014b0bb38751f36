"""The board as a whole: what holds whatever the tape says."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, field
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from console.panes.board import BoardModel
from console.panes.inputs import Gap
from console.panes.marks import MOST
from console.panes.rows import SEVERITY
from console.signals import Bad, EntityKind, EntityRef, Health, Pane, Record, RecordKind, Signal
from tests.panes.build import (
    MINUTE,
    T0,
    Block,
    Part,
    Series,
    alert,
    board,
    event,
    feed,
    flow,
    group,
    job,
    named,
    node,
    signal,
)

PARTNER = EntityRef(EntityKind.FLOW, "partner")
CONSUMER = EntityRef(EntityKind.CONSUMER, "DOCS/indexer")
MODEL = EntityRef(EntityKind.MODEL, "m@1")
SIGNALS: dict[int, Signal] = {
    1: signal("quality", MODEL, Pane.MODELS, "1", Bad.DOWN, rank=0, labels={"nomad_job": "serve", "namespace": "p"}),
    2: signal("p95", MODEL, Pane.MODELS, "s", Bad.UP, rank=1, bad_at=1.2),
    3: signal("pending", CONSUMER, Pane.INGESTION, "", Bad.UP, rank=0),
    4: signal("lag", EntityRef(EntityKind.JOB, "p/indexer"), Pane.INGESTION, "s", Bad.UP, rank=1),
    5: signal("in", PARTNER, Pane.INGESTION, "/s", Bad.EITHER, labels={"nomad_job": "indexer", "namespace": "p"}),
    6: signal("out", EntityRef(EntityKind.JOB, "p/partner-feed"), Pane.INGESTION, "/s", Bad.EITHER, step_s=30.0),
    7: signal("cpu", EntityRef(EntityKind.JOB, "p/serve"), Pane.SCHEDULING, "1", Bad.UP, warn_at=0.9),
    8: signal("queue", EntityRef(EntityKind.JOB, "p/serve"), Pane.MODELS, "", Bad.UP, rank=3),
}
NAMES = ("serve", "indexer", "partner-feed", "nightly", "nightly/periodic-1")
FEEDS = ("nomad", "prometheus", "alertmanager")


@st.composite
def changes(draw: st.DrawFn, at_ms: int, seq: int) -> Record:
    """Some state, gap or event at a time."""
    kind = draw(st.sampled_from(["job", "job", "node", "alert", "flow", "feed", "gap", "event", "alloc"]))
    made: Record
    if kind == "job":
        made = _job(draw, at_ms)
    elif kind == "node":
        status = draw(st.sampled_from(["ready", "ready", "down"]))
        made = node(draw(st.sampled_from(["n1", "n2"])), at_ms, status=status, drain=draw(st.booleans()))
    elif kind == "alert":
        labels = draw(st.sampled_from([{"node": "n1"}, {"namespace": "p", "nomad_job": "serve"}, {"model": "m"}, {}]))
        alert_state = draw(st.sampled_from(["firing", "resolved", "suppressed"]))
        made = alert(draw(st.sampled_from(["A", "KafkaLag"])), labels, at_ms, state=alert_state)
    elif kind == "flow":
        made = flow("partner-docs", owner=draw(st.sampled_from([None, "x"])), producer="p/partner-feed")
    elif kind == "feed":
        made = feed(draw(st.sampled_from(FEEDS)), draw(st.sampled_from(["ok", "ok", "down", "degraded"])), at_ms)
    elif kind == "gap":
        source = draw(st.sampled_from(FEEDS))
        body = {"to_ms": draw(st.sampled_from([None, at_ms + 20_000])), "why": "no answer"}
        return Record(RecordKind.GAP, source, EntityRef(EntityKind.FEED, source), "gap", at_ms, at_ms, body, seq=seq)
    elif kind == "event":
        return event(at_ms, "something", draw(st.sampled_from(["info", "bad"])))
    else:
        made = Record(RecordKind.STATE, "nomad", EntityRef(EntityKind.ALLOCATION, "a1"), "state", at_ms, at_ms, {})
    return Record(RecordKind.STATE, made.source, made.entity, "state", at_ms, at_ms, made.body, seq=seq)


def _job(draw: st.DrawFn, at_ms: int) -> Record:
    name = draw(st.sampled_from(NAMES))
    meta = draw(st.sampled_from([{}, {"owner": "o", "on_call": "c"}, {"model": "m"}, {"produces": "docs.partner"}]))
    fields: dict[str, Any] = {"groups": {"a": group(2, draw(st.integers(0, 2)))}, "meta": meta}
    if "/" in name:
        fields |= {"parent": "nightly", "type": "batch"}
    namespace = "q" if name == "serve" and draw(st.integers(0, 5)) == 0 else "p"
    return job(f"{namespace}/{name}", at_ms, status=draw(st.sampled_from(["running", "running", "dead"])), **fields)


@dataclass
class Tape:
    """What was seen until now, for loading from scratch."""

    states: dict[EntityRef, Record] = field(default_factory=dict)
    events: list[Record] = field(default_factory=list)
    gaps: dict[tuple[str, int], Gap] = field(default_factory=dict)
    samples: dict[int, list[tuple[int, float]]] = field(default_factory=dict)

    def take(self, record: Record) -> None:
        if record.kind is RecordKind.GAP:
            gap = Gap(record.source, record.at_ms, record.body["to_ms"], record.body["why"])
            if gap.to_ms is not None or (gap.source, gap.from_ms) not in self.gaps:
                self.gaps[(gap.source, gap.from_ms)] = gap
        elif record.kind is RecordKind.EVENT:
            self.events.append(record)
        else:
            self.states[record.entity] = record

    def load(self, now_ms: int, signals: dict[int, Signal]) -> BoardModel:
        model = BoardModel()
        samples = {}
        for one, pairs in self.samples.items():
            recent = [pair for pair in pairs if pair[0] > now_ms - 3_600_000]
            samples[one] = Series(array("q", [at for at, _ in recent]), array("d", [value for _, value in recent]))
        model.load(now_ms, list(self.states.values()), signals, samples, list(self.gaps.values()), None, self.events)
        return model


LEVELS = {1: 0.97, 2: 0.3, 3: 0.0, 4: 0.02, 5: 300.0, 6: 300.0, 7: 0.2, 8: 0.0}
ODD = {1: 0.2, 2: 2.0, 3: 900.0, 4: 60.0, 5: 0.0, 6: math.inf, 7: 0.95, 8: math.nan}


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[int, list[Record], list[int], list[int]]]:
    """Steps of a tape: time, records, signals that are at their odd value, signals that were seen."""
    steps = []
    now_ms, seq = T0, 0
    for _ in range(draw(st.integers(3, 10))):
        now_ms += draw(st.sampled_from([1_000, 5_000, 5_000, 5_000, 16_000, 70_000, 600_000]))
        records = []
        for _ in range(draw(st.integers(0, 4))):
            seq += 1
            records.append(draw(changes(now_ms, seq)))
        odd = draw(st.lists(st.sampled_from(sorted(SIGNALS)), max_size=4, unique=True))
        seen = draw(st.sampled_from([sorted(SIGNALS), sorted(SIGNALS), [1, 3, 5], []]))
        steps.append((now_ms, records, odd, seen))
    return steps


@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(stories(), st.integers(0, 400))
def test_what_was_kept_up_is_what_loading_anew_gives(
    steps: list[tuple[int, list[Record], list[int], list[int]]], past: int
) -> None:
    tape = Tape()
    known = {one: SIGNALS[one] for one in (1, 2, 3, 4, 5, 7)}
    for one in known:
        tape.samples[one] = [(T0 - at * 5_000, LEVELS[one]) for at in range(past, -1, -1)]
    model = tape.load(T0, known)
    for now_ms, records, odd, seen in steps:
        for record in records:
            tape.take(record)
        new = {one: SIGNALS[one] for one in seen if one not in known}
        known.update(new)
        values = {one: ODD[one] if one in odd else LEVELS[one] for one in seen}
        for one, value in values.items():
            tape.samples.setdefault(one, []).append((now_ms, value))
        columns = {one: array("d", [value]) for one, value in values.items()}
        before = {pane: model.rows(pane) for pane in Pane}
        changed = model.apply(
            now_ms, records, [Block("prometheus", (Part(array("q", [now_ms]), columns),))], signals=new
        )
        fresh = tape.load(now_ms, dict(known))
        for pane in Pane:
            rows = model.rows(pane)
            assert rows == fresh.rows(pane)
            assert model.feeds(pane) == fresh.feeds(pane)
            assert pane in changed or rows == before[pane]
            _check_order(model, pane)
        assert model.marks(T0, now_ms) == fresh.marks(T0, now_ms)
        assert model.header() == fresh.header()
        _check_nothing_lost(model, tape)


def _check_order(model: BoardModel, pane: Pane) -> None:
    severities = [SEVERITY[row.health] for row in model.rows(pane)]
    assert severities == sorted(severities)
    keys = [row.key for row in model.rows(pane)]
    assert len(keys) == len(set(keys))


def _check_nothing_lost(model: BoardModel, tape: Tape) -> None:
    rows = {row.entity: row for row in model.rows(Pane.SCHEDULING)}
    for entity, record in tape.states.items():
        if entity.kind is EntityKind.NODE and record.body["status"] == "down":
            assert rows[entity].health is Health.BAD
        if entity.kind is EntityKind.JOB and not record.body.get("parent"):
            assert entity in rows
            if record.body["status"] == "dead":
                assert rows[entity].health is not Health.OK or record.body["type"] == "batch"
        if entity.kind is EntityKind.ALERT and record.body["state"] == "firing":
            name = record.body["alertname"]
            assert any(name in (row.name, row.word) or name in row.note for pane in Pane for row in model.rows(pane))
    nomad = tape.states.get(EntityRef(EntityKind.FEED, "nomad"))
    if nomad is not None and nomad.body["state"] == "down":
        assert all(row.health is not Health.OK for row in rows.values() if row.entity.kind is EntityKind.JOB)


def test_rows_do_not_jump_when_numbers_move() -> None:
    def two(first: float, second: float) -> list[str]:
        names = {1: signal("pending", EntityRef(EntityKind.TOPIC, "a"), Pane.INGESTION, bad_at=10),
                 2: signal("pending", EntityRef(EntityKind.TOPIC, "b"), Pane.INGESTION, bad_at=10)}  # fmt: skip
        model = board(T0, [], [(names[1], [first]), (names[2], [second])])
        return [row.name for row in model.rows(Pane.INGESTION)]

    assert two(20, 90) == two(90, 20) == ["a", "b"]
    assert two(1, 90) == ["b", "a"]


def test_a_state_that_comes_late_does_not_undo_a_newer_one() -> None:
    model = board(T0, [job("p/a", T0, version=8)])
    model.apply(T0 + 1, [job("p/a", T0 - 5_000, version=7)])
    assert "v8" in named(model, Pane.SCHEDULING, "a").note


def test_ten_thousand_allocations_change_nothing() -> None:
    model = board(T0, [job("p/a")])
    states = [
        Record(RecordKind.STATE, "nomad", EntityRef(EntityKind.ALLOCATION, f"a{at}"), "state", T0, T0, {})
        for at in range(200)
    ]
    assert model.apply(T0 + 1, states) == set()


def test_marks_hold_events_and_gaps_in_order() -> None:
    busy = event(T0 + 3, "allocation started", entity=EntityRef(EntityKind.ALLOCATION, "a1"))
    dead = event(T0 + 4, "allocation lost", "bad", EntityRef(EntityKind.ALLOCATION, "a1"))
    gap = Gap("nomad", T0 - 1000, T0 + 2, "no answer")
    model = board(T0 + 10, [], gaps=[gap], events=[dead, busy, event(T0 + 1, "deployed"), event(T0 + 900, "later")])
    found = model.marks(T0, T0 + 100)
    assert [(one.text, one.health) for one in found] == [
        ("no answer", Health.STALE), ("deployed", Health.OK), ("allocation lost", Health.BAD),
    ]  # fmt: skip
    assert found[0].to_ms == T0 + 2
    assert model.marks(T0 + 5, T0 + 800) == []


def test_marks_are_bounded() -> None:
    model = board(T0, [])
    for start in range(0, MOST + 500, 500):
        model.apply(T0, [event(T0 + start + at, f"event {start + at}") for at in range(500)])
    assert len(model.marks(0, T0 * 2)) == MOST


def test_a_live_view_without_a_recorder_goes_stale() -> None:
    model = board(T0, [feed("nomad"), job("p/a")], pulses={"nomad": T0})
    assert model.feeds(Pane.SCHEDULING)[0].age_s == 0
    model.apply(T0 + MINUTE, pulses={"nomad": T0})
    assert named(model, Pane.SCHEDULING, "a").health is Health.OK
    assert model.feeds(Pane.SCHEDULING)[0].age_s == 60
    model.apply(T0 + 2 * MINUTE, pulses={"nomad": T0})
    assert named(model, Pane.SCHEDULING, "a").health is Health.STALE
    assert model.notice(Pane.SCHEDULING).startswith("No word from nomad for 2m")


def test_an_empty_pane_says_what_it_waits_for() -> None:
    model = board(T0, [feed("nomad", "connecting")])
    assert model.notice(Pane.SCHEDULING) == "Waiting for nomad."
    assert "PROMETHEUS_URL" in model.notice(Pane.MODELS)
    assert board(T0, [feed("nomad")]).notice(Pane.SCHEDULING) == "No jobs here."


def test_header() -> None:
    states = [
        feed("nomad", region="eu"), job("llm-prod/a", groups={"x": group(3, 2)}), job("llm-prod/b"), node("n1"),
        node("n2", status="down"), alert("X", {}),
    ]  # fmt: skip
    found = board(T0, states).header()
    assert (found.where, found.jobs, found.running, found.desired) == ("eu · llm-prod", 2, 3, 4)
    assert (found.nodes_ready, found.nodes, found.alerts) == (1, 2, 1)
    assert found.counts[Pane.SCHEDULING][Health.BAD] == 1
