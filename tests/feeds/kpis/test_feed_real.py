"""The KPI feed on a real Prometheus, a dead one, and none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.declared.shapes import DeclaredError
from console.feeds.kpis.check import check
from console.feeds.kpis.feed import KpiFeed
from console.governance.shapes import KpiDoc
from console.signals import EntityKind
from tests.doubles.clock import RecordedClock
from tests.doubles.outlet import MemoryOutlet, running, until
from tests.feeds.kpis.history import END_MS, counter, holding
from tests.feeds.kpis.measuring import kpi
from tests.feeds.kpis.shelves import HeldShelf
from tests.servers import free_port

MINUTE = 60_000
GOOD = {"good": 'sum(shop_total{code="200"})', "total": "sum(shop_total)", "counter": True}
BROKEN = {"value": "sum(shop_total", "op": "gt", "limit": 1.0, "origins": {"value": "kpis.toml:12"}}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Half an hour in which one of twenty fails, and for two minutes every second one, ten minutes before the end."""
    times = range(END_MS - 30 * MINUTE, END_MS + 1, 15_000)
    bad = {at: 25.0 if END_MS - 10 * MINUTE < at <= END_MS - 8 * MINUTE else 2.5 for at in times}
    samples = [
        *counter("shop_total", '{code="500"}', bad),
        *counter("shop_total", '{code="200"}', {at: 50.0 - wrong for at, wrong in bad.items()}),
    ]
    with holding(tmp_path_factory.mktemp("shop"), samples) as address:
        yield address


def at(minutes: float) -> RecordedClock:
    return RecordedClock(END_MS + round(minutes * MINUTE), frozen=True)


def measured(out: MemoryOutlet, name: str) -> Any:
    return (out.state(EntityKind.KPI, name) or {}).get("measured")


async def test_a_budget_is_used_up_and_kept_again_once(shop: str) -> None:
    clock = RecordedClock(END_MS - 12 * MINUTE, speed=200)
    out = MemoryOutlet(clock)
    shelf = HeldShelf(shop=kpi(GOOD, 180.0, 0.8, title="Shop"))
    async with running(KpiFeed(shelf, shop), out):
        await until(lambda: clock.now_ms() > END_MS - MINUTE)
    told = [(record.name, (record.at_ms - END_MS) / MINUTE) for record in out.events()]
    assert [name for name, _ in told] == ["budget used up", "budget kept"], told
    assert -9.5 <= told[0][1] <= -7.5 and told[0][1] < told[1][1] <= -4
    used = out.events("budget used up")[0]
    assert used.body["severity"] == "bad" and "of the 80% promised in 3m00s" in used.body["text"]
    assert measured(out, "shop")["attainment"] == pytest.approx(0.95, abs=0.005)
    assert out.feeds["kpis"]["state"] == "ok"
    states = [record for record in out.kept if record.entity.kind is EntityKind.KPI and record.name == "kpi"]
    assert len(states) < 20, "a state is put when a reader would see another number"
    json.dumps([dict(record.body) for record in out.kept], allow_nan=False)


async def test_a_broken_query_is_named_and_the_others_are_measured(shop: str) -> None:
    out = MemoryOutlet(at(0))
    foreign = kpi({"kind": "ratio", "unread": "it is read from Datadog, not PromQL"})
    shelf = HeldShelf(bad=kpi(BROKEN), shop=kpi(GOOD, 1200.0), foreign=foreign)
    async with running(KpiFeed(shelf, shop), out):
        await until(lambda: "kpis" in out.feeds)
        assert measured(out, "shop")["attainment"] == pytest.approx(0.905, abs=0.01)
        assert "the value query in kpis.toml:12" in measured(out, "bad")["why"]
        assert "unclosed left parenthesis" in measured(out, "bad")["why"]
        assert measured(out, "foreign")["why"] == "it is read from Datadog, not PromQL"
        health = out.feeds["kpis"]
        assert health["state"] == "degraded" and "2 of 3 KPIs" in health["why"]
        assert health["missing"] == ["bad", "foreign"]
        await shelf.put(bad=kpi({**BROKEN, "value": "sum(shop_total)"}), shop=kpi(GOOD, 1200.0))
        await until(lambda: out.feeds["kpis"]["state"] == "ok", what="the corrected query")
        assert measured(out, "bad")["attainment"] == 1.0


