"""Listing everything: at the start, and after every time that the stream was not seen."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from console.feeds.nomad.calls import Answer, Calls
from console.feeds.nomad.cluster import Cluster, Thing
from console.feeds.nomad.node_reading import read_node
from console.feeds.nomad.objects import Allocation, Deployment, Evaluation, Job, Node, Service
from console.feeds.nomad.reading import (
    read_all,
    read_allocation,
    read_deployment,
    read_evaluation,
    read_job,
    read_service,
)
from console.feeds.nomad.rights import OF_TABLE
from console.feeds.nomad.troubles import NomadTroubleError, Trouble

DETAILS_AT_MOST = 400  # single objects read to tell a history; beyond, the lists have to do
DETAILS_S = 8.0
FEW_JOBS = 60

_LISTS: tuple[tuple[str, Any, bool, dict[str, str]], ...] = (
    ("jobs", read_job, False, {"meta": "true"}),
    ("nodes", read_node, False, {"resources": "true"}),
    ("allocations", read_allocation, True, {"task_states": "true", "resources": "true"}),
    ("evaluations", read_evaluation, True, {}),
    ("deployments", read_deployment, True, {}),
)


class Table(NamedTuple):
    things: list[Thing]
    raft_index: int


class Listing(NamedTuple):
    """Tables by name; ``missing`` are the ACL capabilities for those that were denied."""

    tables: dict[str, Table]
    missing: tuple[str, ...]
    services: tuple[str, ...] | None = None  # namespace/service of all there are; None where they may not be listed


async def list_all(calls: Calls, namespace: str, known: Mapping[str, Allocation] = {}) -> Listing:
    """Every table that the token may read; of the tasks of ``known`` allocations only events that are news. Raises
    when jobs may not be listed, or anything but a denial happens."""
    tables: dict[str, Table] = {}
    missing: dict[str, None] = {}
    for name, reader, paged, params in _LISTS:
        try:
            tables[name] = await _table(calls, name, reader, paged, {**params, "namespace": namespace}, known)
        except NomadTroubleError as error:
            if error.trouble is not Trouble.DENIED or name == "jobs":
                raise
            missing[OF_TABLE[name]] = None
    services = await _services(calls, namespace)
    if services is not None:
        tables["services"] = Table([], services.at_index)
    return Listing(tables, tuple(missing), tuple(services.body) if services is not None else None)


async def _table(
    calls: Calls, name: str, reader: Any, paged: bool, params: dict[str, str], known: Mapping[str, Allocation]
) -> Table:
    things: list[Thing] = []
    asked: dict[str, Any] = dict(params)

    def read(bodies: Iterable[Any]) -> list[Thing]:
        return read_all(bodies, reader)

    if not paged:
        answer = await calls.get(name, read=read, **asked)
        return Table(answer.body, answer.at_index)
    first = 0
    async for page in calls.pages(name, read, **asked):
        first = first or page.at_index
        things += [_news(thing, known) if isinstance(thing, Allocation) else thing for thing in page.body]
    return Table(things, first)


def _news(alloc: Allocation, known: Mapping[str, Allocation]) -> Allocation:
    """Nomad repeats ten events of each task: of ten thousand allocations they take most of the room."""
    before = known.get(alloc.id)
    if before is None:
        return alloc
    told = {task.name: task.last_event_ns for task in before.tasks}
    return alloc._replace(
        tasks=tuple(
            task._replace(events=tuple(event for event in task.events if event.at_ns > told[task.name]))
            if task.name in told
            else task
            for task in alloc.tasks
        )
    )


async def _services(calls: Calls, namespace: str) -> Answer | None:
    """Names only: instances are read one service at a time."""
    try:
        return await calls.get("services", namespace=namespace, read=_service_keys)
    except NomadTroubleError as error:
        if error.trouble in (Trouble.DENIED, Trouble.ABSENT):
            return None
        raise


def _service_keys(body: Any) -> list[str]:
    return [f"{one['Namespace']}/{each['ServiceName']}" for one in body or () for each in one["Services"] or ()]


async def read_services(calls: Calls, keys: Sequence[str]) -> dict[str, list[Service]]:
    """Instances of services, within bounds of number and time. What fails is left out."""
    found: dict[str, list[Service]] = {}

    async def one(key: str) -> None:
        namespace, _, name = key.partition("/")
        answer = await calls.get("service", name, namespace=namespace, read=lambda body: read_all(body, read_service))
        found[key] = answer.body

    await _together([one(key) for key in keys[:DETAILS_AT_MOST]])
    return found


class Details(NamedTuple):
    """What lists do not say: the versions of jobs (oldest first) and whole nodes with their events."""

    versions: dict[str, list[Job]]
    nodes: dict[str, Node]


async def read_details(calls: Calls, jobs: Sequence[Job], nodes: Sequence[Node]) -> Details:
    """Read single objects within bounds of number and time; newest jobs first. What fails is left out."""
    found = Details({}, {})

    async def job(one: Job) -> None:
        body = (await calls.get("job", one.id, "versions", read=_read_versions, namespace=one.namespace)).body
        found.versions[one.key] = sorted(body, key=lambda version: version.version)

    async def node(one: Node) -> None:
        found.nodes[one.id] = (await calls.get("node", one.id, read=read_node)).body

    newest = sorted(jobs, key=lambda one: -one.submitted_ms)
    work = [job(one) for one in newest[:DETAILS_AT_MOST]] + [node(one) for one in nodes[:DETAILS_AT_MOST]]
    await _together(work)
    return found


async def _together(work: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Side by side, for a limited time. What Nomad refuses is left out."""
    tasks = [asyncio.ensure_future(one) for one in work]
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=DETAILS_S)
        for task in late:
            task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, Exception) and not isinstance(outcome, NomadTroubleError):
                raise outcome


