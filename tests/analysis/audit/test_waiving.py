"""What somebody accepted stays in sight, hides nothing else, and ends."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.analysis.audit.facts import AuditFacts
from console.analysis.audit.judge import audit
from console.analysis.audit.judgement import finding_of
from console.analysis.audit.rules import RULES
from console.governance.auditshapes import WaiverDoc
from tests.analysis.audit.making import AT_MS, DAY_MS, facts, flow, flow_doc

BARE: dict[str, Any] = {"owner": None, "contract": None, "retention_s": None, "last_review_ms": None, "freshness_s": 0}


def waiver(rule: str = "O1", subject: str = "flow:docs.price", until_ms: int = AT_MS + DAY_MS) -> WaiverDoc:
    return {"rule": rule, "subject": subject, "who": "ana", "why": "agreed", "until_ms": until_ms,
            "origin": "waivers.toml:3"}  # fmt: skip


def two_flows(*waivers: WaiverDoc) -> AuditFacts:
    bare = flow(flow_doc(**BARE))
    other = bare._replace(name="docs.stock", called="docs.stock (llm/stock-feed)", aliases=["job:llm/stock-feed"])
    return facts(flows={"docs.price": bare, "docs.stock": other}, waivers=waivers)


def statuses(of: AuditFacts) -> dict[str, str]:
    return {one.id: one.status for one in audit(of).judgements}


def test_a_waived_finding_says_who_why_and_until_when() -> None:
    found = next(one for one in audit(two_flows(waiver())).judgements if one.id == "O1 flow:docs.price")
    doc = finding_of(found, AT_MS)
    assert doc["status"] == "waived" and doc["text"]
    assert (doc["waiver"]["who"], doc["waiver"]["why"], doc["waiver"]["until_ms"]) == ("ana", "agreed", AT_MS + DAY_MS)


def test_a_waiver_ends_and_that_is_said() -> None:
    ended = audit(two_flows(waiver(until_ms=AT_MS)))
    found = next(one for one in ended.judgements if one.id == "O1 flow:docs.price")
    assert found.status == "fail" and found.waiver is None
    assert "ana" in found.evidence[-1]["text"] and "passed" in found.evidence[-1]["text"]
    assert any("no longer holds" in one for one in ended.doubts)


def test_of_two_waivers_the_one_that_lasts_longer_holds() -> None:
    found = audit(two_flows(waiver(until_ms=AT_MS - 1), waiver()))
    assert statuses(two_flows(waiver(until_ms=AT_MS - 1), waiver()))["O1 flow:docs.price"] == "waived"
    assert any("no longer holds" in one for one in found.doubts)


def test_a_flow_may_be_named_by_its_job() -> None:
    assert statuses(two_flows(waiver(subject="job:llm/price-feed")))["O1 flow:docs.price"] == "waived"


def test_what_does_not_exist_is_said() -> None:
    said = audit(two_flows(waiver("O77"), waiver(subject="flow:docs.prize"))).doubts
    assert len(said) == 2
    assert "O77" in said[0] and "does not exist" in said[0] and "waivers.toml:3" in said[0]
    assert "flow:docs.prize" in said[1] and "not known" in said[1]


def test_a_waiver_that_was_taken_out_of_its_file_is_none() -> None:
    removed: WaiverDoc = {**waiver(), "removed": True}
    assert statuses(two_flows(removed)) == statuses(two_flows())


@given(st.sampled_from([*RULES, "*", "O99"]), st.sampled_from(["flow:docs.price", "job:llm/price-feed", "flow:x"]),
       st.integers(-10 * DAY_MS, 10 * DAY_MS))  # fmt: skip
def test_a_waiver_never_hides_another_subject(rule: str, subject: str, ends_ms: int) -> None:
    before, after = statuses(two_flows()), statuses(two_flows(waiver(rule, subject, AT_MS + ends_ms)))
    assert before.keys() == after.keys()
    changed = {key for key in before if before[key] != after[key]}
    assert all(key.endswith(" flow:docs.price") and after[key] == "waived" for key in changed)
    assert not changed or ends_ms > 0
