"""An Alertmanager that answers what a real one answered, at the same moment of the recording.

A real Alertmanager cannot replay the past: it stamps and expires alerts by the machine's clock. Where a test needs
Alertmanager itself, it starts the real one; this double serves the recorded night in recorded time.
"""

from __future__ import annotations

import gzip
import json
from bisect import bisect_right
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

RECORDING = Path(__file__).parent.parent / "recordings" / "fourth-signal" / "alertmanager.ndjson.gz"
STATUS = {"cluster": {"status": "disabled"}, "versionInfo": {"version": "0.25.0"}, "uptime": "2026-11-23T04:40:00Z"}


class AlertmanagerDouble:
    """Serves ``/api/v2/alerts``, ``/api/v2/silences`` and ``/api/v2/status`` as of ``now_ms()`` (unix ms)."""

    def __init__(self, now_ms: Callable[[], int], recording: Path = RECORDING) -> None:
        self.now_ms = now_ms
        self._times: list[int] = []
        self._bodies: list[Any] = []
        with gzip.open(recording, "rt", encoding="utf-8") as lines:
            for line in lines:
                answer = json.loads(line)
                if answer["path"] == "/api/v2/alerts":
                    self._times.append(answer["t"])
                    self._bodies.append(answer["body"])
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = double.answer(urlsplit(self.path).path)
                payload = json.dumps(body if body is not None else {"code": 404}).encode()
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def date_time_string(self, timestamp: float | None = None) -> str:
                """The Date header is the recording's, so that nobody sees a skewed clock that was not there."""
                return super().date_time_string(double.now_ms() / 1000)

            def log_message(self, format: str, *args: Any) -> None:
                """Tests read what they need from the feed, not from a log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, path: str) -> Any:
        """The recorded body for a path, None where nothing was recorded."""
        if path == "/api/v2/alerts":
            place = bisect_right(self._times, self.now_ms()) - 1
            return self._bodies[place] if place >= 0 else []
        return {"/api/v2/silences": [], "/api/v2/status": STATUS}.get(path)

    def __enter__(self) -> AlertmanagerDouble:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
