"""Actions end to end: a recorder, the double, the errands process. What is done is done once, and written down."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.analysis.changes import changes_of
from console.errands.protocol import Reply
from console.signals import EntityKind, Record
from console.tape.store import open_tape
from tests.doubles.nomad import NomadDouble
from tests.doubles.nomad.acl import Acl
from tests.doubles.nomad.rollout import group
from tests.errands.yard import EVER_MS, Yard, act, ask, planned, recorded, wait

SECRETS = ("root-secret-0123456789", "submitter-secret-0123456789")


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    """One cluster for all tests here; each acts on an object of its own."""
    nomad = NomadDouble.cluster(allocations=30, jobs=8, nodes=4, events_per_s=0)
    nomad.pace_s = 0.1
    for _, full in list(nomad.world.rows["jobs"].values()):
        nomad.world.put_version({**full, "Version": full["Version"] + 1, "Stable": True, "Priority": 40})
        older = {**full, "Version": full["Version"], "Stable": True}
        nomad.world.put_version(older)
        full["Version"] += 1
    with nomad, recorded(nomad, tmp_path_factory.mktemp("yard")) as one:
        yield one


def running(yard: Yard, job: str) -> str:
    return next(
        key for key, row in yard.nomad.world.rows["allocations"].items()
        if row[0]["JobID"] == job and row[0]["ClientStatus"] == "running" and row[0]["DesiredStatus"] == "run"
    )  # fmt: skip


def services(yard: Yard) -> list[str]:
    jobs = yard.nomad.world.rows["jobs"].values()
    return sorted((row[0]["ID"] for row in jobs if row[0]["Type"] == "service"), key=lambda one: one[-1])


def parts(replies: list[Reply], stage: str) -> list[Any]:
    return [one.told for one in replies if one.told.get("stage") == stage]


def steps(replies: list[Reply]) -> list[str]:
    return [str(one["text"]) for one in parts(replies, "step")]


def deeds(yard: Yard, entity: str) -> list[str]:
    """Names of what the console wrote about an object."""
    return [one.name for one in yard.records("console") if one.entity.id == entity]


def told_by_nomad(yard: Yard, name: str, entity: str) -> Record:
    """Nomad's own event of a name about an object, once it is recorded."""

    def found() -> list[Record]:
        return [one for one in yard.records("nomad") if one.name == name and one.entity.id.endswith(entity)]

    return wait(found, 10, f"{name} of {entity} is recorded")[-1]


def known(yard: Yard, kind: EntityKind, entity: str, field: str, value: str) -> None:
    """Wait until the tape knows something of an object."""
    wait(lambda: yard.states(kind)[entity][field] == value, 10, f"{entity} is known with {field} {value}")


def test_a_restart_is_done_once_written_down_and_followed(yard: Yard) -> None:
    key, errands = running(yard, services(yard)[0]), yard.errands()
    plan = planned(errands, "restart", key[:8])
    assert plan.told["permit"]["may"] is True and plan.told["plan"]["title"].startswith("Restart ")
    before = yard.posts
    replies = act(errands, plan, "restart")
    assert yard.posts == before + 1 and json.loads(yard.nomad.deeds[-1][2]) == {"TaskName": ""}
    assert [one.told.get("stage") for one in replies[:2]] == ["sent", "done"]
    assert replies[-1].told["well"] is True and "runs again after" in replies[-1].told["outcome"]
    assert deeds(yard, key) == ["ActionBegun", "ActionDone", "ActionOutcome"]
    name = plan.told["plan"]["name"]
    done = next(one for one in yard.records("console") if one.entity.id == key and one.name == "ActionDone")
    assert done.body["change"] is True and f"restarted {name} on " in done.body["text"]
    assert done.body["who"].count("@") == 1 and done.body["action"] == "restart"
    echo = told_by_nomad(yard, "TaskRestartAsked", key)
    fixes = changes_of(yard.records(), done.at_ms - 1, EVER_MS)
    mine = [one for one in fixes if one.entity.id == echo.body["job"]]
    assert [(one.kind, one.what) for one in mine] == [("restart", done.body["text"])]


def test_a_stop_is_followed_until_another_one_runs(yard: Yard) -> None:
    key, errands = running(yard, services(yard)[1]), yard.errands()
    plan = planned(errands, "stop", kind="allocation", key=key)
    replies = act(errands, plan, "stop")
    assert replies[-1].told["well"] is True
    assert replies[-1].told["outcome"].endswith("healthy after " + replies[-1].told["outcome"].rpartition(" ")[2])
    assert any("which took its place, runs" in one for one in steps(replies))
    assert deeds(yard, key)[-1] == "ActionOutcome"
    known(yard, EntityKind.ALLOCATION, key, "status", "complete")
    assert planned(errands, "stop", key).why.endswith("is complete: there is nothing to stop")


