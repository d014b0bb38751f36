"""What came of a flow as stages of a funnel: what was not seen is never well, and nothing is lost in silence."""

from __future__ import annotations

from console.governance.integrity import Hop, Integrity, Lost, StageCount
from console.screens.drill.flowtext import funnel_stages, funnel_title, stage_opens

MINUTE = 60_000


def told(*stages: StageCount, hops: tuple[Hop, ...] = (), complete: float | None = None) -> Integrity:
    return Integrity(stages, hops, {}, {}, complete, None, None, None, None, 0, 30 * MINUTE)


def lost(things: float, ins: float, bound: float = 1.0, unaccounted: float = 0.0) -> Lost:
    return Lost(things, bound, ins, ins - things, 1800.0, unaccounted)


def stage(name: str, ins: float | None, outs: float | None, **more: object) -> StageCount:
    return StageCount(name, ins, outs, more.pop("losses", {}), more.pop("unseen_s", 0.0), **more)  # type: ignore[arg-type]


def test_losses_by_kind_and_what_is_nowhere() -> None:
    (one,) = funnel_stages(told(stage("indexer", 1000.0, 600.0, losses={"dead letters": 250.0}, lost=lost(400, 1000))))
    assert (one.health, one.share) == ("bad", "60%")
    assert (one.lost.value, one.missing) == (250.0, 150.0)
    assert one.lost.text == "400"
    assert "dead letters 250" in one.note
    assert "150 came in and are nowhere" in one.note


def test_what_is_thrown_out_before_it_came_in_is_told_and_not_drawn_as_lost_within() -> None:
    (one,) = funnel_stages(told(stage("a", 1900.0, 1900.0, losses={"schema failures": 1100.0}, lost=lost(0, 1900))))
    assert (one.health, one.lost.text, one.lost.value) == ("bad", "1.1k", 0.0)


def test_a_small_loss_is_to_be_looked_at_and_none_within_the_doubt() -> None:
    small, none = funnel_stages(
        told(stage("a", 1000.0, 990.0, lost=lost(10, 1000)), stage("b", 1000.0, 999.5, lost=lost(0.5, 1000)))
    )
    assert (small.health, none.health) == ("warn", "ok")
    assert none.missing == 0


def test_an_end_that_nobody_saw_leaves_a_stage_unknown_but_for_where_a_flow_begins_and_ends() -> None:
    found = funnel_stages(told(stage("a", None, 10.0), stage("b", 10.0, None), stage("c", 10.0, None)))
    assert [one.health for one in found] == ["ok", "unknown", "ok"]
    assert found[0].ins.text == "–"


def test_what_was_not_seen_at_all_has_a_word_and_no_zero() -> None:
    nobody, unseen = funnel_stages(told(stage("a", None, None), stage("b", None, None, declared=True, unseen_s=1800.0)))
    assert (nobody.word, unseen.word) == ("nothing counts it", "not seen in this time")
    assert nobody.health == unseen.health == "unknown"
    assert nobody.ins.value is None
    assert "not seen for 30m00s of 30m00s" in unseen.note


def test_where_too_much_is_unaccounted_for_nothing_is_said_to_be_well() -> None:
    (one,) = funnel_stages(told(stage("a", 10.0, 10.0, lost=lost(0, 10, unaccounted=50.0))))
    assert one.health == "unknown"


def test_what_is_lost_between_two_stages_is_told_at_the_second() -> None:
    hops = (Hop("a", "b", lost(300, 1000)),)
    _, second = funnel_stages(told(stage("a", None, 1000.0), stage("b", 700.0, 700.0, lost=lost(0, 700)), hops=hops))
    assert second.health == "bad"
    assert "300 lost on the way here from a" in second.note


def test_more_out_than_in_is_said_and_no_loss() -> None:
    (one,) = funnel_stages(told(stage("a", 10.0, 15.0, lost=Lost(-5.0, 1.0, 10.0, 15.0, 60.0))))
    assert "5 more came out than went in" in one.note
    assert one.lost.value in (None, 0.0)


def test_the_title_says_the_window_and_what_arrives() -> None:
    title, status = funnel_title(told(stage("a", 1.0, 1.0), complete=0.65))
    assert title[0].text == "Stages, the last 30m00s"
    assert status[0].text == "65.0% of what comes in goes out"
    assert funnel_title(told(stage("a", None, None)))[1][0].text == "nothing of it was counted"


def test_enter_on_a_stage_opens_what_it_names() -> None:
    found = told(stage("a b", 1.0, 1.0, entity="job:p/a"), stage("c", 1.0, 1.0, entity="elsewhere"))
    keys = [one.key for one in funnel_stages(found)]
    assert [stage_opens(found, key) for key in keys] == ["job:p/a", ""]
