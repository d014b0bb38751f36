"""The ownership feed: files are watched, broken ones keep what they said, what is gone is told."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from console.feeds.ownership.check import check as check_shelf
from console.feeds.ownership.feed import OwnershipFeed
from console.governance.shapes import FlowDoc
from console.signals import EntityKind, EntityRef
from tests.doubles.outlet import QuickOutlet, running, until
from tests.feeds.ownership.catalogue import flow, shelf, usual

CATALOG = '[[flow]]\nname = "catalog"\nproducer = "catalog-feed"\nowner = "catalog-team"\n'
PARTNER = '[[flow]]\nname = "partner"\nproducer = "partner-feed"\n'


def known(flows: dict[str, FlowDoc]) -> dict[EntityRef, Any]:
    return {EntityRef(EntityKind.FLOW, name): doc for name, doc in flows.items()}


async def test_declared_changed_broken_and_removed(tmp_path: Path) -> None:
    path = tmp_path / "flows.toml"
    path.write_text(CATALOG + PARTNER)
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(path)), out):
        await until(lambda: out.doc()["state"] == "ok", what="ok")
        assert flow(out, "catalog")["owner"] == "catalog-team"
        assert flow(out, "partner")["owner"] is None
        assert flow(out, "partner")["origin"] == f"{path}:5"
        assert out.events() == []
        assert "ownership" in out.pulses

        path.write_text(CATALOG.replace("catalog-team", "shop") + PARTNER)
        await until(lambda: flow(out, "catalog")["owner"] == "shop", what="changed")
        assert out.texts() == ["catalog: owner catalog-team -> shop"]

        path.write_text(CATALOG + '[[flow]]\nname = "partner"\nowner = 5\n')
        await until(lambda: out.doc()["state"] == "degraded", what="degraded")
        assert f"{path}, line 7: owner: must be text" in out.doc()["why"]
        assert flow(out, "catalog")["owner"] == "shop"

        path.write_text(CATALOG)
        await until(lambda: out.doc()["state"] == "ok", what="ok again")
        assert flow(out, "catalog")["owner"] == "catalog-team"
        assert flow(out, "partner")["removed"] is True
        assert flow(out, "partner")["producer"] == "default/partner-feed"
        assert out.events("flow removed")[0].body["severity"] == "warn"

        path.write_text(CATALOG + PARTNER)
        await until(lambda: "removed" not in flow(out, "partner"), what="declared again")
        assert out.texts()[-1] == "partner is declared: owned by nobody"


async def test_a_file_that_vanishes_stays_in_force(tmp_path: Path) -> None:
    path = tmp_path / "flows.toml"
    path.write_text(CATALOG)
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(path)), out):
        await until(lambda: out.doc()["state"] == "ok", what="ok")
        path.unlink()
        await until(lambda: out.doc()["state"] == "degraded", what="degraded")
        assert "there is no such file" in out.doc()["why"]
        assert flow(out, "catalog")["owner"] == "catalog-team"


async def test_no_file_is_off_until_there_is_one(tmp_path: Path) -> None:
    path = tmp_path / "flows.toml"
    out = QuickOutlet()
    async with running(OwnershipFeed(usual(path)), out):
        await until(lambda: bool(out.healths), what="a health")
        assert out.doc()["state"] == "off"
        assert str(path) in out.doc()["why"]
        path.write_text(CATALOG)
        await until(lambda: out.doc()["state"] == "ok", what="ok")
        assert flow(out, "catalog")["owner"] == "catalog-team"


async def test_a_file_that_somebody_named_is_missed_until_it_is_there(tmp_path: Path) -> None:
    path = tmp_path / "flows.toml"
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(path)), out):
        await until(lambda: bool(out.healths), what="a health")
        assert out.doc()["state"] == "degraded"
        assert out.doc()["why"] == f"{path}: there is no such file"
        path.write_text(CATALOG)
        await until(lambda: out.doc()["state"] == "ok", what="ok")


async def test_a_declaration_holds_from_when_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "flows.toml"
    path.write_text(CATALOG)
    now_s = QuickOutlet().clock.now_ms() // 1000
    os.utime(path, (now_s - 600, now_s - 600))
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(path)), out):
        await until(lambda: bool(out.kept), what="a state")
    assert out.kept[0].at_ms == (now_s - 600) * 1000
    os.utime(path, (1, 1))
    old = QuickOutlet()
    async with running(OwnershipFeed(shelf(path), horizon_s=60), old):
        await until(lambda: bool(old.kept), what="a state")
    assert now_s - 62 <= old.kept[0].at_ms / 1000 <= now_s


async def test_what_an_earlier_run_left_is_compared(tmp_path: Path) -> None:
    path = tmp_path / "flows.toml"
    path.write_text(CATALOG)
    first = QuickOutlet()
    async with running(OwnershipFeed(shelf(path)), first):
        await until(lambda: bool(first.kept), what="a state")
    doc = json.loads(json.dumps(first.kept[0].body))  # as it comes from a tape
    bare: FlowDoc = {"owner": "x", "on_call": None, "contract": None, "producer": None, "consumers": [], "origin": "o"}
    left: dict[str, FlowDoc] = {"catalog": doc, "gone": bare}
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(path), known=known(left)), out):
        await until(lambda: bool(out.healths), what="a health")
    assert [(r.entity.id, r.name) for r in out.kept] == [("gone", "flow removed"), ("gone", "flow")]

    path.write_text("broken")
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(path), known=known({"catalog": doc})), out):
        await until(lambda: out.doc()["state"] == "degraded", what="degraded")
    assert out.kept == []


async def test_a_tape_that_does_not_tell_sources_is_completed_without_a_word(tmp_path: Path) -> None:
    path = tmp_path / "flows.toml"
    path.write_text(CATALOG)
    older: FlowDoc = {
        "owner": "catalog-team", "on_call": None, "contract": None, "producer": "default/catalog-feed",
        "consumers": [], "origin": f"{path}:1",
    }  # fmt: skip
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(path), known=known({"catalog": older})), out):
        await until(lambda: bool(out.healths), what="a health")
    assert out.events() == []
    (item,) = flow(out, "catalog")["said"]["owner"]
    assert (item["value"], item["origin"], item["via"]) == ("catalog-team", f"{path}:4", "flows.toml")


async def test_two_files_that_declare_one_flow(tmp_path: Path) -> None:
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text(CATALOG)
    two.write_text(CATALOG.replace("catalog-team", "shop"))
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(one, two)), out):
        await until(lambda: out.doc()["state"] == "degraded", what="degraded")
        assert "the first is in force" in out.doc()["why"]
        assert flow(out, "catalog")["owner"] == "catalog-team"


def test_check(tmp_path: Path) -> None:
    path = tmp_path / "flows.toml"
    assert check_shelf(usual(path)) == []
    path.write_text(CATALOG + PARTNER)
    (finding,) = check_shelf(shelf(path))
    assert (finding.verdict, finding.todo) == ("warn", "name an owner of partner")
    path.write_text("flow")
    assert check_shelf(shelf(path))[0].verdict == "bad"
