"""Who answers for what moved first, at the end of the board's third line: what has no room falls away as a whole."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.findings import ResponsibleDoc
from console.screens.verdict.whom import whom_spans
from tests.screens.answers import nobody, person, somebody
from tests.screens.conftest import OpenDesk
from tests.screens.governed import governed
from tests.screens.verdictdocs import incident, quiet
from widgets.glyphs import ASCII, UNICODE


def said(told: ResponsibleDoc | None, width: int, **more: Any) -> str:
    doc = incident(19.0, responsible=told, **more)
    return "".join(span.text for span in whom_spans(doc, UNICODE, width)).rstrip()


def test_nobody_owns_it_and_whom_to_ask_by_width() -> None:
    one = nobody(19.0)
    assert said(one, 140) == (
        "partner-docs: NO OWNER · ask ana, on call until 18:00Z for search-data: indexer consumes it"
        " · deployed 04:58Z by token c0ffee00"
    )
    assert said(one, 60) == "partner-docs: NO OWNER · ask ana (indexer)"
    assert said(one, 30) == "NO OWNER · ask ana (indexer)"
    assert said(one, 20) == "NO OWNER · ask ana"
    assert said(one, 12) == "NO OWNER"
    assert said(one, 5) == ""


def test_an_owner_and_who_is_on_call_by_width() -> None:
    one = somebody(31.0)
    assert said(one, 80) == "partner-docs: partners · farid on call until 18:00Z"
    assert said(one, 40) == "partners · farid on call until 18:00Z"
    assert said(one, 30) == "partners · farid on call"
    assert said(one, 12) == "call farid"


def test_an_old_answer_is_marked_and_an_owner_without_anybody_on_call_has_leads() -> None:
    old: ResponsibleDoc = {**somebody(31.0), "person": person("farid", 31.0, read=1.0, problem="no route")}
    assert said(old, 80) == "partner-docs: partners · farid on call as of 30m ago: no route"
    assert said(old, 30) == "partners · farid? on call"
    gone: ResponsibleDoc = {**somebody(31.0), "person": person("", 31.0)}
    assert said(gone, 70) == "partner-docs: partners · nobody on call · ask ana (indexer)"


def test_of_a_verdict_that_does_not_tell_nothing_is_said() -> None:
    assert whom_spans(None, UNICODE, 80) == []
    assert whom_spans(incident(19.0), UNICODE, 80) == []  # of an older version
    assert whom_spans(quiet(8.0, responsible=nobody(8.0)), UNICODE, 80) == []
    assert said(None, 80) == ""


@given(width=st.integers(0, 160), name=st.text(max_size=40), owner=st.none() | st.text(min_size=1, max_size=40))
def test_it_always_fits(width: int, name: str, owner: str | None) -> None:
    told: ResponsibleDoc = {**nobody(19.0), "flow": name, "owner": owner}
    for glyphs in (UNICODE, ASCII):
        spans = whom_spans(incident(19.0, responsible=told), glyphs, width)
        from widgets.text import spans_width

        assert spans_width(spans) <= width


async def test_it_stands_beside_how_things_stand_and_gives_way_to_a_filter(desk: OpenDesk, tmp_path: Any) -> None:
    async with desk(at=20.0, tape=governed(tmp_path / "governed.tape")) as board:
        assert (await board.lines())[2].rstrip().endswith("NO OWNER · ask ana")
        lines = await board.command("filter partner")
        assert "NO OWNER" not in lines[2] and "/partner" in lines[2]
        lines = await board.press("escape", "v")
        whole = "\n".join(lines)
        while "Ask ana" not in whole:
            before = whole
            whole = "\n".join(await board.press("pagedown"))
            assert whole != before, whole
        assert "which moved first: NO OWNER" in whole
