"""The recorded night, as the rows tell it: the bundled tape, read at moments of the story."""

from __future__ import annotations

import pytest

from console.panes.board import BoardModel
from console.panes.rows import PaneRow
from console.settings.paths import DEMO_TAPE
from console.signals import EntityKind, Health, Pane, RecordKind
from console.tape.store import open_tape
from tests.panes.build import Block, Part, named

BEGIN_MS = 1_795_409_325_075
PAST_MS = BoardModel.PAST_S * 1000

pytestmark = pytest.mark.skipif(not DEMO_TAPE.exists(), reason="the bundled tape has not been made")


def at(minute: float) -> BoardModel:
    """The board at a minute of the recording."""
    now_ms = BEGIN_MS + round(minute * 60_000)
    with open_tape(DEMO_TAPE, "read") as store:
        signals = store.signals()
        model = BoardModel()
        model.load(
            now_ms,
            store.states_at(now_ms),
            signals,
            store.samples(list(signals), now_ms - PAST_MS, now_ms),
            store.gaps(now_ms - PAST_MS, now_ms),
            {},
            store.records_between(now_ms - PAST_MS, now_ms, kinds=(RecordKind.EVENT,)),
        )
    return model


def consumer(model: BoardModel) -> PaneRow:
    return next(row for row in model.rows(Pane.INGESTION) if row.entity.kind is EntityKind.CONSUMER)


def loud(model: BoardModel, pane: Pane) -> set[str]:
    return {row.name for row in model.rows(pane) if row.health is not Health.OK}


def test_minute_8_is_quiet_but_for_a_batch_job_that_cannot_be_placed() -> None:
    model = at(8)
    blocked = named(model, Pane.SCHEDULING, "finetune-large")
    assert (blocked.health, blocked.word) == (Health.WARN, "blocked")
    assert "out of memory" in blocked.note
    model_row = named(model, Pane.MODELS, "answer-8b")  # its life is out of step, and it answers well
    assert (model_row.health, model_row.word) == (Health.WARN, "train outdated")
    assert not any(row.health is Health.BAD for pane in Pane if pane is not Pane.OWNERSHIP for row in model.rows(pane))
    assert not loud(model, Pane.INGESTION)


def test_nobody_owns_the_partners_documents_and_everybody_else_answers() -> None:
    model = at(8)
    partner = model.rows(Pane.OWNERSHIP)[0]
    assert (partner.health, partner.word) == (Health.BAD, "NO OWNER")
    assert "partner" in partner.name
    assert [one.text for one in partner.numbers] == ["NO OWNER", "no on-call"]
    assert "no contract" in partner.note
    owned = named(model, Pane.OWNERSHIP, "indexer")
    assert [one.text for one in owned.numbers][:2] == ["search-data", "ana"]  # whose turn it is by the rota
    assert loud(model, Pane.OWNERSHIP) == {partner.name, "docs.price"}
    doubtful = named(model, Pane.OWNERSHIP, "docs.price")  # its contract promises freshness in a unit of two meanings
    assert (doubtful.health, doubtful.word) == (Health.UNKNOWN, "in doubt")


def test_minute_12_ingestion_and_quality_are_bad_while_scheduling_is_fine() -> None:
    model = at(12.3)
    quality = named(model, Pane.MODELS, "answer-8b")
    assert quality.health is Health.BAD
    assert quality.word.startswith("quality .")
    behind = consumer(model)
    assert behind.health is Health.BAD
    assert {"pending", "event lag"} <= {one.label for one in behind.numbers if one.health is Health.BAD}
    assert any("partner" in row.name and row.health is Health.BAD for row in model.rows(Pane.INGESTION))
    assert not any(row.health is Health.BAD for row in model.rows(Pane.SCHEDULING))
    assert "v1" in named(model, Pane.SCHEDULING, "partner-feed").note


def test_minute_14_the_node_is_down_and_its_alert_stands_on_its_row() -> None:
    node = at(14).rows(Pane.SCHEDULING)[0]
    assert (node.name, node.health, node.word) == ("fra1-gpu-02", Health.BAD, "down")
    assert "NodeDown" in node.note


def test_minute_19_all_is_well_again_and_the_episodes_left_their_trace() -> None:
    model = at(19.4)
    quality = named(model, Pane.MODELS, "answer-8b")
    assert quality.health in (Health.OK, Health.WARN)
    assert "quality bad" in quality.note
    assert min(cell for cell in quality.spark if cell is not None) < 0.7
    assert "bad" in consumer(model).note
    assert "fra1-gpu-02" not in loud(model, Pane.SCHEDULING)


def test_minute_26_the_fix_made_it_worse_and_the_alert_stands_on_the_model() -> None:
    model = at(26)
    assert named(model, Pane.SCHEDULING, "indexer").health is Health.OK
    quality = named(model, Pane.MODELS, "answer-8b")
    assert quality.health is Health.BAD
    assert "QualityLow fires" in quality.note
    bad = {one.label for row in model.rows(Pane.INGESTION) for one in row.numbers if one.health is Health.BAD}
    assert any("dead letter" in label for label in bad)
    assert any("rejected" in label for label in bad)


def test_minute_37_is_healthy_but_for_what_lies_in_the_dead_letter_queue() -> None:
    model = at(37.5)
    quality = named(model, Pane.MODELS, "answer-8b")
    assert quality.health is Health.WARN  # its life is out of step, and its objective has not got over it yet
    assert {one.text for one in quality.numbers} >= {"spent"}
    assert consumer(model).health is Health.OK
    assert loud(model, Pane.INGESTION) <= {"DLQ"}
    assert not loud(model, Pane.SCHEDULING)


def test_playing_the_night_is_loading_it() -> None:
    with open_tape(DEMO_TAPE, "read") as store:
        signals = store.signals()
    played, to_ms = at(9), BEGIN_MS + 9 * 60_000
    for step in range(1, 60):
        from_ms, to_ms = to_ms, BEGIN_MS + 9 * 60_000 + step * 5_000
        with open_tape(DEMO_TAPE, "read") as store:
            records = store.records_between(from_ms, to_ms)
            samples = store.samples(list(signals), from_ms, to_ms)
        parts = tuple(Part(one.times_ms, {signal_id: one.values}) for signal_id, one in samples.items())
        played.apply(to_ms, records, [Block("prometheus", parts)])
        if step % 10 == 0:
            fresh = at(9 + step / 12)
            for pane in Pane:
                assert played.rows(pane) == fresh.rows(pane)
