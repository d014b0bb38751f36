"""Models and ingestion: rows that stand on signals."""

from __future__ import annotations

import math

from console.panes.inputs import Gap
from console.signals import Bad, EntityKind, EntityRef, Health, Pane, Signal
from tests.panes.build import MINUTE, T0, alert, block, board, feed, job, only, signal

MODEL = EntityRef(EntityKind.MODEL, "answer-8b@2026-10-r4")
NOW = T0 // MINUTE * MINUTE
QUALITY = signal("quality", MODEL, Pane.MODELS, "1", Bad.DOWN, rank=0)
P95 = signal("p95", MODEL, Pane.MODELS, "s", Bad.UP, rank=1)
ERRORS = signal("errors", MODEL, Pane.MODELS, "1", Bad.UP, rank=2)


def job_signal(name: str, job_id: str, pane: Pane, unit: str = "", bad: Bad = Bad.UP, rank: int = 5) -> Signal:
    return signal(name, EntityRef(EntityKind.JOB, job_id), pane, unit, bad, rank=rank)


def test_a_model_has_one_row_with_its_numbers_by_rank() -> None:
    row = only(board(NOW, [], [(ERRORS, [0.01] * 600), (P95, [0.31] * 600), (QUALITY, [0.97] * 600)]), Pane.MODELS)
    assert (row.name, row.health, row.word, row.note) == ("answer-8b", Health.OK, "", "2026-10-r4")
    assert [(one.label, one.text) for one in row.numbers] == [("quality", ".97"), ("p95", "310ms"), ("errors", "1%")]
    assert row.signals[0] == QUALITY.key
    assert len(row.spark) == 16
    assert row.spark_range == (0.0, 1.0)


def test_what_departs_comes_first_and_gives_the_word() -> None:
    row = only(board(NOW, [], [(QUALITY, [0.97] * 600), (P95, [0.31] * 590 + [9.0] * 10)]), Pane.MODELS)
    assert (row.health, row.word) == (Health.BAD, "p95 9.0s")
    assert [one.label for one in row.numbers] == ["p95", "quality"]
    assert row.signals[0] == P95.key
    assert row.spark[-1] == 9.0


def test_a_rate_that_never_was_anything_but_zero_steps_behind_what_tells_something() -> None:
    failures = signal("failures", MODEL, Pane.MODELS, "/s", Bad.UP, rank=5)
    waiting = signal("waiting", MODEL, Pane.MODELS, "", Bad.UP, rank=6)
    calm = only(board(NOW, [], [(failures, [0.0] * 600), (waiting, [0.0] * 600), (P95, [0.31] * 600)]), Pane.MODELS)
    assert [one.label for one in calm.numbers] == ["p95", "waiting", "failures"]
    assert calm.signals[0] == P95.key
    shouting = only(board(NOW, [], [(failures, [0.0] * 590 + [4.0] * 10), (P95, [0.31] * 600)]), Pane.MODELS)
    assert [one.label for one in shouting.numbers] == ["failures", "p95"]
    over = [0.0] * 580 + [4.0] * 10 + [0.0] * 10
    after = only(board(NOW, [], [(failures, over), (P95, [0.31] * 600)]), Pane.MODELS)
    assert [one.label for one in after.numbers] == ["failures", "p95"]
    assert max(value for value in after.spark if value is not None) == 4.0


def test_a_row_tells_that_signals_were_placed_by_their_names() -> None:
    assert not only(board(NOW, [], [(QUALITY, [0.97])]), Pane.MODELS).guessed
    guessed = QUALITY._replace(guessed=True)
    assert only(board(NOW, [], [(guessed, [0.97]), (P95, [0.3])]), Pane.MODELS).guessed


def test_an_episode_that_is_over_leaves_a_trace() -> None:
    row = only(board(NOW, [], [(QUALITY, [0.97] * 600 + [0.2] * 6 + [0.97] * 10)]), Pane.MODELS)
    assert row.health is Health.OK
    assert row.note.startswith("quality bad 40s ago")
    assert min(value for value in row.spark if value is not None) < 0.3


