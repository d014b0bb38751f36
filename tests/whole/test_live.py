"""Live from end to end: Nomad double and real Prometheus -> recorder process -> tape -> board in a terminal."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

from tests.doubles.nomad import NomadDouble
from tests.servers import prometheus
from tests.whole.exporter import Exporter
from tests.whole.house import House, wait

LISTS = frozenset(
    {"/v1/jobs", "/v1/allocations", "/v1/nodes", "/v1/deployments", "/v1/evaluations", "/v1/event/stream"}
)


def first_job(nomad: NomadDouble) -> str:
    return str(nomad.find("jobs")["ID"])


def test_rows_appear_change_and_are_right_again_after_nomad_was_away(nomad: NomadDouble, house: House) -> None:
    board = house.board(size=(140, 40))
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


def test_a_prometheus_that_knows_an_unknown_program_fills_the_panes(house: House, tmp_path: Path) -> None:
    values = {'shop_eval_quality{model="tiny-1"}': 0.93, 'shop_feed_backlog{topic="orders"}': 7.0}
    with Exporter(values) as exporter, prometheus(tmp_path, config=exporter.scrape_config) as address:
        board = house.board("--prometheus-url", address, size=(140, 40))
        shown = board.until("orders", 60)
        assert "tiny-1" in shown
        assert ".93" in shown
        values['shop_feed_backlog{topic="orders"}'] = 4321.0
        board.until("4.32k", 40)


def test_two_viewers_are_one_recorder_and_one_set_of_requests(nomad: NomadDouble, house: House) -> None:
    first = house.board()
    first.until(first_job(nomad))
    pid = house.recording()
    asked_of_lists = {path: count for path, count in nomad.requests.items() if path in LISTS}
    second = house.board()
    second.until(first_job(nomad))
    second.until("2 viewers", 30)
    assert house.recorder() == pid
    assert {path: count for path, count in nomad.requests.items() if path in LISTS} == asked_of_lists
    assert nomad.open_streams == 1


def test_a_viewer_that_is_hung_up_leaves_nothing_but_the_recorder(nomad: NomadDouble, house: House) -> None:
    board = house.board("--linger", "2s")
    board.until(first_job(nomad))
    pid = house.recording()
    board.signal(signal.SIGHUP)
    assert board.ended(2) == 129
    os.kill(pid, 0)
    wait(lambda: house.recorder() is None, 30, "the recorder leaves when nobody has watched for its linger")
