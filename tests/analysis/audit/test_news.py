"""What the recorder's audit writes down: only what changed."""

from __future__ import annotations

from console.analysis.audit.judge import audit
from console.analysis.audit.judgement import Audited, Judgement, evidence
from console.analysis.audit.news import Held, News, news, same_summary, still, summary_of
from tests.analysis.audit.making import AT_MS, facts, flow, flow_doc
from tests.analysis.audit.test_waiving import waiver

MINUTE_MS = 60_000


def judged(rule: str = "O1", text: str = "nobody owns docs.price", status: str = "fail", told: str = "x") -> Judgement:
    return Judgement(rule, "no owner", "flow:docs.price", "docs.price", "critical", status, text,  # type: ignore[arg-type]
                     (evidence(told),), "name it", "answers")  # fmt: skip


def at(minutes: float, *found: Judgement) -> Audited:
    return Audited(AT_MS + round(minutes * MINUTE_MS), found)


def after(*audits: Audited) -> News:
    held: dict[str, Held] = {}
    for one in audits:
        last = news(held, one)
        held = dict(last.held)
    return last


def test_a_finding_opens_once_and_keeps_when_it_was_first_seen() -> None:
    first, second = after(at(0, judged())), after(at(0, judged()), at(1, judged()))
    assert [doc["first_seen_ms"] for doc in first.told] == [AT_MS]
    assert len(first.opened) == 1 and not second.told
    worse = after(at(0, judged()), at(1, judged(text="nobody owns docs.price any more")))
    assert [(doc["first_seen_ms"], doc["text"]) for doc in worse.told] == [(AT_MS, "nobody owns docs.price any more")]
    assert not worse.opened


def test_numbers_that_move_by_themselves_are_no_news() -> None:
    assert still("docs.price was last reviewed 91d ago") == still("docs.price was last reviewed 92d ago")
    moved = after(at(0, judged(text="it is 40s old, and 5m00s is promised")),
                  at(1, judged(text="it is 1m12s old, and 5m00s is promised")))  # fmt: skip
    assert not moved.told


def test_another_version_is_news() -> None:
    assert still("answer-8b v6 runs") != still("answer-8b v7 runs")
    assert still("llm/indexer version 4 refuses") != still("llm/indexer version 5 refuses")
    assert still("answer-8b 2026-10-r4 runs") != still("answer-8b 2027-10-r4 runs")
    assert still("80.1% arrives at 4.1/s, 12.6k of 1.2M") == still("70% arrives at 12/s, 9 of 3k")


def test_evidence_that_changed_is_told_after_a_while() -> None:
    assert not after(at(0, judged()), at(1, judged(told="y"))).told
    assert len(after(at(0, judged()), at(16, judged(told="y"))).told) == 1


def test_what_is_gone_is_cleared_and_may_open_again() -> None:
    gone = after(at(0, judged()), at(1))
    assert [(doc["status"], doc["first_seen_ms"]) for doc in gone.told] == [("cleared", AT_MS)]
    assert len(gone.cleared) == 1
    assert not after(at(0, judged()), at(1), at(2)).told
    again = after(at(0, judged()), at(1), at(2, judged()))
    assert [(doc["status"], doc["first_seen_ms"]) for doc in again.told] == [("fail", AT_MS + 2 * MINUTE_MS)]
    assert len(again.opened) == 1


def test_what_comes_and_goes_by_itself_is_over_only_once_it_stays_away() -> None:
    flaps = (at(0, judged("D2")), at(1), at(2, judged("D2")), at(3))
    assert not after(*flaps[:2]).told and not after(*flaps).told
    assert len(after(*flaps, at(9)).cleared) == 1


def test_a_finding_that_nobody_can_tell_any_more_is_no_longer_open() -> None:
    lost = after(at(0, judged()), at(1, judged(status="unknown", text="nobody can say")))
    assert [doc["status"] for doc in lost.told] == ["unknown"] and len(lost.cleared) == 1
    assert len(after(at(0, judged(status="unknown")), at(1, judged())).opened) == 1


def test_a_summary_counts_what_stands() -> None:
    bare = facts(flows={"docs.price": flow(flow_doc(owner=None, contract=None))}, waivers=[waiver("O7")])
    told = summary_of(audit(bare))
    assert (told["critical"], told["waived"]) == (1, 1)
    assert told["worst"][0] == "O1 flow:docs.price"
    assert same_summary({**told, "oldest_ms": 5}, told) and not same_summary({**told, "high": 9}, told)
    assert not same_summary(None, told)
