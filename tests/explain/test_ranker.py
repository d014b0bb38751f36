"""The ranker as its viewer has it: a process that takes lines and answers lines."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from console.explain.ranker import Request, RequestError, parse_request
from console.settings.paths import DEMO_TAPE
from console.tape.store import open_tape

ROOT = Path(__file__).parent.parent.parent
MINUTE_MS = 60_000


class Asked:
    """A ranker on a tape."""

    def __init__(self, tape: Path, home: Path) -> None:
        env = {**os.environ, "HOME": str(home), "XDG_STATE_HOME": str(home), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "console.explain.ranker", str(tape)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)

    def send(self, line: bytes) -> Any:
        into, out = self.pipes
        into.write(line + b"\n")
        into.flush()
        return json.loads(out.readline())

    def ask(self, **request: Any) -> Any:
        return self.send(json.dumps(request).encode())

    @property
    def pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        return self.process.stdin, self.process.stdout

    def end(self) -> int:
        self.pipes[0].close()
        return self.process.wait(20)


@pytest.fixture
def ranker(tmp_path: Path) -> Iterator[Asked]:
    asked = Asked(DEMO_TAPE, tmp_path)
    yield asked
    asked.process.kill()
    asked.process.wait()
    asked.pipes[1].close()


@pytest.fixture(scope="module")
def start_ms() -> int:
    with open_tape(DEMO_TAPE, "read") as store:
        span = store.span()
    assert span is not None
    return span[0]


@pytest.fixture(scope="module")
def quality() -> str:
    with open_tape(DEMO_TAPE, "read") as store:
        return next(one.key for one in store.signals().values() if one.name == "quality")


def test_two_requests_and_the_end(ranker: Asked, start_ms: int, quality: str) -> None:
    at_ms = start_ms + 20 * MINUTE_MS
    first = ranker.ask(at_ms=at_ms, window_ms=40 * MINUTE_MS, symptom=quality)
    assert first["symptom"]["signal"] == quality
    assert [one["rank"] for one in first["ranked"]] == list(range(1, len(first["ranked"]) + 1))
    assert quality not in {one["signal"] for one in first["ranked"]}
    assert all(one["why"] for one in first["ranked"])
    other = first["ranked"][0]["signal"]
    second = ranker.ask(at_ms=at_ms, window_ms=40 * MINUTE_MS, symptom=other)
    assert second["symptom"]["signal"] == other
    assert second["ranked"]
    assert other not in {one["signal"] for one in second["ranked"]}
    assert ranker.end() == 0


def test_an_answer_does_not_depend_on_what_was_asked_before(ranker: Asked, start_ms: int, quality: str) -> None:
    at_ms = start_ms + 20 * MINUTE_MS
    first = ranker.ask(at_ms=at_ms, symptom=quality)
    ranker.ask(at_ms=at_ms + 3 * MINUTE_MS, symptom=None)
    assert ranker.ask(at_ms=at_ms, symptom=quality) == first


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"no json", "one JSON object"),
        (b"[1, 2]", "JSON object"),
        (b"[" * 100_000, "one JSON object"),
        (b"\xff\xfe", "one JSON object"),
        (b"{}", "'at_ms'"),
        (b'{"at_ms": "soon"}', "'at_ms'"),
        (b'{"at_ms": true}', "'at_ms'"),
        (b'{"at_ms": NaN}', "'at_ms'"),
        (b'{"at_ms": -1}', "'at_ms'"),
        (b'{"at_ms": 1, "window_ms": 0}', "'window_ms'"),
        (b'{"at_ms": 1, "symptom": 7}', "'symptom'"),
    ],
)
def test_a_broken_request_is_told_and_ends_nothing(
    ranker: Asked, start_ms: int, quality: str, line: bytes, told: str
) -> None:
    assert told in ranker.send(line)["error"]
    assert "ranked" in ranker.ask(at_ms=start_ms + 20 * MINUTE_MS, symptom=quality)


def test_a_signal_that_is_not_there(ranker: Asked, start_ms: int) -> None:
    answer = ranker.ask(at_ms=start_ms + 20 * MINUTE_MS, symptom="nobody{}")
    assert "nobody{}" in answer["error"]


@pytest.mark.parametrize("at_ms", [0, 253_402_214_400_000])
def test_a_time_that_is_not_on_the_tape_is_answered(ranker: Asked, at_ms: int) -> None:
    answer = ranker.ask(at_ms=at_ms, symptom=None)
    assert "error" in answer or answer["state"] == "quiet"
    assert ranker.process.poll() is None


def test_a_tape_that_is_not_there_is_told(tmp_path: Path) -> None:
    asked = Asked(tmp_path / "none.tape", tmp_path)
    assert "none.tape" in asked.ask(at_ms=1)["error"]
    assert asked.end() == 0
    asked.pipes[1].close()


def test_a_tape_that_nobody_may_write_to(tmp_path: Path, start_ms: int, quality: str) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    tape = folder / "night.tape"
    tape.write_bytes(DEMO_TAPE.read_bytes())
    tape.chmod(stat.S_IRUSR)
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    asked = Asked(tape, tmp_path)
    try:
        assert asked.ask(at_ms=start_ms + 20 * MINUTE_MS, symptom=quality)["symptom"]["signal"] == quality
        assert sorted(path.name for path in folder.iterdir()) == ["night.tape"]
    finally:
        folder.chmod(stat.S_IRWXU)
        asked.end()
        asked.pipes[1].close()


def test_requests_are_read_as_they_are_meant() -> None:
    assert parse_request('{"at_ms": 5e3}') == Request(5000, 2_400_000, None)
    assert parse_request('{"at_ms": 1, "window_ms": 60000, "symptom": "a"}') == Request(1, 60_000, "a")
    with pytest.raises(RequestError):
        parse_request('{"at_ms": 1e30}')
