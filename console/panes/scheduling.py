"""The scheduling pane: one row a job, and one for each node that does not take work as it should."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from console.documents import DeploymentBrief, JobDoc, NodeDoc
from console.naming import job_name, place_of
from console.panes import sources
from console.panes.alerts import Firing
from console.panes.links import Links
from console.panes.marked import Draft, alert_row
from console.panes.normal import Verdict
from console.panes.numbers import as_number, value_text
from console.panes.rows import Number, Placed
from console.panes.whereabouts import job_note, job_title, titled
from console.panes.world import Tracked, World, parent_of, text_of
from console.signals import EntityKind, EntityRef, Health, Pane, Record

PANE = Pane.SCHEDULING
_MOST_SIGNALS = 2
_USE = (frozenset({"memory", "mem"}), frozenset({"cpu"}))
_BLANK = Number("", "", Health.OK)
_MOVING = ("running", "pending", "initializing", "unblocking")
_COUNTS = ("desired", "running", "starting", "healthy", "unhealthy", "failed", "lost", "unknown", "queued", "restarts",
           "oom_kills")  # fmt: skip


def members(world: World, links: Links) -> set[EntityRef]:
    """All that may have a row."""
    jobs = world.states[EntityKind.JOB]
    found = {record.entity for record in jobs.values() if parent_of(record) not in jobs}
    found |= {record.entity for record in world.states[EntityKind.NODE].values()}
    return found | {links.row(PANE, entity) for entity in world.by_entity[PANE]}


def build(world: World, links: Links, entity: EntityRef, alerts: Sequence[Firing]) -> Placed | None:
    """The row of an entity, None where there is nothing to say."""
    record = world.states.get(entity.kind, {}).get(entity.id)
    if entity.kind is EntityKind.ALERT:
        return alert_row(world, entity, alerts)
    if record is None:
        return _other(world, entity, alerts)
    if entity.kind is EntityKind.NODE:
        return _node(world, record, alerts)
    return _job(world, record, alerts)


# -- jobs --------------------------------------------------------------------------------------------------------------


def _job(world: World, record: Record, alerts: Sequence[Firing]) -> Placed:
    doc = cast(JobDoc, record.body)
    children = _children(world, record.entity.id)
    draft = Draft(world, record.entity, job_title(world, record.entity.id))
    total = totals([doc, *(cast(JobDoc, child.body) for child in children)])
    if doc.get("periodic") or (children and _is_batch(doc)):
        _periodic(draft, doc, children)
    else:
        _placed(draft, doc, total)
    running = f"{total['running']}/{total['desired']}"
    short = total["running"] < total["desired"] and draft.health is not Health.OK
    if total["desired"] or total["running"] or draft.health is not Health.OK:
        draft.numbers.append(Number("run", running, draft.health if short else Health.OK))
    else:
        draft.numbers.append(Number("", draft.word, Health.OK))  # stopped, done, periodic: nothing is to run
    keys = _usage(world, draft, record.entity, _USE)
    if total["restarts"]:
        draft.numbers.append(Number("restarts", str(total["restarts"]), Health.OK))
        draft.notes.append(f"{total['restarts']} restart{'' if total['restarts'] == 1 else 's'}")
    if total["oom_kills"]:
        draft.numbers.append(Number("oom", str(total["oom_kills"]), Health.WARN))
        draft.notes.append(f"killed for memory {total['oom_kills']}x")
    draft.numbers.append(Number("since", draft.since(max(record.at_ms, *(child.at_ms for child in children))
                                                     if children else record.at_ms), Health.OK))  # fmt: skip
    draft.notes.append(f"v{doc.get('version', 0)}")
    draft.notes.append(job_note(world, record.entity.id))
    draft.mark(alerts)
    draft.from_source(record.source)
    return draft.place(1 if draft.health is not Health.OK or draft.word != "stopped" else 2, signals=keys)


def _children(world: World, job_id: str) -> list[Record]:
    jobs = world.states[EntityKind.JOB]
    found = [jobs[child] for child in world.children.get(job_id, ()) if child in jobs]
    return sorted(found, key=lambda child: (cast(JobDoc, child.body).get("submitted_ms", 0), child.entity.id))


def totals(docs: Iterable[JobDoc]) -> dict[str, int]:
    """The counts of all groups together."""
    groups = [cast(dict[str, int], group) for doc in docs for group in (doc.get("groups") or {}).values()]
    if len(groups) == 1:  # nearly always, and there are thousands
        return {name: groups[0].get(name) or 0 for name in _COUNTS}
    return {name: sum([group.get(name) or 0 for group in groups]) for name in _COUNTS}


def _periodic(draft: Draft, doc: JobDoc, children: Sequence[Record]) -> None:
    """A job that only starts others is as well as the newest run that came to an end, or is stuck."""
    if doc.get("stopped"):
        draft.say(Health.OK, "stopped")
        return
    for child in reversed(children):
        body = cast(JobDoc, child.body)
        inner = Draft(draft.world, child.entity, "")
        _placed(inner, body, totals([body]))
        if inner.health is not Health.OK:
            draft.say(inner.health, f"run {inner.word}")
            draft.notes.extend(inner.notes)
            return
        if body.get("status") == "dead":
            break
    active = any(totals([cast(JobDoc, child.body)])["running"] for child in children)
    draft.say(Health.OK, "run in progress" if active else "periodic")


def _placed(draft: Draft, doc: JobDoc, total: dict[str, int]) -> None:
    """How a job that runs itself stands: what is missing, why, and what a deployment is about to do."""
    running, desired = total["running"], total["desired"]
    batch = _is_batch(doc)
    if doc.get("stopped"):
        draft.say(Health.OK, "stopped")
        return
    if doc.get("status") == "dead":
        _ended(draft, batch, total)
        return
    missing = running < desired
    severe = Health.BAD if running == 0 and not batch else Health.WARN
    moving = _deployment(draft, doc, total)
    blocked = doc.get("blocked") or []
    if blocked or total["queued"]:
        draft.say(severe, "blocked" if running == 0 else f"{running}/{desired}, blocked")
        draft.notes[:0] = [text_of(place.get("text")) for place in blocked]
    for name, word in (("lost", "lost"), ("failed", "failed")):
        if total[name]:
            draft.say(Health.BAD if missing else Health.WARN, f"{total[name]} {word}")
    if total["unknown"]:
        draft.say(Health.WARN, f"{total['unknown']} disconnected")
    if total["unhealthy"]:
        draft.say(Health.WARN, f"{total['unhealthy']} unhealthy")
    if missing and not moving:
        starting = total["starting"] and not batch
        draft.say(Health.BAD if running == 0 and not batch and not starting else Health.WARN,
                  f"{running}/{desired} running")  # fmt: skip
    draft.say(Health.OK, f"{running}/{desired} running" if desired else doc.get("status", "running"))


def _is_batch(doc: JobDoc) -> bool:
    return doc.get("type") in ("batch", "sysbatch")


def _ended(draft: Draft, batch: bool, total: dict[str, int]) -> None:
    if total["failed"] or total["lost"]:
        draft.say(Health.BAD, "failed" if total["failed"] else "lost")
    else:
        draft.say(Health.OK if batch else Health.BAD, "done" if batch else "dead")


def _deployment(draft: Draft, doc: JobDoc, total: dict[str, int]) -> bool:
    """Say what the newest deployment does; True while it brings in what is missing."""
    brief: DeploymentBrief | None = doc.get("deployment")
    if not brief or brief.get("version", doc.get("version")) != doc.get("version"):
        return False
    status, word = brief.get("status", ""), f"{brief.get('healthy', 0)}/{brief.get('desired', 0)}"
    if status == "failed":
        draft.say(Health.BAD if total["running"] < total["desired"] else Health.WARN, "deploy failed")
        draft.notes.append(text_of(brief.get("text")))
        return False
    if status in ("paused", "blocked"):
        draft.say(Health.WARN, f"deploy {status} {word}")
        draft.notes.append(text_of(brief.get("text")))
        return False
    if status not in _MOVING:
        return False
    by_ms = brief.get("require_progress_by_ms")
    late = by_ms is not None and draft.world.now_ms > by_ms
    if by_ms is not None and not late:
        draft.until(by_ms + 1)
    draft.notes.append(text_of(brief.get("text")))
    draft.say(Health.WARN if late or total["unhealthy"] else Health.OK, f"deploying {word}")
    return not late


def _usage(world: World, draft: Draft, entity: EntityRef, columns: Sequence[frozenset[str]] = ()) -> tuple[str, ...]:
    """CPU, memory and the like. Only a limit makes them bad here: a job that works hard is not unwell.

    ``columns`` are what stands at the same place in every row, each known by a word of its name; of others only those
    that are beyond a limit are told. Without columns the first that are not zero are told.
    """
    found: list[tuple[Tracked, Verdict]] = []
    named = set()
    for tracked in world.on_row(PANE, entity):
        verdict = tracked.judge.newest(world.now_ms, sources.is_seen(world, tracked.signal.source))
        if verdict.health in (Health.BAD, Health.WARN):
            draft.say(verdict.health, f"{tracked.signal.name} {value_text(tracked.signal, verdict.value)}")
        nothing = verdict.value == 0 and verdict.health not in (Health.BAD, Health.WARN)
        if not verdict.gone and not nothing and tracked.signal.name not in named:
            named.add(tracked.signal.name)
            found.append((tracked, verdict))
            draft.until(verdict.until_ms)
    draft.numbers.extend(
        _in_columns(found, columns) if columns else (as_number(*pair) for pair in found[:_MOST_SIGNALS])
    )
    return tuple(tracked.signal.key for tracked, _ in found)


def _in_columns(found: Sequence[tuple[Tracked, Verdict]], columns: Sequence[frozenset[str]]) -> list[Number]:
    """A number for each column, blank where there is none, then what is beyond its limit."""
    rest = list(found)
    numbers = []
    for words in columns:
        pair = next((pair for pair in rest if words & set(pair[0].signal.name.casefold().split())), None)
        numbers.append(_BLANK if pair is None else as_number(*pair))
        if pair is not None:
            rest.remove(pair)
    return [*numbers, *(as_number(*pair) for pair in rest if pair[1].health in (Health.BAD, Health.WARN))]


# -- nodes and others --------------------------------------------------------------------------------------------------


def _node(world: World, record: Record, alerts: Sequence[Firing]) -> Placed | None:
    doc = cast(NodeDoc, record.body)
    name = doc.get("name") or record.entity.id[:8]
    draft = Draft(world, record.entity, titled(world, name, text_of(doc.get("cluster"))))
    status = doc.get("status", "")
    if status == "gone":
        return None
    if status in ("down", "disconnected"):
        draft.say(Health.BAD, status)
    elif status != "ready":
        draft.say(Health.WARN, status or "unknown")
    if doc.get("drain"):
        draft.say(Health.WARN, "draining")
    elif doc.get("eligibility", "eligible") != "eligible":
        draft.say(Health.WARN, text_of(doc.get("eligibility")))
    drivers = doc.get("unhealthy_drivers") or []
    if drivers:
        draft.say(Health.WARN, "driver down")
        draft.notes.append("unhealthy: " + ", ".join(map(text_of, drivers)))
    draft.notes.append(" ".join(filter(None, ("node", text_of(doc.get("node_class")), text_of(doc.get("datacenter"))))))
    draft.mark(alerts)
    if not draft.word and not alerts:
        return None
    allocations = doc.get("allocations")
    if allocations is not None:
        draft.numbers.append(Number("allocs", str(allocations), Health.OK))
    draft.numbers.append(Number("since", draft.since(record.at_ms), Health.OK))
    draft.from_source(record.source)
    return draft.place(0)


def _other(world: World, entity: EntityRef, alerts: Sequence[Firing]) -> Placed | None:
    """Something with scheduling signals that has no document: told only when it is beyond its limits."""
    draft = Draft(world, entity, titled(world, job_name(entity.id), place_of(entity.id)))
    keys = _usage(world, draft, entity)
    draft.mark(alerts)
    return draft.place(3, signals=keys) if draft.health in (Health.BAD, Health.WARN) else None
