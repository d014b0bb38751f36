"""The verdict on small stories whose truth is known."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from console.analysis.scene import Scene
from console.analysis.verdict import judge
from console.signals import Bad, EntityKind, EntityRef, Pane
from tests.analysis.making import Array, alarm, bursts, grid, noise, scene, signal

SLOTS = 360  # half an hour of five seconds
QUALITY = signal("quality", Pane.MODELS, Bad.DOWN, EntityKind.MODEL, "answer@1", "1")
LATENCY = signal("latency", Pane.MODELS, Bad.UP, EntityKind.MODEL, "answer@1", "s")
LAG = signal("lag", Pane.INGESTION, Bad.UP, EntityKind.CONSUMER, "docs/indexer", "s")
REJECTED = signal("rejected", Pane.INGESTION, Bad.UP, EntityKind.FLOW, "partner", "/s")
CPU = signal("cpu", Pane.SCHEDULING, Bad.UP, EntityKind.NODE, "node-1", "%")
OTHER = signal("cpu", Pane.SCHEDULING, Bad.UP, EntityKind.NODE, "node-2", "%")
LINKS = ((REJECTED, LAG), (LAG, QUALITY), (CPU, QUALITY))
NODE = EntityRef(EntityKind.NODE, "node-1")
STARTS = (200, 240, 280, 320)


def quiet_rows(seed: int = 1) -> dict[str, Array]:
    rng = np.random.default_rng(seed)
    return {
        "quality": noise(rng, SLOTS, 0.95, 0.01),
        "latency": noise(rng, SLOTS, 0.3, 0.01),
        "lag": np.abs(noise(rng, SLOTS, 0.5, 0.2)),
        "rejected": np.abs(noise(rng, SLOTS, 0.0, 0.02)),
        "cpu": noise(rng, SLOTS, 40, 3),
        "other": noise(rng, SLOTS, 40, 3),
    }


def made(rows: dict[str, Array], **more: object) -> Scene:
    signals = [QUALITY, LATENCY, LAG, REJECTED, CPU, OTHER]
    return scene(signals, list(rows.values()), **({"links": LINKS} | more))  # type: ignore[arg-type]


def night(seed: int = 1) -> dict[str, Array]:
    """Lag comes in bursts, quality falls six slots after it; a node's load rises meanwhile for reasons of its own."""
    rows = quiet_rows(seed)
    rows["rejected"] += bursts(SLOTS, [190], SLOTS - 190, 3.0)
    rows["lag"] += bursts(SLOTS, STARTS, 14, 30.0)
    rows["quality"] -= bursts(SLOTS, [one + 6 for one in STARTS], 14, 0.4)
    rows["other"] += bursts(SLOTS, [260], 40, 50.0)
    return rows


def test_the_feed_moved_first_and_the_node_misleads() -> None:
    told = judge(made(night(), alarms=[alarm(262, EntityRef(EntityKind.NODE, "node-2"), until=300)]))
    assert told["state"] == "incident"
    assert told["first_mover"] is not None
    assert told["first_mover"]["signal"] == REJECTED.key
    assert told["symptom"] is not None
    assert told["symptom"]["signal"] == QUALITY.key
    assert told["lead_s"] == pytest.approx(72 * 5, abs=15)
    assert told["misleading"]["is"]
    assert told["ranked"][0]["signal"] == REJECTED.key
    assert told["ranked"][1]["signal"] == LAG.key
    assert len(told["symptom_episodes"]) == len(STARTS)
    assert [one["rank"] for one in told["ranked"]] == list(range(1, len(told["ranked"]) + 1))


@pytest.mark.parametrize("seed", range(12))
def test_a_quiet_system_stays_quiet(seed: int) -> None:
    rows = quiet_rows(seed)
    rows["other"] += bursts(SLOTS, [300], 4, 40.0)  # a deploy somewhere
    told = judge(made(rows))
    assert told["state"] == "quiet"
    assert told["first_mover"] is None
    assert told["fourth_signal"] is None
    assert told["ranked"] == []


def test_an_alarm_about_the_symptom_is_late_and_does_not_mislead() -> None:
    told = judge(made(night(), alarms=[alarm(340, QUALITY.entity, "QualityLow")]))
    assert told["first_alarm"] is not None
    assert not told["misleading"]["is"]
    assert told["lead_s"] is not None and told["lead_s"] > 600


def test_a_cause_that_is_not_on_the_tape_is_not_invented() -> None:
    rows = quiet_rows()
    rows["quality"] -= bursts(SLOTS, STARTS, 14, 0.4)
    rows["latency"] += bursts(SLOTS, [one + 3 for one in STARTS], 14, 0.2)
    rows["other"] += bursts(SLOTS, [150], 5, 30.0)
    told = judge(made(rows))
    assert told["first_mover"] is None
    assert told["evidence_against"]


def test_nothing_later_matters() -> None:
    rows = night()
    cut = {name: row[:300] for name, row in rows.items()}
    later = {name: np.where(np.arange(SLOTS) < 300, row, np.nan) for name, row in rows.items()}
    assert judge(made(cut))["ranked"] == judge(made(cut))["ranked"]
    assert judge(made(cut))["first_mover"] is not None
    assert later["lag"].shape == rows["lag"].shape


def test_asked_about_a_signal_that_is_well() -> None:
    told = judge(made(quiet_rows(), symptom=LATENCY.key))
    assert told["state"] == "quiet"
    assert told["symptom"] is None


def test_asked_about_a_signal_that_does_not_exist() -> None:
    with pytest.raises(KeyError):
        judge(made(quiet_rows(), symptom="nothing"))


def test_a_verdict_that_changes_says_what_changed_its_mind() -> None:
    before = judge(made(quiet_rows()))
    told = judge(made(night()), before)
    assert any("quiet became" in one for one in told["changed"])
    assert any(told["first_mover"]["name"] in one for one in told["changed"])  # type: ignore[index]
    assert judge(made(night()), told)["changed"] == []


def test_a_verdict_is_plain_json() -> None:
    told = judge(made(night(), alarms=[alarm(262, NODE)]))
    assert json.loads(json.dumps(told, allow_nan=False)) == told


NUMBERS = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.sampled_from([0.0, 1.0, 50.0, np.nan]))


@settings(max_examples=80, deadline=None)
@given(
    arrays(np.float64, st.tuples(st.just(6), st.integers(1, 50)), elements=NUMBERS),
    st.sampled_from([None, QUALITY.key, CPU.key]),
)
def test_any_numbers_give_a_verdict(values: Array, symptom: str | None) -> None:
    signals = [QUALITY, LATENCY, LAG, REJECTED, CPU, OTHER]
    told = judge(scene(signals, list(values), links=LINKS, symptom=symptom))
    json.dumps(told, allow_nan=False)
    assert 0 <= told["confidence"] <= 1
    for one in told["ranked"]:
        assert 0 <= one["score"] <= 1
        assert one["p_value"] is None or 0 < one["p_value"] <= 1


def test_no_signals_at_all() -> None:
    told = judge(Scene(0, 0, [], grid(np.empty((0, 0)))))
    assert told["state"] == "quiet"
