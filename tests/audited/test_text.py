"""The audit as text: worst first, readable at 80 columns, nothing hidden that was not put together openly."""

from __future__ import annotations

import pytest

from console.analysis.audit.facts import AuditFacts
from console.analysis.audit.judge import audit
from console.audited.document import answer
from console.audited.text import tell
from tests.analysis.audit.making import AT_MS, DAY_MS, facts, flow, flow_doc
from tests.analysis.audit.test_waiving import waiver


def several(count: int = 6) -> AuditFacts:
    """Flows that were never reviewed, one of which nobody owns."""
    found = {}
    for at in range(count):
        doc = flow_doc(owner=None if at == 0 else "pricing", last_review_ms=None)
        found[f"docs.{at}"] = flow(doc)._replace(name=f"docs.{at}", called=f"docs.{at} (llm/feed-{at})")
    return facts(flows=found, waivers=[waiver("O1", "flow:docs.0", AT_MS - DAY_MS)])


def lines(of: AuditFacts, *, each: bool = False, width: int = 80) -> list[str]:
    return tell(audit(of), "demo", ["a file is broken"], width, each=each).splitlines()


@pytest.mark.parametrize("width", [60, 80, 110])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, lines(several(), width=width))) <= width


def test_what_is_worst_stands_first_and_says_what_to_do() -> None:
    said = lines(several())
    assert said[0].startswith("AUDIT of demo, 2026-11-23 02:13:20Z: 1 critical, 0 high, 6 medium")
    critical, medium = said.index("CRITICAL"), said.index("MEDIUM")
    assert critical < medium
    assert said[critical + 1] == "■ O1 docs.0 (llm/feed-0): no owner"
    assert any(line.startswith("    do: name the team") for line in said[critical:medium])
    assert any("waived by ana" in line for line in said[critical:medium])


def test_what_many_have_in_common_is_told_once_and_all_of_it_on_request() -> None:
    assert "▲ O8 6 subjects: not reviewed" in lines(several())
    each = lines(several(), each=True)
    assert sum(line.startswith("▲ O8 docs.") for line in each) == 6
    assert "PASSED" in each and "PASSED" not in lines(several())
    many = " ".join(lines(several(20)))
    assert "and 12 more (--all)" in many


def test_what_nobody_can_tell_says_what_is_missing() -> None:
    unknown = lines(facts(flows={"docs.price": flow(on_call=None)}))
    at = next(place for place, line in enumerate(unknown) if line.startswith("UNKNOWN"))
    assert unknown[at + 1] == "? O4 of docs.price (llm/price-feed)"
    assert "    do: name the schedule that rota:pricing means" in " ".join(unknown)


def test_notes_and_doubts_are_said() -> None:
    said = " ".join(lines(several()))
    assert "! a file is broken" in said and "no longer holds" in said


def test_escapes_do_not_get_through() -> None:
    evil = flow(flow_doc(owner=None))._replace(called="docs\x1b[2J")
    assert "\x1b" not in "\n".join(lines(facts(flows={"docs.price": evil})))


def test_the_document_counts_what_it_lists() -> None:
    audited = audit(several())
    doc = answer(audited, {"O1 flow:docs.0": AT_MS - DAY_MS}, "demo", ["a file is broken"])
    assert doc["at"] == "2026-11-23T02:13:20Z" and doc["tape"] == "demo"
    assert doc["summary"]["critical"] == 1 and doc["summary"]["passed"] == sum(doc["passed"].values())
    assert doc["findings"][0]["id"] == "O1 flow:docs.0"
    assert doc["findings"][0]["first_seen"] == "2026-11-22T02:13:20Z"
    assert doc["notes"][0] == "a file is broken" and len(doc["notes"]) == 2
    assert {"id": "O8", "limit": "90 days"}.items() <= next(one for one in doc["rules"] if one["id"] == "O8").items()
    assert len(audited.judgements) == len(doc["findings"] + doc["unknown"] + doc["waived"]) + doc["summary"]["passed"]
