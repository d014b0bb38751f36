"""Packs that come with the console are sound; a broken one is named with its line; a user's own overrules."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.feeds.prometheus import promql
from console.feeds.prometheus.choose import choose, from_packs
from console.feeds.prometheus.packs import bundled_dir, load_packs, read_pack
from console.signals import Bad
from console.tomlfile import TomlError

GOOD = """
[pack]
name = "shop"
signature = ["shop_orders"]
covers = ["shop_.*"]

[[signal]]
id = "lag"
name = "lag"
pane = "ingestion"
entity = { kind = "flow", id = "{shop}" }
metrics = ["shop_orders"]
by = ["shop"]
"""


def write(directory: Path, text: str, name: str = "shop.toml") -> Path:
    path = directory / name
    path.write_text(text)
    return path


def test_bundled_packs_are_sound() -> None:
    packs, errors = load_packs()
    assert not errors
    assert {pack.name for pack in packs} >= {"nomad", "nats", "genai", "node"}
    assert len(packs) == len(list(bundled_dir().glob("*.toml")))


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ('pane = "ingestion"', 'pane = "ingest"', 10, "pane must be one of"),
        ('bad = "up"', 'bad = "higher"', 14, "bad must be one of"),
        ('name = "lag"', 'nam = "lag"', 9, "unknown key 'nam'"),
        ('metrics = ["shop_orders"]', "metrics = []", 7, "needs metrics"),
        ('kind = "flow"', 'kind = "river"', 11, "no kind of entity"),
        ('by = ["shop"]', 'by = ["store"]', 13, "by must hold"),
        ('by = ["shop"]', 'by = ["shop"]\nwarn_at = 5', 14, "needs source"),
        ('by = ["shop"]', 'by = ["shop"]\nrank = 1e30', 14, "rank must be a number"),
        ('by = ["shop"]', 'by = ["shop"]\nrank = nan', 14, "rank must be a number"),
        ('by = ["shop"]', 'by = ["shop"]\nscale = 0', 14, "scale must be above zero"),
        ('by = ["shop"]', 'by = ["shop"]\nwindow_s = -60', 14, "window_s must be zero or more"),
        ('covers = ["shop_.*"]', 'covers = ["shop_(*"]', 5, "no regular expression"),
        ("[[signal]]", "[[signal", 7, "not valid TOML"),
        ("[[signal]]", "[[signals]]", 7, "unknown table [signals]"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, what: str) -> None:
    text = (GOOD + 'bad = "up"\n').replace(old, new, 1)
    with pytest.raises(TomlError) as caught:
        read_pack(write(tmp_path, text))
    assert what in caught.value.what
    assert caught.value.line == line
    assert "shop.toml" in str(caught.value)


def test_a_broken_pack_leaves_the_others(tmp_path: Path) -> None:
    write(tmp_path, "[pack\n", "broken.toml")
    write(tmp_path, GOOD)
    packs, errors = load_packs([tmp_path, tmp_path / "missing"])
    assert [error.path.name for error in errors] == ["broken.toml"]
    assert packs[0].name == "shop"
    assert packs[0].users


def test_a_users_signal_replaces_by_id(tmp_path: Path) -> None:
    text = GOOD.replace('"shop"\nsignature', '"nats"\nsignature').replace('id = "lag"', 'id = "pending"')
    write(tmp_path, text.replace("shop_orders", "jetstream_consumer_num_pending"))
    packs, _ = load_packs([tmp_path])
    nats = next(pack for pack in packs if pack.name == "nats")
    assert nats.signals["pending"].name == "lag"
    assert nats.signals["out"].name == "out"


def test_a_users_pack_overrules_a_bundled_one_and_the_guess(tmp_path: Path) -> None:
    text = GOOD.replace("shop_orders", "jetstream_consumer_num_pending").replace(
        'pane = "ingestion"', 'pane = "models"'
    )
    write(tmp_path, text.replace('covers = ["shop_.*"]', 'covers = ["ours_.*"]'))
    packs, _ = load_packs([tmp_path])
    names = {"jetstream_consumer_num_pending", "ours_backlog", "theirs_backlog"}
    combos = {name: [{"job": "x"}] for name in names}
    asks = choose(packs, names, {}, combos, 15).asks
    assert [ask.id for ask in asks if ask.metric == "jetstream_consumer_num_pending"] == ["shop.lag"]
    assert [ask.metric for ask in asks if ask.guessed] == ["theirs_backlog"]


def test_spellings_histograms_and_windows() -> None:
    packs, _ = load_packs()
    windows = promql.Windows.suited(5)
    classic = {"gen_ai_server_request_duration_seconds_bucket", "gen_ai_server_request_duration_seconds_count"}
    asks, matched, claimed = from_packs(packs, classic, windows)
    p95 = next(ask for ask in asks if ask.name == "p95")
    assert matched == ["genai"]
    assert "le," in p95.expr
    assert "_bucket[60s]" in p95.expr
    assert p95.window_s == 60
    assert classic <= claimed
    native, _, _ = from_packs(packs, {"gen_ai_server_request_duration_seconds"}, windows)
    p95 = next(ask for ask in native if ask.name == "p95")
    assert "le" not in p95.expr.split("(")[2]
    assert "_bucket" not in p95.expr
    total, _, _ = from_packs(packs, {"nomad_client_uptime", "node_cpu_seconds", "node_load1"}, windows)
    assert any("node_cpu_seconds{" in ask.expr for ask in total)


def test_limits_only_with_a_source() -> None:
    packs, _ = load_packs()
    for pack in packs:
        for signal in pack.signals.values():
            assert signal.source or (signal.warn_at is None and signal.bad_at is None)


@pytest.mark.parametrize(
    ("interval", "rate", "quantile"), [(1, 30, 60), (5, 30, 60), (15, 60, 60), (30, 120, 120), (60, 240, 240)]
)
def test_windows_hold_four_scrapes(interval: int, rate: int, quantile: int) -> None:
    assert promql.Windows.suited(interval) == promql.Windows(rate, quantile)


def test_keys_are_unique() -> None:
    packs, _ = load_packs()
    names = {
        metric for pack in packs for signal in pack.signals.values() for metric in (*signal.metrics, *signal.needs)
    }
    asks, _, _ = from_packs(packs, names, promql.Windows(30, 60))
    assert len({ask.key for ask in asks}) == len(asks)
    assert all(isinstance(ask.bad, Bad) for ask in asks)
