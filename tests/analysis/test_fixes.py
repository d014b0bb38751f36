"""What changes did: credit only where it is due, blame only where it shows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.analysis.changes import changes_of
from console.analysis.effect import Spell, outcome
from console.analysis.fixes import Effects, effects
from console.analysis.movement import moves_of
from console.analysis.scene import Change, Link, Scene, Topology
from console.analysis.verdict import judge
from console.findings import FixDoc
from console.scenes.tape import scene_of
from console.settings.paths import DEMO_TAPE
from console.signals import Bad, EntityKind, EntityRef, Pane, Record, RecordKind, Signal
from console.tape.store import open_tape
from tests.analysis.making import BEGIN_MS, STEP_MS, Array, noise, scene, signal

SLOTS = 480
QUALITY = signal("quality", Pane.MODELS, Bad.DOWN, of="p/answerer", unit="1")
LAG = signal("lag", Pane.INGESTION, Bad.UP, of="p/indexer", unit="s")
REJECTS = signal("rejects", Pane.INGESTION, Bad.UP, of="p/indexer", unit="/s")
CALM = [signal("load", Pane.SCHEDULING, Bad.UP, EntityKind.NODE, f"n{at}") for at in range(4)]
INDEXER = LAG.entity
ELSEWHERE = EntityRef(EntityKind.JOB, "p/elsewhere")


def _change(slot: int, entity: EntityRef = INDEXER, what: str = "indexer version 2") -> Change:
    return Change(BEGIN_MS + STEP_MS * (slot + 1), what, entity, "version", ("image",))


def _rows(rng: np.random.Generator, spans: Sequence[tuple[int, int]], size: float = 1.0) -> list[Array]:
    """Quality, lag, rejects and four calm signals; trouble in the spans, quality's a little later."""
    lag, quality = noise(rng, SLOTS, 2.0, 0.2), noise(rng, SLOTS, 0.95, 0.01)
    for begin, end in spans:
        lag[begin:end] += 30.0 * size
        quality[begin + 5 : end + 5] -= 0.4
    return [quality, lag, noise(rng, SLOTS, 0.0, 0.001), *(noise(rng, SLOTS) for _ in CALM)]


def _scene(rows: Sequence[Array], changes: Sequence[Change], end: int = SLOTS, **more: Sequence[Signal]) -> Scene:
    signals = [QUALITY, LAG, REJECTS, *CALM]
    links = [(LAG, QUALITY)]
    made = scene(signals, [row[:end] for row in rows], min(200, end - 1), links)
    return made._replace(changes=[one for one in changes if one.at_ms <= made.at_ms])


def _judged(made: Scene, since: int, symptom: int | None = 0) -> Effects:
    return effects(made, moves_of(made.grid, made.signals), symptom, since, mover=1)


def _one(made: Scene, since: int, symptom: int | None = 0) -> FixDoc:
    [doc] = _judged(made, since, symptom).fixes
    return doc


SPORADIC = ((240, 252), (272, 284), (305, 317), (336, 348))


def test_trouble_that_came_every_few_minutes_and_never_again_was_helped() -> None:
    rows = _rows(np.random.default_rng(1), SPORADIC)
    doc = _one(_scene(rows, [_change(345)]), 240)
    assert doc["effect"] == "helped"
    assert doc["text"].startswith("helped: answerer quality back in its range after ")
    assert doc["changes"] == ["image"] and doc["side_effects"] == []


def test_a_pause_as_long_as_those_before_is_too_early_to_tell() -> None:
    rows = _rows(np.random.default_rng(1), SPORADIC)
    doc = _one(_scene(rows, [_change(345)], end=362), 240)
    assert doc["effect"] == "too early to tell"
    assert "episodes came every" in doc["text"]


def test_trouble_that_goes_on_as_before_is_no_change() -> None:
    rows = _rows(np.random.default_rng(2), [*SPORADIC, (368, 380), (400, 412), (432, 444), (464, 476)])
    assert _one(_scene(rows, [_change(355)]), 240)["effect"] == "no change"


def test_one_long_trouble_that_ends_with_a_change_was_helped() -> None:
    rows = _rows(np.random.default_rng(3), [(300, 383)])
    made = _scene(rows, [_change(380)], end=420)
    assert _one(made, 300)["effect"] == "helped"
    assert _one(_scene(rows, [_change(380)], end=386), 300)["effect"] == "too early to tell"


