"""What all of them have: schedules with turns, a token, faults, and a list of what was asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

TOKEN = "s3cret-t0ken"
HOUR_MS = 3_600_000


class Fault(NamedTuple):
    """A status instead of an answer, for paths that begin with ``path``."""

    status: int
    headers: Mapping[str, str] = {}
    path: str = ""
    body: str = ""


class Shift(NamedTuple):
    """Somebody's turn in a schedule; bounds in unix ms."""

    who: str
    from_ms: int
    until_ms: int


class OnCallDouble:
    """What all of them have: schedules with turns, a token, faults, and a list of what was asked."""

    authorization = f"Bearer {TOKEN}"
    unauthorized = '{"message": "Unauthorized"}'

    def __init__(self, now_ms: int, **schedules: list[Shift]) -> None:
        self.now_ms = now_ms
        self.schedules = schedules
        self.fault: Fault | None = None
        self.asked: list[str] = []
        double = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._serve(b"")

            def do_POST(self) -> None:
                self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))))

            def _serve(self, body: bytes) -> None:
                parts = urlsplit(self.path)
                double.asked.append(self.path)
                status, headers, text = double.respond(self.command, parts.path, parse_qs(parts.query), self, body)
                payload = text.encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, format: str, *args: Any) -> None:
                """Tests read what they need from the feed."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> OnCallDouble:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def respond(
        self, method: str, path: str, query: dict[str, list[str]], request: BaseHTTPRequestHandler, body: bytes
    ) -> tuple[int, Mapping[str, str], str]:
        fault = self.fault
        if fault is not None and path.startswith(fault.path):
            return fault.status, fault.headers, fault.body or json.dumps({"message": "no"})
        if request.headers.get("Authorization") != self.authorization:
            return 401, {}, self.unauthorized
        problem = self.refused(method, request)
        if problem:
            return 400, {}, problem
        answer = self.answer(path, {key: values[-1] for key, values in query.items()}, body)
        return (404, {}, '{"message": "Not found"}') if answer is None else (200, {}, json.dumps(answer))

    def refused(self, method: str, request: BaseHTTPRequestHandler) -> str:
        """Why a request is not as the service takes it."""
        return "" if method == "GET" else "wrong method"

    def answer(self, path: str, query: dict[str, str], body: bytes) -> Any:
        raise NotImplementedError

    def running(self, name: str) -> list[Shift]:
        return [one for one in self.schedules[name] if one.from_ms <= self.now_ms < one.until_ms]


def to_ms(text: str) -> int:
    """Unix ms of an RFC 3339 text."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def to_text(at_ms: int) -> str:
    """RFC 3339 in UTC."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat().replace("+00:00", "Z")
