"""An MLflow registry that a test fills and breaks: the documented answers of its REST API, a page at a time."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

API = "/api/2.0/mlflow/"
NAMED = re.compile(r"""name=(['"])(.*)\1""")


class MlflowDouble:
    """``models``, ``versions`` (by model) and ``runs`` are answers as MLflow gives them; ``faults`` are statuses with
    bodies by path (``*``: all). ``three``: it knows logged models. ``asked`` counts requests by path."""

    def __init__(self, *, three: bool = True, page: int = 1000) -> None:
        self.models: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, list[dict[str, Any]]] = {}
        self.runs: dict[str, dict[str, Any]] = {}
        self.logged: dict[str, dict[str, Any]] = {}
        self.files: dict[tuple[str, str], str] = {}
        self.faults: dict[str, tuple[int, str]] = {}
        self.token = ""
        self.login = ""
        self.three = three
        self.page = page
        self.asked: Counter[str] = Counter()
        self._lock = Lock()
        double = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, body = double.reply(self.path, self.headers.get("Authorization", ""))
                payload = body.encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, format: str, *args: Any) -> None:
                """Tests read what they need from the feed, not from a log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    # -- filling it ------------------------------------------------------------------------------------------------

    def model(self, name: str, *, tags: dict[str, str] | None = None, **aliases: str) -> None:
        self.models[name] = {
            "name": name,
            "creation_timestamp": 1,
            "last_updated_timestamp": 1,
            "tags": pairs(tags or {}),
            "aliases": [{"alias": alias, "version": version} for alias, version in aliases.items()],
        }
        self.versions.setdefault(name, [])

    def version(self, name: str, version: str, created_ms: int = 1, **more: Any) -> dict[str, Any]:
        entry = {
            "name": name,
            "version": version,
            "creation_timestamp": created_ms,
            "last_updated_timestamp": created_ms,
            "current_stage": "None",
            "status": "READY",
            **more,
        }
        self.versions[name].insert(0, entry)
        self.models[name]["last_updated_timestamp"] = created_ms
        return entry

    def run(self, identity: str, ended_ms: int, metrics: dict[str, tuple[float, int]], **tags: str) -> None:
        listed = [{"key": key, "value": value, "timestamp": at, "step": 0} for key, (value, at) in metrics.items()]
        info = {"run_id": identity, "status": "FINISHED", "end_time": ended_ms}
        self.runs[identity] = {"info": info, "data": {"metrics": listed, "tags": pairs(tags)}}

    # -- answering -------------------------------------------------------------------------------------------------

    def reply(self, target: str, authorization: str) -> tuple[int, str]:
        parts = urlsplit(target)
        path = parts.path.removeprefix(API) if parts.path.startswith(API) else parts.path
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        with self._lock:
            self.asked[path] += 1
        fault = self.faults.get(path) or self.faults.get("*")
        if fault is not None:
            return fault
        wanted = f"Bearer {self.token}" if self.token else f"Basic {b64encode(self.login.encode()).decode()}"
        if (self.token or self.login) and authorization != wanted:
            return 401, "You are not authenticated"
        if path.startswith("logged-models/"):
            found = self.logged.get(unquote(path.partition("/")[2])) if self.three else None
            return _found("model", found)
        answers = {
            "registered-models/search": self._models,
            "model-versions/search": self._search,
            "model-versions/get": self._one,
            "runs/get": lambda query: _found("run", self.runs.get(query["run_id"])),
            "/model-versions/get-artifact": self._file,
        }
        return answers[path](query) if path in answers else (404, "<!doctype html><h1>Not Found</h1>")

    def _models(self, query: dict[str, str]) -> tuple[int, str]:
        start = int(query.get("page_token", "0"))
        size = min(self.page, int(query["max_results"]))
        names = sorted(self.models)
        answer: dict[str, Any] = {"registered_models": [self.models[name] for name in names[start : start + size]]}
        if start + size < len(names):
            answer["next_page_token"] = str(start + size)
        return 200, json.dumps(answer)

    def _search(self, query: dict[str, str]) -> tuple[int, str]:
        named = NAMED.fullmatch(query.get("filter", ""))
        if query.get("filter") and named is None:
            return 400, json.dumps({"error_code": "INVALID_PARAMETER_VALUE", "message": "Invalid clause"})
        found = self.versions.get(named[2], []) if named else [one for those in self.versions.values() for one in those]
        return 200, json.dumps({"model_versions": found[: int(query["max_results"])]} if found else {})

    def _one(self, query: dict[str, str]) -> tuple[int, str]:
        found = [one for one in self.versions.get(query["name"], []) if one["version"] == query["version"]]
        return _found("model_version", found[0] if found else None)

    def _file(self, query: dict[str, str]) -> tuple[int, str]:
        text = self.files.get((query["name"], query["version"]))
        return (404, "no such file") if text is None else (200, text)


def pairs(values: dict[str, str]) -> list[dict[str, str]]:
    """Tags as MLflow lists them."""
    return [{"key": key, "value": value} for key, value in values.items()]


def _found(key: str, value: Any) -> tuple[int, str]:
    if value is None:
        return 404, json.dumps({"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "not found"})
    return 200, json.dumps({key: value})