def test_what_recovered_before_the_change_is_no_credit_to_it() -> None:
    rows = _rows(np.random.default_rng(4), [(300, 350)])
    doc = _one(_scene(rows, [_change(400)]), 300)
    assert doc["effect"] == "no change"
    assert "well already" in doc["text"]


def test_trouble_that_gets_longer_and_deeper_is_worse_and_what_is_new_is_named() -> None:
    rows = _rows(np.random.default_rng(5), [*SPORADIC, (362, 478)])
    rows[1][364:478] += 60.0
    rows[2][365:] += 5.0
    doc = _one(_scene(rows, [_change(360)]), 240)
    assert doc["effect"] == "worse"
    assert [text.split()[1] for text in doc["side_effects"]] == ["rejects"]
    assert "indexer lag at worst" in doc["text"] and "new: indexer rejects" in doc["text"]


def test_a_side_effect_is_what_was_well_before_only() -> None:
    rows = _rows(np.random.default_rng(6), [*SPORADIC, (362, 478)])
    rows[2][250:260] += 5.0
    rows[2][365:] += 5.0
    assert _one(_scene(rows, [_change(360)]), 240)["side_effects"] == []


def test_a_fix_is_judged_until_the_next_one() -> None:
    rows = _rows(np.random.default_rng(7), [*SPORADIC, (368, 380), (400, 412)])
    made = _scene(rows, [_change(355), _change(412, what="indexer version 1")])
    first, second = _judged(made, 240).fixes
    assert first["effect"] == "no change" and "judged until indexer version 1" in first["text"]
    assert second["effect"] == "helped"


def test_a_fix_that_was_overtaken_at_once_cannot_be_told() -> None:
    other = EntityRef(EntityKind.JOB, "p/answerer")
    rows = _rows(np.random.default_rng(8), SPORADIC)
    made = _scene(rows, [_change(343), _change(346, other, "answerer version 3")])
    first, second = _judged(made, 240).fixes
    assert first["effect"] == "too early to tell" and "overtaken after 15s by answerer version 3" in first["text"]
    assert second["effect"] == "helped"


def test_what_was_done_from_the_console_is_one_fix_with_its_effect() -> None:
    at_ms = BEGIN_MS + STEP_MS * 346
    body = {"text": "ana restarted indexer[0]", "change": True, "job": INDEXER.id}
    restarted = EntityRef(EntityKind.ALLOCATION, "3f2a91bc")
    deed = Record(RecordKind.EVENT, "console", restarted, "ActionDone", at_ms, at_ms, {**body, "action": "restart"})
    echo = Record(RecordKind.EVENT, "nomad", restarted, "TaskRestartAsked", at_ms + 90, at_ms + 90, body)
    made = _scene(_rows(np.random.default_rng(1), SPORADIC), changes_of([deed, echo], 0, at_ms + 10**6))
    assert len(made.changes) == 1
    doc = _one(made, 240)
    assert (doc["what"], doc["entity"], doc["effect"]) == ("ana restarted indexer[0]", "job:p/indexer", "helped")


def test_changes_of_one_job_within_a_minute_are_one_fix() -> None:
    rows = _rows(np.random.default_rng(9), SPORADIC)
    again = _change(348, what="indexer deployed")._replace(changes=("count",))
    doc = _one(_scene(rows, [_change(345), again]), 240)
    assert doc["what"] == "indexer version 2" and doc["changes"] == ["image", "count"]


def test_what_is_told_of_a_change_while_it_rolls_out_belongs_to_it() -> None:
    rows = _rows(np.random.default_rng(9), SPORADIC)
    told = [_change(at, what="deployment of indexer")._replace(kind="action", changes=[]) for at in (355, 365, 375)]
    doc = _one(_scene(rows, [_change(345), *told]), 240)
    assert doc["what"] == "indexer version 2" and doc["changes"] == ["image"]


def _far(at: int, kind: str = "version") -> Change:
    """A change of a job that the topology knows, and from which nothing leads to the trouble."""
    return _change(at, ELSEWHERE, "elsewhere version 9")._replace(kind=kind)


def _known(made: Scene) -> Scene:
    far = Link(ELSEWHERE, EntityRef(EntityKind.JOB, "p/further"), "told")
    return made._replace(topology=Topology((*made.topology.links, far)))


