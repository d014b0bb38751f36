"""What came of an action, read from Nomad's objects after it: what to look at next, and what that says. Pure.

The objects are Nomad's own JSON, by the names that ``reads`` gives them; None where Nomad no longer has one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from console.nomadactions.shapes import Plan
from console.nomadactions.words import counted, listed, short_id

Json = Mapping[str, Any]
Seen = Mapping[str, Json | None]
Path = tuple[str, ...]
_OVER = ("complete", "failed", "lost")
_ENDED = ("successful", "failed", "cancelled")


class Step(NamedTuple):
    """Something that has happened: told once. ``tells``: it belongs into the outcome."""

    text: str
    tells: bool = False


class Report(NamedTuple):
    """All that has happened so far, in order. ``settled``: nothing more is to be waited for; ``well``: as wanted;
    ``happened``: Nomad has done what was asked."""

    steps: tuple[Step, ...] = ()
    settled: bool = False
    well: bool = True
    happened: bool = False


class Deed(NamedTuple):
    """What was done, what Nomad answered to it, and the object as it was before."""

    plan: Plan
    before: Json
    answer: Json


def reads(deed: Deed, seen: Seen) -> dict[str, Path]:
    """What to read now, by name."""
    return _READS[deed.plan.action](deed, seen)


def report(deed: Deed, seen: Seen) -> Report:
    """What the objects say."""
    return _REPORTS[deed.plan.action](deed, seen)


# What to read


def _of_allocation(deed: Deed, seen: Seen) -> dict[str, Path]:
    key = deed.plan.entity.id
    found: dict[str, Path] = {"allocation": ("allocation", key)}
    if deed.plan.action == "restart":
        return found | ({"checks": ("client", "allocation", key, "checks")} if seen.get("allocation") else {})
    following = (seen.get("allocation") or {}).get("NextAllocation")
    return found | _evaluation(deed) | ({"next": ("allocation", str(following))} if following else {})


def _of_job(deed: Deed, seen: Seen) -> dict[str, Path]:
    found: dict[str, Path] = {"job": deed.plan.looks_at, **_evaluation(deed)}
    deployment = (seen.get("evaluation") or {}).get("DeploymentID")
    found["deployment"] = ("deployment", str(deployment)) if deployment else (*deed.plan.looks_at, "deployment")
    return found


def _of_deployment(deed: Deed, seen: Seen) -> dict[str, Path]:
    return {"deployment": deed.plan.looks_at}


def _of_node(deed: Deed, seen: Seen) -> dict[str, Path]:
    return {"node": deed.plan.looks_at}


def _evaluation(deed: Deed) -> dict[str, Path]:
    evaluation = deed.answer.get("EvalID")
    return {"evaluation": ("evaluation", str(evaluation))} if evaluation else {}


# What it says


def _restart(deed: Deed, seen: Seen) -> Report:
    now = seen.get("allocation")
    if now is None:
        return Report((Step(f"{deed.plan.name} is no longer there", True),), settled=True, well=False)
    last_ns = max((event.get("Time") or 0 for state in _states(deed.before) for event in _events(state)), default=0)
    wanted = deed.plan.request.body.get("TaskName")
    steps: list[Step] = []
    back, signalled = [], []
    for task, state in sorted((now.get("TaskStates") or {}).items()):
        fresh = [event for event in _events(state) if (event.get("Time") or 0) > last_ns]
        kinds = [str(event.get("Type")) for event in fresh]
        if "Restart Signaled" not in kinds or wanted not in ("", None, task):
            continue
        signalled.append(task)
        if "Not Restarting" in kinds or state.get("State") == "dead":
            steps.append(Step(f"task {task} does not come back: {fresh[-1].get('DisplayMessage') or kinds[-1]}", True))
            return Report(tuple(steps), settled=True, well=False, happened=True)
        if "Started" in kinds[kinds.index("Restart Signaled") :] and state.get("State") == "running":
            back.append(task)
    if not signalled:
        return Report()
    steps.insert(0, Step(f"the client restarts {counted(len(signalled), 'task')} ({listed(signalled)})"))
    if len(back) < len(signalled):
        return Report(tuple(steps), happened=True)
    steps.append(Step(f"{deed.plan.name} runs again", True))
    passing = _checks(seen.get("checks"), last_ns)
    if passing:
        steps.append(Step("healthy", True))
    return Report(tuple(steps), settled=passing is not False, happened=True)


def _checks(checks: Json | None, since_ns: int) -> bool | None:
    """Whether all checks pass since then; None where there are none to look at."""
    known = [one for one in (checks or {}).values() if isinstance(one, Mapping)]
    if not known:
        return None
    return all(one.get("Status") == "success" and (one.get("Timestamp") or 0) > since_ns // 10**9 for one in known)


def _stop(deed: Deed, seen: Seen) -> Report:
    now = seen.get("allocation")
    if now is None:
        return Report((Step(f"{deed.plan.name} is no longer there", True),), settled=True)
    asked = now.get("DesiredStatus") == "stop" or now.get("ClientStatus") in _OVER
    steps = [Step(f"Nomad stops {deed.plan.name}")] if asked else []
    over = now.get("ClientStatus") in _OVER
    if over:
        steps.append(Step(f"{deed.plan.name} is stopped", True))
    following = seen.get("next")
    if following is not None:
        return _replacement(steps, following, over)
    blocked = _blocked(seen.get("evaluation"))
    if blocked:
        steps.append(Step(f"no room for another one: {blocked}", True))
        return Report(tuple(steps), settled=over, well=False, happened=asked)
    return Report(tuple(steps), settled=over and not deed.plan.more["replaced"], happened=asked)


def _replacement(steps: list[Step], following: Json, over: bool) -> Report:
    called = f"{short_id(str(following.get('ID') or ''))} on {following.get('NodeName') or 'another node'}"
    steps.append(Step(f"Nomad placed {called} for it"))
    status = following.get("ClientStatus")
    if status in _OVER:
        return Report((*steps, Step(f"{called}, which took its place, is {status}", True)), True, False, True)
    if status != "running":
        return Report(tuple(steps), happened=True)
    steps.append(Step(f"{called}, which took its place, runs", True))
    health = following.get("DeploymentStatus") or {}
    healthy = health.get("Healthy")
    if healthy is not None:
        steps.append(Step("healthy" if healthy else "found unhealthy", True))
    waits = healthy is None and bool(following.get("DeploymentID"))
    return Report(tuple(steps), settled=over and not waits, well=healthy is not False, happened=True)


def _blocked(evaluation: Json | None) -> str:
    """Why something could not be placed, briefly."""
    failed = (evaluation or {}).get("FailedTGAllocs") or {}
    said = []
    for group, metric in failed.items():
        looked = int((metric or {}).get("NodesEvaluated") or 0)
        said.append(f"none of {counted(looked, 'node')} fits {group}")
    return "; ".join(said)


def _revert(deed: Deed, seen: Seen) -> Report:
    job = seen.get("job")
    if job is None:
        return Report((Step(f"{deed.plan.name} is no longer there", True),), settled=True, well=False)
    was, version = int(deed.before.get("Version") or 0), int(job.get("Version") or 0)
    if version <= was:
        return Report()
    steps = [Step(f"{deed.plan.name} is version {version} now", True)]
    evaluation, deployment = seen.get("evaluation"), seen.get("deployment")
    if deployment is not None and int(deployment.get("JobVersion") or 0) == version:
        return _progress(steps, deployment)
    complete = evaluation is not None and evaluation.get("Status") in ("complete", "failed", "canceled")
    blocked = _blocked(evaluation)
    if blocked:
        steps.append(Step(blocked, True))
    if complete and (job.get("Type") != "service" or not (evaluation or {}).get("DeploymentID")):
        return Report((*steps, Step("no deployment follows")), True, not blocked, True)
    return Report(tuple(steps), happened=True)


def _promote(deed: Deed, seen: Seen) -> Report:
    now = seen.get("deployment")
    if now is None:
        return Report((Step("the deployment is no longer there", True),), settled=True, well=False)
    if not any((group or {}).get("Promoted") for group in (now.get("TaskGroups") or {}).values()):
        return Report()
    return _progress([Step("the canaries are promoted", True)], now)


def _fail(deed: Deed, seen: Seen) -> Report:
    now = seen.get("deployment")
    if now is None:
        return Report((Step("the deployment is no longer there", True),), settled=True, well=False)
    if now.get("Status") != "failed":
        return Report()
    steps = [Step(f"the deployment is failed: {now.get('StatusDescription') or 'no reason given'}", True)]
    back = deed.answer.get("RevertedJobVersion")
    if back is not None:
        steps.append(Step(f"its job goes back to version {back}", True))
    return Report(tuple(steps), settled=True, happened=True)


def _eligibility(deed: Deed, seen: Seen) -> Report:
    now = seen.get("node")
    if now is None:
        return Report((Step(f"{deed.plan.name} is no longer there", True),), settled=True, well=False)
    wanted = deed.plan.request.body["Eligibility"]
    if now.get("SchedulingEligibility") != wanted:
        return Report()
    return Report((Step(f"{deed.plan.name} is {wanted}", True),), settled=True, happened=True)


def _progress(steps: list[Step], deployment: Json) -> Report:
    groups = [group or {} for group in (deployment.get("TaskGroups") or {}).values()]
    healthy, wanted = (sum(int(one.get(key) or 0) for one in groups) for key in ("HealthyAllocs", "DesiredTotal"))
    status = str(deployment.get("Status") or "")
    told = f"deployment {short_id(str(deployment.get('ID') or ''))}"
    if status in _ENDED:
        words = f"{told} is {status}, {healthy} of {wanted} healthy"
        text = str(deployment.get("StatusDescription") or "")
        words += f": {text}" if text and status != "successful" else ""
        return Report((*steps, Step(words, True)), settled=True, well=status == "successful", happened=True)
    steps.append(Step(f"{told} is {status}"))
    steps += [Step(f"{healthy} of {wanted} healthy")] if healthy else []
    return Report(tuple(steps), happened=True)


def _states(allocation: Json) -> list[Json]:
    return [state or {} for state in (allocation.get("TaskStates") or {}).values()]


def _events(state: Json) -> list[Json]:
    return [event for event in state.get("Events") or () if isinstance(event, Mapping)]


_READS: dict[str, Callable[[Deed, Seen], dict[str, Path]]] = {
    "restart": _of_allocation,
    "stop": _of_allocation,
    "revert": _of_job,
    "promote": _of_deployment,
    "fail": _of_deployment,
    "eligibility": _of_node,
}
_REPORTS: dict[str, Callable[[Deed, Seen], Report]] = {
    "restart": _restart,
    "stop": _stop,
    "revert": _revert,
    "promote": _promote,
    "fail": _fail,
    "eligibility": _eligibility,
}
