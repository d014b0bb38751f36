"""The double's logs are told as a real Nomad told them."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from console.errands.following.frames import Frames
from tests.doubles.nomad import NomadDouble

GOLDEN = Path(__file__).parent.parent / "recordings" / "nomad-api"


def golden(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text())
    return loaded


@pytest.fixture(scope="module")
def double() -> Iterator[NomadDouble]:
    with NomadDouble.recorded(at_s=1200, frozen=True) as one:
        yield one


def get(double: NomadDouble, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(double.address + path, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def answerer(double: NomadDouble) -> str:
    return str(double.find("allocations", JobID="answerer", ClientStatus="running")["ID"])


@pytest.mark.parametrize("name", ["err-400-logs-task", "err-400-logs-no-task", "err-400-logs-type"])
def test_refusals(double: NomadDouble, name: str) -> None:
    told = golden(name)
    query = urlsplit(told["request"].split()[1]).query
    status, text = get(double, f"/v1/client/fs/logs/{answerer(double)}?{query}")
    assert (status, text.decode()) == (told["status"], told["body_text"])


def test_faults_are_those_of_a_real_one(double: NomadDouble) -> None:
    path = f"/v1/client/fs/logs/{answerer(double)}?task=answerer&type=stdout"
    for fault, name in (("logs_denied", "acl-500-weak-logs"), ("no_path", "err-dead-client-logs")):
        double.fault(fault)  # type: ignore[arg-type]
        told = golden(name)
        assert get(double, path) == (told["status"], told["body_text"].encode())
        double.clear()


def test_the_recorded_end_of_a_log(double: NomadDouble) -> None:
    path = f"/v1/client/fs/logs/{answerer(double)}?task=answerer&type=stdout&origin=end&offset=600"
    status, raw = get(double, path)
    assert status == 200
    (frame,) = Frames().feed(raw)
    assert len(frame.data) == 600
    assert frame.file == "alloc/logs/answerer.stdout.0"
    _, whole = get(double, path.replace("origin=end&offset=600", "origin=start"))
    frames = Frames().feed(whole)
    assert frames[-1].offset == frame.offset == sum(len(one.data) for one in frames)
    last = frame.data.decode().splitlines()[-1]
    assert "answer doc=" in last
    body = json.loads(raw)
    assert sorted(body) == ["Data", "File", "Offset"]
    assert base64.b64decode(body["Data"]) == frame.data


def test_nothing_is_there_before_its_time(double: NomadDouble) -> None:
    log = double.logs.now((answerer(double), "answerer", "stdout"))
    before = len(log.files[0])
    double.clock.step(30_000)
    after = double.logs.now((answerer(double), "answerer", "stdout")).files[0]
    assert len(after) > before
