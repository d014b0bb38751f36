"""A program with metrics of no known producer, for a real Prometheus to scrape."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Exporter:
    """Serves ``values`` (name with labels -> value) as gauges; change them at any time."""

    def __init__(self, values: dict[str, float]) -> None:
        self.values = values
        exporter = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                lines = [f"{name} {value}" for name, value in exporter.values.items()]
                body = ("\n".join(lines) + "\n").encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def scrape_config(self) -> str:
        """A Prometheus configuration that scrapes this once a second."""
        target = f"127.0.0.1:{self._server.server_address[1]}"
        return (
            "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
            "scrape_configs:\n"
            f"  - {{job_name: shop, static_configs: [{{targets: ['{target}']}}]}}\n"
        )

    def __enter__(self) -> Exporter:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
