"""What a report says of a period."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from console.report.compose import report_of
from console.report.kpilines import Course
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
