"""What an installation declares reaches its tape, and comes back from it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from console.config import Settings, load_settings
from console.recorder.feeds import feeds_of, known_of
from console.recorder.once import DECLARE, look_once, servers_of
from console.signals import EntityKind, EntityRef, RecordKind
from console.tape.store import open_tape
from tests.feeds.ownership.catalogue import CONTRACT, FLOWS


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    env = {
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    return env


def settings(env: dict[str, str], **flags: str) -> Settings:
    return load_settings(flags, {**env, "NOMAD_ADDR": "http://127.0.0.1:1"})


def test_a_catalogue_that_is_given_counts_as_a_source(env: dict[str, str], tmp_path: Path) -> None:
    assert servers_of(load_settings({}, env)) == []
    assert servers_of(load_settings({"catalog": str(tmp_path)}, env)) == ["ownership"]
    assert servers_of(load_settings({}, {**env, "MARQUEZ_URL": "http://m:1"})) == ["lineage"]
    assert {"ownership", "lineage"} <= DECLARE


def test_lineage_is_a_feed_where_it_is_configured(env: dict[str, str]) -> None:
    with_it = [feed.name for feed in feeds_of(settings({**env, "MARQUEZ_URL": "http://m:1"}), known_of("/none"))]
    without = [feed.name for feed in feeds_of(settings(env), known_of("/none"))]
    assert [name for name in with_it if name not in without] == ["lineage"]
    assert "ownership" in without


def test_a_catalogue_alone_is_looked_at_and_known_again(env: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "catalog"
    folder.mkdir()
    (folder / "flows.toml").write_text(FLOWS)
    (folder / "price.yaml").write_text(CONTRACT)
    with look_once(settings(env, catalog=str(folder)), time.time_ns() // 1_000_000, 60) as look:
        assert "ownership" in look.read
        with open_tape(look.tape, "read") as store:
            states = store.states_at(None, [EntityKind.FLOW, EntityKind.CONTRACT, EntityKind.OWNER])
        known = known_of(str(look.tape))
    assert {state.kind for state in states} == {RecordKind.STATE}
    assert {str(state.entity) for state in states} == {"flow:docs.price", "contract:price-contract", "owner:shop"}
    assert known.declared[EntityRef(EntityKind.FLOW, "docs.price")]["owner"] == "price-team"
    assert set(known.declared) == {state.entity for state in states}
