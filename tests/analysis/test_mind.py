"""What changed between two verdicts: what a reader would notice, and no more."""

from __future__ import annotations

from typing import Any

from console.analysis.mind import changed
from console.findings import FixDoc, VerdictDoc
from tests.screens.verdictdocs import incident, quiet, suspect

MODEL = "model:answer@1"
FIX: FixDoc = {
    "at": "2026-11-23T05:10:00Z", "what": "indexer version 1 registered: env CHECKS changed", "entity": "job:indexer",
    "effect": "too early to tell", "text": "", "changes": [], "side_effects": [],
}  # fmt: skip


def symptom(name: str, entity: str = MODEL) -> Any:
    return {**(suspect()["first_mover"] or {}), "signal": name, "name": name, "entity": entity}


def fixed(effect: str) -> list[FixDoc]:
    return [{**FIX, "effect": effect}]


def test_the_first_verdict_and_the_same_again_change_nothing() -> None:
    assert changed(None, incident()) == []
    assert changed(incident(), incident(19.5)) == []


def test_what_matters_most_comes_first_and_nothing_twice() -> None:
    told = changed(suspect(), incident(fixes=fixed("worse"), gaps=[gap("nomad"), gap("nomad")]))
    assert told[:3] == [
        "suspect became incident",
        "the first alarm is NodeDown, and it misleads",
        "indexer version 1: worse",
    ]
    assert told[3].startswith("the fourth signal: ")
    assert told[4:] == ["nomad is not seen: it did not answer"]


def gap(source: str, to: str | None = None) -> Any:
    return {"source": source, "from": "2026-11-23T05:00:00Z", "to": to, "why": "it did not answer"}


def test_what_is_over_is_said_once() -> None:
    assert changed(incident(), quiet(40.0)) == ["incident became quiet"]


def test_another_first_mover() -> None:
    other = symptom("partner schema failures")
    assert changed(suspect(), suspect(first_mover=other)) == [
        "the first mover is partner schema failures, no longer DOCS/indexer lag"
    ]
    assert changed(suspect(), suspect(first_mover=None)) == ["the first mover is no longer DOCS/indexer lag"]


def test_signals_of_one_model_that_change_places_are_no_news() -> None:
    before, now = suspect(symptom=symptom("quality")), suspect(symptom=symptom("staleness"))
    assert changed(before, now) == []
    other = suspect(symptom=symptom("latency", "model:other@1"))
    assert changed(before, other) == ["the symptom is latency, no longer quality"]


def test_an_alarm_is_judged_otherwise() -> None:
    before = incident(misleading={"is": False, "why": "it came first"})
    assert changed(before, incident()) == [
        "NodeDown misleads after all: the lag rose and quality fell before the node went down"
    ]


def test_the_fourth_signal_comes_goes_and_comes_again() -> None:
    said = incident()["fourth_signal"]
    assert said is not None
    one = {**said, "episodes": said["episodes"][:1]}
    assert changed(incident(fourth_signal=one), incident()) == ["the fourth signal has come again, 3 times now"]
    assert changed(incident(), incident(fourth_signal=one)) == []
    assert changed(incident(), incident(fourth_signal=None)) == ["the fourth signal no longer stands out"]
    assert changed(incident(), incident(fourth_signal={**said, "model_signal": "staleness"})) == []


def test_a_fix_is_judged_otherwise() -> None:
    before: VerdictDoc = incident(fixes=fixed("too early to tell"))
    assert changed(before, incident(fixes=fixed("helped"))) == [
        "indexer version 1: helped, no longer too early to tell"
    ]
    assert changed(before, incident(fixes=fixed("too early to tell"))) == []


def test_what_is_seen_again() -> None:
    end = "2026-11-23T05:05:00Z"
    assert changed(incident(gaps=[gap("nomad")]), incident(gaps=[gap("nomad", end)])) == ["nomad is seen again"]
    assert changed(incident(), incident(gaps=[gap("nomad", end)])) == ["nomad was not seen: it did not answer"]
