"""How jobs, nodes, deployments, evaluations and services stand. An allocation's standing is with the allocation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from console.inventory.book import Book
from console.inventory.objects.allocation_standing import standing_of
from console.inventory.objects.fields import Document, known, parts, section, text, whole
from console.inventory.objects.others import Deployment, Evaluation, Job, Node, Service
from console.inventory.objects.standing import Standing, Turn, standing
from console.inventory.words import many
from console.signals import EntityKind, Health

_COUNTS = ("desired", "running", "starting", "unhealthy", "failed", "lost", "unknown", "queued", "restarts",
           "oom_kills")  # fmt: skip
_MOVING = ("running", "pending", "initializing", "unblocking")
NO_LIMIT_MS = 2**62


# -- jobs --------------------------------------------------------------------------------------------------------------


def totals(doc: Document) -> dict[str, int]:
    """The counts of all groups of a job together."""
    found = dict.fromkeys(_COUNTS, 0)
    for group in section(doc, "groups").values():
        if isinstance(group, dict):
            for name in _COUNTS:
                found[name] += whole(group.get(name))
    return found


def is_batch(doc: Document) -> bool:
    """Whether a job is meant to come to an end."""
    return doc.get("type") in ("batch", "sysbatch")


def starts_others(doc: Document) -> bool:
    """Whether a job runs nothing itself, but starts jobs by the clock or when somebody dispatches one."""
    return doc.get("periodic") is True or doc.get("parameterized") is True


def job_standing(one: Job, book: Book, now_ms: int) -> Standing:
    """A job that only starts others is as well as its newest run that came to an end, or is stuck."""
    doc = one.doc
    if doc.get("stopped") is True:
        return standing(Health.OK, "stopped", Turn.ENDED)
    runs = book.runs_of(one.id)
    if not starts_others(doc) and not runs:
        return _own_standing(doc, now_ms)
    words = "periodic" if doc.get("periodic") is True and doc.get("parameterized") is not True else "parameterized"
    for run in runs:
        stands = _own_standing(run.doc, now_ms)
        if stands.health is not Health.OK:
            return stands._replace(word=f"run {stands.word}")
        if run.doc.get("status") == "dead":
            break
    active = any(totals(run.doc)["running"] for run in runs)
    return standing(Health.OK, "run in progress" if active else words)


def _own_standing(doc: Document, now_ms: int) -> Standing:
    total, batch = totals(doc), is_batch(doc)
    running, desired = total["running"], total["desired"]
    if doc.get("stopped") is True:
        return standing(Health.OK, "stopped", Turn.ENDED)
    if doc.get("status") == "dead":
        return _ended(total, batch)
    said = [*_troubles(doc, total, now_ms, batch=batch)]
    if said:
        return min(said, key=lambda one: one.turn)
    moving = _deploys(doc)
    if moving:
        return standing(Health.OK, moving, Turn.MOVING)
    if total["starting"]:
        return standing(Health.OK, f"{running}/{desired} running", Turn.MOVING)
    return standing(Health.OK, f"{running}/{desired} running" if desired else text(doc.get("status")) or "running")


def _ended(total: dict[str, int], batch: bool) -> Standing:
    if total["failed"] or total["lost"]:
        return standing(Health.BAD, "failed" if total["failed"] else "lost")
    return standing(Health.OK, "done", Turn.ENDED) if batch else standing(Health.BAD, "dead")


def _troubles(doc: Document, total: dict[str, int], now_ms: int, *, batch: bool) -> Iterable[Standing]:
    """What is wrong with a job that should run, in the order in which it is told."""
    running, desired = total["running"], total["desired"]
    missing = running < desired
    none = running == 0 and not batch
    if parts(doc, "blocked") or total["queued"]:
        yield standing(
            Health.BAD if none else Health.WARN, "blocked" if running == 0 else f"{running}/{desired}, blocked"
        )
    for name in ("lost", "failed"):
        if total[name]:
            yield standing(Health.BAD if missing else Health.WARN, f"{total[name]} {name}")
    brief = section(doc, "deployment")
    current = brief if brief.get("version", doc.get("version")) == doc.get("version") else {}
    status = text(current.get("status"))
    if status == "failed":
        yield standing(Health.BAD if missing else Health.WARN, "deploy failed")
    elif status in ("paused", "blocked"):
        yield standing(Health.WARN, f"deploy {status} {_healthy(current)}")
    by_ms = known(current.get("require_progress_by_ms"))
    late = status in _MOVING and by_ms is not None and now_ms > by_ms
    if late:
        yield standing(Health.WARN, f"deploying {_healthy(current)}, no progress")
    if total["unknown"]:
        yield standing(Health.WARN, f"{total['unknown']} disconnected")
    if total["unhealthy"]:
        yield standing(Health.WARN, f"{total['unhealthy']} unhealthy")
    if missing and (late or status not in _MOVING):
        yield standing(Health.BAD if none and not total["starting"] else Health.WARN, f"{running}/{desired} running")


def _deploys(doc: Document) -> str:
    brief = section(doc, "deployment")
    current = brief.get("version", doc.get("version")) == doc.get("version")
    return f"deploying {_healthy(brief)}" if current and brief.get("status") in _MOVING else ""


def _healthy(brief: Document) -> str:
    return f"{whole(brief.get('healthy'))}/{whole(brief.get('desired'))}"


# -- nodes -------------------------------------------------------------------------------------------------------------


def node_standing(one: Node, _book: Book, _now_ms: int) -> Standing:
    """A node is well when it takes work as it should."""
    doc = one.doc
    status = text(doc.get("status"))
    if status == "gone":
        return standing(Health.OK, "no longer in the cluster", Turn.GONE)
    if status in ("down", "disconnected"):
        return standing(Health.BAD, status)
    if status != "ready":
        return standing(Health.WARN, status or "not known")
    if doc.get("drain") is True:
        return standing(Health.WARN, "draining")
    if doc.get("eligibility", "eligible") != "eligible":
        return standing(Health.WARN, text(doc.get("eligibility")))
    if doc.get("unhealthy_drivers"):
        return standing(Health.WARN, "driver down")
    return standing(Health.OK, "ready")


# -- deployments -------------------------------------------------------------------------------------------------------


def deployment_totals(doc: Document) -> Counter[str]:
    """The counts of all groups of a deployment together, canaries that wait for a promotion among them."""
    found: Counter[str] = Counter()
    for group in section(doc, "groups").values():
        if isinstance(group, dict):
            for name in ("desired", "placed", "healthy", "unhealthy"):
                found[name] += whole(group.get(name))
            if group.get("promoted") is not True:
                found["canaries"] += whole(group.get("canaries_desired"))
    return found


def progress_by_ms(doc: Document) -> int | None:
    """By when (unix ms) a running deployment must make progress; None where nobody set that, or it is over."""
    if doc.get("status") != "running":
        return None
    found = [whole(group.get("progress_by_ms")) for group in section(doc, "groups").values() if isinstance(group, dict)]
    return min((at for at in found if at), default=None)


def waits_for_promotion(doc: Document) -> bool:
    """Whether all canaries are healthy and somebody has to promote them."""
    groups = [group for group in section(doc, "groups").values() if isinstance(group, dict)]
    waiting = [group for group in groups if whole(group.get("canaries_desired")) and group.get("promoted") is not True]
    ready = all(whole(group.get("healthy")) >= whole(group.get("canaries_desired")) for group in waiting)
    return bool(waiting) and ready and not any(group.get("auto_promote") is True for group in waiting)


def deployment_standing(one: Deployment, book: Book, now_ms: int) -> Standing:
    """One that failed is bad while no other has come after it."""
    status = text(one.doc.get("status"))
    total = deployment_totals(one.doc)
    word = f"{total['healthy']}/{total['desired'] or total['canaries']} healthy"
    if status in ("successful", "cancelled"):
        return standing(Health.OK, status, Turn.ENDED)
    if status == "failed":
        newest = all(_created(other) <= _created(one) for other in book.deployments_of(one.job))
        return standing(Health.BAD, "failed") if newest else standing(Health.WARN, "failed", Turn.ENDED)
    if status in ("paused", "blocked"):
        return standing(Health.WARN, f"{status}, {word}")
    if status not in _MOVING:
        return standing(Health.UNKNOWN, status or "not known")
    by_ms = progress_by_ms(one.doc)
    if by_ms is not None and now_ms > by_ms:
        return standing(Health.WARN, f"{word}, no progress")
    if total["unhealthy"]:
        return standing(Health.WARN, f"{word}, {total['unhealthy']} unhealthy")
    if waits_for_promotion(one.doc):
        return standing(Health.WARN, "waits to be promoted")
    return standing(Health.OK, word, Turn.MOVING)


def _created(one: Deployment) -> int:
    return whole(one.doc.get("created_ms"))


# -- evaluations and services ------------------------------------------------------------------------------------------


def evaluation_standing(one: Evaluation, _book: Book, _now_ms: int) -> Standing:
    """A blocked one waits for room; one that is complete is over, also where it could not place everything."""
    status = text(one.doc.get("status"))
    if status == "blocked":
        return standing(Health.WARN, "blocked")
    if status == "failed":
        return standing(Health.BAD, "failed")
    if status == "pending":
        return standing(Health.OK, "pending", Turn.MOVING)
    if status in ("complete", "canceled", "cancelled"):
        failed = bool(parts(one.doc, "failures"))
        return standing(
            Health.WARN if failed else Health.OK, f"{status}, not all placed" if failed else status, Turn.ENDED
        )
    return standing(Health.UNKNOWN, status or "not known")


def instance_checks(instance: Document) -> dict[str, str]:
    """The checks of an instance, by name: ``success``, or the status and what it said."""
    return {str(name): text(said) for name, said in section(instance, "checks").items()}


def instance_standing(instance: Document) -> Standing:
    """How one instance of a service stands: as its worst check."""
    checks = instance_checks(instance)
    failing = [name for name, said in checks.items() if said != "success" and not said.startswith("pending")]
    if failing:
        return standing(Health.BAD, f"{many(len(failing), 'check')} failing")
    if any(said != "success" for said in checks.values()):
        return standing(Health.OK, "checks pending", Turn.MOVING)
    return standing(Health.OK, "checks passing" if checks else "registered")


def service_standing(one: Service, _book: Book, _now_ms: int) -> Standing:
    """A service is bad when none of its instances passes its checks."""
    instances = [found for found in section(one.doc, "instances").values() if isinstance(found, dict)]
    if not instances:
        return standing(Health.WARN, "no instance")
    failing = sum(instance_standing(found).health is Health.BAD for found in instances)
    if failing:
        word = f"{failing} of {len(instances)} failing"
        return standing(Health.BAD if failing == len(instances) else Health.WARN, word)
    return standing(Health.OK, f"{many(len(instances), 'instance')}")


STANDINGS: dict[EntityKind, Callable[[Any, Book, int], Standing]] = {
    EntityKind.JOB: job_standing,
    EntityKind.ALLOCATION: lambda one, _book, _now_ms: standing_of(one),
    EntityKind.NODE: node_standing,
    EntityKind.DEPLOYMENT: deployment_standing,
    EntityKind.EVALUATION: evaluation_standing,
    EntityKind.SERVICE: service_standing,
}


def next_change_ms(kind: EntityKind, objects: Iterable[Any], now_ms: int) -> int:
    """When the next object of a kind stands otherwise although nothing was told of it: a deadline passes."""
    times = (by_ms for one in objects if (by_ms := _DEADLINES[kind](one)) is not None and by_ms >= now_ms)
    return min(times, default=NO_LIMIT_MS) if kind in _DEADLINES else NO_LIMIT_MS


def _job_deadline(one: Job) -> int | None:
    return known(section(one.doc, "deployment").get("require_progress_by_ms"))


_DEADLINES: dict[EntityKind, Callable[[Any], int | None]] = {
    EntityKind.JOB: _job_deadline,
    EntityKind.DEPLOYMENT: lambda one: progress_by_ms(one.doc),
}
