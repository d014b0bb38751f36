"""Why something could not be placed, and by how much."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.feeds.nomad.cluster import Cluster
from console.feeds.nomad.node_reading import read_node
from console.feeds.nomad.objects import Evaluation
from console.feeds.nomad.placement import placement_text, read_refusal
from console.feeds.nomad.reading import read_allocation, read_evaluation
from console.feeds.nomad.shortage import Room, shortages
from tests.feeds.nomad.golden import body

GIB = 1024
FAILED: dict[str, Any] = {
    "NodesEvaluated": 4, "NodesFiltered": 2, "NodesExhausted": 2, "NodesInPool": 4, "NodePool": "default",
    "NodesAvailable": {"fra1": 4}, "ClassFiltered": {"cpu": 2}, "ConstraintFiltered": {"${node.class} = gpu": 2},
    "DimensionExhausted": {"memory": 2},
    "ResourcesExhausted": {"trainer": {"MemoryMB": 16 * GIB, "CPU": 4000}},
}  # fmt: skip


def room(memory_gib: float | None, kind: str = "gpu", cpu_mhz: int | None = 64_000, **more: str) -> Room:
    memory = None if memory_gib is None else round(memory_gib * GIB)
    return Room(kind, more.get("datacenter", "fra1"), more.get("pool", "default"), memory, cpu_mhz)


def text(metric: dict[str, Any], *rooms: Room) -> str:
    refusal = read_refusal(metric)
    return placement_text(refusal, shortages(refusal, rooms))


def test_the_best_of_the_nodes_that_were_not_filtered_says_by_how_much() -> None:
    cpus = [room(500, "cpu"), room(500, "cpu")]
    said = "0 of 4 nodes fit: 2 filtered by class gpu (2 of class cpu), 2 out of memory "
    assert text(FAILED, *cpus, room(12.9), room(3)) == said + "by 3.1 GiB"
    assert text(FAILED, *cpus, room(15.5), room(3)) == said + "by 512 MiB"
    both = {**FAILED, "DimensionExhausted": {"memory": 1, "cpu": 1}}
    assert text(both, *cpus, room(100, cpu_mhz=1_500), room(6)).endswith("1 out of cpu by 2,500 MHz, "
                                                                        "1 out of memory by 10 GiB")  # fmt: skip


def test_what_cannot_be_told_is_not_told() -> None:
    wants = "2 out of memory (wants 16 GiB)"
    cpus = [room(500, "cpu"), room(500, "cpu")]
    assert text(FAILED).endswith(wants), "no node is known"
    assert text(FAILED, *cpus, room(1), room(None)).endswith(wants), "the size of one is not known"
    assert text(FAILED, *cpus, room(1), room(2), room(3)).endswith(wants), "which of three it looked at is not known"
    assert text(FAILED, *cpus, room(20), room(30)).endswith(wants), "they have room by now"
    unclear = {**FAILED, "ClassFiltered": {"cpu": 1}}
    assert text(unclear, *cpus, room(1), room(2)).endswith(wants), "one was filtered for another reason"
    other = [room(1), room(2), room(9, pool="batch"), room(9, datacenter="ams1")]
    assert text(FAILED, *cpus, *other).endswith("by 14 GiB"), "nodes of another pool or place do not count"


def test_a_cluster_words_the_failure_of_a_real_evaluation_with_its_own_numbers() -> None:
    cluster = Cluster()
    for raw in body("nodes"):
        cluster.apply(read_node(raw))
    for raw in body("allocations"):
        cluster.apply(read_allocation(raw))
    change = cluster.apply(read_evaluation(body("evaluation-of-blocked")))
    assert change is not None and isinstance(change.after, Evaluation)
    (failure,) = change.after.failures
    gpu = [node for node in cluster.nodes.values() if node.node_class == "gpu"]
    taken = {
        node.id: sum(
            a.memory_mb for a in cluster.allocations.values() if a.node_id == node.id and a.status == "running"
        )
        for node in gpu
    }
    lacks = 512 * GIB - max(node.memory_mb - taken[node.id] for node in gpu)
    assert lacks >= 256 * GIB
    assert failure.text.endswith(f"2 out of memory by {lacks / GIB:.0f} GiB") and failure.refusal is None


def test_room_follows_allocations_that_come_end_and_go() -> None:
    cluster = Cluster()
    cluster.apply(read_node(body("node")))
    (node,) = cluster.nodes.values()
    alloc = read_allocation(body("allocations")[0])._replace(node_id=node.id, memory_mb=GIB, cpu_mhz=500)

    def free() -> int:
        (one,) = cluster.rooms.of(cluster.nodes.values())
        return node.memory_mb - (one.memory_mb or 0)

    def step(index: int, **more: Any) -> int:
        cluster.apply(alloc._replace(modify_index=index, status="running", **more))
        return free()

    assert step(1000) == GIB
    assert step(1001, memory_mb=2 * GIB) == 2 * GIB
    assert step(1002, memory_mb=0) == 2 * GIB, "an update that does not say keeps what is known"
    cluster.apply(alloc._replace(modify_index=1003, status="complete"))
    assert free() == 0
    assert step(1004) == GIB
    cluster.remove_allocation(alloc.id)
    assert free() == 0
    cluster.apply(node._replace(modify_index=node.modify_index + 1, eligibility="ineligible"))
    assert not list(cluster.rooms.of(cluster.nodes.values()))


_ROOMS = st.lists(
    st.builds(
        Room,
        st.sampled_from(["gpu", "cpu", ""]),
        st.sampled_from(["fra1", "ams1"]),
        st.sampled_from(["default", "batch"]),
        st.none() | st.integers(0, 20 * GIB),
        st.none() | st.integers(0, 8000),
    ),
    max_size=6,
)


@given(_ROOMS, st.dictionaries(st.sampled_from(["gpu", "cpu", ""]), st.integers(0, 3)), st.integers(0, 4))
def test_a_shortage_is_never_more_than_what_is_wanted_nor_claimed_of_other_numbers(
    rooms: list[Room], classes: dict[str, int], exhausted: int
) -> None:
    filtered = sum(classes.values())
    dimensions = {"memory": exhausted, "cpu": exhausted}
    metric = {**FAILED, "ClassFiltered": classes, "NodesFiltered": filtered, "NodesExhausted": exhausted,
              "DimensionExhausted": dimensions}  # fmt: skip
    found = shortages(read_refusal(metric), rooms)
    if found:
        here = [r for r in rooms if r.datacenter == "fra1" and r.pool == "default" and r.node_class not in classes]
        assert len(here) == exhausted
        assert 0 < found.get("memory", 1) <= 16 * GIB and 0 < found.get("cpu", 1) <= 4000
