"""The Alertmanager feed on a real Alertmanager: alerts posted, silenced, resolved; the server stopped and back."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.feeds.alertmanager import AlertmanagerFeed, check
from console.signals import EntityKind
from tests.doubles.outlet import QuickOutlet, running, until

BINARY = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")


class RealAlertmanager:
    """A server of its own on a free port."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        (directory / "config.yml").write_text("route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n")

    def start(self) -> None:
        assert BINARY is not None
        self._process = subprocess.Popen(
            [
                BINARY,
                f"--config.file={self._directory / 'config.yml'}",
                f"--storage.path={self._directory / 'data'}",
                f"--web.listen-address={self.url.removeprefix('http://')}",
                "--cluster.listen-address=",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def post(self, path: str, body: Any) -> None:
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=5) as response:
            assert response.status == 200


@pytest.fixture
def alertmanager(tmp_path: Path) -> Iterator[RealAlertmanager]:
    if BINARY is None:
        if os.environ.get("CI"):
            pytest.fail("prometheus-alertmanager is not installed, and CI needs it")
        pytest.skip("prometheus-alertmanager is not installed (Debian package prometheus-alertmanager)")
    server = RealAlertmanager(tmp_path)
    server.start()
    yield server
    server.stop()


def stamp(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def alert(ends_s: float = 300) -> list[dict[str, Any]]:
    labels = {"alertname": "ConsumerLag", "severity": "page", "topic": "docs", "team": "search"}
    notes = {"summary": "docs is \x1b[31mbehind", "runbook_url": "https://runbooks/lag"}
    return [{"labels": labels, "annotations": notes, "startsAt": "2026-11-01T10:00:00.5Z", "endsAt": stamp(ends_s)}]


async def test_fires_is_silenced_and_resolves(alertmanager: RealAlertmanager) -> None:
    out = QuickOutlet(longest_s=0.1)
    async with running(AlertmanagerFeed(alertmanager.url, interval_s=0.1), out):
        await until(lambda: out.doc()["state"] == "ok", what="reachable", seconds=20)
        assert out.doc()["version"]
        skew = out.doc()["skew_ms"]
        assert skew is not None
        assert abs(skew) <= out.doc()["skew_error_ms"] + 50

        await asyncio.to_thread(alertmanager.post, "/api/v2/alerts", alert())
        await until(lambda: out.events("firing"), what="firing")
        (fired,) = out.events("firing")
        assert fired.at_ms == 1_793_527_200_500
        assert fired.body["severity"] == "bad"
        assert fired.body["pane"] == "ingestion"
        assert fired.body["owner"] == "search"
        assert "\x1b" not in fired.body["text"]

        matcher = {"name": "alertname", "value": "ConsumerLag", "isRegex": False, "isEqual": True}
        mute = {
            "createdBy": "ana",
            "comment": "known",
            "startsAt": stamp(0),
            "endsAt": stamp(600),
            "matchers": [matcher],
        }
        await asyncio.to_thread(alertmanager.post, "/api/v2/silences", mute)
        await until(lambda: out.events("silenced"), what="silenced", seconds=20)
        assert "by ana (known)" in out.events("silenced")[0].body["text"]

        await asyncio.to_thread(alertmanager.post, "/api/v2/alerts", alert(ends_s=-1))
        await until(lambda: out.events("resolved"), what="resolved")
    (doc,) = out.states(EntityKind.ALERT).values()
    assert doc["state"] == "resolved"
    assert doc["ended_ms"] >= doc["started_ms"]


async def test_survives_a_server_that_is_killed(alertmanager: RealAlertmanager) -> None:
    out = QuickOutlet(longest_s=0.1)
    async with running(AlertmanagerFeed(alertmanager.url, interval_s=0.1), out):
        await until(lambda: out.doc()["state"] == "ok", what="reachable", seconds=20)
        alertmanager.stop()
        await until(lambda: out.doc()["state"] == "down", what="down")
        await asyncio.sleep(0.3)
        alertmanager.start()
        await until(lambda: out.doc()["state"] == "ok", what="back", seconds=20)
    assert out.gaps


async def test_check(alertmanager: RealAlertmanager) -> None:
    out = QuickOutlet(longest_s=0.1)
    async with running(AlertmanagerFeed(alertmanager.url), out):
        await until(lambda: out.doc()["state"] == "ok", what="reachable", seconds=20)
    findings = await check(alertmanager.url)
    assert [finding.verdict for finding in findings] == ["ok", "ok"]
    assert "0 alerts" in findings[0].what
