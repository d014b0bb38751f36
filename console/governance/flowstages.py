"""The stages of a data flow with the signals that count them: as declared, or found by their names. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from console.governance.counting import Counted
from console.governance.flowwords import Meaning, Role, meaning, metric_of
from console.governance.shapes import FlowDoc, StageDoc
from console.naming import job_name, job_of
from console.signals import EntityKind


class Stage(NamedTuple):
    """A stage and its counters. ``place`` orders stages; those of one place stand side by side. ``losses`` by kind;
    a kind that is declared and has no signal is there without any."""

    name: str
    place: int
    kind: str
    entity: str
    things: str
    ins: tuple[Counted, ...]
    outs: tuple[Counted, ...]
    losses: Mapping[str, tuple[Counted, ...]]
    shared: bool = False
    declared: bool = False


def stages_of(flow: FlowDoc | None, series: Sequence[Counted]) -> list[Stage]:
    """The stages in the order in which data goes through them."""
    declared = flow.get("stages") if flow else None
    if declared:
        return [_declared(stage, place, series) for place, stage in enumerate(declared)]
    return _found(series)


# -- declared -------------------------------------------------------------------------------------------------------


def _declared(stage: StageDoc, place: int, series: Sequence[Counted]) -> Stage:
    entity = stage.get("entity", "")
    ins = _named(stage.get("ins", ()), entity, series)
    outs = _named(stage.get("outs", ()), entity, series)
    lost: Mapping[str, tuple[Counted, ...]] = {name: _named([name], entity, series) for name in stage.get("losses", ())}
    if entity and not any(stage.get(key) for key in ("ins", "outs", "losses")):
        own = _found([one for one in series if _is_of(one, entity)])
        if own:
            ins, outs, lost = own[0].ins, own[0].outs, own[0].losses
    counted = [*ins, *outs]
    things = next((found.things for one in counted if (found := meaning(one.signal)) and found.things), "")
    return Stage(
        stage["name"], place, stage.get("kind", ""), entity, things, ins, outs, lost,
        shared=bool(counted) and all(one.shared for one in counted), declared=True,
    )  # fmt: skip


def _named(names: Iterable[str], entity: str, series: Sequence[Counted]) -> tuple[Counted, ...]:
    """The signals of these names or keys, or metrics; those of the entity, where it has any of that name."""
    found: dict[str, Counted] = {}
    for name in names:
        for same in (_by_key, _by_metric, _by_name):
            of_name = [one for one in series if same(one, name)]
            of_entity = [one for one in of_name if entity and _is_of(one, entity)]
            if of_name:
                found.update((one.signal.key, one) for one in of_entity or of_name)
                break
    return tuple(found.values())


def _by_key(one: Counted, name: str) -> bool:
    return one.signal.key == name


def _by_metric(one: Counted, name: str) -> bool:
    return metric_of(one.signal) == name


def _by_name(one: Counted, name: str) -> bool:
    return one.signal.name == name


def _is_of(one: Counted, entity: str) -> bool:
    kind, _, name = entity.partition(":")
    return str(one.signal.entity) == entity or (kind == EntityKind.JOB and job_of(one.signal.labels) == name)


# -- found by name --------------------------------------------------------------------------------------------------

_Read = tuple[Counted, Meaning]


def _found(series: Sequence[Counted]) -> list[Stage]:
    """One stage for each job or component that counts, and for each queue; by what they do, then by name."""
    queues: dict[str, list[_Read]] = defaultdict(list)
    others: dict[str, list[_Read]] = defaultdict(list)
    for one in series:
        read = meaning(one.signal)
        if read is None:
            continue
        entity = one.signal.entity
        if entity.kind is EntityKind.TOPIC:
            queues[entity.id].append((one, read))
        elif entity.kind is EntityKind.CONSUMER:
            queues[entity.id.rpartition("/")[0] or entity.id].append((one, read))
        else:
            others[job_of(one.signal.labels) or entity.id].append((one, read))
    stages = [stage for name, reads in queues.items() for stage in _queue(name, reads)]
    stages += [stage for name, reads in others.items() for stage in _working(name, reads)]
    return sorted(stages, key=lambda stage: (stage.place, stage.name))


def _queue(topic: str, reads: Sequence[_Read]) -> list[Stage]:
    """A queue, once for each consumer: each of them takes all that comes in."""
    came = [read for read in reads if read[0].signal.entity.kind is EntityKind.TOPIC]
    consumers: dict[str, list[_Read]] = defaultdict(list)
    for read in reads:
        if read[0].signal.entity.kind is EntityKind.CONSUMER:
            consumers[read[0].signal.entity.id].append(read)
    found = []
    for name, taken in (consumers or {topic: []}).items():
        ins, outs = _of_role(came, Role.RECEIVED), _of_role(taken, Role.WRITTEN)
        losses = _losses([*came, *taken])
        if ins or outs or losses:
            kind = EntityKind.CONSUMER if taken else EntityKind.TOPIC
            found.append(
                Stage(
                    name, 1, "queue", f"{kind}:{name}", "", ins, outs, losses, all(r[0].shared for r in [*came, *taken])
                )
            )
    return found


def _working(name: str, reads: Sequence[_Read]) -> list[Stage]:
    """What a job takes in and puts out. Counts of other things than it takes in are a stage of their own."""
    entity = _entity(name, reads)
    shared = all(one.shared for one, _ in reads)
    published = _of_role(reads, Role.PUBLISHED)
    ins = _of_role(reads, Role.RECEIVED)
    place = 2 if ins or not published else 0
    taken = next((read.things for one, read in reads if one in ins), "")
    made: dict[str, tuple[Counted, ...]] = {}
    for things in dict.fromkeys(read.things for _, read in reads if read.role is not None):
        same = [(one, read) for one, read in reads if read.things == things]
        last = max((read.role for _, read in same if read.role not in (None, Role.RECEIVED)), default=None)
        if last is not None:
            made[things] = _of_role(same, last)
    own = taken if taken in made or not taken or "" not in made else ""
    outs = made.pop(own, ()) or (made.pop(next(iter(made))) if made and not taken else ())
    short = job_name(name)
    stages = [Stage(short, place, "job", entity, taken or own, ins, outs, _losses(reads), shared)]
    stages += [Stage(f"{short} {things}", place + 1, "job", entity, things, (), some, {}, shared)
               for things, some in made.items()]  # fmt: skip
    return stages


def _entity(name: str, reads: Sequence[_Read]) -> str:
    one = reads[0][0].signal
    return f"{EntityKind.JOB}:{name}" if job_of(one.labels) else str(one.entity)


def _of_role(reads: Sequence[_Read], role: Role) -> tuple[Counted, ...]:
    """The signals of a role: where several metrics count the same, those of the one that ranks first."""
    found = [one for one, read in reads if read.role is role]
    if not found:
        return ()
    first = min(found, key=lambda one: (one.signal.rank, metric_of(one.signal)))
    return tuple(one for one in found if metric_of(one.signal) == metric_of(first.signal))


def _losses(reads: Sequence[_Read]) -> dict[str, tuple[Counted, ...]]:
    kinds: dict[str, list[Counted]] = defaultdict(list)
    for one, read in reads:
        if read.loss:
            kinds[read.loss].append(one)
    found = {}
    for kind, some in kinds.items():
        first = min(some, key=lambda one: (one.signal.unit != "/s", one.signal.rank, metric_of(one.signal)))
        found[kind] = tuple(one for one in some if metric_of(one.signal) == metric_of(first.signal))
    return found