def test_a_revert_makes_a_version_and_a_deployment(yard: Yard) -> None:
    name, errands = services(yard)[2], yard.errands()
    plan = planned(errands, "revert", name)
    replies = act(errands, plan, "revert")
    body = json.loads(yard.nomad.deeds[-1][2])
    assert body["JobID"] == name and body["EnforcePriorVersion"] == body["JobVersion"] + 1
    assert replies[-1].told["well"] is True and "is successful" in replies[-1].told["outcome"]
    echo = told_by_nomad(yard, "JobReverted", name)
    found = [one for one in changes_of(yard.records(), echo.at_ms - 2000, EVER_MS) if one.entity == echo.entity]
    assert [one.kind for one in found] == ["revert"] and "reverted" in found[0].what


def deployed(yard: Yard, name: str, **more: Any) -> str:
    """A deployment of a job under way, known on the tape."""
    job = next(row[1] for row in yard.nomad.world.rows["jobs"].values() if row[0]["ID"] == name)
    key = f"dddddddd-0000-4000-8000-{abs(hash(name)) % 10**12:012d}"
    yard.nomad.change(
        "deployments", key, ID=key, Namespace=job["Namespace"], JobID=name, JobVersion=job["Version"],
        Status="running", StatusDescription="Deployment is running but requires manual promotion",
        CreateTime=yard.nomad.clock.now_ms() * 1_000_000, TaskGroups={name: group(2, 1, 1, **more)},
    )  # fmt: skip
    wait(lambda: yard.states(EntityKind.DEPLOYMENT).get(key), 10, "the deployment is on the tape")
    return key


def test_canaries_are_promoted(yard: Yard) -> None:
    key, errands = deployed(yard, services(yard)[3]), yard.errands()
    plan = planned(errands, "promote", key)
    replies = act(errands, plan, "promote")
    assert steps(replies)[0] == "the canaries are promoted" and replies[-1].told["well"] is True
    assert yard.nomad.deeds[-1][0] == f"/v1/deployment/promote/{key}"


def test_a_deployment_is_failed_and_its_job_goes_back(yard: Yard) -> None:
    key, errands = deployed(yard, services(yard)[4], auto_revert=True), yard.errands()
    replies = act(errands, planned(errands, "fail", kind="deployment", key=key), "fail")
    assert "its job goes back to version" in replies[-1].told["outcome"]
    assert yard.nomad.world.full("deployments", key)["Status"] == "failed"  # type: ignore[index]


def test_a_node_takes_no_more_work_and_takes_it_again(yard: Yard) -> None:
    node, errands = yard.nomad.find("nodes"), yard.errands()
    for switch, word in (("off", "ineligible"), ("on", "eligible")):
        replies = act(errands, planned(errands, "eligibility", switch, node["Name"]), "eligibility")
        assert replies[-1].told["outcome"].startswith(f"{node['Name']} is {word} after ")
        known(yard, EntityKind.NODE, node["ID"], "eligibility", word)


def test_nothing_is_sent_without_the_name_or_the_leave(yard: Yard) -> None:
    key, before = running(yard, services(yard)[0]), yard.posts
    allowed, not_allowed = yard.errands(), yard.errands(allowed=False)
    plan = planned(not_allowed, "restart", key)
    assert "--allow-actions" in act(not_allowed, plan, "restart")[-1].sentence
    for typed in ("", " ", "wrong", plan.told["plan"]["name"].upper(), plan.told["plan"]["name"] + " "):
        assert act(allowed, plan, "restart", typed)[-1].kind == "error"
    assert yard.posts == before and "ActionBegun" not in deeds(yard, key)[3:]


def test_what_has_changed_since_the_plan_is_left_alone(yard: Yard) -> None:
    key, errands, before = running(yard, services(yard)[0]), yard.errands(), yard.posts
    plan = planned(errands, "restart", key)
    yard.nomad.change("allocations", key)
    replies = act(errands, plan, "restart")
    assert parts(replies, "changed") and "has changed since the plan was made" in replies[-1].why
    assert yard.posts == before


def test_an_answer_that_is_lost_is_told_and_never_asked_for_again(yard: Yard) -> None:
    key, errands, before = running(yard, services(yard)[5]), yard.errands(), yard.posts
    plan = planned(errands, "restart", key)
    yard.nomad.fault("lost_answer")
    try:
        replies = act(errands, plan, "restart")
    finally:
        yard.nomad.clear("lost_answer")
    assert yard.posts == before + 1
    assert parts(replies, "unknown") and parts(replies, "done") and "runs again" in replies[-1].told["outcome"]
    assert sorted(deeds(yard, key)) == ["ActionBegun", "ActionDone", "ActionOutcome", "ActionUnknown"]


