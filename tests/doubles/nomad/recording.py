"""The recorded run as a list of steps in time, each of which brings the world of the double further."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from tests.doubles.nomad.world import World, row_key

RECORDING = Path(__file__).parents[2] / "recordings" / "fourth-signal"
_TABLES = ("jobs", "allocations", "nodes", "evaluations", "deployments", "services")
_SINGULAR = {"job": "jobs", "allocation": "allocations", "node": "nodes", "evaluation": "evaluations"}
_SINGULAR["deployment"] = "deployments"


class Step(NamedTuple):
    """Something the recorder of the recording learned at a time."""

    at_ms: int
    kind: str  # line, list, full, versions, service, statistics, single
    raft_index: int
    name: str
    body: Any


@lru_cache(maxsize=1)
def meta() -> dict[str, Any]:
    """Ground truth of the recording: start, end, what was done when."""
    loaded: dict[str, Any] = json.loads((RECORDING / "meta.json").read_text())
    return loaded


def _lines(name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(RECORDING / name, "rt") as lines:
        for line in lines:
            yield json.loads(line)


@lru_cache(maxsize=1)
def steps() -> tuple[Step, ...]:
    """All steps of the recording in order of time."""
    found = [step for answer in _lines("nomad-requests.ndjson.gz") if (step := _step(answer))]
    found += [
        Step(line["t"], "line", line["line"]["Index"], "", line["line"]["Events"])
        for line in _lines("nomad-events.ndjson.gz")
        if line.get("line", {}).get("Events")
    ]
    return tuple(sorted(found, key=lambda step: step.at_ms))


def _step(answer: dict[str, Any]) -> Step | None:
    url = urlsplit(answer["path"])
    parts = [unquote(p) for p in url.path.split("/")[2:]]
    at, index = answer["t"], int(answer.get("headers", {}).get("X-Nomad-Index", 0))
    body = answer.get("body")
    if parts[:2] == ["client", "allocation"]:
        failed = {"status": answer["status"], "text": body or ""}
        return Step(at, "statistics", 0, parts[2], body if answer["status"] == 200 else failed)
    if answer["status"] != 200 or body is None:
        return None
    if len(parts) == 1 and parts[0] in _TABLES:
        return Step(at, "list", index, parts[0], body)
    if parts[0] == "service":
        return Step(at, "service", index, f"{parse_qs(url.query)['namespace'][0]}/{parts[1]}", body)
    if parts[0] in _SINGULAR:
        versions = parts[-1] == "versions"
        return Step(at, "versions" if versions else "full", index, _SINGULAR[parts[0]], body)
    return Step(at, "single", index, url.path, body)


def apply(world: World, step: Step) -> None:
    """Let one step happen. The lines that the recording's first connection replayed are older than the lists."""
    if step.kind == "line":
        world.put_line(step.raft_index, step.body)
    elif step.kind == "list" and step.name != "services":
        world.put_list(step.name, step.raft_index, step.body)
    elif step.kind == "list":
        with world.changed:
            world.indexes["services"] = max(world.indexes["services"], step.raft_index)
    elif step.kind == "full":
        world.put_full(step.name, row_key(step.name, step.body), step.body)
    elif step.kind == "versions":
        for job in step.body["Versions"]:
            world.put_version(job)
    elif step.kind == "service":
        with world.changed:
            for instance in step.body:
                world.rows["services"].setdefault(instance["ID"], [instance, instance])
    elif step.kind == "statistics":
        world.statistics[step.name] = step.body
    elif step.kind == "single":
        world.single[step.name] = (step.raft_index, step.body)


def normal(path: str) -> str:
    """A path with identities replaced, for counting: ``/v1/allocation/:id``."""
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", ":id", path)
    parts = "versions|summary|deployments|deployment|evaluations|allocations|revert"
    path = re.sub(rf"^/v1/job/.+/({parts})$", r"/v1/job/:id/\1", path)
    path = re.sub(r"^/v1/job/[^:].*$", "/v1/job/:id", path)
    return re.sub(r"^/v1/service/.+$", "/v1/service/:id", path)
