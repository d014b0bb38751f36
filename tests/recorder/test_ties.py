"""Series and alerts from elsewhere find the Nomad that they are about."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.config import NomadSettings, load_settings
from console.feeds.prometheus.promql import kept_apart
from console.naming import job_of
from console.recorder.feeds import Known, feeds_of
from console.recorder.ties import TiedFeed, TiedOutlet, place_named, tied, tied_signal, untied
from console.signals import Block, EntityKind, EntityRef, Pane, Record, RecordKind, Signal
from tests.doubles.outlet import MemoryOutlet

NOMADS = (
    NomadSettings("http://a:1", name="prod-eu", profile="prod", region="eu"),
    NomadSettings("http://a:1", name="prod-us", profile="prod", region="us"),
    NomadSettings("http://b:1", name="stage", profile="stage", region="eu"),
)


@pytest.mark.parametrize(
    ("labels", "place"),
    [
        ({}, "prod-eu"),
        ({"cluster": "stage"}, "stage"),
        ({"cluster": "STAGE", "region": "us"}, "stage"),
        ({"cluster": "prod", "region": "us"}, "prod-us"),
        ({"nomad_region": "us"}, "prod-us"),
        ({"region": "eu"}, "prod-eu"),
        ({"nomad_cluster": "prod-us"}, "prod-us"),
        ({"cluster": "kube-7"}, "prod-eu"),
        ({"cluster": "kube-7", "region": "us"}, "prod-us"),
    ],
)
def test_labels_name_a_place(labels: dict[str, str], place: str) -> None:
    assert place_named(labels, NOMADS) == place


def test_a_place_called_after_its_region_is_found_by_it() -> None:
    assert (
        place_named({"region": "us"}, (NomadSettings("http://a:1", name="eu"), NomadSettings("x", name="us"))) == "us"
    )


def signal(entity: EntityRef, **labels: str) -> Signal:
    return Signal("queue{}", "queue", entity, Pane.MODELS, source="prometheus", labels=labels)


def test_a_signal_of_a_job_is_that_of_its_cluster_and_keeps_its_key() -> None:
    job = EntityRef(EntityKind.JOB, "ops/web")
    there = tied_signal(signal(job, namespace="ops", nomad_job="web", cluster="stage"), NOMADS)
    assert there.entity.id == job_of(there.labels) == "ops@stage/web"
    assert there.key == "queue{}"


def test_a_model_keeps_its_name_and_its_labels_name_the_job_of_the_cluster() -> None:
    model = EntityRef(EntityKind.MODEL, "qwen@1")
    there = tied_signal(signal(model, nomad_job="answerer", region="us"), NOMADS)
    assert there.entity == model
    assert job_of(there.labels) == "default@prod-us/answerer"
    assert tied_signal(signal(model), NOMADS) == signal(model)


async def test_an_alert_is_tied_by_its_labels_and_can_be_read_back_as_it_was() -> None:
    labels = {"alertname": "JobDown", "nomad_job": "web", "cluster": "stage"}
    about = EntityRef(EntityKind.ALERT, "f")
    record = Record(RecordKind.STATE, "alertmanager", about, "alert", 1, 1, {"labels": labels})
    there = tied(record, NOMADS)
    assert job_of(there.body["labels"]) == "default@stage/web"
    assert untied(there.body["labels"]) == labels
    out = MemoryOutlet()
    through = TiedOutlet(out, NOMADS)
    bare = record._replace(body={})
    await through.records([record, bare])
    assert out.kept == [there, bare]
    known = signal(EntityRef(EntityKind.JOB, "default/web"))
    await through.samples(Block("prometheus", [known], [1], [[1.0]]))
    await through.samples(Block("prometheus", [known], [2], [[1.0]]))
    assert out.blocks[0].signals[0] is out.blocks[1].signals[0]
    assert out.blocks[0].signals[0].entity.id == "default@prod-eu/web"


def test_sums_are_kept_apart_by_cluster() -> None:
    expr = 'sum by (job)(rate(a{by="x (y)"}[1m])) / (sum by (job) (rate(b[1m])) > 0)'
    assert kept_apart(expr, ("cluster", "job")) == (
        'sum by (job,cluster)(rate(a{by="x (y)"}[1m])) / (sum by (job,cluster) (rate(b[1m])) > 0)'
    )
    assert kept_apart("max by ()(a)", ("cluster",)) == "max by (cluster)(a)"
    assert kept_apart("max without (node)(a)", ("cluster",)) == "max without (node)(a)"


def test_one_nomad_without_a_name_is_neither_placed_nor_tied(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "PROMETHEUS_URL": "http://p:1", "ALERTMANAGER_URL": "http://a:1"}
    alone = feeds_of(load_settings({}, env), Known())
    assert [feed.name for feed in alone] == [
        "nomad",
        "ownership",
        "models",
        "oncall",
        "kpis",
        "prometheus",
        "alertmanager",
    ]
    assert not any(isinstance(feed, TiedFeed) for feed in alone)
    several = feeds_of(load_settings({"nomad.regions": "eu,us"}, env), Known())
    assert [feed.name for feed in several] == ["nomad:eu", "nomad:us", *(feed.name for feed in alone[1:])]
    assert [feed.name for feed in several if isinstance(feed, TiedFeed)] == ["prometheus", "alertmanager"]
