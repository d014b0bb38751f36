"""Bad input: each is named with file and line, and nothing else is affected."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.feeds.ownership.feed import OwnershipFeed
from console.signals import EntityKind
from tests.doubles.outlet import QuickOutlet, running, until
from tests.feeds.ownership.catalogue import CONTRACT, flow, shelf

GOOD = '[[flow]]\nname = "docs.stock"\nowner = "stock-team"\n'
BOMB = "kind: DataContract\na: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
BROKEN = {
    "broken YAML": ("kind: DataContract\nname: 'x\nid: 1\n", 2),
    "indented by a tab": ("kind: DataContract\nteam:\n\tname: x\n", 3),
    "a bomb": (BOMB, None),
    "a tag that would run code": ("kind: DataContract\nid: !!python/object/apply:os.system ['true']\n", 2),
    "a key twice": ("kind: DataContract\nid: a\nid: b\n", 3),
    "no id": ("apiVersion: v3.1.0\nkind: DataContract\nversion: 1.0.0\nstatus: active\n", None),
    "not text": ("kind: DataContract\nid: \x07\n", 2),
}


@pytest.mark.parametrize("what", BROKEN)
async def test_a_file_that_cannot_be_read(tmp_path: Path, what: str) -> None:
    text, line = BROKEN[what]
    (tmp_path / "good.toml").write_text(GOOD)
    bad = tmp_path / "bad.yaml"
    bad.write_text(CONTRACT)
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(tmp_path)), out):
        await until(lambda: out.doc()["state"] == "ok", what="ok")
        kept = len(out.kept)
        bad.write_text(text)
        await until(lambda: out.doc()["state"] == "degraded", what="degraded")
        why = out.doc()["why"]
        assert why.startswith(f"{bad}, line {line}" if line else f"{bad}, line ")
        assert why.isprintable()
        (event,) = out.kept[kept:]
        assert event.name == "file broken"
        assert flow(out, "docs.price")["owner"] == "shop"
        assert flow(out, "docs.stock")["owner"] == "stock-team"


async def test_a_unit_that_may_be_minutes_or_months_is_a_doubt(tmp_path: Path) -> None:
    path = tmp_path / "price.yaml"
    fresh = "  - property: freshness\n    value: 5\n    unit: m\n"
    kept = "  - property: retention\n    value: 30\n    unit: d\n"
    path.write_text(f"{CONTRACT}slaProperties:\n{fresh}{kept}")
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(path)), out):
        await until(lambda: out.doc()["state"] == "ok", what="ok")
    doc = flow(out, "docs.price")
    assert doc.get("freshness_s") is None
    assert doc["retention_s"] == 30 * 86400
    (doubt,) = doc["doubts"]
    assert doubt["field"] == "freshness_s"
    assert "minutes" in doubt["why"]
    assert "months" in doubt["why"]
    unit = next(at for at, line in enumerate(path.read_text().splitlines(), 1) if line.strip() == "unit: m")
    assert unit - 2 <= int(doubt["origin"].rpartition(":")[2]) <= unit


async def test_a_time_without_a_zone_is_utc_and_a_doubt(tmp_path: Path) -> None:
    path = tmp_path / "flows.toml"
    path.write_text('[[flow]]\nname = "a"\nschema_changed = 2026-11-02T09:00:00\nlast_review = 2026-10-01\n')
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(path)), out):
        await until(lambda: out.doc()["state"] == "ok", what="ok")
    doc = flow(out, "a")
    assert doc["schema_changed_ms"] == 1_793_610_000_000
    (doubt,) = doc["doubts"]
    assert (doubt["field"], doubt["origin"]) == ("schema_changed_ms", f"{path}:3")
    assert "UTC" in doubt["why"]


async def test_an_owner_group_that_does_not_exist(tmp_path: Path) -> None:
    org = tmp_path / "org.yaml"
    flows = tmp_path / "flows.toml"
    org.write_text(
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: price-team\n"
        "spec:\n  type: team\n  children: []\n"
    )
    flows.write_text('[[flow]]\nname = "a"\nowner = "Price Team"\n[[flow]]\nname = "b"\nowner = "sales"\n')
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(tmp_path)), out):
        await until(lambda: out.doc()["state"] == "ok", what="ok")
        assert "doubts" not in flow(out, "a")
        assert flow(out, "b")["doubts"] == [
            {"field": "owner", "why": "no catalogue has a group or person 'sales'", "origin": f"{flows}:6"}
        ]
        assert out.state(EntityKind.OWNER, "price-team") is not None
        org.unlink()  # nobody lists owners any more, so nobody can be missing
        await until(lambda: "doubts" not in flow(out, "b"), what="no doubt")


async def test_text_that_a_terminal_would_act_on_is_harmless_where_it_is_told(tmp_path: Path) -> None:
    path = tmp_path / "flows.toml"
    path.write_text(GOOD)
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(tmp_path)), out):
        await until(lambda: out.doc()["state"] == "ok", what="ok")
        path.write_text(GOOD.replace("stock-team", "\\u202Eevil"))
        await until(lambda: out.events() or out.doc()["state"] == "degraded", what="told")
    assert all(text.isprintable() for text in (*out.texts(), out.doc()["why"]))
