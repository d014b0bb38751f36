"""Every fault of a source as the user meets it: a sentence on the screen, the other panes go on, all is right again.

One board sees all of it, one fault after the other, as it would in a bad night: no test starts a process of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import count, cycle
from pathlib import Path

import pytest

from tests.doubles.nomad import NomadDouble
from tests.doubles.nomad.faults import FaultName
from tests.feeds.prometheus.conftest import Answer, Scripted, data, one_series
from tests.screens.terminal import Terminal
from tests.whole.house import House

FLOWS = '[[flow]]\nname = "{name}"\nowner = "night-team"\n'


class Night:
    """A cluster, a Prometheus whose backlog is ``backlog``, a flows.toml, and one board on all of them."""

    def __init__(self, home: Path) -> None:
        self.nomad = NomadDouble.cluster(allocations=24, jobs=6, nodes=3, events_per_s=0).start()
        self.nomad.stop()  # away at start, and its port is kept
        self.prometheus = Scripted()
        self.prometheus.answer = self.well
        self.flows = home / "flows.toml"
        self.flows.write_text(FLOWS.format(name="orders-flow"))
        (home / "packs").mkdir()
        (home / "packs" / "mine.toml").write_text("[pack]\nname = 3\n")
        self.house = House(
            home, "--nomad-addr", self.nomad.address, "--prometheus-url", self.prometheus.address,
            "--flows", str(self.flows), "--packs", str(home / "packs"), "--step", "5s", "--backfill", "2m",
        )  # fmt: skip
        self.backlog = 100
        self.named: list[str] = []
        self.measured: set[int] = set()
        self._numbers = count(101)
        self._well_since: float | None = None
        self.node = str(self.nomad.find("nodes")["ID"])
        self.board: Terminal = self.house.board()

    def well(self, path: str, parameters: dict[str, str]) -> Answer:
        return one_series(path, parameters, str(self.backlog))

    def nomad_goes_on(self) -> None:
        """What happens at Nomad now is on the screen."""
        name = f"node-after-{next(self._numbers)}"
        self.nomad.change("nodes", self.node, "NodeStreamEvent", Name=name, Status="down")
        self.board.until(name, 45)
        self.named.append(name)
        self._well_since = self._well_since or time.monotonic()

    def nomad_fails(self, fault: FaultName) -> None:
        """Only once its last connection was a steady one: otherwise it is tried again more and more rarely."""
        self.board.read(max(0.0, (self._well_since or 0.0) + 6 - time.monotonic()))
        self._well_since = None
        self.nomad.fault(fault)
        self.nomad.close_streams()

    def prometheus_goes_on(self) -> None:
        """What Prometheus measures now is on the screen."""
        self.backlog = next(self._numbers)
        self.board.until(f"backlog {self.backlog}", 30)
        self.measured.add(self.backlog)

    def close(self) -> None:
        self.house.close()
        self.nomad.stop()
        self.prometheus.stop()


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    one = Night(tmp_path_factory.mktemp("night"))
    yield one
    one.close()


def test_nomad_away_at_start(night: Night) -> None:
    night.board.until(f"Nomad at {night.nomad.address} refused the connection; check NOMAD_ADDR, or start Nomad.")
    night.board.until("backlog 100")
    night.board.until("orders-flow")
    night.nomad.start()
    night.nomad_goes_on()


Answers = Callable[[str, dict[str, str]], Answer]

# One of Nomad, one of Prometheus, in turn: while one is at fault the other has time to recover in full.
FAULTS: list[FaultName | tuple[str, Answers]] = [
    "no_leader",
    ("503", lambda path, parameters: (503, "Service Unavailable")),
    "forbidden",
    ("403", lambda path, parameters: (403, "no")),
    "error",
    ("broken JSON", lambda path, parameters: (200, '{"status":')),
    "broken_json",
]
TOLD = {
    "no_leader": "has no leader; look at `nomad server members`",
    "503": "is not ready (503)",
    "forbidden": "does not permit",
    "403": "does not allow queries (403)",
    "error": "answered 500",
    "broken JSON": "not Prometheus's JSON",
    "broken_json": "is not Nomad's JSON",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault if isinstance(fault, str) else fault[0])
def test_a_source_at_fault(night: Night, fault: FaultName | tuple[str, Answers]) -> None:
    if isinstance(fault, str):
        told = TOLD[fault]
        night.nomad_fails(fault)
        night.board.until(told, 30)
        if fault in ("no_leader", "error"):  # for the others it is no other
            night.prometheus_goes_on()
        night.nomad.clear()
        night.nomad_goes_on()
    else:
        told = TOLD[fault[0]]
        night.prometheus.answer = fault[1]
        night.board.until(told, 45)
        night.nomad_goes_on()
        night.prometheus.answer = night.well
        night.prometheus_goes_on()
    night.board.without(told, 30)


def test_a_broken_pack_is_named_and_the_others_are_read(night: Night) -> None:
    shown = night.board.until("mine.toml")
    assert "degraded" in shown
    assert "backlog" in shown


def test_nomad_slow(night: Night) -> None:
    night.nomad.fault("slow", delay_s=0.5)
    night.nomad.close_streams()
    night.nomad_goes_on()
    night.nomad.clear()


@pytest.mark.parametrize(
    "happens",
    [NomadDouble.close_streams, NomadDouble.lose_events, lambda nomad: nomad.restore(3)],
    ids=["stream closed", "events lost", "index went back"],
)
def test_nomad_s_stream_at_fault(night: Night, happens: Callable[[NomadDouble], None]) -> None:
    nomad = night.nomad
    with nomad.world.changed:  # the stream cannot tell of this
        nomad.change("nodes", night.node, "NodeStreamEvent", Name="node-unheard", Status="down")
        happens(nomad)
        nomad.close_streams()
    night.board.until("node-unheard", 45)
    night.nomad_goes_on()


def test_prometheus_away_then_its_hole_is_filled(night: Night) -> None:
    night.prometheus.stop()
    night.board.until("cannot be reached", 45)
    assert "PROMETHEUS_URL" in night.board.screen()
    night.nomad_goes_on()
    night.prometheus.start()
    night.prometheus_goes_on()
    night.board.without("cannot be reached", 30)
    assert night.house.gaps("prometheus") == []


def empty(path: str, parameters: dict[str, str]) -> Answer:
    return (200, data([])) if path.endswith("/values") else (200, data({"result": []}))


def test_what_is_no_number_is_drawn_as_none(night: Night) -> None:
    night.prometheus.answer = lambda path, parameters: one_series(path, parameters, next(values))
    values = cycle(("NaN", "+Inf", "-Inf"))
    night.board.read(6)
    shown = night.board.screen().lower()
    assert "nan" not in shown
    assert "backlog inf" not in shown
    night.prometheus.answer = night.well
    night.prometheus_goes_on()


def test_a_broken_flows_toml_is_named_with_its_line_and_what_it_said_stays(night: Night) -> None:
    night.flows.write_text(FLOWS.format(name="orders-flow") + 'freshness = "soon\n')
    night.board.until(f"{night.flows}, line 4", 15)
    assert "stays in force" in night.board.screen()
    assert "orders-flow" in night.board.screen()
    night.nomad_goes_on()
    night.flows.write_text(FLOWS.format(name="orders-flow") + FLOWS.format(name="returns-flow"))
    night.board.until("returns-flow", 15)
    night.board.without("line 4")


def test_an_empty_prometheus(night: Night, tmp_path: Path) -> None:
    """On another board: a Prometheus that holds nothing from the start."""
    night.prometheus.answer = empty
    house = House(tmp_path, "--nomad-addr", night.nomad.address, "--prometheus-url", night.prometheus.address)
    try:
        board = house.board()
        board.until("no series", 30)
        assert "/targets" in board.screen()
        board.until("node-")
    finally:
        house.close()


def test_all_that_was_seen_in_this_night_is_on_the_tape(night: Night) -> None:
    with night.house.reading() as store:
        told = str([record.body for record in store.records_after(0, 10**6)])
        series = store.samples(list(store.signals()), 0, 2**60)
    assert [name for name in night.named if name not in told] == []
    assert night.measured - {round(value) for one in series.values() for value in one.values} == set()
    assert night.house.gaps("nomad")
