"""Reading, the picture, sentences: everything of the feed that needs no server."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.feeds.nomad.cluster import Cluster
from console.feeds.nomad.connection import NomadAddress
from console.feeds.nomad.documents import allocation_doc
from console.feeds.nomad.events import tellings
from console.feeds.nomad.node_reading import read_node
from console.feeds.nomad.objects import Allocation
from console.feeds.nomad.placement import placement_text, read_refusal
from console.feeds.nomad.reading import (
    read_allocation,
    read_deployment,
    read_evaluation,
    read_job,
)
from console.feeds.nomad.rollup import job_doc
from console.feeds.nomad.spec import difference, read_spec
from console.feeds.nomad.stream import read_line
from console.feeds.nomad.troubles import NomadTroubleError, Trouble, from_status
from tests.feeds.nomad.golden import body, golden

HERE = NomadAddress("http://nomad.example:4646")


def test_real_lists_are_read() -> None:
    allocations = [read_allocation(one) for one in body("allocations")]
    assert allocations and all(a.created_ms > 1_700_000_000_000 and a.job and a.node for a in allocations)
    jobs = {job.id: job for job in map(read_job, body("jobs"))}
    assert jobs["answerer"].version == -1 and jobs["answerer"].queued is not None
    assert not jobs["partner-feed"].meta, "a job without meta has none, not null"
    assert {read_node(one).status for one in body("nodes")} <= {"ready", "down"}
    assert all(read_deployment(one).groups for one in body("deployments"))
    whole = read_job(body("job"))
    assert whole.version >= 0 and whole.spec is not None and whole.spec.counts


def test_a_periodic_job_is_one_in_both_forms() -> None:
    assert read_job(body("job-periodic")).periodic
    assert [job.id for job in map(read_job, body("jobs")) if job.periodic] == ["nightly-eval"]


def test_a_thawed_client_leaves_exit_code_and_lost_description() -> None:
    doc = allocation_doc(read_allocation(body("thawed-alloc")))
    assert doc["exit_code"] == 130 and doc["restarts"] == 0 and doc["tasks"]


def test_placement_failure_of_a_real_evaluation() -> None:
    evaluation = read_evaluation(body("evaluation-blocked"))
    assert evaluation.failures[0].text == (
        "0 of 4 nodes fit: 2 filtered by class gpu (2 of class cpu), 2 out of memory (wants 512 GiB)"
    )


def test_placement_sentences() -> None:
    assert placement_text(
        read_refusal({"NodesEvaluated": 1, "NodesExhausted": 1, "DimensionExhausted": {"cpu": 1}})
    ) == ("0 of 1 node fits: 1 out of cpu")
    assert (
        placement_text(read_refusal({"NodesEvaluated": 0, "NodesAvailable": {"fra1": 0}}))
        == "there is no eligible node in fra1"
    )
    assert (
        placement_text(read_refusal({"NodesEvaluated": 0, "NodesInPool": 0, "NodePool": "gpu"}))
        == "there is no node in pool gpu"
    )
    text = placement_text(
        read_refusal({"NodesEvaluated": 3, "NodesFiltered": 3, "ConstraintFiltered": {"missing drivers": 3}})
    )
    assert text == '0 of 3 nodes fit: 3 filtered by "missing drivers"'
    assert placement_text(read_refusal({"NodesEvaluated": 2, "QuotaExhausted": ["memory"]})).endswith(
        "; quota used up: memory"
    )


@given(
    st.dictionaries(
        st.sampled_from(
            ["NodesEvaluated", "NodesFiltered", "NodesExhausted", "ClassFiltered", "ConstraintFiltered",
             "DimensionExhausted", "NodesAvailable", "ResourcesExhausted", "QuotaExhausted"]
        ),
        st.none() | st.integers(0, 9) | st.dictionaries(st.text(max_size=5), st.integers(0, 9), max_size=3),
    )
)  # fmt: skip
def test_placement_says_something_whatever_is_missing(metric: dict[str, Any]) -> None:
    shaped = {k: v for k, v in metric.items() if k.startswith("Nodes") == (not isinstance(v, dict)) or v is None}
    if isinstance(shaped.get("NodesAvailable"), int):
        del shaped["NodesAvailable"]
    shaped.pop("ResourcesExhausted", None)
    assert placement_text(read_refusal(shaped))


def alloc(index: int, status: str = "running", **more: Any) -> Allocation:
    base = read_allocation(body("allocations")[0])
    return base._replace(modify_index=index, create_index=1, status=status, **more)


@given(st.permutations(list(range(1, 9))))
def test_the_newest_wins_in_whatever_order_things_arrive(order: list[int]) -> None:
    cluster = Cluster()
    statuses = ("pending", "running", "failed", "lost")
    for index in order:
        cluster.apply(alloc(index, statuses[index % 4]))
    (kept,) = cluster.allocations.values()
    assert (kept.modify_index, kept.status) == (8, statuses[0])


@given(st.lists(st.integers(1, 50), max_size=30), st.integers(1, 50))
def test_relist_leaves_exactly_what_was_listed_or_is_newer(created: list[int], index: int) -> None:
    cluster = Cluster()
    for n in created:
        cluster.apply(alloc(n, id=f"a{n}")._replace(create_index=n))
    listed = [alloc(n, id=f"a{n}")._replace(create_index=n) for n in created if n % 2 and n <= index]
    cluster.relist("allocations", listed, index)
    assert set(cluster.allocations) == {a.id for a in listed} | {f"a{n}" for n in created if n > index}


def test_what_is_not_wanted_does_not_count() -> None:
    cluster = Cluster()
    job = read_job(body("job"))
    cluster.apply(job)
    group = next(iter(job.spec.counts)) if job.spec else ""
    own = {"job": job.id, "namespace": job.namespace, "group": group, "job_type": "service"}
    cluster.apply(alloc(10, "complete", id="old", name=f"{job.id}.{group}[0]", desired="stop", next="new", **own))
    cluster.apply(alloc(11, "lost", id="gone", name=f"{job.id}.{group}[1]", desired="stop", **own))
    cluster.apply(
        alloc(12, "running", id="new", name=f"{job.id}.{group}[0]", desired="run", **own)._replace(create_index=9)
    )
    doc = job_doc(cluster.jobs[job.key], cluster)["groups"][group]
    assert (doc["running"], doc["lost"], doc["failed"]) == (1, 1, 0)
    cluster.apply(
        alloc(13, "running", id="again", name=f"{job.id}.{group}[1]", desired="run", **own)._replace(create_index=12)
    )
    assert job_doc(cluster.jobs[job.key], cluster)["groups"][group]["lost"] == 0


def test_versions_differ_in_words_and_without_values() -> None:
    job = body("job")
    before = read_spec(job)
    changed = json.loads(json.dumps(job))
    changed["TaskGroups"][0]["Count"] += 2
    scaled = difference(before, read_spec(changed))
    assert scaled.scale and scaled.text.startswith("count of ")
    changed["TaskGroups"][0]["Tasks"][0]["Env"]["PASSWORD"] = "hunter2"
    changed["TaskGroups"][0]["Tasks"][0]["Config"]["image"] = "registry.example/answerer:2"
    told = difference(before, read_spec(changed))
    assert not told.scale and "env PASSWORD changed" in told.text and "image none → answerer:2" in told.text
    assert "hunter2" not in str(read_spec(changed))
    assert read_spec(job).digest == before.digest


def test_real_errors_are_told_by_kind() -> None:
    kinds = {
        "acl-403-bad-token": Trouble.DENIED,
        "acl-500-weak-logs": Trouble.DENIED,
        "err-500-no-leader-jobs": Trouble.NO_LEADER,
        "err-404-job": Trouble.ABSENT,
        "err-404-path": Trouble.ABSENT,
        "err-region": Trouble.ABSENT,
        "err-500-alloc-id": Trouble.SERVER,
    }
    for name, kind in kinds.items():
        answer = golden(name)
        error = from_status(HERE, "/v1/x", answer["status"], answer.get("body_text", ""))
        assert error.trouble is kind, name
        assert "nomad.example" in error.why


@given(st.binary(max_size=200))
def test_any_line_is_read_or_refused(line: bytes) -> None:
    try:
        read_line(line, HERE)
    except NomadTroubleError as error:
        assert error.trouble is Trouble.NOT_NOMAD


def test_real_stream_lines_are_read() -> None:
    chunks = [chunk["text"] for chunk in golden("events-one-job")["chunks"]]
    text = "".join(itertools.takewhile(lambda chunk: len(chunk) < 6000, chunks))  # longer ones were cut when kept
    items = [item for line in text.split("\n")[:-1] if line for item in read_line(line.encode(), HERE)[0]]
    assert items and {type(item.thing).__name__ for item in items} >= {"Job", "Deployment"}


def test_secrets_are_not_in_the_address() -> None:
    address = NomadAddress("https://n", token=lambda: "s3cr3t", http_auth=("me", "pa55"))
    assert "s3cr3t" not in repr(address) and "pa55" not in repr(address)


def test_a_node_that_was_deregistered_is_gone_although_its_index_is_an_old_one() -> None:
    cluster = Cluster()
    node = read_node(body("node"))
    cluster.apply(node)
    restored = node._replace(modify_index=node.modify_index - 1)
    assert cluster.apply(restored, removed=True) is None, "an older event than what is known"
    change = cluster.apply(node, removed=True)
    assert change is not None and change.removed
    assert not cluster.nodes
    assert cluster.apply(node, removed=True) is None
    assert [telling.name for telling in tellings(change, cluster)] == ["NodeGone"]


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("owner", "search-data", "search-data"),
        ("data_contract", "https://ana:pa55@contracts.example/x", "https://(hidden)@contracts.example/x"),
        ("max_tokens", "4096", "4096"),
        ("tokenizer", "bpe", "bpe"),
        ("partition_key", "id", "id"),
        ("db_password", "hunter2", "(hidden)"),
        ("API_KEY", "hunter2", "(hidden)"),
        ("apiToken", "hunter2", "(hidden)"),
    ],
)
def test_secrets_in_meta_are_kept_nowhere(key: str, value: str, kept: str) -> None:
    assert read_job({**body("job"), "Meta": {key: value}}).meta == {key: kept}


Stand = tuple[int, str, str]  # number in the group, status, desired


@pytest.mark.parametrize(
    ("kind", "count", "stands", "counts"),
    [
        ("service", 3, [(0, "running", "run"), (1, "running", "run"), (2, "lost", "stop")],
         {"desired": 3, "running": 2, "lost": 1}),
        ("service", 1, [(0, "running", "run"), (1, "failed", "run"), (2, "lost", "stop")],
         {"desired": 1, "running": 1}),
        ("service", 2, [(0, "running", "run"), (1, "running", "run"), (1, "failed", "stop")],
         {"desired": 2, "running": 2}),
        ("service", 2, [(0, "unknown", "run"), (0, "running", "run"), (1, "running", "run")],
         {"desired": 2, "running": 2, "unknown": 1}),
        ("batch", 3, [(0, "complete", "run"), (1, "running", "run"), (2, "failed", "run")],
         {"desired": 2, "running": 1, "failed": 1}),
        ("system", 1, [(0, "running", "run"), (0, "failed", "run"), (0, "lost", "stop")],
         {"desired": 3, "running": 1, "failed": 1, "lost": 1}),
        ("sysbatch", 1, [(0, "complete", "run"), (0, "running", "run")], {"desired": 1, "running": 1}),
    ],
)  # fmt: skip
def test_what_a_group_wants_and_has(kind: str, count: int, stands: list[Stand], counts: dict[str, int]) -> None:
    whole = json.loads(json.dumps(body("job")))
    whole.update(Type=kind, Status="running", Stop=False, TaskGroups=whole["TaskGroups"][:1])
    whole["TaskGroups"][0]["Count"] = count
    job, group = read_job(whole), whole["TaskGroups"][0]["Name"]
    cluster = Cluster()
    cluster.apply(job)
    for order, (number, status, desired) in enumerate(stands, start=1):
        alloc = read_allocation(body("allocations")[0])
        name = f"{job.id}.{group}[{number}]"
        cluster.apply(alloc._replace(
            id=f"a{order}", namespace=job.namespace, job=job.id, group=group, name=name, status=status,
            desired=desired, next="", node_id=f"n{order}", job_type=kind, create_index=order, modify_index=order,
            healthy=None, tasks=(),
        ))  # fmt: skip
    told = job_doc(job, cluster)["groups"][group]
    assert {name: n for name, n in told.items() if n} == counts
