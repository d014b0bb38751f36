"""What the audit makes of what was deployed: into a backlog, with stricter checks; and of what is no longer seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.analysis.audit.facts import AuditFacts
from console.scenes.audit.facts import facts_at
from console.signals import Block, EntityKind, Record
from console.tape.store import Store, open_tape
from tests.scenes.audittapes import (
    AGE,
    DEPLOYED_MS,
    NOW_MS,
    PENDING,
    REJECTED,
    STEP_MS,
    Level,
    behind,
    calm,
    declared,
    fill,
    job,
    rises,
    state,
    statuses,
)
from tests.tapes.story import START_MS


@pytest.fixture
def tape(tmp_path: Path) -> Iterator[Store]:
    with open_tape(tmp_path / "t.tape", "create") as store:
        yield store


# -- backlogs ----------------------------------------------------------------------------------------------------------


def deployed(tape: Store, level: Level, **of_job: Any) -> AuditFacts:
    fill(tape, [(PENDING, level)], job("price-feed"), job("indexer", DEPLOYED_MS, **of_job), declared())
    return facts_at(tape, NOW_MS)


def test_what_was_deployed_while_its_data_was_behind_is_told_for_as_long_as_it_is(tape: Store) -> None:
    facts = deployed(tape, behind(DEPLOYED_MS - 600_000))
    assert statuses(facts, "L9")["job:llm/indexer"] == "fail"
    (backlog,) = facts.backlogs
    assert abs(backlog.from_ms - (DEPLOYED_MS - 600_000)) <= 6 * STEP_MS and backlog.until_ms is None


def test_a_backlog_of_what_a_model_answers_from_bears_on_the_job_that_serves_it(tape: Store) -> None:
    fill(tape, [(AGE, behind(DEPLOYED_MS - 600_000))], job("price-feed"), job("indexer"),
         declared(feeds=["answer-8b"], consumers=[], freshness_s=60.0),
         job("answerer", DEPLOYED_MS, model="answer-8b", model_version="7"))  # fmt: skip
    found = {one.job: one for one in facts_at(tape, NOW_MS).deploys}["llm/answerer"]
    assert list(found.near.values()) == ["its model answers from it"] and found.watched
    assert statuses(facts_at(tape, NOW_MS), "L9")["job:llm/answerer"] == "fail"


@pytest.mark.parametrize(("level", "text"), [
    (behind(DEPLOYED_MS - 600_000, NOW_MS - 400_000), "image a:1 → a:2"),  # it has drained
    (behind(DEPLOYED_MS + 120_000), "image a:1 → a:2"),  # it began after
    (behind(DEPLOYED_MS - 600_000), "reverted to version 1"),
    (behind(DEPLOYED_MS - 600_000), "count of indexer 2 → 3"),
    (calm, "image a:1 → a:2"),
])  # fmt: skip
def test_what_drained_was_taken_back_or_came_before_is_not(tape: Store, level: Level, text: str) -> None:
    assert statuses(deployed(tape, level, text=text), "L9").get("job:llm/indexer") in (None, "pass")


def test_bursts_are_one_backlog(tape: Store) -> None:
    begin = DEPLOYED_MS - 600_000
    facts = deployed(tape, lambda at: 900.0 if at > begin and (at - begin) // 60_000 % 3 == 0 else calm(at))
    assert [one.until_ms for one in facts.backlogs] == [None]
    assert statuses(facts, "L9")["job:llm/indexer"] == "fail"


def test_a_promise_counts_before_what_is_usual(tape: Store) -> None:
    late: Level = lambda at: 200.0 + calm(at)  # noqa: E731 - it always was that old
    promised = declared(freshness_s=60.0)
    fill(tape, [(AGE, late)], job("price-feed"), job("indexer", DEPLOYED_MS), promised)
    (backlog,) = facts_at(tape, NOW_MS).backlogs
    assert "the promise of docs.price is 1m00s" in backlog.text and not backlog.seen_from
    assert statuses(facts_at(tape, NOW_MS), "L9")["job:llm/indexer"] == "unknown"  # it was so when first looked at
    assert statuses(facts_at(tape, NOW_MS), "D1") == {"flow:docs.price": "fail"}


# -- stricter checks ---------------------------------------------------------------------------------------------------


def stricter(tape: Store, level: Level, *records: Record, **of_job: Any) -> AuditFacts:
    fill(tape, [(REJECTED, level), (AGE, calm)], job("price-feed"), job("indexer", DEPLOYED_MS, **of_job), declared(),
         *records)  # fmt: skip
    return facts_at(tape, NOW_MS)


def test_what_a_consumer_refuses_since_it_was_deployed_is_told(tape: Store) -> None:
    facts = stricter(tape, rises(DEPLOYED_MS))
    assert statuses(facts, "L11") == {"job:llm/indexer": "fail"}
    assert [(one.flow, one.before, round(one.after)) for one in facts.steps] == [("docs.price", 0.0, 4)]


@pytest.mark.parametrize(("level", "text"), [
    (lambda at: 4.0, "image a:1 → a:2"),  # it always refused as much
    (lambda at: 4.0 if 0 < at - DEPLOYED_MS < 420_000 else 0.0, "image a:1 → a:2"),  # it no longer does
    (rises(DEPLOYED_MS), "reverted to version 1"),
    (rises(DEPLOYED_MS), "first version"),
])  # fmt: skip
def test_what_was_so_before_or_is_over_is_not(tape: Store, level: Level, text: str) -> None:
    assert statuses(stricter(tape, level, text=text), "L11").get("job:llm/indexer") in (None, "pass")


def test_a_contract_that_got_a_version_with_it_says_so(tape: Store) -> None:
    bumped = state(EntityKind.FLOW, "docs.price", {**declared().body, "contract": "price", "contract_version": "2.0.0"},
                   DEPLOYED_MS - 60_000, "ownership")  # fmt: skip
    assert statuses(stricter(tape, rises(DEPLOYED_MS), bumped), "L11") == {"job:llm/indexer": "pass"}


def test_what_nobody_saw_before_cannot_be_compared(tape: Store) -> None:
    fill(tape, [(REJECTED, rises(DEPLOYED_MS))], job("price-feed"), job("indexer", DEPLOYED_MS), declared(),
         from_ms=DEPLOYED_MS + 60_000)  # fmt: skip
    assert statuses(facts_at(tape, NOW_MS), "L11") == {"job:llm/indexer": "unknown"}


def test_what_is_not_seen_since_cannot_be_compared_either(tape: Store) -> None:
    seen = range(START_MS, DEPLOYED_MS, STEP_MS)
    block = Block("prometheus", [REJECTED, AGE], list(seen), [[0.0] * len(seen), [2.0] * len(seen)])
    tape.append(records=[job("price-feed"), job("indexer", DEPLOYED_MS), declared()], blocks=[block])
    assert statuses(facts_at(tape, NOW_MS), "L11") == {"job:llm/indexer": "unknown"}


def test_a_backlog_out_of_sight_and_a_job_that_nothing_is_seen_of_are_unknown(tape: Store) -> None:
    gone_ms = NOW_MS - 1_000_000
    seen = range(START_MS, gone_ms, STEP_MS)
    curve = behind(DEPLOYED_MS - 600_000)
    block = Block("prometheus", [PENDING], list(seen), [[curve(at_ms) for at_ms in seen]])
    tape.append(records=[job("price-feed"), job("indexer", DEPLOYED_MS), declared()], blocks=[block])
    facts = facts_at(tape, NOW_MS)
    assert [one.lost for one in facts.backlogs] == [True]
    assert statuses(facts, "L9") == {"job:llm/indexer": "unknown", "job:llm/price-feed": "unknown"}


def test_a_flow_whose_source_is_away_is_not_gone(tape: Store) -> None:
    hour_ms = 3_600_000
    fill(tape, [(AGE, calm)], job("price-feed"))
    assert statuses(facts_at(tape, NOW_MS), "O1") == {"flow:price": "fail"}
    assert statuses(facts_at(tape, NOW_MS + 5 * hour_ms), "O1") == {"flow:price": "fail"}
    assert statuses(facts_at(tape, NOW_MS + 25 * hour_ms), "O1") == {}
    block = Block("prometheus", [PENDING], [NOW_MS + 5 * hour_ms], [[1.0]])
    tape.append(blocks=[block])  # its source is there, and says nothing of it
    assert statuses(facts_at(tape, NOW_MS + 5 * hour_ms), "O1") == {}