def test_a_deploy_that_cannot_matter_is_not_listed_and_overtakes_nothing() -> None:
    rows = _rows(np.random.default_rng(8), SPORADIC)
    [doc] = _judged(_known(_scene(rows, [_change(345), _far(347), _far(400)])), 240).fixes
    assert doc["what"] == "indexer version 2" and doc["effect"] == "helped" and "elsewhere" not in doc["text"]


def test_where_the_topology_does_not_know_what_was_touched_but_what_hurts_it_is_not_listed_either() -> None:
    rows = _rows(np.random.default_rng(8), SPORADIC)
    assert [one["what"] for one in _judged(_scene(rows, [_change(345), _far(347)]), 240).fixes] == ["indexer version 2"]


def test_an_action_that_a_person_marked_is_always_listed() -> None:
    rows = _rows(np.random.default_rng(8), SPORADIC)
    made = _known(_scene(rows, [_change(345), _far(347, "action")]))
    first, second = _judged(made, 240).fixes
    assert first["effect"] == "helped" and second["what"] == "elsewhere version 9"


def test_where_no_topology_is_told_a_change_right_after_another_does_not_end_it_but_a_later_one_does() -> None:
    rows = _rows(np.random.default_rng(8), SPORADIC)
    made = _scene(rows, [_change(345), _far(347)])._replace(topology=Topology())
    assert [one["effect"] for one in _judged(made, 240).fixes] == ["helped", "helped"]
    made = _scene(rows, [_change(345), _far(365)])._replace(topology=Topology())
    first, second = _judged(made, 240).fixes
    assert first["effect"] == "too early to tell" and "overtaken after 1m40s" in first["text"]
    assert second["effect"] == "helped"


def test_a_change_in_the_calm_between_two_episodes_is_credited_once_the_next_is_overdue() -> None:
    rows = _rows(np.random.default_rng(1), SPORADIC)
    words = [_one(_scene(rows, [_change(362)], end=end), 240)["effect"] for end in range(364, SLOTS, 4)]
    first = words.index("helped")
    assert set(words[:first]) == {"too early to tell"} and set(words[first:]) == {"helped"}
    assert 364 + 4 * first >= 336 + 2 * 32  # two usual periods after the last began


def test_no_change_is_not_said_before_there_was_time_to_see_one() -> None:
    rows = _rows(np.random.default_rng(3), [(300, 480)])
    words = [_one(_scene(rows, [_change(380)], end=end), 300)["effect"] for end in range(382, 470, 4)]
    first = words.index("no change")
    assert set(words[:first]) == {"too early to tell"} and set(words[first:]) == {"no change"}
    assert 382 + 4 * first >= 380 + 60


def test_a_backlog_that_builds_up_as_before_is_no_change_and_one_that_does_so_faster_is_worse() -> None:
    def effect_of(faster: float) -> FixDoc:
        rows = _rows(np.random.default_rng(14), [(300, 480)])
        after = np.arange(180) - 80.0
        rows[1][300:] += 2.0 * (np.arange(180) + (faster - 1) * np.maximum(after, 0.0))
        return _one(_scene([*rows[:2], noise(np.random.default_rng(15), SLOTS), *rows[3:]], [_change(380)]), 300)

    assert effect_of(1.0)["effect"] == "no change"
    assert effect_of(6.0)["effect"] == "worse" and "times the earlier worst" in effect_of(6.0)["text"]


def test_episodes_that_go_on_and_are_much_smaller_are_helped_with_numbers() -> None:
    rows = _rows(np.random.default_rng(16), SPORADIC)
    for begin in (368, 400, 432):
        rows[1][begin : begin + 12] += 3.0
        rows[0][begin + 5 : begin + 8] -= 0.06
    doc = _one(_scene(rows, [_change(355)], end=450), 240)
    assert doc["effect"] == "helped" and "of the time since" in doc["text"]


def test_a_change_into_the_middle_of_trouble_is_judged_although_the_trouble_is_told_as_from_later() -> None:
    rows = _rows(np.random.default_rng(17), [(270, 285), (305, 320), (340, SLOTS)])
    rows[1][340:] += 90.0
    found = _judged(_scene(rows, [_change(337)]), 338)
    assert [one["effect"] for one in found.fixes] == ["worse"] and found.suspects == []