def test_the_job_that_serves_a_model_stands_on_its_row() -> None:
    states = [job("llm-prod/answerer", meta={"model": "answer-8b", "model_version": "2026-10-r4"})]
    queue = job_signal("queue", "llm-prod/answerer", Pane.MODELS)
    row = only(board(NOW, states, [(QUALITY, [0.97] * 600), (queue, [0.0] * 600)]), Pane.MODELS)
    assert [one.label for one in row.numbers] == ["quality", "queue"]
    alone = board(NOW, [job("llm-prod/answerer")], [(QUALITY, [0.97] * 600), (queue, [0.0] * 600)])
    assert [one.name for one in alone.rows(Pane.MODELS)] == ["answer-8b", "answerer"]


def test_two_versions_of_a_model_are_one_row_that_says_so() -> None:
    other = signal("quality", EntityRef(EntityKind.MODEL, "answer-8b@r5"), Pane.MODELS, "1", Bad.DOWN)
    row = only(board(NOW, [], [(QUALITY, [0.97] * 600), (other, [0.9] * 600)]), Pane.MODELS)
    assert (row.entity.id, row.health, row.word) == ("answer-8b", Health.WARN, "mixed versions")
    assert "2026-10-r4" in row.note and "r5" in row.note


def test_a_model_that_runs_unmeasured_is_unknown() -> None:
    row = only(board(NOW, [job("p/reranker", meta={"model": "rerank-mini"})]), Pane.MODELS)
    assert (row.name, row.health, row.word) == ("rerank-mini", Health.UNKNOWN, "not measured")
    assert "served by reranker" in row.note


def test_a_consumer_and_the_job_that_consumes_are_one_row() -> None:
    pending = signal("pending", EntityRef(EntityKind.CONSUMER, "DOCS/indexer"), Pane.INGESTION, rank=0)
    lag = job_signal("lag", "llm-prod/indexer", Pane.INGESTION, "s", rank=1)
    row = only(board(NOW, [], [(pending, [0.0] * 600 + [640.0] * 6), (lag, [0.02] * 600)]), Pane.INGESTION)
    assert (row.name, row.health, row.word) == ("DOCS/indexer", Health.BAD, "pending 640")
    assert [one.label for one in row.numbers] == ["pending", "lag"]


def test_a_flow_with_signals_from_producer_and_consumer_is_one_row() -> None:
    partner = EntityRef(EntityKind.FLOW, "partner")
    rejected = signal("rejected", partner, Pane.INGESTION, "/s", Bad.UP, labels={"nomad_job": "indexer"})
    received = signal("in", partner, Pane.INGESTION, "/s", Bad.EITHER, labels={"nomad_job": "indexer"})
    out = job_signal("out", "llm-prod/partner-feed", Pane.INGESTION, "/s", Bad.EITHER)
    states = [job("llm-prod/partner-feed"), job("llm-prod/indexer")]
    row = only(board(NOW, states, [(rejected, [0.0] * 600), (received, [2.0] * 600), (out, [2.0] * 600)]),
               Pane.INGESTION)  # fmt: skip
    assert (row.name, row.note) == ("partner", "from partner-feed")
    assert {one.label for one in row.numbers} == {"rejected", "in", "out"}


def test_stale_is_never_ok_and_comes_by_itself() -> None:
    model = board(NOW, [], [(QUALITY, [0.97] * 600)])
    assert only(model, Pane.MODELS).health is Health.OK
    assert model.next_change_ms() <= NOW + 15_001
    assert Pane.MODELS in model.apply(NOW + 15_001)
    assert (only(model, Pane.MODELS).health, only(model, Pane.MODELS).word) == (Health.STALE, "stale 10s")
    model.apply(NOW + 10 * MINUTE)
    assert only(model, Pane.MODELS).word == "gone 10m"


