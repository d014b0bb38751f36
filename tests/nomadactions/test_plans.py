"""Plans: what would be affected in numbers, what to think of, what is sent; and what cannot be done at all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.nomadactions.planning import PLANS, plan
from console.nomadactions.shapes import Asked, Documents, NotPlannedError, Plan
from console.signals import EntityKind, EntityRef
from tests.nomadactions.making import (
    BATCH,
    DEPLOYMENT,
    FEED,
    FIRST,
    JOB,
    NODES,
    NOW_MS,
    RUN,
    SECOND,
    THIRD,
    allocation,
    canaries,
    cluster,
    deployment,
    group,
    job,
    node,
)

OF_FIRST = EntityRef(EntityKind.ALLOCATION, FIRST)
OF_JOB = EntityRef(EntityKind.JOB, JOB)
OF_NODE = EntityRef(EntityKind.NODE, NODES[0])


def planned(action: str, *words: str, subject: EntityRef | None = None, docs: Documents | None = None) -> Plan:
    return plan(Asked(action, subject, words), docs or cluster(), NOW_MS)


def refusal(action: str, *words: str, subject: EntityRef | None = None, docs: Documents | None = None) -> str:
    with pytest.raises(NotPlannedError) as refused:
        planned(action, *words, subject=subject, docs=docs)
    return str(refused.value)


def test_a_restart_says_what_restarts_and_what_goes_on() -> None:
    made = planned("restart", subject=OF_FIRST)
    assert made.title == "Restart answerer[0]" and made.name == "answerer[0]"
    assert made.affects == (
        "restarts task answerer of answerer[0] (3f2a91bc) on fra1-cpu-00, in place; the allocation stays",
        "group answerer of answerer runs 3 of 3; 2 keep running",
    )
    assert made.warnings == () and made.capability == "alloc-lifecycle"
    assert made.request.path == ("client", "allocation", FIRST, "restart") and made.request.body == {"TaskName": ""}
    assert (made.namespace, made.job, made.deed) == ("llm-prod", JOB, "restarted answerer[0] on fra1-cpu-00")


def test_one_task_of_several() -> None:
    state = {"state": "running", "failed": False, "restarts": 0, "oom_kills": 0}
    tasks = {"answerer": state, "proxy": state, "setup": {**state, "state": "dead"}}
    docs = cluster(allocations={FIRST: allocation(0, 0, tasks=tasks)})
    whole, one = planned("restart", "3f2a", docs=docs), planned("restart", "3f2a", "proxy", docs=docs)
    assert whole.affects[0].startswith("restarts 2 tasks (answerer, proxy) of answerer[0]")
    assert (
        one.request.body == {"TaskName": "proxy"} and one.deed == "restarted task proxy of answerer[0] on fra1-cpu-00"
    )
    assert planned("restart", subject=EntityRef(EntityKind.TASK, f"{FIRST}/proxy"), docs=docs).words == ("proxy",)
    assert refusal("restart", "3f2a", "setup", docs=docs) == "task setup of answerer[0] is dead: it does not run."
    assert "has no task 'web'; its tasks: answerer, proxy, setup" in refusal("restart", "3f2a", "web", docs=docs)


def test_an_id_a_beginning_of_one_or_a_name_mean_the_same() -> None:
    for word in (FIRST, "3f2a", "3F2A91BC", "answerer[0]"):
        assert planned("restart", word).entity == OF_FIRST
    assert refusal("restart", "3f2") == "'3f2' means 2 of them (3f2a91bc, 3f2b0000): type more of it."
    assert refusal("restart", "nobody") == "No allocation begins with 'nobody' on this tape."
    assert refusal("restart") == "Which allocation? Select one, or name it: ':restart ID'."


def test_a_job_means_its_only_allocation() -> None:
    assert planned("restart", subject=EntityRef(EntityKind.JOB, BATCH)).entity.id == RUN
    said = refusal("restart", subject=OF_JOB)
    assert said.startswith("answerer has 3 allocations: name one of them (answerer[0] 3f2a91bc, ")


def test_a_stop_says_whether_another_one_comes() -> None:
    assert "Nomad places another one for it" in planned("stop", "3f2a").affects[1]
    assert "from the beginning" in planned("stop", "88").affects[1]
    ended = cluster(jobs={JOB: job(stopped=True)})
    made = planned("stop", "3f2a", docs=ended)
    assert made.affects[1] == "its job is stopped: nothing takes its place" and made.more["replaced"] is False
    system = cluster(allocations={FIRST: allocation(0, 0, type="system")})
    assert "on the same node" in planned("stop", "3f2a", docs=system).affects[1]
    gone = cluster(allocations={FIRST: allocation(0, 0, status="complete", desired="stop")})
    assert refusal("stop", "3f2a", docs=gone) == "answerer[0] (3f2a91bc) is complete: there is nothing to stop."
    assert refusal("restart", "3f2a", docs=gone).endswith("is complete: only one that runs can be restarted.")


def test_the_last_one_that_runs_and_the_last_healthy_one_are_told() -> None:
    alone = cluster(allocations={FIRST: allocation(0, 0), SECOND: allocation(1, 1, status="failed")})
    assert planned("restart", "3f2a", docs=alone).warnings == (
        "it is the only one of group answerer that runs: nothing serves until it is back",
    )
    sick = cluster(allocations={FIRST: allocation(0, 0), SECOND: allocation(1, 1, healthy=False)})
    assert "last healthy one of group answerer" in planned("restart", "3f2a", docs=sick).warnings[0]
    assert planned("restart", "88").warnings == ()  # a batch job serves nobody


def test_what_else_is_so_is_told() -> None:
    brief = {"id": DEPLOYMENT, "status": "running", "text": "", "version": 7, "healthy": 1, "desired": 3}
    blocked = [{"group": "answerer", "queued": 1, "text": "0 of 4 nodes fit"}]
    busy = job(deployment=brief, groups={"answerer": group(running=2)}, blocked=blocked)
    docs = cluster(jobs={JOB: busy}, nodes={NODES[0]: node(0, status="down")}, trouble="searches are slow")
    assert planned("stop", "3f2a", docs=docs).warnings == (
        "its node fra1-cpu-00 is down: nobody may be there to do it",
        "deployment dddddddd of version 7 is running, 1 of 3 healthy",
        "answerer runs 2 of 3 already",
        "1 allocation of answerer already find no room: 0 of 4 nodes fit",
        "the verdict now: searches are slow",
    )


@pytest.mark.parametrize(("feeds", "pulses", "said"), [
    ({"nomad": FEED}, {"nomad": NOW_MS - 240_000}, "STALE: Nomad was last seen 4m ago"),
    ({"nomad": {**FEED, "state": "down", "why": "it refused"}}, {"nomad": NOW_MS - 240_000},
     "STALE: Nomad is not seen now: it refused (last seen 4m ago)"),
    ({}, {}, "STALE: Nomad is not seen now (last seen never)"),
])  # fmt: skip
@pytest.mark.parametrize("asked", [("restart", "3f2a"), ("revert", "answerer"), ("eligibility", "off", "fra1-cpu-00")])
def test_old_data_is_told_first_and_loudly(asked: tuple[str, ...], feeds: Any, pulses: Any, said: str) -> None:
    assert planned(*asked, docs=cluster(feeds=feeds, pulses=pulses)).warnings[0].startswith(said)


def test_a_revert_says_which_version_and_what_it_takes_back() -> None:
    made = planned("revert", subject=OF_JOB)  # the last stable one
    assert made.title == "Revert answerer to version 5"
    assert made.affects[0].startswith("answerer goes from version 7 back to what version 5 was, of 2026-11-23")
    assert made.affects[0].endswith("it becomes version 8")
    assert made.affects[1:3] == (
        "takes back version 7: image idx:6 → idx:7",
        "takes back version 6: env CHECKS changed",
    )
    assert made.affects[3].startswith("starts a new deployment of 3 allocations")
    assert made.request.path == ("job", "answerer", "revert")
    assert made.request.body == {"JobID": "answerer", "JobVersion": 5, "EnforcePriorVersion": 7}
    assert (made.capability, made.guard, made.words) == ("submit-job", "Version", ("5",))


def test_any_version_that_is_known() -> None:
    for words in (("6",), ("v6",), ("answerer", "6"), ("6", "answerer")):
        made = planned("revert", *words, subject=OF_FIRST)
        assert made.more == {"reverted_to": 6, "prior_version": 7}
    assert "by token 1a2b3c4d" in made.affects[0]
    assert made.warnings == ("version 6 was never found stable by a deployment",)
    assert refusal("revert", "7", subject=OF_JOB) == "answerer is at version 7 already."
    assert refusal("revert", "2", subject=OF_JOB) == "answerer has no version 2 that is known; earlier ones: 6, 5."
    assert "no version before 7" in refusal("revert", subject=OF_JOB, docs=cluster(jobs={JOB: job(versions=[])}))


def test_reverting_what_is_no_service() -> None:
    batch = planned("revert", "5", subject=EntityRef(EntityKind.JOB, BATCH))
    assert "it is a batch job: without a deployment" in batch.affects[-1]
    periodic = cluster(jobs={JOB: job(periodic=True, type="batch", stopped=True)})
    made = planned("revert", "5", subject=OF_JOB, docs=periodic)
    assert made.affects[-1].startswith("its next run starts with that version")
    assert made.warnings == ("the job is stopped: going back to a version starts it again",)


def test_a_job_of_another_cluster_with_a_name_that_is_odd() -> None:
    key = "llm-prod@eu/odd [x] job/one"
    docs = cluster(jobs={key: job("odd [x] job/one", cluster="eu")}, feeds={"nomad:eu": FEED},
                   pulses={"nomad:eu": NOW_MS})  # fmt: skip
    made = planned("revert", "5", subject=EntityRef(EntityKind.JOB, key), docs=docs)
    assert (made.place, made.namespace, made.request.path) == ("eu", "llm-prod", ("job", "odd [x] job/one", "revert"))
    assert made.name == "odd [x] job/one" and not any("STALE" in one for one in made.warnings)


def test_promoting_canaries() -> None:
    docs = cluster(deployments={DEPLOYMENT: deployment()})
    for asked in ((DEPLOYMENT[:6],), ("answerer",)):
        made = planned("promote", *asked, docs=docs)
        assert made.affects == (
            "takes 1 canary for good (1 of 1 healthy)", "then Nomad replaces the other 2 allocations by version 7",
        )  # fmt: skip
    assert made.request.path == ("deployment", "promote", DEPLOYMENT)
    assert made.request.body == {"DeploymentID": DEPLOYMENT, "All": True} and made.name == "answerer"
    sick = cluster(deployments={DEPLOYMENT: deployment(canaries(healthy=0))})
    assert "only 0 of 1 canary are healthy: Nomad refuses" in planned("promote", "dddd", docs=sick).warnings[0]
    done = cluster(deployments={DEPLOYMENT: deployment(canaries(promoted=True))})
    assert refusal("promote", "dddd", docs=done).endswith("has no canary that waits to be promoted.")
    assert refusal("promote", subject=OF_JOB) == "answerer has no deployment that is known on this tape."


def test_failing_a_deployment() -> None:
    docs = cluster(deployments={DEPLOYMENT: deployment()})
    made = planned("fail", subject=EntityRef(EntityKind.DEPLOYMENT, DEPLOYMENT), docs=docs)
    assert made.affects == (
        "ends the deployment as failed: nothing more is replaced (1 of 3 are healthy)",
        "1 of 3 allocations placed of version 7 stay: it has no auto_revert",
    )
    back = cluster(deployments={DEPLOYMENT: deployment(canaries(auto_revert=True))})
    assert "goes back to its last stable version by itself" in planned("fail", "dddd", docs=back).affects[1]
    over = cluster(deployments={DEPLOYMENT: deployment(status="successful")})
    assert refusal("fail", "dddd", docs=over) == "Deployment dddddddd of answerer is over: successful."


def test_eligibility() -> None:
    off = planned("eligibility", "off", subject=OF_NODE)
    assert off.affects == ("fra1-cpu-00 takes no new work", "its 1 allocation (answerer[0]) stays there")
    assert off.warnings == () and off.name == "fra1-cpu-00" and off.capability == "node:write"
    assert off.request.body == {"NodeID": NODES[0], "Eligibility": "ineligible"}
    assert "no other node of class gpu takes work" in planned("eligibility", "off", "fra1-cpu-03").warnings[0]
    assert refusal("eligibility", "on", subject=OF_NODE) == "fra1-cpu-00 is eligible already."
    drained = cluster(nodes={NODES[0]: node(0, eligibility="ineligible", drain=True)})
    assert "is being drained" in refusal("eligibility", "on", subject=OF_NODE, docs=drained)
    closed = cluster(nodes={NODES[0]: node(0, eligibility="ineligible", unhealthy_drivers=["docker"])},
                     jobs={JOB: job(blocked=[{"group": "answerer", "queued": 2, "text": ""}])})  # fmt: skip
    on = planned("eligibility", "fra1-cpu-00", "on", docs=closed)
    assert on.affects == ("fra1-cpu-00 takes new work again", "2 allocations that found no room are tried again")
    assert on.warnings == ("drivers of fra1-cpu-00 are not healthy: docker",)
    assert refusal("eligibility", subject=OF_NODE).startswith("Write ':eligibility on'")
    assert refusal("eligibility", "off").startswith("Which node?")


WORDS = st.text(max_size=12) | st.sampled_from([FIRST, "3f2", "answerer", "on", "off", "v5", "7", "nightly", THIRD[:4]])
SUBJECTS = st.none() | st.builds(
    EntityRef,
    st.sampled_from(list(EntityKind)),
    st.sampled_from([FIRST, JOB, f"{JOB}/answerer", f"{FIRST}/answerer", NODES[0], DEPLOYMENT, "x", ""]),
)


@given(st.sampled_from([*PLANS, "drain"]), st.lists(WORDS, max_size=3), SUBJECTS)
def test_whatever_is_asked_there_is_a_plan_or_a_sentence(
    action: str, words: list[str], subject: EntityRef | None
) -> None:
    docs = cluster(deployments={DEPLOYMENT: deployment()})
    try:
        made = plan(Asked(action, subject, tuple(words)), docs, NOW_MS)
    except NotPlannedError as refused:
        assert str(refused).endswith((".", "?"))
        return
    assert made.name and made.affects and made.request.path[0] in ("client", "allocation", "job", "deployment", "node")
    again = plan(Asked(action, made.entity, tuple(made.words)), docs, NOW_MS)
    assert again == made
