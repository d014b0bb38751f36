"""What screens hand out to be saved: lists as tables, the rest as text, all of it and not only what is in view."""

from __future__ import annotations

import csv
import io

import pytest

from console.inventory.query import Query
from console.inventory.shapes import Cell, Column, Line, Section, Table
from console.screens.out.saving import saved_of, screen_text, table_csv
from console.screens.out.widgettext import TEXT_WIDTH, chosen_line, event_text, lines_of, row_text
from console.settings.paths import DEMO_TAPE
from console.signals import EntityKind, EntityRef, Health
from tests.screens.conftest import OpenDesk
from widgets.eventlist import EventLine, EventList
from widgets.helpview import HelpView
from widgets.rowlist import Figure, RowList, RowView
from widgets.statusline import StatusLine
from widgets.text import Span

HOSTILE = "=cmd|' /C calc'!A0\x1b]52;c;eA==\x07"


def test_a_list_keeps_its_columns_and_order() -> None:
    lines = tuple(
        Line(f"job:default/{name}", EntityRef(EntityKind.JOB, f"default/{name}"), health, name, word,
             (Cell("3/3"), Cell("-2")), note="a, note", where="eu")
        for name, health, word in ((HOSTILE, Health.BAD, "failed"), ("web", Health.OK, ""))
    )  # fmt: skip
    table = Table(Query(EntityKind.JOB), Section("Jobs", (Column("Running"), Column("Change")), lines), 2, 1)
    rows = list(csv.reader(io.StringIO(table_csv(table))))
    assert rows[0] == ["health", "name", "state", "Running", "Change", "where", "note", "id"]
    assert rows[2] == ["ok", "web", "", "3/3", "-2", "eu", "a, note", "job:default/web"]
    assert rows[1][1].startswith("'=cmd")
    assert not any("\x1b" in cell or "\x07" in cell for row in rows for cell in row)


def test_a_row_is_one_line_without_its_colours() -> None:
    row = RowView(
        "k", "warn", (Span("web"), Span("~", "muted")), (Figure("3/3", label="run"), Figure("12%")), note="v7"
    )
    assert row_text(row) == "web~  run 3/3  12%  v7"


def test_rows_are_columns() -> None:
    rows = RowList(
        [RowView("a", "ok", (Span("web"),), (Figure("1"),)), RowView("b", "bad", (Span("worker"),), note="x")]
    )
    assert lines_of(rows) == ["ok   web     1", "bad  worker  x"]
    assert chosen_line(rows) == "web  1"
    assert chosen_line(None) == ""


def test_what_happened_is_told_whole() -> None:
    line = EventLine("k", (Span("x" * 300),), time="04:59:12", sign="≈", after="+", system="nomad", subject="web")
    assert event_text(line) == f"≈04:59:12+  nomad  web  {'x' * 300}"
    assert event_text(EventLine("", (Span("Monday"),))) == "-- Monday --"


def test_what_is_scrolled_is_told_from_its_beginning() -> None:
    from widgets.helpview import Section as Part

    told = lines_of(HelpView([Part("Keys", [(f"k{at}", "does it") for at in range(200)])]))
    assert len(told) == 201
    assert all(len(line) <= TEXT_WIDTH for line in told)


@pytest.mark.parametrize("what", ["allocations", "nodes"])
async def test_a_list_is_saved_as_it_is_sorted(desk: OpenDesk, what: str) -> None:
    async with desk(tape=DEMO_TAPE, at=None, size=(160, 40)) as board:
        await board.command(what)
        saved = saved_of(board.app)()
        rows = list(csv.DictReader(io.StringIO(saved.text)))
        assert (saved.what, saved.ending) == (what, "csv")
        table = board.app.picture.table
        assert table is not None
        assert [row["id"] for row in rows] == [line.key for line in table.section.lines]
        assert len(rows) > 2


async def test_a_drill_down_is_saved_with_all_its_parts(desk: OpenDesk) -> None:
    async with desk(size=(120, 36)) as board:
        await board.press("enter")
        saved = saved_of(board.app)()
        subject = board.app.desk.subject
        assert subject is not None
        assert saved.ending == "txt"
        assert saved.what
        assert saved.what in board.app.screen.query_one("#title", StatusLine).plain()[0]
        assert "What is known" in saved.text
        assert saved.text.isprintable() or not any(ord(one) < 32 for one in saved.text.replace("\n", ""))


async def test_a_timeline_is_saved_whole(desk: OpenDesk) -> None:
    async with desk(size=(100, 24)) as board:
        await board.press("T")
        lines = screen_text(board.app.screen)
        assert any("prometheus" in line for line in lines)
        told = [event_text(line) for line in board.app.screen.query_one(EventList).all_lines]
        assert told
        assert lines[lines.index(told[0]) :][: len(told)] == told
