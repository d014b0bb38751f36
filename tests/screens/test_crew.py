"""A recorder that does not come up is told in its own words; one that is alive and in trouble is left alone."""

from __future__ import annotations

import stat
import time
from pathlib import Path

import pytest

from console.config import load_settings
from console.detach import StartedRecorder, start_recorder
from console.screens.crew import COMES_UP_MS, FRESH_MS, CrewWatch
from console.signals import Health
from console.tape.shapes import Holder
from console.tape.status import RecorderStatus, write_status
from console.tape.store import open_tape
from console.tape.who import this_viewer

NOW = 1_800_000_000_000


class Recorder:
    """A started recorder that says what a test wants."""

    def __init__(self, failure: str | None) -> None:
        self._failure = failure

    def failure(self) -> str | None:
        return self._failure


def words_after(failure: str | None, waited_ms: int) -> str:
    watch = CrewWatch("/nowhere/a.tape", this_viewer(), lambda: Recorder(failure))
    assert watch.look(None, NOW).text == "recorder starts"
    crew = watch.look(None, NOW + waited_ms)
    assert (crew.health is Health.BAD) == bool(crew.trouble)
    return crew.trouble


def test_its_last_sentence_is_told() -> None:
    assert words_after("the tape is full.", 2_000) == "No recorder came up: the tape is full."


def test_one_that_says_nothing_is_told_with_its_log() -> None:
    assert words_after("", 2_000).startswith("No recorder came up; look into /")
    assert words_after(None, COMES_UP_MS).endswith("fourthsignal.log.")
    assert words_after(None, 2_000) == ""


def test_a_recorder_elsewhere_is_left_to_record(tmp_path: Path) -> None:
    with open_tape(tmp_path / "a.tape", "create") as store:
        store.take_lease(Holder("far", 1, "another-machine"), NOW, 6_000)
        watch = CrewWatch(str(tmp_path / "a.tape"), this_viewer(), lambda: pytest.fail("one was started"))
        assert watch.look(store, NOW + 5_000).text == "recording · 1 viewer"
        watch.close()


def test_who_cannot_renew_its_lease_on_a_full_disk_needs_no_successor(tmp_path: Path) -> None:
    tape = tmp_path / "a.tape"
    started: list[int] = []

    def spawn() -> None:
        started.append(1)

    with open_tape(tape, "create") as store:
        store.take_lease(Holder("one", 4242, "host"), NOW, 6_000)
        watch = CrewWatch(str(tape), this_viewer(), spawn)
        write_status(tape, RecorderStatus(4242, "host", NOW + 9_000, "trouble", "there is no room to write.", 7))
        crew = watch.look(store, NOW + 10_000)
        assert crew.trouble == "Recorder: there is no room to write; it holds 7 records in memory."
        assert not started
        watch.look(store, NOW + 9_000 + FRESH_MS)
        assert started, "what it said last is too old: it is dead"
        watch.close()


def ended(recorder: StartedRecorder) -> str:
    until = time.monotonic() + 20
    while (failure := recorder.failure()) is None:
        assert time.monotonic() < until, "the recorder did not end"
        time.sleep(0.05)
    return failure


def test_a_started_recorder_s_last_words_are_kept_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    junk = tmp_path / "junk.tape"
    junk.write_bytes(b"not a tape" * 500)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    env = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    started = [start_recorder(load_settings({"tape": str(junk)}, env)) for _ in range(2)]
    for recorder in started:
        assert ended(recorder) == f"{junk}: this file is not a tape; name a tape, or another place for a new one."
    kept = tmp_path / "state" / "fourthsignal" / "log" / "recorder.err"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.read_text().count("this file is not a tape") == 2


def test_where_nothing_can_be_kept_the_last_words_are_heard_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "state").write_text("not a directory")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    env = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    said = ended(start_recorder(load_settings({}, env)))
    assert "it cannot be made" in said
    assert "name a place you may write to" in said