def _read_versions(body: Any) -> list[Job]:
    return [read_job(version) for version in body.get("Versions") or ()]


def wanting(cluster: Cluster, listing: Listing, since_ms: int) -> tuple[list[Job], list[Node]]:
    """Jobs and nodes whose details are news: changed since they were known, or submitted after a time.

    Of few jobs all are read, for their versions; of many only those that run at times, for when that is.
    """
    jobs, nodes = [], []
    few = len(listing.tables["jobs"].things) <= FEW_JOBS
    for thing in listing.tables["jobs"].things:
        if isinstance(thing, Job) and not thing.parent:
            known = cluster.jobs.get(thing.key)
            if (
                (known.spec_index != thing.spec_index)
                if known is not None
                else (few or thing.periodic or thing.submitted_ms >= since_ms)
            ):
                jobs.append(thing)
    old = _index_before(listing, since_ms)
    for thing in listing.tables["nodes"].things if "nodes" in listing.tables else ():
        if isinstance(thing, Node):
            before = cluster.nodes.get(thing.id)
            if before is None:
                news = thing.modify_index > old or thing.status != "ready"
            else:
                news = before.modify_index != thing.modify_index
            if news:
                nodes.append(thing)
    return jobs, nodes


def _index_before(listing: Listing, at_ms: int) -> int:
    """An index that was reached before a time: whatever was modified at or below it did not change since."""
    dated = (
        thing
        for name in ("allocations", "evaluations", "deployments")
        if name in listing.tables
        for thing in listing.tables[name].things
        if isinstance(thing, (Allocation, Evaluation, Deployment))
    )
    return max((thing.modify_index for thing in dated if 0 < thing.modified_ms < at_ms), default=0)


_ONLY_WHOLE = ("version", "spec", "by", "region", "cron", "stable", "tag")


def enriched(listing: Listing, details: Details) -> Listing:
    """The listing with whole jobs and nodes in the place of list entries, where they were read."""
    tables = dict(listing.tables)
    jobs: list[Thing] = []
    for thing in tables["jobs"].things:
        whole = details.versions.get(thing.key) if isinstance(thing, Job) else None
        if isinstance(thing, Job) and whole:
            newest = whole[-1]
            known = {field: getattr(newest, field) for field in _ONLY_WHOLE}
            jobs.append(thing._replace(**known))
        else:
            jobs.append(thing)
    tables["jobs"] = Table(jobs, tables["jobs"].raft_index)
    if "nodes" in tables:
        nodes = [_whole(node, details) for node in tables["nodes"].things]
        tables["nodes"] = Table(nodes, tables["nodes"].raft_index)
    return listing._replace(tables=tables)


def _whole(node: Thing, details: Details) -> Thing:
    whole = details.nodes.get(node.id)
    return whole if whole is not None and whole.modify_index >= node.modify_index else node
