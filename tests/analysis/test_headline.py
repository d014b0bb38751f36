"""The headline: what a tired person reads first is right, short, and never more than is known."""

from __future__ import annotations

import numpy as np
import pytest

from console.analysis.gate import State
from console.analysis.headline import headline
from console.analysis.misleading import Misleading
from console.analysis.scene import Omission, Scene
from console.analysis.symptom import Symptom
from console.analysis.verdict import judge
from console.findings import FixDoc
from console.format import clock
from tests.analysis.making import BEGIN_MS, STEP_MS, grid, scene
from tests.analysis.saying import (
    CPU,
    FAILURES,
    HURT,
    MOVED,
    NOBODY_ASKED,
    QUALITY,
    SLOTS,
    alarmed,
    candidate,
    fix,
    hurt,
    made,
    named,
    owner,
    suspect,
)


def said(
    one: Scene | None = None,
    *,
    state: State = "incident",
    symptom: Symptom | None = None,
    first: object = None,
    alarm: Misleading = NOBODY_ASKED,
    lead: str = "",
    fixes: tuple[FixDoc, ...] = (),
    suspects: tuple[object, ...] = (),
) -> str:
    told = first if first is not None else named(candidate())
    return headline(one or made(), state, symptom or hurt(), told, alarm, lead, fixes, suspects)  # type: ignore[arg-type]


def at(slot: int) -> str:
    return clock(BEGIN_MS + STEP_MS * (slot + 1))


def test_what_moved_first_which_way_and_the_symptom_after_it() -> None:
    assert said() == (
        f"partner schema failures rose first, at {at(MOVED)}; answer quality fell 1m10s later. Nothing has alarmed."
    )


def test_a_good_way_is_told_as_it_went() -> None:
    assert "partner schema failures fell first" in said(first=named(candidate(direction=-1)))


def test_an_alarm_misleads_or_comes_later_or_before() -> None:
    assert "NodeDown, which alarmed first, misleads." in said(alarm=alarmed(), lead="2m50s before")
    assert "NodeDown alarmed 2m50s later." in said(alarm=alarmed(False), lead="2m50s before")
    assert "NodeDown had alarmed 20s before." in said(alarm=alarmed(False), lead="20s after")
    assert "NodeDown alarmed at the same moment." in said(alarm=alarmed(False), lead="at the same moment")


def test_a_fix_by_its_short_name() -> None:
    text = said(alarm=alarmed(), fixes=(fix("helped"), fix("worse"), fix("no change", "other stopped")))
    assert text.endswith("indexer version 2: worse.") and "CHECKS" not in text


def test_the_change_that_came_shortly_before() -> None:
    assert f"rose first, at {at(MOVED)}, 10s after partner-feed version 1; " in said(suspects=(suspect(),))


@pytest.mark.parametrize("one", [suspect(600.0), suspect(-20.0), suspect(hops=None)])
def test_a_change_long_before_or_after_or_who_knows_where_is_no_trigger(one: object) -> None:
    assert "partner-feed" not in said(suspects=(one,))


def test_nobody_owns_what_moved() -> None:
    assert "Nobody owns partner." in said(made(ownership=[owner("partner", None)]))
    both = made(ownership=[owner("partner", None), owner("partner-feed", None)])
    assert "Nobody owns partner-feed." in said(both)
    assert "Nobody owns" not in said(made(ownership=[owner("partner", "ana")]))


def test_at_the_same_moment_no_order_is_claimed() -> None:
    text = said(first=named(candidate(lead=2.0)))
    assert "first" not in text and "their order is not sure" in text


def test_who_keeps_the_excess_where_order_says_nothing() -> None:
    kept = candidate(lead=0.0, share=0.99, said="keeps 99% of the symptom's excess latency: +1s x 3 requests")
    assert said(first=named(kept)).startswith(f"partner keeps 99% of answer's excess latency, since {at(MOVED)}.")
    assert "moved first" not in said(first=named(kept))


def test_an_onset_that_is_not_sure_is_an_interval() -> None:
    text = said(first=named(candidate(earliest=MOVED - 24, latest=MOVED)))
    begin, end = (clock(BEGIN_MS + STEP_MS * (slot + 1), seconds=False) for slot in (MOVED - 24, MOVED))
    assert f"between {begin} and {end}" in text


def test_the_symptom_itself_as_the_first_that_moved() -> None:
    text = said(first=named(candidate(0, lead=0.0, direction=-1)))
    assert text.startswith("answer quality fell at") and "nothing known moved before it" in text


def test_no_cause_is_invented() -> None:
    text = said(first=named(why_not="all that moved came after it"))
    assert text.startswith(f"answer quality fell at {at(HURT)}; what moved it is not known: all that moved came after")


def test_what_is_over_is_told() -> None:
    assert said(symptom=hurt(last=HURT + 5)).find(f"Well again since {at(HURT + 5)}.") > 0


def test_it_is_short_though_names_are_long() -> None:
    one = made(ownership=[owner("partner", None)])
    long = alarmed()._replace(alarm=alarmed().alarm._replace(what="word " * 100))  # type: ignore[union-attr]
    text = said(one, alarm=long, lead="2m50s before", fixes=(fix("worse", "act " * 100),), suspects=(suspect(),))
    assert len(text) < 300 and "Nobody" not in text and "partner-feed" not in text


def test_text_from_outside_does_no_harm() -> None:
    evil = alarmed()._replace(alarm=alarmed().alarm._replace(what="Node\x1b[31m\nDown"))  # type: ignore[union-attr]
    assert said(alarm=evil).isprintable()


def quiet(one: Scene) -> str:
    return judge(one)["headline"]


def test_quiet_counts_what_was_judged() -> None:
    rows = [np.full(SLOTS, 1.0), np.full(SLOTS, 2.0)]
    assert quiet(scene([CPU], rows[:1])).endswith("; 1 signal watched.")
    assert quiet(scene([CPU, FAILURES], rows)).endswith("; 2 signals watched.")
    left_out = scene([CPU, FAILURES], rows)._replace(omitted=[Omission(CPU.key, "too few values")])
    assert quiet(left_out).endswith("; 1 of 2 signals judged.")


def test_what_could_not_be_judged_is_not_called_quiet() -> None:
    few = [np.full(3, 1.0), np.full(3, 2.0)]
    for text in (
        quiet(scene([CPU, FAILURES], few)),
        quiet(scene([CPU], few[:1])),
        quiet(scene([CPU, FAILURES], few, symptom=CPU.key)),
        quiet(Scene(0, 0, [], grid(np.empty((0, 0))))),
    ):
        assert text.startswith("Nothing could be judged: ")  # fmt: skip
    assert "node-1 cpu" in quiet(scene([CPU, FAILURES], few, symptom=CPU.key))


def test_who_asks_about_a_signal_that_is_well_reads_its_name() -> None:
    rows = [np.full(SLOTS, 1.0), np.full(SLOTS, 2.0)]
    text = quiet(scene([QUALITY, CPU], rows, symptom=CPU.key))
    assert text.startswith("Quiet: node-1 cpu, which was asked about, has not left its normal range")


def test_an_alarm_alone() -> None:
    text = headline(made(), "suspect", None, named(), alarmed(False), "", ())
    assert text.startswith("NodeDown alarmed at ") and "about node-2; no signal has left its normal range" in text
