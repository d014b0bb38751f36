"""What a report says of a period."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from console.report.compose import report_of
from console.report.findinglines import unknown
from console.report.kpilines import MOST_POINTS, Course
from console.report.spells import Said, spells, stretches
from console.times import format_time
from tests.report.making import MINUTE, T0, finding, kpi, read
from tests.screens.verdictdocs import incident, quiet, suspect


def test_time_is_told_in_spells_and_what_nobody_judged_is_unknown() -> None:
    report = report_of(read())
    assert [one["state"] for one in report["spells"]] == ["quiet", "suspect", "incident", "quiet", "unknown"]
    assert report["spells"][2]["from"] == format_time(T0 + 70 * MINUTE)
    assert report["spells"][3]["to"] == format_time(T0 + 140 * MINUTE)  # a verdict of quiet holds forty minutes
    summary = report["summary"]
    assert (summary["incidents"], summary["incident_s"], summary["suspect_s"]) == (1, 1800.0, 600.0)
    assert summary["unjudged_s"] == 2400.0


@given(
    st.lists(
        st.tuples(st.integers(-100, 300), st.sampled_from([quiet, suspect, incident])),
        max_size=12,
        unique_by=lambda p: p[0],
    )
)
def test_stretches_cover_the_period_once(told: list[tuple[int, object]]) -> None:
    said = [Said(T0 + at * MINUTE, make()) for at, make in sorted(told, key=lambda one: one[0])]  # type: ignore[operator]
    found = stretches(said, T0, T0 + 180 * MINUTE)
    assert found[0].from_ms == T0
    assert found[-1].to_ms == T0 + 180 * MINUTE
    assert all(one.to_ms == two.from_ms for one, two in pairwise(found))
    assert all(one.from_ms < one.to_ms for one in found)
    told_spells = spells(said, T0, T0 + 180 * MINUTE)
    assert all(one["state"] != two["state"] for one, two in pairwise(told_spells))


def test_a_kpi_is_missed_kept_or_unknown() -> None:
    at = T0 + 179 * MINUTE
    courses = [
        Course("kept", [(at, kpi(0.995, at))]),
        Course("missed", [(at, kpi(0.9, at))]),
        Course("unseen", [(at, kpi(None, at))]),
        Course("stale", [(T0, kpi(1.0, T0))]),
        Course("gone", [(T0, kpi(1.0, T0)), (at, kpi(1.0, at, removed=True))]),
    ]
    lines = report_of(read(courses=courses))["kpis"]
    assert [(one["name"], one["state"]) for one in lines] == [
        ("missed", "missed"),
        ("stale", "unknown"),
        ("unseen", "unknown"),
        ("kept", "kept"),
    ]
    assert lines[1]["attainment"] is None
    assert "last measured" in lines[1]["why"]
    assert lines[1]["budget_left"] is None


def test_a_review_on_the_tape_counts_and_says_by_whom() -> None:
    (line,) = report_of(read())["kpis"]
    assert line["reviewed_by"] == "ana"
    assert line["reviewed_at"] == format_time(T0 + 20 * MINUTE)
    assert [one["by"] for one in report_of(read())["reviews"]] == ["ana"]


def test_findings_by_family_worst_first_and_unknown_is_not_failing() -> None:
    findings = [
        finding("O8", severity="medium"),
        finding("O1"),
        finding("O3", status="waived", severity="high"),
        finding("O5", status="cleared"),
        finding("L4", status="unknown"),
    ]
    report = report_of(read(findings=findings))
    assert [one["rule"] for one in report["ownership"]] == ["O1", "O8", "O3"]
    assert [one["rule"] for one in report["lifecycle"]] == ["L4"]
    summary = report["summary"]
    assert (summary["critical"], summary["high"], summary["medium"], summary["unknown"], summary["waived"]) == (
        1,
        0,
        1,
        1,
        1,
    )


def test_what_opened_and_what_was_cleared() -> None:
    report = report_of(read())
    assert [(one["rule"], one["what"]) for one in report["changes"]] == [("O4", "opened"), ("O4", "cleared")]
    assert (report["summary"]["opened"], report["summary"]["cleared"]) == (1, 1)


def test_what_the_first_audit_finds_did_not_open_then() -> None:
    told = [
        (T0 + MINUTE, finding("O1")),
        (T0 + MINUTE, finding("O5")),
        (T0 + 2 * MINUTE, finding("O5", status="cleared")),
    ]
    report = report_of(read(before=[], told=told))
    assert [(one["rule"], one["what"]) for one in report["changes"]] == [("O5", "cleared")]


def test_what_was_told_to_fail_and_does_not_at_the_end_was_cleared_by_then() -> None:
    told = [(T0 + 50 * MINUTE, finding("D2"))]
    (opened, cleared) = report_of(read(told=told, findings=[finding()]))["changes"]
    assert (opened["rule"], opened["what"]) == ("D2", "opened")
    assert (cleared["rule"], cleared["what"], cleared["at"]) == ("D2", "cleared", format_time(T0 + 180 * MINUTE))


def test_what_cannot_be_told_for_a_while_neither_opens_nor_clears() -> None:
    def told(*status: str) -> list[tuple[str, str]]:
        states = [(T0 + (50 + at) * MINUTE, finding("O4", status=one)) for at, one in enumerate(status)]
        return [(one["rule"], one["what"]) for one in report_of(read(told=states, findings=[finding()]))["changes"]]

    assert told("fail", "unknown", "fail", "cleared") == [("O4", "opened"), ("O4", "cleared")]
    assert told("fail", "unknown", "cleared") == [("O4", "opened"), ("O4", "cleared")]
    assert told("unknown", "cleared") == []


def test_rules_stand_in_the_order_of_their_numbers() -> None:
    findings = [finding(rule, status="unknown", text="nobody knows") for rule in ("L13", "L4", "L15", "L3")]
    assert unknown(report_of(read(findings=findings))["lifecycle"]) == [
        ("L3 L4 L13 L15", "docs.partner", "nobody knows")
    ]


def test_the_course_of_a_kpi_says_from_when_on_nothing_is_known() -> None:
    told = [0, 10, 90, 100]
    points = [(T0 + at * MINUTE, kpi(0.9 + at / 10_000, T0 + at * MINUTE)) for at in told]
    (line,) = report_of(read(courses=[Course("quality", points)]))["kpis"]
    known = [(one["at"], one["attainment"] is not None) for one in line["course"]]
    assert known == [
        (format_time(T0 + at * MINUTE), is_known)
        for at, is_known in [(0, True), (10, True), (40, False), (90, True), (100, True), (130, False)]
    ]
    assert line["state"] == "unknown"


def test_a_very_long_course_is_thinned_out_but_for_its_holes() -> None:
    minutes = [at for at in range(7 * 1440) if not 3000 <= at < 3100]
    points = [(T0 + at * MINUTE, kpi(0.9, T0 + at * MINUTE)) for at in minutes]
    end = T0 + 7 * 1440 * MINUTE
    (line,) = report_of(read(courses=[Course("quality", points)], to_ms=end, recorded=(T0, end)))["kpis"]
    assert MOST_POINTS // 2 < len(line["course"]) <= MOST_POINTS + 4
    (hole,) = [one["at"] for one in line["course"] if one["attainment"] is None]
    assert hole == format_time(T0 + 3029 * MINUTE)
    assert line["course"][-1]["at"] == format_time(T0 + minutes[-1] * MINUTE)


def test_a_fix_keeps_the_last_that_was_said_of_it() -> None:
    def said(minute: int, effect: str) -> Said:
        fix = {"at": format_time(T0 + 60 * MINUTE), "what": "v2", "entity": "job:a/b", "effect": effect, "text": effect,
               "changes": [], "side_effects": []}  # fmt: skip
        return Said(T0 + minute * MINUTE, incident(fixes=[fix]))

    report = report_of(read(verdicts=[said(61, "too early"), said(70, "worse"), said(80, "too early")]))
    assert [one["effect"] for one in report["fixes"]] == ["worse"]
    assert report["summary"]["fixes_worse"] == 1
    assert report["summary"]["fixes_untold"] == 0


def test_what_was_not_recorded_is_said() -> None:
    report = report_of(read(recorded=(T0 + 60 * MINUTE, T0 + 170 * MINUTE)))
    assert any("Recorded only since" in one for one in report["notes"])
    assert any("Recorded only until" in one for one in report["notes"])
    assert report_of(read(recorded=None))["notes"][0] == "The tape holds nothing of this period."
