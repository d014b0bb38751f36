"""Recorders that die, sleep, do not come up, or are another machine's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread

import pytest

from console.tape.shapes import Holder
from console.tape.store import open_tape
from tests.doubles.nomad import NomadDouble
from tests.feeds.prometheus.conftest import Scripted
from tests.whole.house import House, ended, wait


def first_job(nomad: NomadDouble) -> str:
    return str(nomad.find("jobs")["ID"])


def test_killed_it_is_replaced_and_only_what_cannot_be_read_back_is_a_gap(nomad: NomadDouble, tmp_path: Path) -> None:
    prometheus = Scripted()
    house = House(tmp_path, "--nomad-addr", nomad.address, "--prometheus-url", prometheus.address, "--step", "5s")
    try:
        board = house.board()
        board.until(first_job(nomad))
        board.until("intake")
        pid = house.recording()
        time.sleep(2.5)  # a heartbeat reaches the tape
        os.kill(pid, signal.SIGKILL)
        killed_s = time.time()
        successor = house.recording(other_than=pid, seconds=20)
        assert time.time() - killed_s < 12, "take-over is promised within 10 s"
        assert "no recorder was running" in " ".join(wait(lambda: house.gaps("nomad"), 10, "the gap is on the tape"))

        def times() -> list[int]:
            with house.reading() as store:
                series = store.samples(list(store.signals()), round(killed_s * 1000) - 3_000, round(time.time() * 1000))
            found = list(next(iter(series.values())).times_ms) if series else []
            return found if found and found[-1] > killed_s * 1000 + 10_000 else []

        seen = wait(times, 20, "samples of the time after the take-over")
        assert all(later - earlier == 5_000 for earlier, later in pairwise(seen)), seen
        assert house.gaps("prometheus") == []
        board.until("recording")
        assert house.recorder() == successor
    finally:
        house.close()
        prometheus.stop()


def test_one_that_was_suspended_finds_its_successor_and_leaves(nomad: NomadDouble, house: House) -> None:
    board = house.board()
    board.until(first_job(nomad))
    first = house.recording()
    node = nomad.find("nodes")["ID"]
    os.kill(first, signal.SIGSTOP)
    try:
        nomad.change("nodes", node, "NodeStreamEvent", Name="fra9-while", Status="down")
        second = house.recording(other_than=first, seconds=20)
        board.until("fra9-while")
    finally:
        os.kill(first, signal.SIGCONT)
    wait(lambda: ended(first), 5, "it leaves")
    with house.reading() as store:
        told = [record for record in store.records_after(0, 10**6) if "fra9-while" in str(record.body)]
    assert house.recorder() == second
    assert len([record for record in told if record.once]) == len({record.once for record in told if record.once})
    nomad.change("nodes", node, "NodeStreamEvent", Name="fra9-after", Status="down")
    board.until("fra9-after")


def test_where_another_machine_records_none_is_started(nomad: NomadDouble, house: House) -> None:
    leave = Event()
    far = Holder("far", 1, "another-machine", "ana")

    def record() -> None:
        with open_tape(house.tape, "create") as store:
            while not leave.is_set():
                now_ms = int(time.time() * 1000)
                assert store.take_lease(far, now_ms, 6_000) or store.renew_lease(far, now_ms, 6_000)
                leave.wait(1)
            store.release_lease(far)

    recorder = Thread(target=record)
    recorder.start()
    try:
        wait(lambda: house.tape.exists() and house.recorder(), 5, "the other machine records")
        board = house.board()
        board.until("recording")
        board.read(5)
        assert "recording" in board.screen()
        assert not nomad.requests
    finally:
        leave.set()
        recorder.join()


def test_one_that_cannot_start_is_told_in_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("not a directory")
    house = House(tmp_path, tape=tmp_path / "state" / "live.tape")
    board = house.board(size=(100, 30))
    try:
        shown = board.until("No recorder came up", 15)
        assert "NO RECORDER" in shown
        assert str(tmp_path)[:20] in shown
        assert "recorder is being started" not in shown
        board.type("q")
        assert board.ended(5) == 0
    finally:
        board.close()


def test_a_viewer_comes_in_time_however_short_the_linger_is(nomad: NomadDouble, house: House) -> None:
    board = house.board("--linger", "200ms")
    board.until(first_job(nomad))
    pid = house.recording()
    board.until("1 viewer")
    board.read(4)
    assert house.recorder() == pid
    assert nomad.requests["/v1/jobs"] == 1
    board.type("q")
    assert board.ended(5) == 0
    wait(lambda: ended(pid), 10, "the recorder leaves after its linger")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0), (signal.SIGHUP, 129)])
def test_alone_it_ends_by_a_signal(nomad: NomadDouble, house: House, number: signal.Signals, code: int) -> None:
    env = os.environ | {"HOME": str(house.home), "XDG_STATE_HOME": str(house.home / "state")}
    words = ["-m", "console", "record", "--tape", str(house.tape), "--nomad-addr", nomad.address]
    with subprocess.Popen([sys.executable, *words], stderr=subprocess.PIPE, env=env) as recorder:
        assert house.recording() == recorder.pid
        recorder.send_signal(number)
        assert recorder.wait(10) == code
        assert recorder.stderr is not None
        assert recorder.stderr.read() == b""
    assert house.recorder() is None
