"""Which verdicts are news."""

from __future__ import annotations

from console.analysis.notable import notable
from console.findings import FixDoc, OwnershipDoc, VerdictDoc
from tests.screens.verdictdocs import incident, quiet, suspect


def test_notable_is_what_a_reader_would_notice() -> None:
    one = suspect(12.4)
    assert notable(None, one)
    assert not notable(one, suspect(12.9, headline=one["headline"].replace("30s", "1m12s"), confidence=0.71))
    assert notable(one, quiet(12.9))
    assert notable(one, incident(19))
    assert notable(one, {**one, "confidence_word": "low"})
    assert notable(one, {**one, "first_mover": None})
    hurt = incident(19)
    assert hurt["fourth_signal"] is not None
    again = {**hurt["fourth_signal"], "episodes": hurt["fourth_signal"]["episodes"][:2]}
    assert notable(hurt, {**hurt, "fourth_signal": again})  # type: ignore[typeddict-item]
    fix: FixDoc = {"at": "t", "what": "indexer 2", "entity": "job:indexer", "effect": "too early", "text": "",
           "changes": [], "side_effects": []}  # fmt: skip
    fixed: VerdictDoc = {**hurt, "fixes": [fix]}
    assert notable(hurt, fixed)
    assert notable(fixed, {**hurt, "fixes": [{**fix, "effect": "worse"}]})
    assert not notable(hurt, incident(19.25, confidence=0.78))


def test_owners_that_come_and_go_at_the_end_of_the_ranking_are_no_news() -> None:
    nobody: OwnershipDoc = {"flow": "partner", "owner": None, "on_call": None, "problems": ["no owner"]}
    one: VerdictDoc = {**suspect(), "ownership": [nobody]}
    calm: OwnershipDoc = {"flow": "price", "owner": "pricing", "on_call": "p", "problems": []}
    assert not notable(one, {**one, "ownership": [nobody, calm]})
    assert notable(one, {**one, "ownership": [{**nobody, "problems": ["no owner", "no on-call"]}, calm]})
    assert notable(one, {**one, "ownership": [calm]})
