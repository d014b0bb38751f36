"""The documents that the drill-down reads."""

from __future__ import annotations

from typing import Any

from console.feeds.nomad.catalogue import Catalogue, Check, CheckName
from console.feeds.nomad.cluster import Cluster
from console.feeds.nomad.documents import (
    allocation_doc,
    deployment_doc,
    evaluation_doc,
    node_doc,
    service_doc,
)
from console.feeds.nomad.evaluations import PENDING_S, Pending, telling
from console.feeds.nomad.node_reading import read_node
from console.feeds.nomad.objects import Allocation
from console.feeds.nomad.reading import (
    ms_of_ns,
    ms_of_text,
    read_allocation,
    read_deployment,
    read_evaluation,
    read_job,
    read_service,
)
from console.feeds.nomad.rollup import job_doc
from tests.feeds.nomad.golden import body

GO_ZERO = "0001-01-01T00:00:00Z"


def test_times_that_are_none_are_zero() -> None:
    for none in (None, "", GO_ZERO, "0001-01-01T00:00:00+00:00", "1970-01-01T00:00:00Z", "yesterday", "9999-99-99"):
        assert ms_of_text(none) == 0, none
    assert ms_of_text("2026-11-23T04:48:42.972648273Z") == 1795409322972
    assert ms_of_ns(None) == ms_of_ns(0) == ms_of_ns(-6795364578871345152) == 0


def test_a_task_says_how_it_is_and_leaves_out_what_has_not_happened() -> None:
    raw = body("allocations")[0]
    (name, state), *_ = raw["TaskStates"].items()
    raw["TaskStates"] = {name: {**state, "State": "pending", "StartedAt": GO_ZERO, "FinishedAt": None, "Events": None}}
    doc = allocation_doc(read_allocation(raw))
    assert doc["tasks"] == {name: {"state": "pending", "failed": False, "restarts": 0, "oom_kills": 0}}
    assert not {"last_event", "exit_code", "gone", "canary", "reschedules", "reconstructed"} & set(doc)
    thawed = allocation_doc(read_allocation(body("thawed-alloc")))
    (task,) = thawed["tasks"].values()
    assert task["exit_code"] == 130 and task["state"] == "dead"
    assert task["started_ms"] < task["finished_ms"] and task["last_event_ms"] > task["started_ms"]


def test_an_allocation_says_why_and_what_it_belongs_to() -> None:
    raw = {**body("allocation"), "DesiredDescription": "alloc not needed", "DeploymentStatus": {"Canary": True}}
    raw["RescheduleTracker"] = {"Events": [{"PrevAllocID": "a"}, {"PrevAllocID": "b"}]}
    doc = allocation_doc(read_allocation(raw), gone=True)
    assert doc["desired_why"] == "alloc not needed" and doc["canary"] and doc["gone"] and doc["reschedules"] == 2
    assert doc["evaluation"] == raw["EvalID"] and doc["modified_ms"] == raw["ModifyTime"] // 1_000_000
    assert None not in {key: value for key, value in doc.items() if key != "healthy"}.values()


def test_reschedules_that_nomad_forgot_are_counted_along_the_chain() -> None:
    cluster = Cluster()
    first = read_allocation(body("allocations")[0])

    def chain(number: int, status: str, tracked: int = 0) -> Allocation:
        previous = f"a{number - 1}" if number else ""
        return first._replace(id=f"a{number}", previous=previous, status=status, create_index=number + 1,
                              modify_index=100 - number, reschedules=tracked)  # fmt: skip

    changes = cluster.relist("allocations", [chain(n, "failed" if n < 7 else "running") for n in range(8)], 100)
    assert [c.after.reschedules for c in changes if isinstance(c.after, Allocation)] == list(range(8))
    cluster.apply(first._replace(id="a8", previous="a7", status="running", modify_index=101, create_index=101))
    assert cluster.allocations["a8"].reschedules == 0, "the one before did not fail: it was moved"
    cluster.remove_allocation("a6")
    cluster.apply(cluster.allocations["a7"]._replace(modify_index=102, reschedules=5))
    assert cluster.allocations["a7"].reschedules == 7, "what was counted stays although Nomad tracks but the last"


def test_a_deployment_shows_its_groups_and_until_when_they_have_time() -> None:
    raw = body("deployment")
    (name,) = raw["TaskGroups"]
    raw["TaskGroups"][name] |= {"AutoRevert": True, "DesiredCanaries": 1, "PlacedCanaries": ["x"]}
    ended = deployment_doc(read_deployment(raw))
    assert "progress_by_ms" not in ended["groups"][name], "it is over: nothing is waited for"
    group = deployment_doc(read_deployment({**raw, "Status": "running"}))["groups"][name]
    assert group["progress_by_ms"] > ended["created_ms"] and group["auto_revert"] and "auto_promote" not in group
    assert (group["canaries"], group["canaries_desired"], group["healthy"]) == (1, 1, 3)
    raw["TaskGroups"][name] |= {"RequireProgressBy": GO_ZERO}
    assert "progress_by_ms" not in deployment_doc(read_deployment({**raw, "Status": "running"}))["groups"][name]


def test_only_evaluations_that_are_not_simply_done_are_told_and_what_became_of_them() -> None:
    failed, blocked = read_evaluation(body("evaluation-of-blocked")), read_evaluation(body("evaluation-blocked"))
    simple = failed._replace(failures=())
    assert telling(None, failed) and telling(None, blocked) and not telling(None, simple)
    assert telling(blocked, blocked._replace(status="complete", failures=())), "a wait that ends"
    assert telling(None, simple._replace(status="canceled")) and telling(None, simple._replace(status="failed"))
    doc = evaluation_doc(failed)
    assert doc["failures"][0]["queued"] == 1 and doc["blocked"] == blocked.id and "previous" not in doc


