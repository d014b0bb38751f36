"""The formats of a report: all of it is in each, and no text of a tape does anything there."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from console.governance.auditshapes import EvidenceDoc
from console.jsontext import json_text
from console.report.compose import report_of
from console.report.document import ReportDoc
from console.report.kpilines import Course
from console.report.markdown import markdown, text
from console.report.page import page
from console.report.pictures import course, strip
from console.report.rows import table
from console.report.words import budget, lasting, ratio, seen, story
from tests.report.making import HOSTILE, MINUTE, T0, finding, kpi, read


class Page(HTMLParser):
    """The tags, attributes and text of a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.said = ""
        self.open: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.said += data


def hostile() -> ReportDoc:
    at = T0 + 170 * MINUTE
    return report_of(
        read(
            title=HOSTILE,
            findings=[
                finding(
                    text=HOSTILE,
                    todo=HOSTILE,
                    notify=HOSTILE,
                    name=HOSTILE,
                    evidence=[{"text": HOSTILE, "origin": HOSTILE}],
                )
            ],
            courses=[Course(HOSTILE, [(at, kpi(0.9, at, title=HOSTILE, subject=HOSTILE))])],
            gaps=[{"source": HOSTILE, "from": "2026-11-23T02:00:00Z", "to": None, "why": HOSTILE}],
        )
    )


def test_a_page_holds_no_markup_from_outside_and_nothing_from_elsewhere() -> None:
    found = Page(page(hostile()))
    assert "script" not in found.tags
    assert "a" not in found.tags
    assert not {name for name in found.attributes if name.startswith("on") or name in ("href", "src")}
    assert 'alert("x")' in found.said
    assert "\x1b" not in found.said


def test_markdown_holds_no_markup_from_outside() -> None:
    made = MarkdownIt("gfm-like").render(markdown(hostile()))
    found = Page(made)
    assert not {"script", "a", "img"} & set(found.tags)
    assert "**b**" in found.said
    assert 'alert("x")' in found.said


@pytest.mark.parametrize(
    "given", ["- one", "1. one", "# one", "+ one", "> one", "=== one", "a\n\nb", "www.evil.example"]
)
def test_a_text_stays_a_text(given: str) -> None:
    made = MarkdownIt("gfm-like").render(f"{text(given)}\n")
    assert Page(made).tags == ["p"]
    assert Page(made).said.strip() == " ".join(given.split())


def test_no_cell_begins_a_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(table(hostile()))))
    assert {row["part"] for row in rows} >= {
        "summary",
        "time",
        "kpi",
        "error budget",
        "ownership",
        "change",
        "fix",
        "review",
    }
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "@", "\t"))]


def test_every_part_is_in_every_format() -> None:
    report = report_of(read())
    words = ("nobody owns it", "name an owner", "indexer 1.15.0", "it did not answer", "Answer quality", "O4",
             "its job meta is empty")  # fmt: skip
    for made in (markdown(report), page(report), json_text(report)):
        plainly = made.replace("\\", "")
        assert [word for word in words if word not in plainly] == []
    assert [word for word in words if word not in table(report) and word != "Answer quality"] == []
    assert json.loads(json_text(report))["summary"]["critical"] == 1


def test_pictures_show_states_and_no_line_over_a_hole() -> None:
    report = report_of(read())
    drawn = strip(report)
    assert drawn.count("<rect") == len(report["spells"])
    assert {"quiet", "incident", "unknown"} <= set(re.findall(r">(\w+)</text>", drawn))
    assert 'class="incident"' in drawn
    (kpi_line,) = report["kpis"]
    assert course(report, kpi_line).count("<polyline") == 1
    times = [0, 10, 20, 90, 100, 110]
    points = [(T0 + at * MINUTE, kpi(0.9 + at / 10_000, T0 + at * MINUTE)) for at in times]
    broken_report = report_of(read(courses=[Course("quality", points)]))
    (broken,) = broken_report["kpis"]
    assert course(broken_report, broken).count("<polyline") == 2
    # Steps: a value holds until another one is told, and half an hour where none is.
    first = re.findall(r'points="([^"]*)"', course(broken_report, broken))[0].split()
    assert [point.partition(",")[2] for point in first][:4:2] == [point.partition(",")[2] for point in first][1:4:2]
    assert "<svg" in page(report)


def test_a_kpi_without_measurements_has_no_picture_and_says_so() -> None:
    at = T0 + 170 * MINUTE
    report = report_of(read(courses=[Course("quality", [(at, kpi(None, at))])]))
    assert course(report, report["kpis"][0]) == ""
    assert "Nothing was measured" in page(report)
    assert "unknown" in markdown(report)


def test_that_an_alarm_misled_is_said_once() -> None:
    spell = report_of(read())["spells"][2]
    spell |= {"misled": True, "first_alarm": "NodeDown", "headline": "lag rose first"}
    assert story(spell) == "lag rose first; the first alarm, NodeDown, misled"
    spell["headline"] = "lag rose first. NodeDown, which alarmed first, misleads."
    assert story(spell).count("mislead") == 1 and "misled" not in story(spell)


def test_of_much_evidence_the_first_is_shown() -> None:
    evidence: list[EvidenceDoc] = [{"text": f"fact {at}."} for at in range(5)]
    assert seen(evidence) == "fact 0; fact 1; fact 2 and 2 more"
    assert seen([{"text": "owner: a", "origin": "flows.toml:3"}]) == "owner: a (flows.toml:3)"


def test_words() -> None:
    assert ratio(0.99999) == ">99.99%"
    assert ratio(1.0) == "100%"
    assert ratio(0.00001) == "<0.01%"
    assert ratio(None) == "unknown"
    assert budget(-1.4) == "overspent by 140%"
    assert budget(0.625) == "62.5% left"
    assert [lasting(one) for one in (0, 40, 720, 18_600, 183_600)] == ["0 s", "40 s", "12 min", "5 h 10 min", "2 d 3 h"]