@pytest.mark.parametrize("hangs_up", [False, True])
def test_who_leaves_meanwhile_does_not_keep_it_from_being_written_down(yard: Yard, hangs_up: bool) -> None:
    key, errands = running(yard, services(yard)[5]), yard.errands()
    plan, before = planned(errands, "restart", key), deeds(yard, key).count("ActionDone")
    yard.nomad.fault("slow", paths=("/v1/client/allocation",), delay_s=1.5)
    sent = threading.Event()
    told = plan.told
    request = {"ask": "act", "action": "restart", "typed": told["plan"]["name"]}
    request |= {name: told[name] for name in ("kind", "key", "words", "index")}
    try:
        errands.ask(request, lambda reply: sent.set() if reply.told.get("stage") == "sent" else None)
        assert sent.wait(20)
        process = errands._process
        assert process is not None
        if hangs_up:
            process.popen.send_signal(signal.SIGHUP)  # as a terminal that is closed, to all that were in it
        errands.close()  # as a viewer that ends
        wait(lambda: deeds(yard, key).count("ActionDone") > before, 15, "the deed is on the tape")
    finally:
        yard.nomad.clear("slow")
    wait(lambda: not errands.runs, 10, "the process ends by itself")


def test_a_refusal_of_nomad_is_told_and_is_no_change(yard: Yard) -> None:
    key, errands = running(yard, services(yard)[5]), yard.errands()
    plan, before = planned(errands, "stop", key), yard.posts
    yard.nomad.fault("forbidden", paths=(f"/v1/allocation/{key}/stop",))
    try:
        replies = act(errands, plan, "stop")
    finally:
        yard.nomad.clear("forbidden")
    assert replies[-1].kind == "error" and replies[-1].denied and replies[-1].why.startswith("not done: ")
    assert yard.posts == before + 1 and deeds(yard, key)[-1] == "ActionRefused"


def test_without_a_tape_that_can_be_written_nothing_is_done(yard: Yard) -> None:
    key, before = running(yard, services(yard)[5]), yard.posts
    copy = yard.home / "finished.tape"
    with open_tape(yard.tape, "write") as store:
        store.finish(copy)
    errands = yard.errands(FOURTHSIGNAL_TAPE=str(copy))
    replies = act(errands, planned(errands, "restart", key), "restart")
    assert "nothing was done: it could not be written down first" in replies[-1].why
    assert yard.posts == before


def test_rights_are_asked_for_before_anything_is_shown(yard: Yard) -> None:
    node, key = yard.nomad.find("nodes"), running(yard, services(yard)[5])
    yard.nomad.acl = Acl.usual()
    yard.nomad.acl.tokens |= {secret: yard.nomad.acl.tokens[secret.partition("-")[0]] for secret in SECRETS}
    try:
        for token, wanted in (
            ("root", (True, True)), ("submitter", (True, False)), ("role", (True, False)), ("reader", (False, False)),
            ("node-writer", (False, True)),
        ):  # fmt: skip
            errands = yard.errands(NOMAD_TOKEN=token)
            got = [
                ask(errands, ask="may", capability=one, namespace="default")[-1].told["may"]
                for one in ("alloc-lifecycle", "node:write")
            ]
            assert (token, *got) == (token, *wanted)
        reader = yard.errands(NOMAD_TOKEN="reader")
        permit = planned(reader, "restart", key).told["permit"]
        assert permit["may"] is False and "the token 'reader' lacks alloc-lifecycle in namespace" in permit["why"]
        assert 'capabilities = ["alloc-lifecycle"]' in permit["todo"]
        assert 'node { policy = "write" }' in planned(reader, "eligibility", "off", node["Name"]).told["permit"]["todo"]
        expired = ask(yard.errands(NOMAD_TOKEN="old"), ask="may", capability="submit-job", namespace="default")[-1]
        assert expired.told["may"] is False and "expired" in expired.told["why"]
        allowed = yard.errands(NOMAD_TOKEN=SECRETS[1])
        assert act(allowed, planned(allowed, "restart", key), "restart")[-1].told["well"] is True
        assert SECRETS[1] in yard.nomad.tokens["/v1/client/allocation/:id/restart"]
    finally:
        yard.nomad.acl = None
    written = yard.tape.read_bytes() + b"".join(one.read_bytes() for one in yard.home.rglob("*") if one.is_file())
    assert not any(secret.encode() in written for secret in SECRETS)


def test_a_nomad_that_is_not_there_is_told_and_nothing_is_written(yard: Yard, tmp_path: Path) -> None:
    errands = yard.errands(NOMAD_ADDR="http://127.0.0.1:9")
    told = planned(errands, "restart", running(yard, services(yard)[0]))
    assert told.kind == "error" and "refused the connection" in told.why