async def test_a_promise_that_moves_goes_and_breaks(shop: str) -> None:
    out = MemoryOutlet(at(0))
    shelf = HeldShelf(shop=kpi(GOOD, 1200.0, 0.8, title="Shop"))
    async with running(KpiFeed(shelf, shop), out):
        await until(lambda: measured(out, "shop"))
        assert out.events() == []
        await shelf.put(shop=kpi(GOOD, 1200.0, 0.99, title="Shop"))
        await until(lambda: out.events("kpi changed"))
        assert "80% in 20m00s -> 99% in 20m00s" in out.texts()[-1]
        await until(lambda: (measured(out, "shop") or {}).get("budget_left", 0) < -5)
        await shelf.put(DeclaredError(Path("kpis.toml"), 3, "broken"))
        await shelf.put()
        await until(lambda: out.events("kpi removed"))
        gone = out.state(EntityKind.KPI, "shop") or {}
        assert gone["removed"] is True
        await until(lambda: out.feeds["kpis"]["state"] == "off")
        assert "no file declares a KPI" in out.feeds["kpis"]["why"]


async def test_what_an_earlier_run_left_is_not_told_again(shop: str) -> None:
    first = MemoryOutlet(at(-7))
    doc = kpi(GOOD, 180.0, 0.8)
    async with running(KpiFeed(HeldShelf(shop=doc, gone=doc), shop), first):
        await until(lambda: measured(first, "shop"))
    known: dict[str, KpiDoc] = first.states(EntityKind.KPI)  # type: ignore[assignment]
    assert measured(first, "shop")["budget_left"] < 0
    second = MemoryOutlet(at(-6.5))
    async with running(KpiFeed(HeldShelf(shop=doc), shop, known=known), second):
        await until(lambda: "kpis" in second.feeds)
    assert [record.name for record in second.events()] == ["kpi removed"]


async def test_no_prometheus() -> None:
    out = MemoryOutlet(at(0))
    async with running(KpiFeed(HeldShelf(shop=kpi(GOOD)), None), out):
        await until(lambda: "kpis" in out.feeds)
    assert measured(out, "shop")["attainment"] is None
    assert "no Prometheus is configured" in measured(out, "shop")["why"]
    assert out.feeds["kpis"]["state"] == "off" and out.feeds["kpis"]["todo"] == "set PROMETHEUS_URL"


async def test_a_prometheus_that_is_away_takes_old_numbers_back(shop: str) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    known = kpi(GOOD, measured={"at_ms": END_MS - 20 * MINUTE, "from_ms": 0, "attainment": 1.0, "budget_left": 1.0,
                                "burn": 0.0, "coverage": 1.0, "why": ""})  # fmt: skip
    out = MemoryOutlet(at(0))
    async with running(KpiFeed(HeldShelf(shop=kpi(GOOD)), address, known={"shop": known}), out):
        await until(lambda: out.feeds.get("kpis"))
    assert out.feeds["kpis"]["state"] == "down" and address in out.feeds["kpis"]["why"]
    assert measured(out, "shop")["attainment"] is None and "cannot be reached" in measured(out, "shop")["why"]
    assert not out.events()


async def test_doctor(shop: str) -> None:
    shelf = HeldShelf(bad=kpi(BROKEN), shop=kpi(GOOD, doubts=[{"field": "about", "why": "a guess", "origin": "f:1"}]))
    findings = await check([one.contents for one in shelf.files], shop)
    said = {finding.name: finding for finding in findings}
    assert said["kpi bad"].verdict == "bad" and "kpis.toml:12" in said["kpi bad"].what
    assert said["kpi shop"].verdict == "warn" and "found nothing" in said["kpi shop"].what
    assert any("a guess" in finding.what for finding in findings)
    assert (await check([], shop))[0].verdict == "unknown"
    away = await check([one.contents for one in shelf.files], f"http://127.0.0.1:{free_port()}")
    assert away[-1].cause == "unreachable"
