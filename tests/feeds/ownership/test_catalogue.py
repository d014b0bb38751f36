"""Flows out of several files: merged, told when they change, kept when files break or vanish, never told twice."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from console.feeds.ownership.feed import OwnershipFeed
from console.governance.disagree import disagreements
from console.signals import EntityKind
from tests.doubles.outlet import QuickOutlet, running, until
from tests.feeds.ownership.catalogue import CONTRACT, FLOWS, flow, left, shelf
from tests.feeds.ownership.checkouts import commit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "catalog"
    folder.mkdir()
    (folder / "flows.toml").write_text(FLOWS)
    (folder / "price.yaml").write_text(CONTRACT)
    return folder


def disputed(out: QuickOutlet, name: str) -> list[str]:
    return [one.word for one in disagreements(flow(out, name))]  # type: ignore[arg-type]


async def test_a_flow_of_two_files_with_where_each_field_stands(folder: Path) -> None:
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(folder)), out):
        await until(lambda: out.doc()["state"] == "ok", what="ok")
    doc = flow(out, "docs.price")
    assert (doc["owner"], doc["contract"], doc["lifecycle"]) == ("price-team", "price-contract", "active")
    assert [(item["value"], item["origin"], item["via"]) for item in doc["said"]["owner"]] == [
        ("price-team", f"{folder}/flows.toml:4", "flows.toml"),
        ("shop", f"{folder}/price.yaml:8", "odcs"),
    ]
    assert disputed(out, "docs.price") == ["owner"]
    contract = out.state(EntityKind.CONTRACT, "price-contract")
    assert contract is not None
    assert contract["body"]["schema"][0]["name"] == "prices"
    assert out.state(EntityKind.OWNER, "shop") is not None
    assert out.events() == []


async def test_a_restart_tells_nothing_twice(folder: Path) -> None:
    first = QuickOutlet()
    async with running(OwnershipFeed(shelf(folder)), first):
        await until(lambda: first.doc()["state"] == "ok", what="ok")
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(folder), known=left(first)), out):
        await until(lambda: out.doc()["state"] == "ok", what="ok")
    assert out.kept == []


async def test_what_changed_while_nobody_recorded_is_told_once(folder: Path) -> None:
    first = QuickOutlet()
    async with running(OwnershipFeed(shelf(folder)), first):
        await until(lambda: first.doc()["state"] == "ok", what="ok")
    (folder / "flows.toml").write_text(FLOWS.replace("price-team", "sales"))
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(folder), known=left(first)), out):
        await until(lambda: out.doc()["state"] == "ok", what="ok")
    assert out.texts() == ["docs.price: owner price-team -> sales"]


async def test_a_waiver_comes_and_goes(folder: Path) -> None:
    waivers = folder / "waivers.toml"
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(folder)), out):
        await until(lambda: out.doc()["state"] == "ok", what="ok")
        waivers.write_text(
            '[[waiver]]\nrule = "O5"\nsubject = "flow:docs.price"\nwho = "marta"\nwhy = "no chat"\nuntil = 2027-01-31\n'
        )
        await until(lambda: out.state(EntityKind.WAIVER, "O5 flow:docs.price"), what="the waiver")
        waivers.unlink()
        await until(lambda: (out.state(EntityKind.WAIVER, "O5 flow:docs.price") or {}).get("removed"), what="gone")
    assert out.texts() == [
        "O5 of flow:docs.price is waived until 2027-02-01 00:00:00Z by marta: no chat",
        "O5 of flow:docs.price is no longer waived",
    ]


async def test_files_that_break_are_named_with_their_line_and_nothing_else_changes(folder: Path) -> None:
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(folder)), out):
        await until(lambda: out.doc()["state"] == "ok", what="ok")
        before = flow(out, "docs.price")
        (folder / "price.yaml").write_text("kind: DataContract\nid: [1\n")
        (folder / "flows.toml").write_text('[[flow]]\nname = "docs.price"\nowner = 5\n')
        await until(lambda: len(out.events("file broken")) == 2, what="two events")
        await until(lambda: "price.yaml, line" in out.doc()["why"], what="health")
        assert f"{folder}/flows.toml, line 3: owner: must be text" in out.doc()["why"]
        assert flow(out, "docs.price") == before
        (folder / "flows.toml").write_text(FLOWS)
        (folder / "price.yaml").write_text(CONTRACT)
        await until(lambda: out.doc()["state"] == "ok", what="ok again")
        assert len(out.events("file good again")) == 2
    assert {record.entity.kind for record in out.events()} == {EntityKind.FEED}


async def test_a_broken_file_at_a_restart_is_as_the_earlier_run_left_it(folder: Path) -> None:
    first = QuickOutlet()
    async with running(OwnershipFeed(shelf(folder)), first):
        await until(lambda: first.doc()["state"] == "ok", what="ok")
    (folder / "price.yaml").write_text("kind: DataContract\nid: [1\n")
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(folder), known=left(first)), out):
        await until(lambda: out.doc()["state"] == "degraded", what="degraded")
        assert out.kept == []
        (folder / "price.yaml").write_text(CONTRACT.replace("name: shop", "name: sales"))
        await until(lambda: out.doc()["state"] == "ok", what="ok")
        assert [item["value"] for item in flow(out, "docs.price")["said"]["owner"]] == ["price-team", "sales"]


async def test_a_folder_that_vanishes_takes_nothing_with_it(folder: Path) -> None:
    first = QuickOutlet()
    moved = folder.with_name("elsewhere")
    async with running(OwnershipFeed(shelf(folder)), first):
        await until(lambda: first.doc()["state"] == "ok", what="ok")
        count = len(first.kept)
        folder.rename(moved)
        await until(lambda: first.doc()["state"] == "degraded", what="degraded")
        assert first.doc()["why"] == (
            f"{folder}: there is no such file or folder; what its 2 files said stays in force"
        )
        assert len(first.kept) == count
        first.pulses.clear()
        await asyncio.sleep(0.1)
        assert first.pulses == {}  # what nobody sees is not fresh
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(folder), known=left(first)), out):  # a recorder that starts meanwhile
        await until(lambda: out.doc()["state"] == "degraded", what="degraded")
        assert out.kept == []
        moved.rename(folder)
        await until(lambda: out.doc()["state"] == "ok", what="ok")
        assert out.kept == []


async def test_many_changes_at_once_are_told_in_a_few_lines(tmp_path: Path) -> None:
    path = tmp_path / "flows.toml"
    text = "".join(f'[[flow]]\nname = "f{i}"\nowner = "a"\n' for i in range(50))
    path.write_text(text)
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(path)), out):
        await until(lambda: out.doc()["state"] == "ok", what="ok")
        path.write_text(text.replace('"a"', '"b"'))
        await until(lambda: flow(out, "f49")["owner"] == "b", what="changed")
    assert out.texts() == ["flow changed, 50 times: f0, f1, f2 and 47 more"]


async def test_a_contract_whose_schema_changes_while_we_watch(folder: Path) -> None:
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(folder)), out):
        await until(lambda: out.doc()["state"] == "ok", what="ok")
        assert flow(out, "docs.price").get("schema_changed_ms") is None
        (folder / "price.yaml").write_text(CONTRACT.replace("name: id\n", "name: id\n        description: key\n"))
        await until(lambda: "key" in str(out.state(EntityKind.CONTRACT, "price-contract")), what="a description")
        assert flow(out, "docs.price").get("schema_changed_ms") is None
        before_ms = out.clock.now_ms()
        (folder / "price.yaml").write_text(CONTRACT.replace("number", "string").replace("id\n", "id2\n", 1))
        await until(lambda: flow(out, "docs.price").get("schema_changed_ms"), what="a change of the schema")
        (item,) = flow(out, "docs.price")["said"]["schema_changed_ms"]
        assert before_ms <= item["value"] <= out.clock.now_ms()
        assert (item["via"], item["origin"]) == ("watched", f"{folder}/price.yaml:3")
    (event,) = out.events("schema changed")
    assert event.body["severity"] == "warn"
    assert event.body["text"] == (
        "the schema of the contract price-contract changed (new: prices.id2; gone: prices.id; other: prices.price), "
        "its version did not"
    )
    again = QuickOutlet()
    async with running(OwnershipFeed(shelf(folder), known=left(out)), again):
        await until(lambda: again.doc()["state"] == "ok", what="ok")
    assert again.kept == []


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
async def test_the_commit_that_changed_the_schema_is_known(folder: Path) -> None:
    texts = [
        CONTRACT,
        CONTRACT.replace("number", "string").replace("1.0.0", "2.0.0"),
        CONTRACT.replace("number", "string").replace("1.0.0", "2.0.1"),  # another version, the same schema
    ]
    for i, text in enumerate(texts):
        commit(folder / "price.yaml", text, 1_790_000_000 + i * 1000)
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(folder)), out):
        await until(lambda: out.doc()["state"] == "ok", what="ok")
        (item,) = flow(out, "docs.price")["said"]["schema_changed_ms"]
        assert (item["value"], item["via"]) == (1_790_001_000_000, "git")
        assert item["origin"].startswith(f"{folder}/price.yaml, commit ")
        assert out.events() == []
        (folder / "price.yaml").write_text(texts[2].replace("string", "date"))  # not committed
        await until(lambda: flow(out, "docs.price")["said"]["schema_changed_ms"][0]["via"] == "watched", what="seen")
    again = QuickOutlet()
    async with running(OwnershipFeed(shelf(folder), known=left(out)), again):
        await until(lambda: again.doc()["state"] == "ok", what="ok")
    assert again.kept == []


async def test_circles_and_unknown_owners_are_doubts_of_their_flows_only(tmp_path: Path) -> None:
    path = tmp_path / "flows.toml"
    path.write_text(
        '[[flow]]\nname = "a"\nupstream = ["b"]\n[[flow]]\nname = "b"\nupstream = ["a"]\n[[flow]]\nname = "c"\n'
    )
    out = QuickOutlet()
    async with running(OwnershipFeed(shelf(path)), out):
        await until(lambda: out.doc()["state"] == "ok", what="ok")
    assert flow(out, "a")["doubts"] == [
        {"field": "upstream", "why": "is made of itself: a -> b -> a", "origin": f"{path}:3"}
    ]
    assert flow(out, "b")["doubts"][0]["origin"] == f"{path}:6"
    assert "doubts" not in flow(out, "c")
