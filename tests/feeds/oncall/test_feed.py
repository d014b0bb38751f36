"""All services side by side: hand-overs, ages, one that is away, rotas from files."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from console.declared import rotafile
from console.declared.shapes import Contents, Declared, DeclaredError
from console.feeds.oncall.feed import OnCallFeed
from console.governance.oncall import on_call_now
from console.governance.shapes import OnCallDoc
from console.signals import EntityKind, RecordKind
from console.tomlfile import parse_toml
from tests.doubles.clock import RecordedClock
from tests.doubles.oncall import (
    HOUR_MS,
    TOKEN,
    Fault,
    GoAlertDouble,
    GrafanaDouble,
    OpsgenieDouble,
    PagerDutyDouble,
    Shift,
)
from tests.doubles.outlet import MemoryOutlet, QuickOutlet, running, until
from tests.feeds.oncall.conftest import NOW_MS, settings_of, turns

PATH = Path("rota.toml")
ROTA = """\
[[rota]]
name = "platform"
teams = ["sre"]
zone = "UTC"
[[rota.rotation]]
people = ["ana", "ben"]
start = 2026-11-02T09:00:00
every = "12h"
"""


class ShelfDouble:
    """A shelf that a test puts files on."""

    def __init__(self, *files: Declared) -> None:
        self.version = 1
        self.files: Sequence[Declared] = files
        self._changed = asyncio.Event()

    def put(self, *files: Declared) -> None:
        self.files = files
        self.version += 1
        self._changed.set()

    async def changed(self, version: int) -> int:
        while self.version == version:
            self._changed.clear()
            await self._changed.wait()
        return self.version


def file_of(text: str, problem: DeclaredError | None = None, path: Path = PATH) -> Declared:
    contents = rotafile.contents_of(parse_toml(path, text)) if text else Contents()
    return Declared(path, contents, 0, 0, problem)


def shifts(out: MemoryOutlet, key: str) -> list[tuple[str, int]]:
    doc = out.state(EntityKind.ONCALL, key) or {"now": []}
    return [(one["who"], one["level"]) for one in doc["now"]]


def states(out: MemoryOutlet, key: str) -> list[dict[str, Any]]:
    return [dict(one.body) for one in out.kept if one.kind is RecordKind.STATE and one.entity.id == key]


async def test_all_services_side_by_side() -> None:
    out = QuickOutlet()
    with (
        PagerDutyDouble(NOW_MS, a=turns("ana")) as one,
        OpsgenieDouble(NOW_MS, b=turns("ben")) as two,
        GrafanaDouble(NOW_MS, c=turns("cid")) as three,
        GoAlertDouble(NOW_MS, d=turns("dan")) as four,
    ):
        services = [settings_of("pagerduty", one.url), settings_of("opsgenie", two.url),
                    settings_of("grafana", three.url), settings_of("goalert", four.url)]  # fmt: skip
        async with running(OnCallFeed(services, ShelfDouble(file_of(ROTA))), out):
            await until(lambda: len(out.states(EntityKind.ONCALL)) == 7 and out.doc()["state"] == "ok")
    assert shifts(out, "pagerduty:PPa") == [("ana", 1), ("boss", 2)]
    assert shifts(out, "opsgenie:id-b") == [("ben", 1)]
    assert shifts(out, "grafana:Sc") == [("cid", 1)]
    assert shifts(out, "goalert:sc-d") == [("dan", 1)]
    assert len(shifts(out, "rota:platform")) == 1
    assert out.doc()["address"] == ", ".join([one.url, two.url, three.url, four.url, "rota.toml"])
    assert TOKEN not in repr(out.kept) and TOKEN not in repr(out.healths) and "@" not in repr(out.kept)


async def test_one_that_is_away_does_not_affect_the_others_and_its_answers_stay_with_their_age() -> None:
    out = QuickOutlet()
    with OpsgenieDouble(NOW_MS, b=turns("ben", "eve")) as two, GrafanaDouble(NOW_MS, c=turns("cid", "dan")) as three:
        services = [settings_of("opsgenie", two.url), settings_of("grafana", three.url)]
        async with running(OnCallFeed(services, interval_s=0.01), out):
            await until(lambda: out.doc()["state"] == "ok")
            before = out.state(EntityKind.ONCALL, "opsgenie:id-b") or {}
            two.fault = Fault(401)
            await until(lambda: "problem" in (out.state(EntityKind.ONCALL, "opsgenie:id-b") or {}))
            failed = out.state(EntityKind.ONCALL, "opsgenie:id-b") or {}
            three.now_ms += 8 * HOUR_MS
            await until(lambda: shifts(out, "grafana:Sc") == [("dan", 1)])
            away = out.state(EntityKind.ONCALL, "opsgenie:id-b") or {}
            assert out.doc()["state"] == "degraded" and "(401)" in out.doc()["why"]
            assert away["now"] == before["now"] and before["read_ms"] <= away["read_ms"] == failed["read_ms"]
            assert "does not permit /v2/schedules (401)" in away["problem"]
            two.fault = None
            await until(lambda: "problem" not in (out.state(EntityKind.ONCALL, "opsgenie:id-b") or {"problem": 1}))
            await until(lambda: out.doc()["state"] == "ok")
    assert "problem" not in (out.state(EntityKind.ONCALL, "grafana:Sc") or {})


async def test_a_hand_over_is_told_once_and_is_minor() -> None:
    out = QuickOutlet()
    with GrafanaDouble(NOW_MS, c=turns("cid", "dan")) as server:
        async with running(OnCallFeed([settings_of("grafana", server.url)], interval_s=0.01), out):
            await until(lambda: shifts(out, "grafana:Sc") == [("cid", 1)])
            server.now_ms += 8 * HOUR_MS
            await until(lambda: out.events("hand-over"))
            asked = len(server.asked)
            await until(lambda: len(server.asked) > asked + 3)
    (event,) = out.events()
    assert event.body["text"] == "c: cid -> dan" and event.minor
    assert event.entity == (EntityKind.ONCALL, "grafana:Sc")


async def test_that_nobody_is_on_call_any_more_matters() -> None:
    out = QuickOutlet()
    with GrafanaDouble(NOW_MS, c=turns("cid")) as server:
        async with running(OnCallFeed([settings_of("grafana", server.url)], interval_s=0.01), out):
            await until(lambda: shifts(out, "grafana:Sc") == [("cid", 1)])
            server.now_ms += 8 * HOUR_MS
            await until(lambda: out.events())
    (event,) = out.events()
    assert event.body["text"].startswith("c: nobody is on call; cid was until ")
    assert event.body["severity"] == "warn" and not event.minor


async def test_states_are_put_when_they_change_only() -> None:
    out = QuickOutlet()
    with OpsgenieDouble(NOW_MS, b=turns("ben", "eve")) as server:
        async with running(OnCallFeed([settings_of("opsgenie", server.url)], interval_s=0.01), out):
            await until(lambda: len(server.asked) > 12)
    assert len(states(out, "opsgenie:id-b")) == 1
    assert len(out.healths) == 2  # connecting, ok


async def test_a_schedule_that_is_gone_is_removed_and_so_are_those_nobody_asks_for() -> None:
    out = QuickOutlet()
    old: OnCallDoc = {"provider": "goalert", "name": "old", "names": ["old"], "now": [], "read_ms": 0, "origin": "x"}
    with GrafanaDouble(NOW_MS, c=turns("cid"), d=turns("dan")) as server:
        feed = OnCallFeed([settings_of("grafana", server.url)], None, {"goalert:old": old}, interval_s=0.01)
        async with running(feed, out):
            await until(lambda: len(out.states(EntityKind.ONCALL)) == 3)
            del server.schedules["d"]
            await until(lambda: (out.state(EntityKind.ONCALL, "grafana:Sd") or {}).get("removed"))
    assert (out.state(EntityKind.ONCALL, "goalert:old") or {})["removed"] is True
    assert "removed" not in (out.state(EntityKind.ONCALL, "grafana:Sc") or {})


async def test_who_asks_to_be_left_alone_is() -> None:
    clock = RecordedClock(NOW_MS, frozen=True)
    out = MemoryOutlet(clock)
    with OpsgenieDouble(NOW_MS, b=turns("ben")) as server:
        server.fault = Fault(429, {"Retry-After": "600"})
        async with running(OnCallFeed([settings_of("opsgenie", server.url)]), out):
            await until(lambda: [doc["state"] for _, doc in out.healths] == ["connecting", "degraded"])
            await until(lambda: clock.sleeping)
            server.fault = None
            clock.step(599_000)
            await asyncio.sleep(0.2)
            assert len(server.asked) == 1
            clock.step(7_000)
            await until(lambda: shifts(out, "opsgenie:id-b") == [("ben", 1)])


async def test_it_is_asked_again_just_after_a_hand_over() -> None:
    clock = RecordedClock(NOW_MS, frozen=True)
    out = MemoryOutlet(clock)
    soon = [Shift("cid", NOW_MS - HOUR_MS, NOW_MS + 20_000), Shift("dan", NOW_MS + 20_000, NOW_MS + HOUR_MS)]
    with GrafanaDouble(NOW_MS, c=soon) as server:
        async with running(OnCallFeed([settings_of("grafana", server.url)]), out):
            await until(lambda: shifts(out, "grafana:Sc") == [("cid", 1)] and clock.sleeping)
            server.now_ms = NOW_MS + 21_500
            clock.step(21_500)
            await until(lambda: shifts(out, "grafana:Sc") == [("dan", 1)])
    (event,) = out.events("hand-over")
    assert event.at_ms == NOW_MS + 20_000


async def test_an_answer_that_breaks_the_reader_is_told_and_survived(monkeypatch: Any) -> None:
    out = QuickOutlet()
    with GrafanaDouble(NOW_MS, c=turns("cid")) as server:
        feed = OnCallFeed([settings_of("grafana", server.url)], ShelfDouble(file_of(ROTA)), interval_s=0.01)
        monkeypatch.setattr("console.feeds.oncall.grafana._here", lambda about: 1 / 0)
        async with running(feed, out):
            await until(lambda: "could not be read" in out.doc()["why"] and out.states(EntityKind.ONCALL))
            assert shifts(out, "rota:platform")
            monkeypatch.undo()
            await until(lambda: out.doc()["state"] == "ok")


async def test_a_service_that_is_set_by_half_says_what_is_missing() -> None:
    out = QuickOutlet()
    async with running(OnCallFeed([settings_of("goalert", "")]), out):
        await until(lambda: out.doc()["state"] == "denied")
    assert out.doc()["why"] == "GOALERT_TOKEN is set, but not where GoAlert is"
    assert out.doc()["todo"] == "set GOALERT_URL"


async def test_where_nobody_is_asked_it_is_off() -> None:
    out = QuickOutlet()
    async with running(OnCallFeed([], ShelfDouble(file_of(""))), out):
        await until(lambda: out.healths)
    assert not out.kept and [doc["state"] for _, doc in out.healths] == ["off"]


async def test_rotas_hand_over_to_the_millisecond() -> None:
    begin_ms = 1_793_610_000_000  # 2026-11-02T09:00Z
    clock = RecordedClock(begin_ms + HOUR_MS, frozen=True)
    out = MemoryOutlet(clock)
    async with running(OnCallFeed([], ShelfDouble(file_of(ROTA))), out):
        await until(lambda: shifts(out, "rota:platform") == [("ana", 1)] and clock.sleeping)
        clock.set(begin_ms + 12 * HOUR_MS)
        await until(lambda: shifts(out, "rota:platform") == [("ben", 1)])
    (event,) = out.events()
    assert (event.at_ms, event.body["text"]) == (begin_ms + 12 * HOUR_MS, "platform: ana -> ben")
    doc: Any = out.state(EntityKind.ONCALL, "rota:platform")
    assert doc["origin"] == "rota.toml:1"
    found = on_call_now("sre", {"rota:platform": doc}, begin_ms + 12 * HOUR_MS + 60_000)
    assert found is not None and (found.who, found.next_who, found.problem) == ("ben", "ana", "")


async def test_rotas_follow_their_files() -> None:
    out = QuickOutlet(0.2)
    shelf = ShelfDouble(file_of(ROTA))
    async with running(OnCallFeed([], shelf), out):
        await until(lambda: shifts(out, "rota:platform"))
        shelf.put(file_of(ROTA, DeclaredError(PATH, 3, "is not valid TOML")))
        await until(lambda: (out.state(EntityKind.ONCALL, "rota:platform") or {}).get("problem"))
        assert shifts(out, "rota:platform")
        other = file_of(ROTA, path=Path("other.toml"))
        shelf.put(file_of(ROTA), other)
        await until(lambda: out.doc()["state"] == "degraded")
        assert out.doc()["why"] == "the rota 'platform' is in rota.toml and in other.toml; the first is in force"
        shelf.put()
        await until(lambda: (out.state(EntityKind.ONCALL, "rota:platform") or {}).get("removed"))
