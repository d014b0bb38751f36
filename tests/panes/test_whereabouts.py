"""Rows of several clusters and namespaces: each says where it is, and one cluster that is lost takes no other along."""

from __future__ import annotations

from console.naming import PLACE_LABEL
from console.panes.board import BoardModel
from console.panes.rows import Where
from console.signals import EntityKind, EntityRef, Health, Pane, Record
from tests.panes.build import MINUTE, T0, alert, board, feed, flow, job, named, node

NOW = T0 + MINUTE


def at(place: str, record: Record) -> Record:
    """A record as the feed of a place puts it."""
    entity = record.entity
    if entity.kind is EntityKind.JOB:
        namespace, _, name = entity.id.partition("/")
        entity = EntityRef(EntityKind.JOB, f"{namespace}@{place}/{name}")
    if entity.kind is EntityKind.NODE:
        entity = EntityRef(EntityKind.NODE, f"{place}-{entity.id}")
    return record._replace(source=f"nomad:{place}", entity=entity, body={**record.body, "cluster": place})


def names(model: BoardModel, pane: Pane = Pane.SCHEDULING) -> list[str]:
    return sorted(row.name for row in model.rows(pane))


def two(*more: Record) -> BoardModel:
    records = [at("eu", job("llm-prod/web")), at("us", job("llm-prod/web")), at("us", node("n1", status="down"))]
    return board(NOW, [*records, *more])


def test_every_row_says_its_cluster_where_there_are_several() -> None:
    model = two()
    assert names(model) == ["n1 · us", "web · eu", "web · us"]
    assert names(model, Pane.OWNERSHIP) == ["web · eu", "web · us"]
    assert named(model, Pane.SCHEDULING, "web · eu").where.cluster == "eu"
    assert named(model, Pane.SCHEDULING, "n1 · us").where == Where("us")


def test_a_single_cluster_is_told_in_the_title_only() -> None:
    model = board(NOW, [at("eu", job("llm-prod/web")), feed("nomad:eu")])
    assert names(model) == ["web"]
    assert model.header().where.startswith("eu")


def test_rows_begin_to_say_it_when_a_second_cluster_is_seen() -> None:
    model = board(NOW, [at("eu", job("llm-prod/web")), at("eu", job("llm-prod/other"))])
    assert names(model) == ["other", "web"]
    model.apply(NOW, [at("us", job("llm-prod/third"))])
    assert names(model) == ["other · eu", "third · us", "web · eu"]


def test_a_namesake_in_another_namespace_is_told_by_it_and_all_others_in_their_note() -> None:
    model = board(NOW, [job("a/web"), job("b/web"), job("b/solo")])
    assert names(model) == ["a/web", "b/web", "solo"]
    assert "b" in named(model, Pane.SCHEDULING, "solo").note.split(" · ")


def test_the_title_names_clusters_before_regions() -> None:
    model = two(feed("nomad:eu", region="global"), feed("nomad:us", region="global"))
    assert model.header().where.startswith("eu, us")


def test_one_cluster_that_is_down_makes_only_its_own_rows_stale() -> None:
    why = "us: Nomad at http://n:1 refused the connection"
    model = two(feed("nomad:eu"), feed("nomad:us", "down", why=why, todo="check it"))
    assert named(model, Pane.SCHEDULING, "web · us").health is Health.STALE
    assert named(model, Pane.SCHEDULING, "web · eu").health is Health.OK
    assert model.notice(Pane.SCHEDULING).startswith(why)
    views = {view.name: view.health for view in model.feeds(Pane.SCHEDULING)}
    assert views == {"nomad:eu": Health.OK, "nomad:us": Health.BAD}


def test_an_alert_marks_the_node_and_the_job_of_its_cluster() -> None:
    model = two(
        at("eu", node("n1", status="down")),
        alert("NodeDown", {"node": "n1", PLACE_LABEL: "eu"}),
        alert("WebDown", {"nomad_job": "web", "namespace": "llm-prod", PLACE_LABEL: "us"}),
    )
    marked = {row.name for row in model.rows(Pane.SCHEDULING) if "fires" in row.note}
    assert marked == {"n1 · eu", "web · us"}


def test_a_flow_whose_file_names_no_cluster_is_produced_by_the_first() -> None:
    feeds = [at("us", job("llm-prod/docs-feed")), at("eu", job("llm-prod/docs-feed"))]
    model = board(NOW, [*feeds, flow("docs", producer="llm-prod/docs-feed")])
    assert "not known here" not in named(model, Pane.OWNERSHIP, "docs").note


def test_a_region_comes_from_the_document_or_from_the_feed() -> None:
    model = two(feed("nomad:us", region="us-east"))
    assert named(model, Pane.SCHEDULING, "n1 · us").where.region == "us-east"
