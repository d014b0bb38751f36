"""Live from end to end: Nomad double and real Prometheus -> recorder process -> tape -> board in a terminal."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.tape.store import open_tape
from tests.doubles.nomad import NomadDouble
from tests.screens.terminal import Terminal
from tests.servers import prometheus
from tests.whole.exporter import Exporter

SIZE = (140, 40)


@pytest.fixture
def nomad() -> Iterator[NomadDouble]:
    with NomadDouble.cluster(allocations=24, jobs=6, nodes=3, events_per_s=0) as double:
        yield double


@pytest.fixture
def boards(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Opens boards on one tape; closes them, and the recorder they started, at the end."""
    opened: list[Terminal] = []

    def board(nomad: NomadDouble, *more: str) -> Terminal:
        tape = str(tmp_path / "live.tape")
        arguments = ["-m", "console", "watch", "--tape", tape, "--nomad-addr", nomad.address, "--linger", "6s", *more]
        opened.append(Terminal(arguments, size=SIZE, home=tmp_path))
        return opened[-1]

    yield board
    for terminal in opened:
        terminal.close()
    stop_recorder(tmp_path)


def stop_recorder(home: Path) -> None:
    pid = recorder_pid(home)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)


def recorder_pid(home: Path) -> int | None:
    """The process that holds the tape's lease now."""
    tape = home / "live.tape"
    if not tape.exists():
        return None
    with open_tape(tape, "read") as store:
        lease = store.lease()
    if lease is None or lease.expires_ms < time.time() * 1000:
        return None
    return lease.holder.pid


def wait(condition: Callable[[], Any], seconds: float, what: str) -> Any:
    ends = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < ends, f"not within {seconds} s: {what}"
        time.sleep(0.1)
    return found


def first_job(nomad: NomadDouble) -> str:
    return str(nomad.find("jobs")["ID"])


def test_rows_appear_change_and_are_right_again_after_nomad_was_away(
    nomad: NomadDouble, boards: Callable[..., Terminal]
) -> None:
    board = boards(nomad)
    board.until(first_job(nomad))
    node = nomad.find("nodes")["ID"]
    nomad.change("nodes", node, "NodeStreamEvent", Name="fra9-lost", Status="down")
    assert re.search(r"■ fra9-lost\s+down", board.until("fra9-lost"))
    nomad.stop()
    board.until("refused", 30)
    nomad.change("nodes", node, "NodeEligibility", Name="fra9-back", Status="ready", SchedulingEligibility="ineligible")
    nomad.lose_events()
    nomad.start()
    shown = board.until("fra9-back", 45)
    assert "fra9-lost" not in shown


def test_a_prometheus_that_knows_an_unknown_program_fills_the_panes(
    nomad: NomadDouble, boards: Callable[..., Terminal], tmp_path: Path
) -> None:
    values = {'shop_eval_quality{model="tiny-1"}': 0.93, 'shop_feed_backlog{topic="orders"}': 7.0}
    with Exporter(values) as exporter, prometheus(tmp_path, config=exporter.scrape_config) as address:
        board = boards(nomad, "--prometheus-url", address)
        shown = board.until("orders", 60)
        assert "tiny-1" in shown
        assert ".93" in shown
        values['shop_feed_backlog{topic="orders"}'] = 4321.0
        board.until("4.32k", 40)


def test_two_viewers_are_one_recorder_and_one_set_of_requests(
    nomad: NomadDouble, boards: Callable[..., Terminal], tmp_path: Path
) -> None:
    first = boards(nomad)
    first.until(first_job(nomad))
    pid = recorder_pid(tmp_path)
    asked_of_lists = {path: count for path, count in nomad.requests.items() if path in LISTS}
    second = boards(nomad)
    second.until(first_job(nomad))
    second.until("2 viewers", 30)
    assert recorder_pid(tmp_path) == pid
    assert {path: count for path, count in nomad.requests.items() if path in LISTS} == asked_of_lists
    assert nomad.open_streams == 1


LISTS = frozenset(
    {"/v1/jobs", "/v1/allocations", "/v1/nodes", "/v1/deployments", "/v1/evaluations", "/v1/event/stream"}
)


def test_a_recorder_that_is_killed_is_replaced_and_the_gap_recorded(
    nomad: NomadDouble, boards: Callable[..., Terminal], tmp_path: Path
) -> None:
    board = boards(nomad)
    board.until(first_job(nomad))
    pid = wait(lambda: recorder_pid(tmp_path), 10, "a recorder holds the lease")
    time.sleep(2.5)  # a heartbeat reaches the tape
    os.kill(pid, signal.SIGKILL)
    killed = time.monotonic()

    def successor() -> int | None:
        board.read(0.05)
        now = recorder_pid(tmp_path)
        return now if now != pid else None

    wait(successor, 20, "another recorder takes over")
    assert time.monotonic() - killed < 12, "take-over is promised within 10 s"

    def gap() -> list[str]:
        with open_tape(tmp_path / "live.tape", "read") as store:
            return [g.why for g in store.gaps(0, int(time.time() * 1000)) if g.source == "nomad"]

    assert "no recorder was running" in " ".join(wait(gap, 10, "the gap is on the tape"))


def test_a_viewer_that_is_hung_up_leaves_nothing_but_the_recorder(
    nomad: NomadDouble, boards: Callable[..., Terminal], tmp_path: Path
) -> None:
    board = boards(nomad)
    board.until(first_job(nomad))
    pid = wait(lambda: recorder_pid(tmp_path), 10, "a recorder holds the lease")
    board.signal(signal.SIGHUP)
    assert board.ended(2) == 129
    os.kill(pid, 0)
    wait(lambda: recorder_pid(tmp_path) is None, 30, "the recorder leaves when nobody has watched for its linger")