def test_a_change_that_may_lie_before_the_onset_is_a_suspect_however_late_the_onset_is_told() -> None:
    rows = _rows(np.random.default_rng(18), SPORADIC)
    made = _scene(rows, [_change(256)])
    moves = moves_of(made.grid, made.signals)
    moves.onset[1], moves.latest[1] = 240, 250
    found = effects(made, moves, 0, 240, mover=1)
    assert found.fixes == [] and [one.change.what for one in found.suspects] == ["indexer version 2"]


def test_a_change_right_before_the_trouble_is_a_suspect_and_no_fix() -> None:
    rows = _rows(np.random.default_rng(10), SPORADIC)
    made = _scene(rows, [_change(20), _change(236), _change(237, ELSEWHERE, "elsewhere version 9")])
    found = _judged(made, 240)
    assert found.fixes == []
    assert [(one.change.what, one.hops) for one in found.suspects] == [
        ("indexer version 2", 0), ("elsewhere version 9", None)
    ]  # fmt: skip
    assert found.suspects[0].before_s == pytest.approx(20.0)


def test_what_all_untouched_signals_did_too_is_no_help() -> None:
    departure = np.random.default_rng(11).standard_normal(200)
    departure[100:150] += 6.0
    flags = np.zeros(200, np.bool_)
    flags[100:150] = True
    alone = outcome(departure, flags, Spell(100, 150, 200, 5.0, 0.0))
    with_all = outcome(departure, flags, Spell(100, 150, 200, 5.0, -4.0))
    assert alone is not None and alone.word == "helped"
    assert with_all is not None and with_all.word == "no change"


def test_noise_gets_neither_credit_nor_blame() -> None:
    wrong = 0
    for seed in range(40):
        rng = np.random.default_rng(500 + seed)
        at = np.cumsum(rng.integers(22, 45, 8)) + 205
        spans = [(int(one), int(one + rng.integers(6, 16))) for one in at if one < SLOTS - 20]
        rows = _rows(rng, spans, float(rng.uniform(0.7, 1.3)))
        doc = _one(_scene(rows, [_change(int(at[4]) + int(rng.integers(-10, 20)))]), int(at[0]))
        wrong += doc["effect"] in ("helped", "worse")
    assert wrong <= 6


def test_without_a_symptom_ingestion_speaks() -> None:
    rows = _rows(np.random.default_rng(12), SPORADIC)
    assert _one(_scene(rows, [_change(345)]), 240, symptom=None)["effect"] == "helped"


def test_a_change_that_is_later_than_the_scene_does_not_exist_for_it() -> None:
    rows = _rows(np.random.default_rng(13), SPORADIC)
    made = _scene(rows, [], end=340)._replace(changes=[_change(400)])
    assert _judged(made, 240) == Effects([], [])


_ANY = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.sampled_from([0.0, 1.0, np.nan, np.inf, 1e300]))


@settings(max_examples=60, deadline=None)
@given(data=st.data(), slots=st.integers(1, 60))
def test_whatever_comes_every_change_gets_one_of_four_words(data: st.DataObject, slots: int) -> None:
    signals = [QUALITY, LAG, REJECTS, CALM[0]]
    rows = [np.array(data.draw(st.lists(_ANY, min_size=slots, max_size=slots)), np.float64) for _ in signals]
    made = scene(signals, rows, data.draw(st.integers(0, slots - 1)), [(LAG, QUALITY)])
    places = data.draw(st.lists(st.integers(-100, slots + 100), max_size=4))
    made = made._replace(changes=[_change(at, INDEXER if at % 2 else ELSEWHERE) for at in places])
    symptom = data.draw(st.sampled_from([None, 0, 1]))
    since = data.draw(st.integers(-1, slots))
    for doc in effects(made, moves_of(made.grid, signals), symptom, since).fixes:
        assert doc["effect"] in ("helped", "no change", "worse", "too early to tell")
        assert doc["text"].startswith(doc["effect"]) and len(doc["side_effects"]) <= 5


def test_what_nobody_has_seen_since_is_too_early_to_tell() -> None:
    """Events come before samples: right after a change there is nothing that could tell of it."""

    with open_tape(DEMO_TAPE, "read") as store:
        scene = scene_of(store, int(store.meta()["begin_ms"]) + 1_287_000)
    change = scene.changes[-1]
    unseen = scene.grid.times_ms >= change.at_ms
    values = scene.grid.values.copy()
    values[:, unseen] = np.nan
    told = judge(scene._replace(grid=scene.grid._replace(values=values)))
    assert [fix["effect"] for fix in told["fixes"]] == ["too early to tell"]
