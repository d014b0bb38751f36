"""Prometheus on the recorded night, and a server that answers whatever a test wants."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import servers

Answer = tuple[int, Any]


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a real Prometheus that holds the recorded night."""
    servers.need("prometheus")
    directory = tmp_path_factory.mktemp("prometheus")
    with servers.prometheus(directory, servers.unpack_recording(directory)) as address:
        yield address


class Scripted:
    """An HTTP server: ``answer(path, parameters)`` gives status and body (text as it is, else JSON).

    ``headers`` go with every answer; ``close_next`` closes the connection in the place of the answer being made.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.answer: Callable[[str, dict[str, str]], Answer] = one_series
        self.headers: dict[str, str] = {}
        self.close_next = False
        self.closed = 0
        self._server: ThreadingHTTPServer | None = None
        self.port = servers.free_port()
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                url = urlsplit(self.path)
                raw = url.query + "&" + self.rfile.read(length).decode()
                parameters = {key: values[-1] for key, values in parse_qs(raw).items()}
                scripted.asked.append((self.command, url.path, parameters))
                status, body = scripted.answer(url.path, parameters)
                if scripted.close_next:
                    scripted.close_next, scripted.closed = False, scripted.closed + 1
                    self.close_connection = True
                    return
                data = (body if isinstance(body, str) else json.dumps(body)).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                for name, value in scripted.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *args: object) -> None:
                """Tests are quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


def matrix(parameters: dict[str, str], labels: dict[str, str], value: str) -> dict[str, Any]:
    """One series with the same value at all instants asked for."""
    start, end, step = (float(parameters[key]) for key in ("start", "end", "step"))
    times = [start + i * step for i in range(int((end - start) // step) + 1)]
    return {"metric": labels, "values": [[at, value] for at in times]}


def data(result: Any) -> dict[str, Any]:
    return {"status": "success", "data": result}


def one_series(path: str, parameters: dict[str, str], value: str = "3") -> Answer:
    """A small Prometheus: one gauge ``intake_backlog`` of job prod/intake, and no ``up``."""
    if path.endswith("/label/__name__/values"):
        return 200, data(["intake_backlog"])
    if path.endswith("/metadata"):
        return 200, data({"intake_backlog": [{"type": "gauge"}]})
    if path.endswith("/buildinfo"):
        return 200, data({"version": "2.99.0"})
    if path.endswith("/query_range"):
        labels = {"namespace": "prod", "nomad_job": "intake"}
        query = parameters["query"]
        if query.startswith("count by"):
            return 200, data({"result": [matrix(parameters, {"__name__": "intake_backlog", **labels}, "1")]})
        number = query.split("intake_backlog")[1].split('"fs_signal", "')[1].split('"')[0]
        return 200, data({"result": [matrix(parameters, {**labels, "fs_signal": number}, value)]})
    if path.endswith("/alerts"):
        return 200, data({"alerts": []})
    return 404, "404 page not found"


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    server = Scripted()
    yield server
    server.stop()
