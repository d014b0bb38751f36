"""The feed on a real Prometheus with the recorded night: the story is there without any configuration."""

from __future__ import annotations

import asyncio
import math
from itertools import pairwise

import pytest

from console.feeds.alerts import alert_identity
from console.feeds.prometheus.feed import PrometheusFeed
from console.signals import Bad, Pane, RecordKind, Signal
from tests import servers
from tests.doubles.clock import RecordedClock
from tests.doubles.outlet import MemoryOutlet, until


class Night:
    """All that the feed said up to a minute."""

    def __init__(self, out: MemoryOutlet) -> None:
        self.signals: dict[str, Signal] = {}
        self.values: dict[str, dict[int, float]] = {}
        for block in out.blocks:
            for signal, line in zip(block.signals, block.values, strict=True):
                self.signals[signal.key] = signal
                points = self.values.setdefault(signal.key, {})
                points.update((at, v) for at, v in zip(block.times_ms, line, strict=True) if not math.isnan(v))

    def find(self, entity: str, name: str) -> Signal:
        found = [s for s in self.signals.values() if str(s.entity) == entity and s.name == name]
        assert len(found) == 1, [(str(s.entity), s.name) for s in self.signals.values() if s.name == name]
        return found[0]

    def at(self, entity: str, name: str, minute: float) -> float:
        points = self.values[self.find(entity, name).key]
        return points[max(at for at in points if at <= servers.minute(minute))]

    def first_above(self, entity: str, name: str, limit: float) -> float:
        points = self.values[self.find(entity, name).key]
        return (min(at for at, value in points.items() if value > limit) - servers.START_MS) / 60_000


async def play(address: str, at_minute: float) -> MemoryOutlet:
    out = MemoryOutlet(RecordedClock(servers.minute(at_minute), frozen=True))
    task = asyncio.create_task(PrometheusFeed(address).run(out))
    await until(lambda: any(doc["state"] in ("ok", "degraded") for doc in out.feeds.values()), 60, "first reading")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return out


@pytest.fixture(scope="module")
def said(recorded: str) -> MemoryOutlet:
    return asyncio.run(play(recorded, 37.5))


@pytest.fixture(scope="module")
def night(said: MemoryOutlet) -> Night:
    return Night(said)


MODEL = "model:answer-8b@2026-10-r4"


@pytest.mark.parametrize(
    ("entity", "name", "pane", "bad", "guessed"),
    [
        ("consumer:DOCS/indexer", "pending", Pane.INGESTION, Bad.UP, False),
        ("topic:DLQ", "dead letters", Pane.INGESTION, Bad.UP, False),
        ("job:llm-prod/indexer", "event lag", Pane.INGESTION, Bad.UP, True),
        ("flow:partner", "schema failures", Pane.INGESTION, Bad.UP, True),
        ("flow:partner", "dead lettered", Pane.INGESTION, Bad.UP, True),
        ("flow:partner", "published", Pane.INGESTION, Bad.EITHER, True),
        ("flow:partner", "ingest event age", Pane.INGESTION, Bad.UP, True),
        ("job:llm-prod/answerer", "retrieved document age", Pane.INGESTION, Bad.UP, True),
        (MODEL, "quality", Pane.MODELS, Bad.DOWN, True),
        (MODEL, "groundedness", Pane.MODELS, Bad.DOWN, True),
        (MODEL, "wrong", Pane.MODELS, Bad.UP, True),
        (MODEL, "p95", Pane.MODELS, Bad.UP, False),
        (MODEL, "tok/s", Pane.MODELS, Bad.DOWN, False),
        ("job:llm-prod/answerer", "queue", Pane.MODELS, Bad.UP, True),
        ("job:llm-prod/gateway", "p95", Pane.MODELS, Bad.UP, True),
        ("job:llm-prod/reranker", "errors", Pane.MODELS, Bad.UP, True),
        ("job:llm-prod/finetune-large", "queued", Pane.SCHEDULING, Bad.UP, False),
        ("job:llm-prod/answerer", "running", Pane.SCHEDULING, Bad.DOWN, False),
    ],
)
def test_signals_are_where_they_belong(
    night: Night, entity: str, name: str, pane: Pane, bad: Bad, guessed: bool
) -> None:
    signal = night.find(entity, name)
    assert (signal.pane, signal.bad, signal.guessed) == (pane, bad, guessed)
    assert signal.step_s == 5


