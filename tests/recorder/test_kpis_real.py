"""KPIs reach a tape by one look at the configured systems, measured as of the time that is looked at."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.config import load_settings
from console.recorder.feeds import known_of
from console.recorder.once import look_once
from console.signals import EntityKind
from console.tape.store import open_tape
from tests.feeds.kpis.history import Sample, holding

MINUTE = 60_000
KPIS = '[[kpi]]\nname = "up"\ntarget = 0.9\nwindow = "10min"\nvalue = "fine"\nobjective = "value >= 1"\n'
NOW_MS = time.time_ns() // 1_000_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """It was fine until ten minutes ago."""
    begin = NOW_MS // MINUTE * MINUTE - 40 * MINUTE
    samples = [Sample("fine", "", begin + at * 15_000, float(at < 120)) for at in range(160)]
    with holding(tmp_path_factory.mktemp("fine"), samples) as address:
        yield address


@pytest.mark.parametrize(("ago_min", "share"), [(15, 1.0), (0, 0.0)])
def test_as_of_a_time(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ago_min: int, share: float) -> None:
    env = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "kpis.toml").write_text(KPIS)
    flags = {"catalog": str(tmp_path / "kpis.toml"), "prometheus_url": server}
    settings = load_settings(flags, {**env, "NOMAD_ADDR": "http://127.0.0.1:1"})
    with look_once(settings, NOW_MS - ago_min * MINUTE, 600) as look:
        with open_tape(look.tape, "read") as store:
            states = {state.entity.id: state.body for state in store.states_at(None, [EntityKind.KPI])}
        assert known_of(str(look.tape)).kpis["up"]["target"] == 0.9
    measured = states["up"]["measured"]
    assert measured["attainment"] == pytest.approx(share, abs=0.15)
    assert abs(measured["at_ms"] - (NOW_MS - ago_min * MINUTE)) < MINUTE
