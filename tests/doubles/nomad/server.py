"""HTTP in front of the double: lists, single objects, blocking queries, the event stream, errors, control."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.doubles.nomad import control
from tests.doubles.nomad.acl import answer_acl, permit, readable
from tests.doubles.nomad.actions import act
from tests.doubles.nomad.answers import RefusalError, answer, table_of
from tests.doubles.nomad.logs import PATH as LOGS
from tests.doubles.nomad.logs import serve_logs
from tests.doubles.nomad.recording import normal
from tests.doubles.nomad.stream import serve_stream

if TYPE_CHECKING:
    from tests.doubles.nomad.double import NomadDouble

Query = dict[str, list[str]]


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of ours."""


class Server:
    """The listening socket and every connection made through it."""

    def __init__(self, double: NomadDouble, port: int) -> None:
        self.double = double
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        server = self

        class Handler(_Handler):
            double = server.double

            def setup(self) -> None:
                if isinstance(self.request, ssl.SSLSocket):
                    self.request.do_handshake()  # in this connection's thread, so that a bad one stops nobody else
                super().setup()
                with server._lock:
                    server._sockets.add(self.connection)

            def finish(self) -> None:
                with server._lock:
                    server._sockets.discard(self.connection)
                with contextlib.suppress(OSError):
                    super().finish()

        self._listener = _Listener(("127.0.0.1", port), Handler)
        self.port = self._listener.server_address[1]
        if double.tls is not None:
            self._listener.socket = double.tls.wrap_socket(
                self._listener.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._listener.shutdown()
        self._listener.server_close()
        with self._lock:
            sockets = list(self._sockets)
        for one in sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        with self.double.world.changed:
            self.double.world.changed.notify_all()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    double: NomadDouble

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        path, query = unquote(url.path), parse_qs(url.query, keep_blank_values=True)
        if path.startswith("/_double/"):
            self.control("GET", path)
            return
        self.double.requests[normal(path)] += 1
        self.double.tokens[normal(path)].add(self.headers.get("X-Nomad-Token") or "")
        faults = self.double.faults
        if faults.get("down"):
            self.drop()
        elif faults.get("not_nomad", path):
            self.send(200, b"<html><body>Welcome to the proxy</body></html>", "text/html")
        elif path == "/v1/event/stream":
            serve_stream(self, self.double, query)
        elif path.startswith(LOGS) and not faults.get("hang", path):
            serve_logs(self, self.double, path, query)
        else:
            self.ordinary(path, query)

    def do_POST(self) -> None:
        if urlsplit(self.path).path.startswith("/_double/"):
            self.control("POST", urlsplit(self.path).path)
        else:
            self.deed()

    def do_PUT(self) -> None:
        self.do_POST()

    def deed(self) -> None:
        """A request that changes something. Counted as ``POST /v1/...``, once for each that came."""
        url = urlsplit(self.path)
        path, query = unquote(url.path), parse_qs(url.query, keep_blank_values=True)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.double.requests[f"POST {normal(path)}"] += 1
        self.double.deeds.append((path, query, raw.decode("utf-8", "replace")))
        self.double.tokens[normal(path)].add(self.secret)
        if self.double.faults.get("down"):
            self.drop()
        elif not self.faulty(path, query):
            try:
                permit(self.double, "POST", path, query, self.secret)
                told = act(self.double, path, query, json.loads(raw or b"{}"))
            except RefusalError as refusal:
                self.send(refusal.status, refusal.text.encode(), "text/plain; charset=utf-8")
                return
            if self.double.faults.get("lost_answer", path):
                self.drop()
                return
            self.send(200, json.dumps(told).encode(), "application/json")

    @property
    def secret(self) -> str:
        return self.headers.get("X-Nomad-Token") or ""

    def do_DELETE(self) -> None:
        self.control("DELETE", urlsplit(self.path).path)

    def control(self, method: str, path: str) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        asked = json.loads(self.rfile.read(length) or b"{}")
        try:
            self.send(200, json.dumps(control.handle(self.double, method, path, asked)).encode(), "application/json")
        except (KeyError, ValueError, TypeError, LookupError) as error:
            self.send(400, str(error).encode(), "text/plain; charset=utf-8")

    def faulty(self, path: str, query: Query) -> bool:
        """Whether a fault has answered, or left unanswered, in place of the world."""
        double = self.double
        stopped = self.gone
        if fault := double.faults.get("slow", path):
            pause(fault.delay_s, stopped)
        if double.faults.get("hang", path):
            while double.faults.get("hang", path) and not stopped():
                pause(0.05, stopped)
            self.drop()
            return True
        if fault := double.faults.get("no_leader"):
            self.without_leader(path, query, fault.delay_s)
            return True
        if double.faults.get("forbidden", path):
            self.send(403, b"Permission denied", "text/plain; charset=utf-8")
            return True
        if double.faults.get("error", path):
            self.send(500, b"rpc error: EOF", "text/plain; charset=utf-8")
            return True
        return False

    def ordinary(self, path: str, query: Query) -> None:
        double = self.double
        if self.faulty(path, query):
            return
        try:
            permit(double, "GET", path, query, self.secret)
            self.blocking(path, query)
            if path.startswith("/v1/acl/"):
                answered: tuple[int, Any, dict[str, str]] = 0, answer_acl(double, path, self.secret), {}
            else:
                answered = answer(double, path, query)
        except RefusalError as refusal:
            if refusal.hangs:
                pause(60, self.gone)
                self.drop()
            else:
                self.send(refusal.status, refusal.text.encode(), "text/plain; charset=utf-8")
            return
        index, body, more = answered
        body = readable(double, path, query, self.secret, body)
        raw = json.dumps(body, separators=(",", ":")).encode()
        if double.faults.get("broken_json", path):
            raw = raw[: len(raw) // 2]
        headers = {"X-Nomad-KnownLeader": "true", "X-Nomad-LastContact": "0"} if index else {}
        if index:
            headers["X-Nomad-Index"] = str(index)
        self.send(200, raw, "application/json", {**headers, **more})

    def blocking(self, path: str, query: Query) -> None:
        try:
            index = int(query.get("index", ["0"])[0])
        except ValueError as error:
            raise RefusalError(400, "Invalid index") from error
        if not index:
            return
        wait = seconds(query.get("wait", ["300s"])[0]) / (1 if self.double.clock.frozen else self.double.clock.speed)
        self.double.world.wait_beyond(table_of(path), index, wait, self.gone)

    def without_leader(self, path: str, query: Query, delay_s: float) -> None:
        if "stale" in query and path not in ("/v1/status/leader", "/v1/agent/health"):
            far = {"X-Nomad-Index": "0", "X-Nomad-KnownLeader": "false", "X-Nomad-LastContact": "9223372036854"}
            self.send(200, b"[]", "application/json", far)
            return
        pause(delay_s, self.gone)
        self.send(500, b"No cluster leader", "text/plain; charset=utf-8")

    def gone(self) -> bool:
        return self.double.stopped or self.double.faults.get("down") is not None

    def drop(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def date(self) -> str:
        return formatdate((self.double.clock.now_ms() + self.double.skew_ms) // 1000, usegmt=True)

    def send(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        with contextlib.suppress(OSError):
            self.send_response_only(status)
            self.send_header("Date", self.date())
            self.send_header("Content-Type", kind)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)


def seconds(text: str) -> float:
    """A Go duration of one unit (``20s``, ``500ms``, ``1m``)."""
    for unit, size in (("ms", 0.001), ("s", 1.0), ("m", 60.0)):
        if text.endswith(unit):
            with contextlib.suppress(ValueError):
                return min(300.0, float(text[: -len(unit)]) * size)
    raise RefusalError(400, "Invalid wait time")


def pause(length_s: float, stopped: Callable[[], bool]) -> None:
    """Sleep in small pieces, so that a stopped double stops."""
    waiting = threading.Event()
    while length_s > 0 and not stopped():
        waiting.wait(min(0.05, length_s))
        length_s -= 0.05
