"""Answers to ordinary requests, from the world as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.doubles.nomad.world import TABLE_TOPIC, Json, World

if TYPE_CHECKING:
    from tests.doubles.nomad.double import NomadDouble

Query = dict[str, list[str]]
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SINGULAR = {"allocation": "allocations", "node": "nodes", "evaluation": "evaluations", "deployment": "deployments"}
_REFERS = {"node": "NodeID", "evaluation": "EvalID", "deployment": "DeploymentID"}
_ABSENT = {"allocation": "alloc not found", "node": "node not found", "evaluation": "eval not found"}
ANONYMOUS = {"AccessorID": "anonymous", "Name": "Anonymous Token", "Type": "client", "Policies": ["anonymous"]}
ACL_OFF = {"AccessorID": "acls-disabled", "Name": "ACLs disabled token", "Type": "client", "Policies": ["anonymous"]}


class RefusalError(Exception):
    """An error that the server answers with, or no answer at all."""

    def __init__(self, status: int, text: str, hangs: bool = False) -> None:
        super().__init__(text)
        self.status, self.text, self.hangs = status, text, hangs


def table_of(path: str) -> str:
    """The table whose index a blocking query on this path waits for."""
    first = path.removeprefix("/v1/").split("/")[0]
    return first if first in TABLE_TOPIC else {"job": "jobs", "service": "services", **_SINGULAR}.get(first, first)


def answer(double: NomadDouble, path: str, query: Query) -> tuple[int, Any, dict[str, str]]:
    """Index (0 for none), body and further headers."""
    if not path.startswith("/v1/"):
        raise RefusalError(404, "")
    parts = path.removeprefix("/v1/").split("/")
    world = double.world
    if "region" in query and query["region"][0] not in ("", "eu"):
        raise RefusalError(500, "No path to region")
    with world.changed:
        if len(parts) == 1 and parts[0] in TABLE_TOPIC:
            return _list(world, parts[0], query)
        if parts[0] == "job" and len(parts) > 1:
            return _job(world, parts[1:], query)
        if parts[0] in _SINGULAR and len(parts) == 2:
            return _single(world, parts[0], parts[1])
        if parts[0] in _REFERS and "allocations" in parts[1:] and len(parts) == 3:
            return _allocations_of(world, parts[0], next(one for one in parts[1:] if one != "allocations"))
        if parts[0] == "service" and len(parts) == 2:
            return _service(world, parts[1], query)
        if parts[:2] == ["client", "allocation"] and parts[-1] == "stats":
            return _statistics(world, parts[2])
        if parts[:2] == ["client", "allocation"] and parts[-1] == "checks":
            return _checks(world, parts[2])
        return _other(double, path)


def _list(world: World, table: str, query: Query) -> tuple[int, Any, dict[str, str]]:
    namespace = query.get("namespace", ["default"])[0]
    rows = world.listed(table)
    if table == "services":
        return world.indexes[table], _services(rows, namespace), {}
    if table != "nodes" and namespace != "*":
        rows = [row for row in rows if row["Namespace"] == namespace]
    rows = sorted(rows, key=lambda row: str(row["ID"]))
    prefix = query.get("prefix", [""])[0]
    rows = [row for row in rows if str(row["ID"]).startswith(prefix)]
    more: dict[str, str] = {}
    if token := query.get("next_token", [""])[0]:
        rows = [row for row in rows if str(row["ID"]) >= token]
    if per_page := query.get("per_page", [""])[0]:
        if not per_page.isdigit():
            raise RefusalError(400, "Invalid per_page parameter")
        size = int(per_page)
        if 0 < size < len(rows):
            more["X-Nomad-NextToken"] = str(rows[size]["ID"])
            rows = rows[:size]
    rows = [_trim(table, row, query) for row in rows]
    return world.indexes[table], rows, more


def _trim(table: str, row: Json, query: Query) -> Json:
    left_out = {
        "allocations": {"AllocatedResources": "resources", "TaskStates": "task_states"},
        "nodes": {"NodeResources": "resources", "ReservedResources": "resources", "Attributes": "os"},
        "jobs": {"Meta": "meta"},
    }.get(table, {})
    without = {key for key, flag in left_out.items() if flag not in query}
    return {k: v for k, v in row.items() if k not in without} if without else row


def _services(rows: list[Json], namespace: str) -> list[Json]:
    grouped: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        if namespace in ("*", row["Namespace"]):
            tags = grouped.setdefault(row["Namespace"], {}).setdefault(row["ServiceName"], [])
            tags.extend(t for t in row["Tags"] or [] if t not in tags)
    return [
        {"Namespace": ns, "Services": [{"ServiceName": name, "Tags": tags} for name, tags in by_name.items()]}
        for ns, by_name in grouped.items()
    ]


def _job(world: World, parts: list[str], query: Query) -> tuple[int, Any, dict[str, str]]:
    namespace = query.get("namespace", ["default"])[0]
    known = ("versions", "deployments", "deployment", "evaluations", "allocations", "summary")
    what = parts[-1] if parts[-1] in known else ""
    job_id = "/".join(parts[:-1] if what else parts)
    row = world.rows["jobs"].get(f"{namespace}/{job_id}")
    if row is None:
        raise RefusalError(404, "job not found")
    index = row[0].get("ModifyIndex", 0)
    if what == "summary":
        return index, row[0].get("JobSummary", {}), {}
    if what == "deployment":
        of_job = [o for o in world.listed("deployments") if (o["Namespace"], o["JobID"]) == (namespace, job_id)]
        return index, max(of_job, key=lambda o: int(o["CreateIndex"]), default=None), {}
    if what == "versions":
        versions = world.versions.get((namespace, job_id), {})
        return index, {"Diffs": None, "Versions": [versions[v] for v in sorted(versions, reverse=True)]}, {}
    if what:
        return (
            world.indexes[what],
            [o for o in world.listed(what) if (o["Namespace"], o["JobID"]) == (namespace, job_id)],
            {},
        )
    return index, row[1], {}


def _single(world: World, kind: str, key: str) -> tuple[int, Any, dict[str, str]]:
    if not _UUID.fullmatch(key):
        raise RefusalError(500, f"{_ABSENT.get(kind, 'lookup failed')}: invalid ID: {key}")
    found = world.full(_SINGULAR[kind], key)
    if not found:
        raise RefusalError(404, _ABSENT.get(kind, f"{kind} not found"))
    return found["ModifyIndex"], found, {}


def _allocations_of(world: World, kind: str, key: str) -> tuple[int, Any, dict[str, str]]:
    _single(world, kind, key)  # refuses what is not there
    return world.indexes["allocations"], [o for o in world.listed("allocations") if _refers(world, kind, o) == key], {}


def _refers(world: World, kind: str, listed: Json) -> Any:
    full = world.full("allocations", listed["ID"]) or {}
    return listed.get(_REFERS[kind]) or full.get(_REFERS[kind])


def _service(world: World, name: str, query: Query) -> tuple[int, Any, dict[str, str]]:
    namespace = query.get("namespace", ["default"])[0]
    rows = [r for r in world.listed("services") if (r["Namespace"], r["ServiceName"]) == (namespace, name)]
    return world.indexes["services"], rows, {}


def _statistics(world: World, allocation: str) -> tuple[int, Any, dict[str, str]]:
    known = world.statistics.get(allocation)
    row = world.rows["allocations"].get(allocation)
    if row is None or known is None:
        raise RefusalError(404, f'Unknown allocation "{allocation}"')
    if "status" in known:
        raise RefusalError(known["status"] or 500, known["text"], hangs=known["status"] == 0)
    if row[0]["ClientStatus"] != "running":
        raise RefusalError(404, "No path to node")
    return 0, known, {}


def _checks(world: World, allocation: str) -> tuple[int, Any, dict[str, str]]:
    """The recording holds none, so there are those that a test puts there; a service may have no checks."""
    row = world.rows["allocations"].get(allocation)
    if row is None:
        raise RefusalError(404, f'Unknown allocation "{allocation}"')
    if row[0]["ClientStatus"] != "running":
        raise RefusalError(404, "No path to node")
    return 0, world.checks.get(allocation, {}), {}


def _other(double: NomadDouble, path: str) -> tuple[int, Any, dict[str, str]]:
    fixed: dict[str, Any] = {
        "/v1/agent/health": {"server": {"message": "ok", "ok": True}},
        "/v1/acl/token/self": ACL_OFF,
        "/v1/status/peers": ["127.0.0.1:4647"],
    }
    if path in double.world.single:
        index, body = double.world.single[path]
        return index, body, {}
    if path in fixed:
        return 0, fixed[path], {}
    raise RefusalError(404, "")
