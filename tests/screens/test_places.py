"""Two clusters on one board: each row says where it is, and commands restrict the board to one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.naming import placed
from console.panes.rows import Number, PaneRow
from console.screens.actions.board import REGISTRY
from console.screens.board.rowviews import Filter, row_view
from console.signals import EntityKind, EntityRef, Health, Pane, Record
from console.tape.store import open_tape
from tests.panes.build import MINUTE, T0, feed, flow, job, node
from tests.screens.conftest import OpenDesk


def at(place: str, region: str, record: Record) -> Record:
    """A record as the feed of a place puts it."""
    entity = record.entity
    if entity.kind is EntityKind.JOB:
        entity = EntityRef(EntityKind.JOB, placed(entity.id, place))
    body = {**record.body, "cluster": place}
    if entity.kind is EntityKind.JOB:
        body["region"] = region
    return record._replace(source=f"nomad:{place}", entity=entity, body=body)


@pytest.fixture
def clusters(tmp_path: Path) -> Path:
    """Two clusters with a job of one name, each with one of its own; a node that is down; a data flow."""
    records = [
        feed("nomad:eu"),
        feed("nomad:us"),
        at("eu", "europe", job("default/answerer")),
        at("us", "america", job("default/answerer")),
        at("eu", "europe", job("search/indexer")),
        at("us", "america", node("n1", status="down")),
        flow("docs"),
    ]
    path = tmp_path / "two.tape"
    with open_tape(path, "create") as tape:
        tape.append(records, [], {"nomad:eu": T0 + MINUTE, "nomad:us": T0 + MINUTE})
    return path


def told(lines: list[str]) -> str:
    return "\n".join(lines)


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_every_row_says_its_cluster(desk: OpenDesk, clusters: Path, size: tuple[int, int]) -> None:
    async with desk(tape=clusters, at=None, size=size) as board:
        shown = told(await board.lines())
    for name in ("answerer · eu", "answerer · us", "indexer · eu", "n1 · us"):
        assert name in shown
    assert "eu, us" in shown.partition("\n")[0]


async def test_commands_restrict_the_board_and_say_so(desk: OpenDesk, clusters: Path) -> None:
    async with desk(tape=clusters, at=None, size=(120, 36)) as board:
        lines = await board.command("cluster us")
        assert lines[0].startswith(" Fourth Signal  only us  eu, us") and "esc clears" in told(lines)
        assert "answerer · us" in told(lines) and "answerer · eu" not in told(lines)
        assert "docs" in told(lines), "a data flow is in no cluster"
        lines = await board.command("cluster")
        assert "only" not in lines[0] and "answerer · eu" in told(lines)
        lines = await board.command("ns sea")
        assert "only search" in lines[0]
        assert "indexer · eu" in told(lines) and "answerer" not in told(lines)
        lines = await board.command("region america")
        assert "only america · search" in lines[0] and "indexer" not in told(lines)
        lines = await board.press("escape")
        assert "only" not in lines[0] and "indexer" in told(lines)


async def test_what_is_counted_is_what_is_shown(desk: OpenDesk, clusters: Path) -> None:
    async with desk(tape=clusters, at=None, size=(120, 36)) as board:
        picture = board.app.picture
        await board.lines()
        every = {pane: picture.pane_status(pane, 60) for pane in Pane}
        for cluster in ("us", "eu"):
            lines = await board.command(f"cluster {cluster}")
            for pane in Pane:
                rows = [row for row in picture.rows[pane] if row.where.cluster in ("", cluster)]
                bad = sum(row.health is Health.BAD for row in rows)
                said = "".join(span.text for span in picture.pane_status(pane, 60))
                assert said.startswith(f"{bad} bad") if bad else "bad" not in said
            assert "running" not in lines[2], "that counts all clusters"
        await board.command("cluster")
        assert {pane: picture.pane_status(pane, 60) for pane in Pane} == every


async def test_a_text_goes_before_the_place_is_given_up(desk: OpenDesk, clusters: Path) -> None:
    async with desk(tape=clusters, at=None, size=(120, 36)) as board:
        await board.command("cluster us")
        lines = await board.command("filter n1")
        assert "only us" in lines[0] and "answerer" not in told(lines)
        lines = await board.press("escape")
        assert "only us" in lines[0] and "answerer · us" in told(lines)
        assert "only us" not in (await board.press("escape"))[0]


async def test_a_place_that_is_not_known_is_refused_with_the_nearest(desk: OpenDesk, clusters: Path) -> None:
    async with desk(tape=clusters, at=None, size=(120, 36)) as board:
        assert "There is no namespace 'serach'; did you mean 'search'?" in told(await board.command("ns serach"))
        assert "There is no cluster 'zz'; known are eu, us." in told(await board.command("cluster zz"))
        assert REGISTRY.complete("cluster ", board.app.desk) == ["cluster eu", "cluster us"]
        assert REGISTRY.complete("ns s", board.app.desk) == ["ns search"]


def test_a_filter_lets_through_what_is_nowhere() -> None:
    within = Filter()._replace(within=Filter().within._replace(namespace="search"))
    assert not within.is_open
    assert within.lets_at(within.within)
    assert within.lets_at(Filter().within)
    assert not within.lets_at(Filter().within._replace(namespace="default"))


def test_a_count_is_not_told_twice_so_that_the_place_has_room() -> None:
    counted = (Number("run", "1/2", Health.WARN),)
    row = PaneRow(
        "k", EntityRef(EntityKind.JOB, "a@us/rank-0003"), Health.WARN, "1/2 running", "rank-0003 · us", counted
    )
    assert "".join(span.text for span in row_view(Pane.SCHEDULING, row, 56).lead) == "rank-0003 · us"
    blocked = row._replace(word="1/2, blocked")
    assert "blocked" in "".join(span.text for span in row_view(Pane.SCHEDULING, blocked, 56).lead)


async def test_nomad_means_those_of_all_clusters_on_the_timeline(desk: OpenDesk, clusters: Path) -> None:
    async with desk(tape=clusters, at=None, size=(120, 36)) as board:
        await board.press("T")
        assert "Nothing here was told" not in told(await board.command("system nomad"))
        timeline = board.app.desk.timeline
        assert timeline is not None
        assert timeline.sieve.systems == {"nomad:eu", "nomad:us"}
        assert "Nothing here was told by 'nomadic'" in told(await board.command("system nomadic"))