def test_an_evaluation_that_nobody_takes_is_told_after_a_while() -> None:
    pending = Pending()
    one = read_evaluation(body("evaluation-blocked"))._replace(status="pending")
    assert not telling(None, one) and not pending.heard(one, 0.0)
    assert not pending.overdue(PENDING_S - 1)
    assert pending.overdue(PENDING_S) == [one] and not pending.overdue(PENDING_S + 1)
    done = one._replace(status="complete", failures=())
    assert pending.heard(done, 9.0), "that it went on at last is told too"
    assert not pending.heard(done, 9.0)
    pending.heard(one, 10.0)
    pending.gone([])
    assert not pending.overdue(100.0)


def test_a_node_has_drivers_size_and_the_end_of_its_drain() -> None:
    cluster = Cluster()
    whole = body("node")
    name = next(iter(whole["Drivers"]))
    whole["Drivers"][name] |= {"Healthy": False, "HealthDescription": "daemon is away"}
    whole["Drivers"]["qemu"] = {"Detected": False, "Healthy": False}
    whole |= {"Drain": True, "DrainStrategy": {"ForceDeadline": "2026-11-23T06:00:00Z"}, "Events": [
        {"Message": "Node heartbeat missed", "Timestamp": "2026-11-23T04:50:00Z", "Subsystem": "Cluster"},
        {"Message": "Node reregistered by heartbeat", "Timestamp": "2026-11-23T04:51:00Z", "Subsystem": "Cluster"},
    ]}  # fmt: skip
    cluster.apply(read_node(whole))
    (node,) = cluster.nodes.values()
    doc = node_doc(node, cluster)
    assert doc["drivers"][name] == "unhealthy: daemon is away" and "qemu" not in doc["drivers"]
    assert doc["unhealthy_drivers"] == [name] and doc["address"] == "127.0.0.1"
    assert (doc["cpu_mhz"], doc["memory_mb"], doc["disconnects"]) == (64000, 262144, 1)
    assert doc["drain_by_ms"] == 1795413600000 and doc["updated_ms"] == 1795409304000
    entry = next(one for one in body("nodes") if one["ID"] == node.id)
    listed = {**entry, "Drain": True, "ModifyIndex": 10**6, "Status": node.status, "NodeResources": None}
    cluster.apply(read_node(listed))
    again = node_doc(cluster.nodes[node.id], cluster)
    kept = ("memory_mb", "drain_by_ms", "updated_ms", "disconnects", "address")
    assert all(again[key] == doc[key] for key in kept), "a list says less"  # type: ignore[literal-required]


def test_a_job_says_when_it_runs_where_and_who_registered_it() -> None:
    cluster = Cluster()
    job = read_job({**body("job-periodic"), "NomadTokenID": "5dc4c5ad-1e1e", "VersionTag": {"Name": "golden"}})
    cluster.apply(job)
    doc = job_doc(cluster.jobs[job.key], cluster)
    assert doc["cron"] == "*/6 * * * * UTC" and doc["datacenters"] == ["fra1"] and doc["pool"] == "default"
    assert doc["by"] == "5dc4c5ad-1e1e" and doc["priority"] == 50 and "parameterized" not in doc
    assert doc["versions"][0]["tag"] == "golden" and doc["versions"][0]["by"] == doc["by"]
    listed = {**next(one for one in body("jobs") if one["ID"] == job.id), "ModifyIndex": 10**6}
    cluster.apply(read_job(listed))
    assert job_doc(cluster.jobs[job.key], cluster)["cron"] == doc["cron"], "a list does not say it"


def service(**more: Any) -> Any:
    return read_service({**body("service")[0], **more})


def test_a_service_lists_its_instances_with_their_checks() -> None:
    catalogue = Catalogue()
    one, other = service(), service(ID="other", AllocID="a2", Address="fd00::1", Tags=None)
    catalogue.apply(one, removed=False)
    catalogue.apply(other, removed=False)
    said = {CheckName("answerer", "health"): (Check("failure", "connection refused"), 5)}
    assert [turn.before for turn in catalogue.heard(one.allocation, said)] == [None]
    doc = service_doc(one.key, catalogue)
    assert doc["namespace"] == "llm-prod" and doc["job"] == "answerer"
    assert doc["instances"][one.id]["checks"] == {"health": "failure: connection refused"}
    assert doc["instances"]["other"] == {"allocation": "a2", "node_id": other.node_id,
                                         "address": f"[fd00::1]:{body('service')[0]['Port']}", "tags": []}  # fmt: skip
    later = {CheckName("answerer", "health"): (Check("failure", "timeout at 12:00:01"), 9)}
    assert not catalogue.heard(one.allocation, later), "another word for the same is no news"
    catalogue.apply(one, removed=True)
    assert set(service_doc(one.key, catalogue)["instances"]) == {"other"}


def test_a_service_of_which_not_all_was_read_is_not_told() -> None:
    catalogue = Catalogue()
    assert catalogue.take(["a/x", "a/y"], {"a/x": [service(ServiceName="x", Namespace="a")]}) == ["a/x"]
    assert catalogue.whole("a/x") and not catalogue.whole("a/y")
    catalogue.apply(service(ServiceName="y", Namespace="a"), removed=False)
    assert not catalogue.whole("a/y"), "one instance came, others are not known"
    catalogue.apply(service(ServiceName="z", Namespace="a"), removed=False)
    assert catalogue.whole("a/z"), "it was born before our eyes"
    assert set(catalogue.take(["a/y"], {"a/y": []})) == {"a/x", "a/y", "a/z"}
    assert catalogue.whole("a/y") and not catalogue.instances("a/x")
    catalogue.forget("a/x")
    assert not catalogue.whole("a/x")