def test_the_story(night: Night) -> None:
    assert night.at(MODEL, "quality", 8) > 0.93
    assert night.at("consumer:DOCS/indexer", "pending", 8) < 5
    assert 10.1 < night.first_above("flow:partner", "schema failures", 0) < 10.7
    assert 10.5 < night.first_above("consumer:DOCS/indexer", "pending", 50) < 11.2
    assert night.at("job:llm-prod/indexer", "event lag", 12) > 30
    assert night.at(MODEL, "quality", 12.4) < 0.75
    assert night.at("consumer:DOCS/indexer", "pending", 16.5) < 5
    assert night.at("topic:DLQ", "dead letters", 22) < night.at("topic:DLQ", "dead letters", 25)
    assert night.at("flow:partner", "dead lettered", 23) > 1
    assert min(night.at(MODEL, "quality", 22 + step / 4) for step in range(24)) < 0.1
    assert night.at(MODEL, "p95", 24) < 0.7
    assert night.at(MODEL, "quality", 31.5) > 0.9
    assert night.at("flow:partner", "schema failures", 31) == 0


def test_a_failure_counter_was_zero_before_it_was_born(night: Night) -> None:
    points = night.values[night.find("flow:partner", "schema failures").key]
    before = [value for at, value in points.items() if servers.minute(2) < at < servers.minute(10)]
    assert len(before) > 90
    assert set(before) == {0.0}


def test_rows_begin_with_what_tells_most(night: Night) -> None:
    def numbers(entity: str) -> list[str]:
        pane = Pane.MODELS if entity.startswith("model") else Pane.INGESTION
        row = sorted((s.rank, s.name) for s in night.signals.values() if str(s.entity) == entity and s.pane is pane)
        return [name for _, name in row[:3]]

    assert numbers(MODEL) == ["quality", "p95", "tok/s"]
    assert numbers("consumer:DOCS/indexer") == ["pending", "out", "redelivered"]
    assert numbers("flow:partner") == ["dead lettered", "schema failures", "rejected schema"]


def test_signals_stay_few_and_carry_what_ownership_joins(night: Night) -> None:
    assert 100 < len(night.signals) < 250
    signal = night.find("flow:partner", "schema failures")
    assert signal.labels == {"namespace": "llm-prod", "nomad_job": "indexer", "source": "partner"}
    assert signal.key.startswith("ingest_schema_failures_total{")
    assert signal.window_s == 30
    assert not any("instance" in s.labels for s in night.signals.values() if s.entity.kind != "target")


def test_alarms_are_events_with_alertmanagers_times(said: MemoryOutlet) -> None:
    events = [(r.body["alertname"], r.name, round((r.at_ms - servers.START_MS) / 60_000, 1)) for r in said.events()]
    assert events == [
        ("NodeDown", "firing", 13.4), ("NodeDown", "resolved", 16.1),
        ("QualityLow", "firing", 25.4), ("QualityLow", "resolved", 30.3),
    ]  # fmt: skip
    sent = {
        "alertname": "NodeDown", "dc": "fra1", "instance": "127.0.0.1:4666", "job": "nomad", "node": "fra1-gpu-02",
        "node_class": "gpu", "node_role": "client", "region": "eu", "severity": "critical", "team": "platform",
    }  # fmt: skip
    first = said.events("firing")[0]
    assert alert_identity(sent, 1_795_410_129_891).once("firing") == first.once
    assert first.at_ms == 1_795_410_129_891
    states = [r for r in said.kept if r.kind is RecordKind.STATE]
    assert {r.body["state"] for r in states} == {"pending", "firing", "resolved"}
    assert {r.body["owner"] for r in states} == {"platform", "answers"}


async def test_played_in_recorded_time_from_before_its_start(recorded: str) -> None:
    """The clock is in the past and fast; what is polled is what a backfill reads afterwards."""
    clock = RecordedClock(servers.minute(-0.2), speed=60)
    out = MemoryOutlet(clock)
    task = asyncio.create_task(PrometheusFeed(recorded).run(out))
    await until(lambda: clock.now_ms() > servers.minute(3.5) and len(out.blocks) > 5, 60, "three minutes, polled")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    played = Night(out)
    assert [doc["state"] for _, doc in out.healths][:1] == ["connecting"]
    points = played.values[played.find("consumer:DOCS/indexer", "pending").key]
    times = sorted(points)
    assert times[0] <= servers.minute(0.2)
    assert all(b - a == 5_000 for a, b in pairwise(times))
    assert not out.gaps


async def test_what_prometheus_did_not_scrape_is_a_gap_and_no_value(recorded: str) -> None:
    """After the recording's end the server still answers with its last values for five minutes."""
    out = await play(recorded, 41)
    last = max(at for points in Night(out).values.values() for at in points)
    assert servers.END_MS - 10_000 < last < servers.END_MS + 35_000
    assert [(name, to > servers.minute(40.8)) for name, _, to, _ in out.gaps] == [("prometheus", True)]
    assert out.gaps[0][1] <= last + 5_000
    doc = out.feeds["prometheus"]
    assert (doc["state"], doc["why"]) == ("degraded", "Prometheus answers, but has scraped nothing lately")
    assert out.events("resolved")[-1].body["alertname"] == "QualityLow"
