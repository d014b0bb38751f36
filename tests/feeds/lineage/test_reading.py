"""What Marquez's answers say of data flows, whatever is missing in them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.feeds.lineage.marquez import DatasetId
from console.feeds.lineage.reading import (
    Lineage,
    edges_of,
    flows_between,
    job_id,
    lineage_of,
    moment_ms,
    schema_changed_ms,
)
from tests.doubles.marquez import dataset, job, owners, ref, run, version

AT = "http://marquez:5000"
KAFKA = "kafka://broker:9092"


def read(jobs: list[Any], datasets: list[Any], changed: dict[DatasetId, int] | None = None) -> Lineage:
    return lineage_of(AT, edges_of(jobs), datasets, changed or {}, 7)


def test_a_dataset_between_two_jobs_is_a_flow() -> None:
    raw, price = ref("raw"), ref("docs.price")
    jobs = [job("price-feed", [raw], [price]), job("indexer", [price], [])]
    doc = dataset("docs.price", facets=owners("team:price-team", "user:ana"))
    found = read(jobs, [doc, dataset("raw")], {DatasetId(KAFKA, "docs.price"): 99})
    (part,) = [one for one in found.parts if one.declares]
    origin = f"{AT}/api/v1/namespaces/kafka%3A%2F%2Fbroker%3A9092/datasets/docs.price"
    assert (part.name, part.origin, part.via) == ("docs.price", origin, "openlineage")
    assert {field: item["value"] for field, item in part.said.items()} == {
        "owner": "price-team",
        "producer": "default/price-feed",
        "consumers": ["default/indexer"],
        "upstream": ["raw"],
        "schema_changed_ms": 99,
    }
    assert part.said["owner"]["read_ms"] == 7


def test_a_table_that_nobody_reads_only_adds_to_what_is_declared() -> None:
    found = read([job("loader", [], [ref("dim_date")])], [dataset("dim_date")])
    assert [(part.name, part.declares) for part in found.parts] == [("dim_date", False)]


def test_the_owner_of_the_producing_job_where_the_dataset_has_none() -> None:
    jobs = [job("feed", [], [ref("a")], facets=owners("shop")), job("reader", [ref("a")])]
    (part,) = read(jobs, [dataset("a")]).parts
    assert part.value("owner") == "shop"


def test_a_run_that_has_just_begun_shows_the_edges_of_the_one_before() -> None:
    older = run("COMPLETED", inputs=[ref("in")], outputs=[ref("out")])
    begun = job("feed", state="RUNNING")
    begun["latestRuns"].append(older)
    (edges,) = edges_of([begun])
    assert edges.outputs == {DatasetId(KAFKA, "out")}
    assert edges.runs
    assert read([begun], []).blind == {}


def test_a_job_that_runs_without_end_is_not_seen_and_said_to_be() -> None:
    found = read([job("stream-feed", state="RUNNING"), job("ended", state="COMPLETED")], [])
    assert list(found.blind) == ["stream-feed"]
    assert "until then Marquez may not show" in found.blind["stream-feed"]["why"]
    assert found.parts == []


def test_two_writers_are_a_doubt_and_the_last_one_is_taken() -> None:
    early = job("old-feed", [], [ref("a")], latestRun=run("COMPLETED", "2026-11-01T00:00:00Z"), latestRuns=[])
    jobs = [early, job("new-feed", [], [ref("a")]), job("reader", [ref("a")])]
    (part,) = read(jobs, []).parts
    assert part.value("producer") == "default/new-feed"
    assert "2 jobs write it (default/new-feed, default/old-feed)" in part.doubts[0]["why"]


def test_datasets_of_one_name_in_two_places_stay_apart() -> None:
    jobs = [job("a", [], [ref("t", "pg://x"), ref("t", "pg://y")]), job("b", [ref("t", "pg://x"), ref("t", "pg://y")])]
    assert [part.name for part in read(jobs, []).parts] == ["pg://x/t", "pg://y/t"]


def test_a_dataset_is_known_by_its_other_names() -> None:
    links = {"symlinks": {"identifiers": [{"namespace": "hive://x", "name": "db.price", "type": "TABLE"}]}}
    doc = dataset("s3/price", physicalName="public.price", facets={**owners("x"), **links})
    (part,) = read([], [doc]).parts
    assert part.names == ("s3/price", "public.price", "db.price", f"{KAFKA}/s3/price")


@pytest.mark.parametrize(
    ("namespace", "told"),
    [("default", "default/x"), ("nomad://eu/prod", "prod/x"), ("nomad://eu/", "eu/x"), ("", "default/x")],
)
def test_how_a_job_is_called_here(namespace: str, told: str) -> None:
    assert job_id(DatasetId(namespace, "x")) == told


def test_when_the_schema_changed() -> None:
    versions = [
        version("2026-11-23T14:00:00Z", "id:STRING", "price:FLOAT"),
        version("2026-11-22T14:00:00.5Z", "price:FLOAT", "id:STRING"),
        version("2026-11-21T14:00:00Z", "id:STRING"),
    ]
    assert schema_changed_ms(versions) == moment_ms("2026-11-22T14:00:00.500Z")
    assert schema_changed_ms(versions[2:]) == moment_ms("2026-11-21T14:00:00Z")
    assert schema_changed_ms([]) is None
    assert schema_changed_ms([version("2026-11-21T14:00:00Z")]) is None  # no schema, no change of it
    page = [version(f"2026-11-21T14:{i // 60:02}:{i % 60:02}Z", "id:STRING") for i in range(100)]
    assert schema_changed_ms(page) is None  # older versions may have another


def test_times_with_nine_digits() -> None:
    assert moment_ms("2026-11-23T14:00:00.123456789Z") == 1_795_442_400_123
    assert moment_ms("2026-11-23") is not None
    assert (moment_ms(None), moment_ms("soon"), moment_ms(7)) == (None, None, None)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["id", "name", "namespace", "inputs", "outputs", "latestRun", "latestRuns", "facets", "ownership", "owners",
             "state", "symlinks", "identifiers", "fields", "createdAt", "type", "outputDatasetVersions"]
        ),
        inner, max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip
_OBJECTS = st.lists(st.dictionaries(st.sampled_from(["id", "name", "namespace", "inputs", "outputs", "latestRun",
                    "latestRuns", "facets", "createdAt", "fields"]), _ANY, max_size=6), max_size=4)  # fmt: skip


@given(_OBJECTS, _OBJECTS)
def test_answers_of_any_shape_break_nothing(jobs: list[Any], datasets: list[Any]) -> None:
    for part in read(jobs, datasets).parts:
        assert part.name
    assert isinstance(flows_between(edges_of(jobs)), set)
    schema_changed_ms(datasets)
