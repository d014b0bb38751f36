"""What the audit makes of a tape as of a time: flows under all of their names, backlogs, refusals, what people said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.analysis.audit.judge import audit
from console.scenes.audit import audited_at, findings_at
from console.scenes.audit.facts import facts_at
from console.scenes.audit.journal import journal_of
from console.signals import Bad, EntityKind, EntityRef, Pane, Record, RecordKind, Signal
from console.tape.store import Store, open_tape
from tests.analysis.audit.many import AT_MS, many
from tests.scenes.audittapes import (
    AGE,
    NOW_MS,
    calm,
    declared,
    fill,
    job,
    signal,
    state,
    statuses,
)
from tests.tapes.story import make_story, minute


@pytest.fixture
def tape(tmp_path: Path) -> Iterator[Store]:
    with open_tape(tmp_path / "t.tape", "create") as store:
        yield store


# -- nothing that is later has any influence -------------------------------------------------------------------------


@pytest.mark.parametrize("at", [8.0, 12.0, 22.5, 30.0])
def test_what_comes_later_changes_nothing(tmp_path: Path, at: float) -> None:
    whole, cut = make_story(tmp_path / "whole.tape"), make_story(tmp_path / "cut.tape", until_minute=at)
    with open_tape(whole, "read") as one, open_tape(cut, "read") as other:
        assert audited_at(one, minute(at)) == audited_at(other, minute(at))


def test_declaring_an_owner_later_does_not_change_what_was_so_before(tape: Store) -> None:
    fill(tape, [(AGE, calm)], job("price-feed"), job("indexer"), declared())
    before = audited_at(tape, NOW_MS)
    tape.append(records=[state(EntityKind.FLOW, "docs.price", {**declared().body, "owner": "pricing"}, NOW_MS + 1)])
    assert audited_at(tape, NOW_MS) == before
    assert statuses(facts_at(tape, NOW_MS), "O1") == {"flow:docs.price": "fail"}
    assert statuses(facts_at(tape, NOW_MS + 1), "O1") == {"flow:docs.price": "pass"}


# -- flows and models --------------------------------------------------------------------------------------------------


def test_a_flow_that_signals_and_a_job_know_by_other_names_is_one_subject(tape: Store) -> None:
    fill(tape, [(AGE, calm)], job("price-feed"), job("indexer"), declared(feeds=["answer-8b"]),
         job("answerer", model="answer-8b", model_version="7"))  # fmt: skip
    facts = facts_at(tape, NOW_MS)
    assert list(facts.flows) == ["docs.price"]
    flow = facts.flows["docs.price"]
    assert flow.called == "docs.price (llm/price-feed)"
    assert {"flow:price", "job:llm/price-feed"} <= set(flow.aliases)
    assert [(way.model, way.guessed) for way in flow.ways] == [("answer-8b", False)]
    found = next(one for one in audit(facts).judgements if one.id == "O7 flow:docs.price")
    assert (found.status, found.severity) == ("fail", "critical")


def test_an_evaluator_that_has_metrics_of_a_model_does_not_feed_it(tape: Store) -> None:
    labels = {"namespace": "llm", "nomad_job": "evaluator"}
    quality = Signal("quality", "quality", EntityRef(EntityKind.MODEL, "answer-8b@7"), Pane.MODELS, "1", Bad.DOWN,
                     "prometheus", labels=labels)  # fmt: skip
    questions = signal("questions_age_seconds", EntityRef(EntityKind.FLOW, "questions"), "s", Bad.UP, labels=labels)
    fill(tape, [(quality, lambda at: 0.9), (questions, calm)], job("evaluator", consumes="questions"),
         job("answerer", model="answer-8b", model_version="7"))  # fmt: skip
    assert not facts_at(tape, NOW_MS).flows["questions"].ways


def test_a_guess_is_said_to_be_one(tape: Store) -> None:
    consumer = signal("consumer_pending", EntityRef(EntityKind.CONSUMER, "docs.price/answerer"), "", Bad.UP)
    fill(tape, [(consumer, calm)], job("price-feed", produces="docs.price"),
         job("answerer", model="answer-8b", model_version="7"))  # fmt: skip
    (flow,) = facts_at(tape, NOW_MS).flows.values()
    assert [(way.guessed, way.why) for way in flow.ways] == [(True, "named alike")]
    found = next(one for one in audit(facts_at(tape, NOW_MS)).judgements if one.rule == "O7")
    assert any("a guess: named alike" in part["text"] for part in found.evidence)


def test_documents_of_another_version_are_passed_over(tape: Store) -> None:
    kinds = (EntityKind.FLOW, EntityKind.JOB, EntityKind.MODEL, EntityKind.KPI, EntityKind.OWNER, EntityKind.ONCALL,
             EntityKind.WAIVER, EntityKind.CONTRACT, EntityKind.ALLOCATION)  # fmt: skip
    less = [state(kind, f"{kind.value}-1", {"status": "running"}) for kind in kinds]
    fill(tape, [(AGE, calm)], job("answerer", model="answer-8b", model_version="7"), *less)
    facts = facts_at(tape, NOW_MS)
    assert list(facts.jobs) == ["llm/answerer"] and list(facts.models) == ["answer-8b"]
    assert not facts.kpis and not facts.owners and not facts.waivers
    assert audit(facts).judgements


# -- later than the time ---------------------------------------------------------------------------------------------


def test_dates_that_are_still_to_come_say_nothing(tape: Store) -> None:
    later = NOW_MS + 1
    doc = declared(schema_changed_ms=later, last_review_ms=later, owner="pricing")
    model = state(EntityKind.MODEL, "answer-8b", {
        "owner": None, "production": "7", "aliases": {}, "origin": "models.toml:1", "inputs": ["docs.price"],
        "versions": [{"version": "7", "aliases": [], "evaluated_ms": later, "trained_ms": later, "origin": "m:1"}]},
        source="models")  # fmt: skip
    fill(tape, [(AGE, calm)], job("price-feed"), job("indexer"), doc, model,
         job("answerer", model="answer-8b", model_version="7"))  # fmt: skip
    before, after = facts_at(tape, NOW_MS), facts_at(tape, later)
    assert statuses(before, "O8") == {"flow:docs.price": "fail"} and statuses(after, "O8") == {
        "flow:docs.price": "pass"
    }
    assert statuses(before, "L4") == {"model:answer-8b": "fail"} and statuses(after, "L4") == {
        "model:answer-8b": "pass"
    }
    assert "schema_changed_ms" not in before.flows["docs.price"].doc


def test_a_day_begins_earlier_elsewhere(tape: Store) -> None:
    midnight = -(-NOW_MS // 86_400_000) * 86_400_000
    fill(tape, [(AGE, calm)], job("price-feed"), declared(last_review_ms=midnight))
    assert statuses(facts_at(tape, midnight - 13 * 3_600_000), "O8") == {"flow:docs.price": "pass"}
    assert statuses(facts_at(tape, midnight - 15 * 3_600_000), "O8") == {"flow:docs.price": "fail"}


def test_what_people_wrote_down_later_was_not_known(tape: Store) -> None:
    late = said("review", "flow:docs.price", NOW_MS - 1000, 1)._replace(seen_ms=NOW_MS + 1000)
    fill(tape, [(AGE, calm)], job("price-feed"), declared(), late)
    assert statuses(facts_at(tape, NOW_MS), "O8") == {"flow:docs.price": "fail"}
    assert statuses(facts_at(tape, NOW_MS + 1000), "O8") == {"flow:docs.price": "pass"}


def test_the_team_of_one_contract_is_no_list_of_teams(tape: Store) -> None:
    contract = state(
        EntityKind.CONTRACT, "a", {"format": "odcs", "version": "v3.1.0", "body": {}, "origin": "a.yaml:1"}
    )
    team = {"kind": "group", "members": [{"name": "ana"}]}
    of_contract = state(EntityKind.OWNER, "catalog", {**team, "origin": "a.yaml:9"})
    fill(tape, [(AGE, calm)], job("price-feed"), declared(owner="pricing"), contract, of_contract)
    assert statuses(facts_at(tape, NOW_MS), "O2") == {"flow:docs.price": "unknown"}
    tape.append(records=[state(EntityKind.OWNER, "answers", {**team, "origin": "teams.yaml:4"})])
    assert statuses(facts_at(tape, NOW_MS), "O2") == {"flow:docs.price": "fail"}


# -- people ------------------------------------------------------------------------------------------------------------


def said(kind: str, entity: str, at_ms: int, seq: int, **body: Any) -> Record:
    name, _, of = entity.partition(":")
    about = EntityRef(EntityKind(name), of)
    return Record(RecordKind.JOURNAL, "people", about, kind, at_ms, at_ms, {"kind": kind, **body}, seq=seq)


def test_entries_are_folded_in_the_order_of_their_time() -> None:
    job_ref = "job:llm/indexer"
    told = [
        said("resolve", job_ref, 900, 9, incident="INC-7"),
        said("declare", job_ref, 100, 1, incident="INC-7", text="answers are wrong", by="ana"),
        said("fix", job_ref, 200, 2, text="stricter checks", by="ben"),
        said("action", job_ref, 300, 3, action="a1", text="declare it", owner="ben", due_ms=5000),
        said("action", job_ref, 310, 4, action="a2", text="alarm on it", owner="eve", due_ms=5000),
        said("action-state", job_ref, 400, 5, action="a2", state="done"),
        said("ack", "kpi:quality", 450, 6),
        said("note", job_ref, 460, 7, text="?"),
    ]
    found = journal_of(told)
    (incident,) = found.incidents
    assert (incident.id, incident.opened_ms, incident.closed_ms, incident.owner) == ("INC-7", 100, 900, "ana")
    assert [one.text for one in found.interventions] == ["stricter checks", "declare it", "alarm on it"]
    assert [(one.id, one.owner, one.due_ms) for one in found.actions] == [("a1", "ben", 5000)]
    assert found.acks == {EntityRef(EntityKind.KPI, "quality"): 450}
    reviewed = journal_of([*told, said("review", job_ref, 950, 10, incident="INC-7")])
    assert reviewed.incidents[0].reviewed_ms == 950


def test_entries_of_another_shape_are_passed_over() -> None:
    odd = [said("action", "job:llm/x", 1, 1, due_ms="soon"), said("resolve", "job:llm/x", 2, 2),
           said("action-state", "job:llm/x", 3, 3, action="zz", state="done")]  # fmt: skip
    found = journal_of(odd)
    assert not found.incidents and not found.actions


# -- many --------------------------------------------------------------------------------------------------------------


def test_a_large_installation_is_audited_flow_by_flow(tmp_path: Path) -> None:
    with open_tape(many(tmp_path / "many.tape", flows=70, models=16), "read") as store:
        found = findings_at(store, AT_MS)
    by_rule = {rule: sum(one["rule"] == rule and one["status"] == "fail" for one in found) for rule in
               ("O1", "O7", "O8", "L1", "L4", "K1")}  # fmt: skip
    assert by_rule == {"O1": 7, "O7": 10, "O8": 14, "L1": 2, "L4": 0, "K1": 0}
    assert [one["first_seen_ms"] for one in found] == [AT_MS] * len(found)
