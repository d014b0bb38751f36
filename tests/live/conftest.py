"""One recorder for all tests of a real Nomad: started once, told to stop at the end. Nothing is written to Nomad."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.screens.errands import Errands
from console.signals import EntityKind
from console.tape.errors import TapeError
from console.tape.store import open_tape
from tests.errands.conftest import Asking

ROOT = Path(__file__).parent.parent.parent
READ_S = 90.0


@pytest.fixture(scope="session")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A tape that a recorder of its own process fills, once its first picture of Nomad is on it."""
    home = tmp_path_factory.mktemp("live")
    path = home / "live.tape"
    words = [sys.executable, "-m", "console", "record", "--config", os.devnull, "--tape", str(path)]
    kept = {"PROMETHEUS_URL": "", "ALERTMANAGER_URL": "", "HOME": str(home), "XDG_STATE_HOME": str(home)}
    process = subprocess.Popen(words, env={**os.environ, **kept, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE)
    try:
        _read(path, process)
        yield path
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _read(path: Path, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + READ_S
    doc: dict[str, object] = {}
    while time.monotonic() < until:
        if process.poll() is not None:
            assert process.stderr is not None
            pytest.fail(f"the recorder ended: {process.stderr.read().decode(errors='replace')[-500:]}")
        try:
            with open_tape(path, "read") as store:
                doc = {one.entity.id: dict(one.body) for one in store.states_at(None, [EntityKind.FEED])}.get(
                    "nomad", {}
                )
        except TapeError:
            pass
        if doc.get("state") in ("ok", "degraded"):
            return
        time.sleep(0.2)
    pytest.fail(f"no picture of Nomad within {READ_S:g} s: {doc}")


@pytest.fixture(scope="session")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    """The process that asks Nomad for a viewer."""
    home = str(tmp_path_factory.mktemp("asking"))
    env = {**os.environ, "HOME": home, "XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home, "PYTHONPATH": str(ROOT)}
    errands = Errands([sys.executable, "-m", "console.errands.process"], env)
    yield Asking(errands)
    errands.close()
