"""The verdict and the fourth signal as lines: in every state, at every width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.findings import VerdictDoc
from console.screens.verdict.lines import fourth_spans, verdict_spans
from console.screens.verdict.told import Fourth, Told
from tests.screens.verdictdocs import incident, quiet, suspect
from widgets.glyphs import ASCII, UNICODE
from widgets.text import Span, spans_width

COURSE = Fourth("quality", "lag", (*([0.97] * 34), 0.4, 0.97, None, 0.5, 0.97, 0.3), (0.3, 0.97), False)
TOLD = Told(signals=21, fourth=COURSE)
DOCS: list[VerdictDoc | None] = [
    None, quiet(), suspect(), incident(), suspect(first_mover=None, headline="answerer-m quality is in trouble since "
    "05:01:03Z; two signals moved at the same moment, which of them cannot be told; nothing has alarmed."),
]  # fmt: skip


def line(spans: list[Span]) -> str:
    return "".join(span.text for span in spans)


@pytest.mark.parametrize("doc", DOCS)
@pytest.mark.parametrize("width", range(80, 201))
def test_everything_that_matters_fits(doc: VerdictDoc | None, width: int) -> None:
    for told in (TOLD, TOLD._replace(late="3m"), Told()):
        assert spans_width(verdict_spans(doc, told, UNICODE, width)) <= width
        assert spans_width(fourth_spans(doc, told, UNICODE, width)) <= width


@pytest.mark.parametrize("width", range(80, 201))
def test_an_incident_names_mover_alarm_and_that_it_misleads(width: int) -> None:
    said = line(verdict_spans(incident(), TOLD, UNICODE, width))
    assert "■" in said and "FIRST" in said
    assert "DOCS/indexer lag" in said
    assert "NodeDown" in said and "misleads" in said


def test_with_room_all_of_it_is_said() -> None:
    said = line(verdict_spans(incident(), TOLD, UNICODE, 160))
    assert said == (
        " ■ INCIDENT  FIRST MOVER DOCS/indexer lag ↑ 05:00:33Z ±5s · 1m36s before NodeDown, which misleads"
        " · high confidence"
    )


def test_without_a_first_mover_whole_sentences_give_way_from_the_end() -> None:
    doc = suspect(
        first_mover=None,
        headline="m quality fell at 05:00:33Z; what moved it is not known: it came first. NodeDown misleads.",
    )
    assert "it came first; NodeDown misleads" in line(verdict_spans(doc, TOLD, UNICODE, 140))
    narrow = line(verdict_spans(doc, TOLD, UNICODE, 50))
    assert "m quality fell at 05:00:33Z" in narrow and "what moved" not in narrow


def test_no_chance_reads_as_none() -> None:
    doc = incident()
    assert doc["fourth_signal"] is not None
    doc["fourth_signal"]["p_value"] = 0.0012
    assert "p=.001" in line(fourth_spans(doc, TOLD, UNICODE, 200))


def test_states_differ_in_shape_word_and_role() -> None:
    found = {}
    for name, doc in (("quiet", quiet()), ("suspect", suspect()), ("incident", incident()), ("none", None)):
        spans = verdict_spans(doc, TOLD, UNICODE, 160)
        found[name] = (spans[1].text, spans[1].role)
    assert found == {"quiet": ("●", "ok"), "suspect": ("▲", "warn"), "incident": ("■", "bad"), "none": ("?", "unknown")}
    assert "QUIET" in line(verdict_spans(quiet(), TOLD, UNICODE, 80))
    assert "21 signals watched" in line(verdict_spans(quiet(), TOLD, UNICODE, 120))
    assert "no verdict yet" in line(verdict_spans(None, TOLD, UNICODE, 80))


@pytest.mark.parametrize("doc", [quiet(), suspect(), incident()])
@pytest.mark.parametrize("width", [80, 120, 200])
def test_what_is_old_says_so_and_is_never_green(doc: VerdictDoc, width: int) -> None:
    spans = verdict_spans(doc, TOLD._replace(late="3m"), UNICODE, width)
    assert spans[1] == Span("◌", "stale")
    assert "3m old" in line(spans)
    assert all(span.role not in ("ok", "live") for span in spans)


def test_why_there_is_no_fresh_verdict_is_said() -> None:
    told = Told(late="3m", fault="no verdict can be made: an unexpected error")
    assert "an unexpected error" in line(verdict_spans(quiet(), told, UNICODE, 160))
    assert "an unexpected error" in line(verdict_spans(None, told, UNICODE, 160))


def test_who_names_no_mover_says_what_is_known() -> None:
    said = line(verdict_spans(DOCS[4], TOLD, UNICODE, 80))
    assert "SUSPECT" in said and "answerer-m quality is in trouble since 05:01:03Z" in said


def test_an_alarm_that_does_not_mislead_is_not_said_to() -> None:
    said = line(verdict_spans(incident(misleading={"is": False, "why": "it follows"}), TOLD, UNICODE, 140))
    assert "1m36s before NodeDown" in said and "misleads" not in said


@pytest.mark.parametrize("width", range(80, 201))
def test_the_fourth_signal_has_its_course(width: int) -> None:
    spans = fourth_spans(incident(), TOLD, UNICODE, width)
    said = line(spans)
    assert said.startswith(" 4TH SIGNAL ")
    assert "quality" in said and "lag" in said and "30s" in said
    drawn = next(span.text for span in spans if span.role == "spark")
    assert len(drawn) >= 8
    assert drawn[-4] == " ", "a hole is a hole"
    assert drawn[-1] == "▁" and drawn[-2] == "█"


def test_none_and_no_verdict_are_said() -> None:
    assert line(fourth_spans(suspect(), TOLD, UNICODE, 80)) == " 4TH SIGNAL none stands out"
    assert line(fourth_spans(None, TOLD, UNICODE, 80)) == " 4TH SIGNAL no verdict yet"


def test_ascii_terminals_get_ascii() -> None:
    for doc in DOCS:
        for width in (80, 120, 160):
            assert line(verdict_spans(doc, TOLD._replace(late="3m"), ASCII, width)).isascii()
            assert line(fourth_spans(doc, TOLD, ASCII, width)).isascii()


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=120), st.integers(20, 200))
def test_any_text_makes_a_line(name: str, alarm: str, headline: str, width: int) -> None:
    doc = incident(headline=headline)
    assert doc["first_mover"] is not None and doc["first_alarm"] is not None
    doc["first_mover"] = {**doc["first_mover"], "name": name, "onset": headline}
    doc["first_alarm"] = {**doc["first_alarm"], "what": alarm}
    for one in (doc, {**doc, "first_mover": None}, {**doc, "state": "quiet"}):
        assert verdict_spans(one, TOLD, UNICODE, width)  # type: ignore[arg-type]
        assert fourth_spans(one, TOLD, UNICODE, width)  # type: ignore[arg-type]