def test_a_series_that_ended_leaves_the_row_to_those_that_go_on() -> None:
    model = board(NOW, [], [(QUALITY, [0.97] * 600), (P95, [0.3] * 400 + [math.nan] * 200)])
    assert [one.label for one in only(model, Pane.MODELS).numbers] == ["quality"]


def test_a_source_that_is_lost_takes_its_rows_with_it() -> None:
    model = board(NOW, [feed("prometheus", at_ms=NOW)], [(QUALITY, [0.97] * 600)])
    model.apply(NOW + 1, [feed("prometheus", "down", NOW + 1, why="Prometheus refuses.")])
    assert only(model, Pane.MODELS).health is Health.STALE
    assert model.notice(Pane.MODELS) == "Prometheus refuses."
    assert model.feeds(Pane.MODELS)[0].health is Health.BAD


def test_a_gap_is_a_hole_and_makes_stale_while_it_lasts() -> None:
    values = [0.97] * 560 + [math.nan] * 20 + [0.97] * 20
    model = board(NOW, [], [(QUALITY, values)], gaps=[Gap("prometheus", NOW - 200_000, NOW - 100_000, "no answer")])
    row = only(model, Pane.MODELS)
    assert row.health is Health.OK
    assert None in row.spark
    open_gap = board(NOW, [], [(QUALITY, values)], gaps=[Gap("prometheus", NOW - 1000, None, "no answer")])
    assert only(open_gap, Pane.MODELS).health is Health.STALE
    assert open_gap.feeds(Pane.MODELS)[0].word == "not seen"


def test_a_sparkline_stands_still_within_a_cell() -> None:
    model = board(NOW, [], [(QUALITY, [0.97] * 600)])
    before = only(model, Pane.MODELS).spark
    for second in (5, 10, 15, 20, 25):
        model.apply(NOW + second * 1000, [], [block(NOW + second * 1000, {1: 0.97})])
        assert only(model, Pane.MODELS).spark == before


def test_a_slow_signal_is_no_row_of_holes() -> None:
    slow = signal("drift", MODEL, Pane.MODELS, "1", Bad.UP, step_s=60.0)
    row = only(board(NOW, [], [(slow, [0.1] * 60)]), Pane.MODELS)
    assert None not in row.spark
    assert row.health is Health.OK


def test_an_alert_with_its_labels_marks_the_row_of_the_model_and_of_the_consumer() -> None:
    low = alert("QualityLow", {"gen_ai_request_model": "answer-8b", "model_version": "2026-10-r4"})
    row = only(board(NOW, [low], [(QUALITY, [0.97] * 600)]), Pane.MODELS)
    assert (row.health, row.word) == (Health.WARN, "QualityLow")
    pending = signal("pending", EntityRef(EntityKind.CONSUMER, "DOCS/indexer"), Pane.INGESTION)
    lag = alert("IngestLag", {"stream_name": "DOCS", "consumer_name": "indexer"})
    assert only(board(NOW, [lag], [(pending, [0.0] * 600)]), Pane.INGESTION).word == "IngestLag"


def test_text_from_outside_passes_as_data() -> None:
    evil = "[red]\x1b[31m{x}\u202e%s\n"
    entity = EntityRef(EntityKind.FLOW, evil)
    one = signal(evil, entity, Pane.INGESTION)
    model = board(NOW, [job(f"ns/{evil}", meta={"owner": evil, "produces": evil}), alert(evil, {"node": evil})],
                  [(one, [0.0] * 600)])  # fmt: skip
    assert only(model, Pane.INGESTION).name == evil
    assert [row.name for row in model.rows(Pane.SCHEDULING)] == [evil, evil]
    assert all(evil in row.name for row in model.rows(Pane.OWNERSHIP))
    assert model.signals(only(model, Pane.INGESTION)) == [one]
