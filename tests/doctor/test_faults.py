"""The command ``doctor`` against each fault: a sentence with something to do, and the exit code that tells its kind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.nomad import NomadDouble
from tests.doubles.nomad.faults import FaultName
from tests.feeds.prometheus.conftest import Answer, Scripted
from tests.screens.terminal import ROOT
from tests.servers import free_port


def doctor(home: Path, *flags: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the document of a real ``doctor --json``."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("NOMAD", "PROMETHEUS", "ALERT"))}
    env |= {"HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "XDG_CONFIG_HOME": str(home / "config")}
    words = [sys.executable, "-m", "console", "doctor", "--json", *flags]
    done = subprocess.run(words, capture_output=True, text=True, env=env, cwd=ROOT, timeout=60, check=False)
    assert "Traceback" not in done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    assert document["exit"] == done.returncode
    return done.returncode, document


def bad(document: dict[str, Any], system: str) -> dict[str, Any]:
    """The first bad finding about a system."""
    section = next(section for section in document["sections"] if section["name"] == system)
    found: dict[str, Any] = next(finding for finding in section["findings"] if finding["verdict"] == "bad")
    return found


@pytest.fixture(scope="module")
def nomad() -> Iterator[NomadDouble]:
    with NomadDouble.recorded(frozen=True) as double:
        yield double


@pytest.fixture
def prometheus() -> Iterator[Scripted]:
    server = Scripted()
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("fault", "code", "told"),
    [
        ("down", 3, "closed the connection"),
        ("no_leader", 3, "has no leader"),
        ("forbidden", 4, "does not permit"),
        ("error", 3, "answered 500"),
        ("not_nomad", 3, "is not Nomad's JSON"),
    ],
)
def test_a_nomad_with_a_fault(nomad: NomadDouble, fault: FaultName, code: int, told: str, tmp_path: Path) -> None:
    nomad.fault(fault)
    try:
        exit_code, document = doctor(tmp_path, "--nomad-addr", nomad.address)
    finally:
        nomad.clear()
    found = bad(document, "nomad")
    assert exit_code == code
    assert told in found["what"]
    assert found["todo"]


def test_a_nomad_that_lets_nobody_list_jobs(nomad: NomadDouble, tmp_path: Path) -> None:
    nomad.fault("forbidden", paths=("/v1/jobs", "/v1/allocations"))
    try:
        code, document = doctor(tmp_path, "--nomad-addr", nomad.address)
    finally:
        nomad.clear()
    assert code == 4
    assert 'namespace "*"' in bad(document, "nomad")["todo"]


def test_a_nomad_that_is_away(tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    code, document = doctor(tmp_path, "--nomad-addr", address)
    assert code == 3
    assert bad(document, "nomad")["what"] == f"Nomad at {address} refused the connection."


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        ((401, "who are you"), 4, "does not allow queries (401)"),
        ((403, "not you"), 4, "does not allow queries (403)"),
        ((503, "Service Unavailable"), 3, "is not ready"),
        ((404, "not here"), 3, "has no Prometheus API"),
    ],
    ids=lambda value: str(value[0]) if isinstance(value, tuple) else None,
)
def test_a_prometheus_that_refuses(
    nomad: NomadDouble, prometheus: Scripted, answer: Answer, code: int, told: str, tmp_path: Path
) -> None:
    prometheus.answer = lambda path, parameters: answer
    exit_code, document = doctor(
        tmp_path, "--nomad-addr", nomad.address, "--prometheus-url", prometheus.address.replace("//", "//ana:s3cret@")
    )
    found = bad(document, "prometheus")
    assert exit_code == code
    assert told in found["what"]
    assert found["todo"]
    assert "s3cret" not in json.dumps(document)


def test_a_broken_pack_is_wrong_configuration(nomad: NomadDouble, prometheus: Scripted, tmp_path: Path) -> None:
    packs = tmp_path / "config" / "fourthsignal" / "packs"
    packs.mkdir(parents=True)
    (packs / "mine.toml").write_text("[pack]\nname = 3\n")
    code, document = doctor(tmp_path, "--nomad-addr", nomad.address, "--prometheus-url", prometheus.address)
    assert code == 2
    assert f"{packs / 'mine.toml'}, line 2" in json.dumps(document)
