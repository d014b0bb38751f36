"""Sheets of what is declared: nothing that is missing looks fine, nothing that was said is left out."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.governance.integrity import Integrity
from console.governance.reviews import review_record
from console.governance.shapes import OwnerDoc, SaidDoc
from console.inventory.shapes import Section, Sheet
from console.panes.sheets.findings import audit_table, counts
from console.panes.sheets.jobfacts import job_facts
from console.panes.sheets.register import Known, Register
from console.panes.sheets.sheet import governed_sheet
from console.panes.sheets.wording import short_time, value_text
from console.signals import EntityKind, EntityRef, Health, Record
from tests.panes.sheets.known import DAY, FLOW, NOW, job, known, state

FLOW_REF = EntityRef(EntityKind.FLOW, "docs")


def sheet_of(found: Known, entity: EntityRef = FLOW_REF) -> Sheet:
    made = governed_sheet(found, entity)
    assert made is not None
    return made


def section(sheet: Sheet, title: str) -> Section:
    return next(one for one in sheet.parts if one.title == title)


def told(sheet: Sheet, title: str) -> list[str]:
    """Each line of a section as text."""
    return [
        " ".join(" ".join((one.name, one.word, *(cell.text for cell in one.cells))).split())
        for one in section(sheet, title).lines
    ]


def owner(*members: dict[str, Any], **more: Any) -> OwnerDoc:
    return {"kind": "group", "members": list(members), "origin": "org.yaml:2", **more}  # type: ignore[typeddict-item]


def finding(rule: str, subject: str, status: str = "fail", severity: str = "critical") -> Record:
    doc = {
        "rule": rule, "title": "title", "subject": subject, "name": subject.partition(":")[2], "severity": severity,
        "status": status, "text": "a sentence", "evidence": [], "todo": "do it", "notify": "", "first_seen_ms": NOW,
    }  # fmt: skip
    return state(EntityKind.FINDING, f"{rule} {subject}", doc)


def test_whom_the_audit_would_ask_about_a_flow_without_owner_is_named() -> None:
    flow = {**FLOW, "owner": None, "consumers": []}
    doc = {**finding("O1", str(FLOW_REF)).body, "notify": "search"}
    ask = state(EntityKind.FINDING, f"O1 {FLOW_REF}", doc)
    made = sheet_of(known([state(EntityKind.FLOW, "docs", flow), ask, state(EntityKind.OWNER, "search", owner())]))
    line = section(made, "Who answers").lines[1]
    assert (line.name, line.cells[0].text, line.opens) == (
        "whom to ask",
        "search",
        EntityRef(EntityKind.OWNER, "search"),
    )
    assert "NO OWNER (whom to ask: search)" in made.why


def test_a_promise_that_can_be_read_in_two_ways_is_in_doubt_and_not_missing() -> None:
    doubts = [{"field": "freshness_s", "why": "freshness: 'm' is minutes or months", "origin": "a.yaml:3"}]
    made = sheet_of(known([state(EntityKind.FLOW, "docs", {**FLOW, "freshness_s": None, "doubts": doubts})]))
    assert "in doubt: freshness: 'm' is minutes or months" in made.why
    line = next(one for one in section(made, "Promises").lines if one.name == "freshness")
    assert line.health is Health.UNKNOWN
    assert (line.cells[0].text, line.cells[2].text) == ("in doubt", "'m' is minutes or months")


def test_a_team_without_a_schedule_of_its_own_is_reached_through_what_it_answers_for() -> None:
    night: dict[str, Any] = {
        "provider": "rota", "name": "night", "names": ["night"], "read_ms": NOW, "origin": "rota.toml:1",
        "now": [{"who": "ana", "level": 1, "from_ms": NOW - 1, "until_ms": NOW + DAY}],
    }  # fmt: skip
    made = sheet_of(
        known([
            state(EntityKind.OWNER, "search", owner({"name": "ana"})), state(EntityKind.ONCALL, "rota:night", night),
            *(job(name, {"owner": "search", "on_call": "night"}) for name in ("indexer", "ranker")),
        ]),
        EntityRef(EntityKind.OWNER, "search"),
    )  # fmt: skip
    first, *more = told(made, "Reached by")
    assert first.startswith("on call ana for indexer · until ")
    assert not [line for line in more if line.startswith("on call")]  # once, though two jobs name it


# -- flows -------------------------------------------------------------------------------------------------------------


def test_a_flow_without_owner_is_bad_and_says_who_takes_it() -> None:
    flow = {**FLOW, "owner": None, "on_call": None, "contract": None}
    made = sheet_of(known([
        state(EntityKind.FLOW, "docs", flow), job("feed", {}, by="0123456789ab"),
        job("indexer", {"owner": "search", "on_call": "search-oncall"}),
    ]))  # fmt: skip
    assert (made.health, made.word) == (Health.BAD, "NO OWNER")
    answers = told(made, "Who answers")
    assert answers[0] == "owner NO OWNER nobody answers for it"
    assert any(line.startswith("deployed last by token 01234567") for line in answers)
    assert "indexer takes it search on call search-oncall" in answers
    assert "on call NOBODY nothing says whom to call" in answers


def test_a_flow_that_only_a_job_names_has_a_sheet_and_says_that_nothing_declares_it() -> None:
    made = sheet_of(known([job("feed", {"produces": "docs"})]))
    assert made.health is Health.BAD
    assert any(fact.label == "declared in" and fact.health is Health.WARN for fact in made.facts)


def test_what_is_declared_no_more_is_not_there() -> None:
    gone = {**FLOW, "removed": True}
    assert governed_sheet(known([state(EntityKind.FLOW, "docs", FLOW, 1), state(EntityKind.FLOW, "docs", gone, 2)]),
                          FLOW_REF) is None  # fmt: skip


def test_an_owner_whom_nobody_knows_is_to_be_looked_at_where_owners_are_known() -> None:
    flow = state(EntityKind.FLOW, "docs", FLOW)
    assert section(sheet_of(known([flow])), "Who answers").lines[0].health is Health.OK
    other = state(EntityKind.OWNER, "others", owner())
    line = section(sheet_of(known([flow, other])), "Who answers").lines[0]
    assert line.health is Health.WARN
    mine = state(EntityKind.OWNER, "s-d", owner(title="Search Data"))
    line = section(sheet_of(known([flow, mine])), "Who answers").lines[0]
    assert (line.health, line.opens) == (Health.OK, EntityRef(EntityKind.OWNER, "s-d"))


def test_every_source_of_every_field_has_a_line_and_the_differing_ones_come_first() -> None:
    said: dict[str, list[SaidDoc]] = {
        "freshness_s": [{"value": 60.0, "origin": "a.yaml:4", "via": "odcs", "read_ms": NOW - 60_000}],
        "owner": [
            {"value": "search-data", "origin": "a.yaml:2", "via": "odcs", "read_ms": NOW},
            {"value": "finance", "origin": "b.yaml:9", "via": "backstage", "read_ms": NOW},
        ],
    }
    lines = told(sheet_of(known([state(EntityKind.FLOW, "docs", {**FLOW, "said": said})])),
                 "Fields, each with who says so")  # fmt: skip
    assert lines[:2] == [
        "owner in force search-data odcs 0s ago a.yaml:2",
        "owner another finance backstage 0s ago b.yaml:9",
    ]
    assert "freshness 1m00s odcs 1m ago a.yaml:4" in lines


def integrity(freshness_s: float | None, is_fresh: bool | None) -> Integrity:
    return Integrity((), (), {}, {}, None, None, None, freshness_s, is_fresh, NOW - 60_000, NOW)


def test_a_promise_is_kept_broken_unseen_or_never_given() -> None:
    found = known([state(EntityKind.FLOW, "docs", {**FLOW, "freshness_s": 60.0})])
    for seen, health, word in (
        (integrity(20.0, True), Health.OK, "kept"),
        (integrity(90.0, False), Health.BAD, "NOT KEPT"),
        (integrity(None, None), Health.UNKNOWN, "not seen, so not known to be kept"),
        (None, Health.UNKNOWN, "not seen, so not known to be kept"),
    ):
        line = section(sheet_of(found._replace(integrity=seen)), "Promises").lines[0]
        assert (line.health, line.cells[-1].text) == (health, word)
    latency = section(sheet_of(found), "Promises").lines[1]
    assert (latency.health, latency.cells[-1].text) == (Health.STALE, "nothing is promised")


def test_no_promise_of_age_at_all_is_to_be_looked_at() -> None:
    assert section(sheet_of(known([state(EntityKind.FLOW, "docs", FLOW)])), "Promises").lines[0].health is Health.WARN


def test_a_review_on_the_tape_comes_before_an_older_one_in_a_file() -> None:
    flow = {**FLOW, "last_review_ms": NOW - 200 * DAY, "review_every_s": 90 * 86_400.0}
    records = [state(EntityKind.FLOW, "docs", flow)]
    late = told(sheet_of(known(records)), "Review")
    assert late == ["last review 200d ago as a file says", "due 110d overdue every 90 days"]
    reviewed = told(sheet_of(known([*records, review_record(FLOW_REF, "ana", "", NOW - DAY)])), "Review")
    assert reviewed[0] == "last review 24h ago by ana · nothing had to be changed"
    assert "overdue" not in reviewed[1]


# -- people ------------------------------------------------------------------------------------------------------------


def test_members_who_have_left_answer_for_nothing() -> None:
    left = {"name": "ana", "until_ms": NOW - DAY}
    made = sheet_of(known([state(EntityKind.OWNER, "team", owner(left))]), EntityRef(EntityKind.OWNER, "team"))
    assert (made.health, made.word) == (Health.BAD, "nobody is a member of it")
    assert section(made, "Members").lines[0].word == "left"


def test_an_owner_that_is_only_named_is_unknown_and_lists_what_is_theirs() -> None:
    made = sheet_of(known([state(EntityKind.FLOW, "docs", FLOW)]), EntityRef(EntityKind.OWNER, "search-data"))
    assert made.health is Health.UNKNOWN
    assert told(made, "Answers for") == ["docs flow"]


def test_a_schedule_whose_turn_has_ended_names_nobody() -> None:
    doc = {"provider": "rota", "name": "x", "names": ["x"], "now": [{"who": "ana", "level": 1, "until_ms": NOW - DAY}],
           "read_ms": NOW - 60_000, "origin": "rota.toml:2"}  # fmt: skip
    made = sheet_of(known([state(EntityKind.ONCALL, "rota:x", doc)]), EntityRef(EntityKind.ONCALL, "rota:x"))
    assert (made.health, made.word) == (Health.BAD, "NOBODY is on call")
    assert "ana's turn ended" in made.why


# -- findings ----------------------------------------------------------------------------------------------------------


def test_findings_are_worst_first_and_what_is_cleared_is_none() -> None:
    table = audit_table(known([
        finding("K4", "kpi:a", severity="medium"), finding("O1", "flow:b"), finding("L4", "model:c", "unknown"),
        finding("O9", "flow:d", "waived", "medium"), finding("O2", "flow:e", "cleared"),
        finding("O3", "flow:f", severity="high"),
    ]).register, NOW)  # fmt: skip
    assert [one.doc["rule"] for one in table.findings] == ["O1", "O3", "K4", "L4", "O9"]
    assert [(word, count) for word, count, _ in counts(table.findings)] == [
        ("critical", 1), ("high", 1), ("medium", 1), ("unknown", 1), ("waived", 1),
    ]  # fmt: skip
    assert table.doc is None
    assert [one.doc["rule"] for one in table.sifted("!flow", "all")] == ["K4", "L4"]
    assert [one.doc["rule"] for one in table.sifted("", "critical")] == ["O1", "L4"]


def test_where_no_audit_has_run_a_sheet_does_not_say_that_nothing_is_found() -> None:
    flow = state(EntityKind.FLOW, "docs", FLOW)
    assert section(sheet_of(known([flow])), "Audit").empty == "No audit has run as of this time."
    ran = state(EntityKind.AUDIT, "audit", {"critical": 0, "high": 0, "medium": 0, "unknown": 0, "waived": 0,
                                            "passed": 9, "worst": []})  # fmt: skip
    assert section(sheet_of(known([flow, ran])), "Audit").empty == "The audit finds nothing."


# -- the rest ----------------------------------------------------------------------------------------------------------


def test_nothing_of_a_contract_is_left_out() -> None:
    body = {"id": "docs", "schema": [{"name": "a", "properties": [{"name": "id", "odd": {"key": [1, 2]}}]}], "n": None}
    doc = {"format": "odcs", "version": "v3.1.0", "body": body, "origin": "docs.yaml:1"}
    made = sheet_of(known([state(EntityKind.CONTRACT, "docs", doc)]), EntityRef(EntityKind.CONTRACT, "docs"))
    assert told(made, "What it says") == [
        "id docs", "schema[0].name a", "schema[0].properties[0].name id", "schema[0].properties[0].odd.key[0] 1",
        "schema[0].properties[0].odd.key[1] 2", "n",
    ]  # fmt: skip


def test_a_job_says_nothing_where_nothing_is_declared() -> None:
    assert not list(job_facts(known([job("a", {"owner": "x", "on_call": "y"})]), "prod/a"))


def test_a_register_takes_the_newest_by_source_time_whatever_comes_last() -> None:
    register = Register()
    newer, older = (
        state(EntityKind.FLOW, "docs", FLOW, 20),
        state(EntityKind.FLOW, "docs", {**FLOW, "owner": "old"}, 10),
    )
    assert register.take([newer])
    version = register.version
    assert not register.take([older])
    assert register.version == version
    assert register.flows["docs"].doc["owner"] == "search-data"


def test_a_time_is_told_with_its_day_where_that_is_not_clear() -> None:
    assert short_time(NOW + 3_600_000, NOW) == "06:16Z"
    assert short_time(NOW + 2 * DAY, NOW) == "2026-11-25 05:16Z"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(("owner", "freshness_s", "schema_changed_ms", "completeness", "match")), JSON)
def test_whatever_a_source_says_of_a_field_can_be_told(field: str, value: Any) -> None:
    assert len(value_text(field, value)) <= 200
