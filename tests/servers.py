"""Real servers for tests: a Prometheus on the recorded night, on a free port.

Without the binary a test skips and says so; where ``CI`` is set it fails, so that nothing real goes untested there.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tarfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

RECORDING = Path(__file__).parent / "recordings" / "fourth-signal"
START_MS, END_MS = 1_795_409_325_000, 1_795_411_605_000


def minute(minutes: float) -> int:
    """Unix milliseconds of a minute of the recorded night."""
    return START_MS + round(minutes * 60_000)


def need(binary: str) -> str:
    """The path of a server's binary; skips the test where it is missing, fails it in CI."""
    path = shutil.which(binary)
    if path is None:
        message = f"{binary} is not installed"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return path


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def unpack_recording(into: Path) -> Path:
    """The recorded TSDB, unpacked; returns its data directory."""
    with tarfile.open(RECORDING / "prometheus-tsdb.tar.gz") as archive:
        archive.extractall(into, filter="data")
    return next(path.parent for path in into.rglob("meta.json")).parent


@contextmanager
def prometheus(directory: Path, data: Path | None = None, config: str = "") -> Iterator[str]:
    """A running Prometheus; yields its address. ``data`` None: an empty one."""
    binary = need("prometheus")
    port = free_port()
    file = directory / f"prometheus-{port}.yml"
    file.write_text(config)
    process = subprocess.Popen(
        [
            binary, f"--config.file={file}", f"--storage.tsdb.path={data or directory / f'tsdb-{port}'}",
            "--storage.tsdb.retention.time=100y", f"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_ready(address, process)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"prometheus ended with {process.returncode}")
        try:
            with urllib.request.urlopen(f"{address}/-/ready", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.1)
    raise RuntimeError(f"prometheus at {address} did not get ready")
