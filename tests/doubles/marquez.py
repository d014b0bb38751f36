"""A Marquez that speaks its documented answers: namespaces, jobs, datasets and versions, in pages, behind a key."""

from __future__ import annotations

import json
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

WHEN = "2026-11-23T14:00:00Z"


def ref(name: str, namespace: str = "kafka://broker:9092") -> dict[str, str]:
    """A dataset as jobs refer to it."""
    return {"namespace": namespace, "name": name}


def owners(*names: str) -> dict[str, Any]:
    """The ownership facet."""
    facet = {
        "_producer": "https://x",
        "_schemaURL": "https://x",
        "owners": [{"name": n, "type": "OWNER"} for n in names],
    }
    return {"ownership": facet}


def dataset(name: str, namespace: str = "kafka://broker:9092", **more: Any) -> dict[str, Any]:
    """A dataset as ``/namespaces/{namespace}/datasets`` lists it."""
    return {
        "id": ref(name, namespace), "type": "STREAM", "name": name, "physicalName": name, "createdAt": WHEN,
        "updatedAt": WHEN, "namespace": namespace, "sourceName": namespace, "fields": [], "tags": [],
        "lastModifiedAt": WHEN, "lastLifecycleState": "", "description": None, "currentVersion": "v1",
        "columnLineage": None, "facets": {}, "deleted": False, **more,
    }  # fmt: skip


def run(state: str, started: str = WHEN, inputs: Any = (), outputs: Any = ()) -> dict[str, Any]:
    """A run as it stands in a job's ``latestRuns``."""
    return {
        "id": "r", "createdAt": started, "updatedAt": started, "nominalStartTime": None, "nominalEndTime": None,
        "state": state, "startedAt": started, "endedAt": None, "durationMs": None, "args": {}, "jobVersion": None,
        "inputDatasetVersions": [{"datasetVersionId": {**one, "version": "v"}, "facets": {}} for one in inputs],
        "outputDatasetVersions": [{"datasetVersionId": {**one, "version": "v"}, "facets": {}} for one in outputs],
        "facets": {},
    }  # fmt: skip


def job(name: str, inputs: Any = (), outputs: Any = (), state: str = "COMPLETED", **more: Any) -> dict[str, Any]:
    """A job as ``/namespaces/{namespace}/jobs`` lists it."""
    namespace = str(more.pop("namespace", "nomad://eu/default"))
    latest = run(state, inputs=inputs, outputs=outputs)
    return {
        "id": {"namespace": namespace, "name": name}, "type": "STREAM", "name": name, "simpleName": name,
        "parentJobName": None, "parentJobUuid": None, "createdAt": WHEN, "updatedAt": WHEN, "namespace": namespace,
        "inputs": list(inputs), "outputs": list(outputs), "location": None, "description": None, "latestRun": latest,
        "latestRuns": [latest], "facets": {}, "currentVersion": "j1", "labels": [], "tags": [], **more,
    }  # fmt: skip


def version(at: str, *fields: str, **more: Any) -> dict[str, Any]:
    """One version of a dataset; fields are written ``name:type``."""
    listed: list[dict[str, Any]] = [
        {"name": name, "type": kind, "tags": [], "description": None}
        for name, _, kind in (field.partition(":") for field in fields)
    ]
    return {"createdAt": at, "version": at, "fields": listed, "currentSchemaVersion": ",".join(fields), **more}


class MarquezDouble:
    """Serves what is put into ``jobs``, ``datasets`` and ``versions`` (by dataset name). ``asked`` counts requests by
    path; ``broken`` is a status to answer everything with."""

    def __init__(self, key: str = "") -> None:
        self.jobs: list[dict[str, Any]] = []
        self.datasets: list[dict[str, Any]] = []
        self.versions: dict[str, list[dict[str, Any]]] = {}
        self.hidden: set[str] = set()
        self.asked: Counter[str] = Counter()
        self.broken = 0
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                double.asked[unquote(parts.path)] += 1
                body: Any
                status, body = double.broken, {"code": double.broken, "message": "no"}
                if not status:
                    permitted = not key or self.headers.get("Authorization") == f"Bearer {key}"
                    query = {name: int(values[0]) for name, values in parse_qs(parts.query).items()}
                    status, body = double.answer(parts.path, query) if permitted else (401, {"code": 401})
                payload = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, format: str, *args: Any) -> None:
                """Tests read what they need from the feed, not from a log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str, query: dict[str, int]) -> tuple[int, Any]:
        """Status and body of a path."""
        steps = [unquote(step) for step in path.removeprefix("/api/v1/").split("/")]
        start, end = query.get("offset", 0), query.get("offset", 0) + query.get("limit", 100)
        namespaces = sorted({str(one["namespace"]) for one in (*self.jobs, *self.datasets)} | self.hidden)
        match steps:
            case ["namespaces"]:
                found = [
                    {"name": one, "createdAt": WHEN, "updatedAt": WHEN, "ownerName": "anonymous", "description": None,
                     "isHidden": one in self.hidden}
                    for one in namespaces
                ]  # fmt: skip
                return 200, {"namespaces": found[start:end]}
            case ["namespaces", namespace, ("jobs" | "datasets") as what] if namespace in namespaces:
                held = self.jobs if what == "jobs" else self.datasets
                found = [one for one in held if one["namespace"] == namespace]
                return 200, {what: found[start:end], "totalCount": len(found)}
            case ["namespaces", namespace, "datasets", name, "versions"] if name in self.versions:
                found = self.versions[name]
                return 200, {"versions": found[start:end], "totalCount": len(found)}
        return 404, {"code": 404, "message": "HTTP 404 Not Found"}
