"""The lineage feed against a server that speaks Marquez's documented answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.feeds.lineage.check import check
from console.feeds.lineage.feed import LineageFeed
from console.feeds.ownership.feed import OwnershipFeed
from console.governance.disagree import disagreements
from console.settings.secret import Secret
from tests.doubles.marquez import MarquezDouble, dataset, job, owners, ref, version
from tests.doubles.misbehaving import reply, server
from tests.doubles.outlet import QuickOutlet, running, until
from tests.feeds.ownership.catalogue import flow, left, shelf, usual
from tests.servers import free_port


@pytest.fixture
def marquez() -> Iterator[MarquezDouble]:
    with MarquezDouble("k3y") as double:
        double.jobs = [job("price-feed", [], [ref("docs.price")]), job("indexer", [ref("docs.price")])]
        double.datasets = [dataset("docs.price", facets=owners("shop"))]
        double.versions = {"docs.price": [version("2026-11-23T14:01:40Z", "id:STRING")]}
        yield double


def state(out: QuickOutlet) -> str:
    """How the lineage feed is."""
    return out.feeds["lineage"]["state"] if "lineage" in out.feeds else ""


def feed(address: str, key: str = "k3y") -> LineageFeed:
    return LineageFeed(address, key=Secret(key))


async def test_lineage_and_files_are_one_document(marquez: MarquezDouble, tmp_path: Path) -> None:
    path = tmp_path / "flows.toml"
    path.write_text('[[flow]]\nname = "docs.price"\nowner = "price-team"\n')
    lineage, out = feed(marquez.url), QuickOutlet()
    async with running(lineage, out), running(OwnershipFeed(shelf(path), lineage), out):
        await until(lambda: flow(out, "docs.price").get("producer"), what="the producer")
        doc = flow(out, "docs.price")
        assert doc["consumers"] == ["default/indexer"]
        assert doc["schema_changed_ms"] == 1_795_442_500_000
        assert [(item["value"], item["via"]) for item in doc["said"]["owner"]] == [
            ("price-team", "flows.toml"),
            ("shop", "openlineage"),
        ]
        assert [one.word for one in disagreements(doc)] == ["owner"]  # type: ignore[arg-type]
        await until(lambda: state(out) == "ok", what="ok")
        assert "lineage" in out.pulses
        assert out.events() == []  # what lineage has been saying all along is no news
        marquez.versions["docs.price"].insert(0, version("2026-11-23T14:05:00Z", "id:INT"))
        marquez.datasets[0]["currentVersion"] = "v2"
        await until(lambda: flow(out, "docs.price")["schema_changed_ms"] == 1_795_442_700_000, what="another schema")
        assert any("schema changed 2026-11-23 14:01:40Z -> 2026-11-23 14:05:00Z" in text for text in out.texts())


async def test_versions_are_asked_for_only_when_there_is_a_new_one(marquez: MarquezDouble) -> None:
    out = QuickOutlet()
    async with running(feed(marquez.url), out):
        await until(lambda: marquez.asked["/api/v1/namespaces"] >= 4, what="four looks")
    assert sum(count for path, count in marquez.asked.items() if path.endswith("/versions")) == 1


async def test_pages(marquez: MarquezDouble) -> None:
    marquez.jobs += [job(f"j{i:03}", [ref("docs.price")]) for i in range(230)]
    lineage = feed(marquez.url)
    async with running(lineage, QuickOutlet()):
        await until(lambda: lineage.version, what="an answer")
    assert len(lineage.parts[0].value("consumers")) == 231


async def test_hidden_namespaces_are_not_read(marquez: MarquezDouble) -> None:
    marquez.hidden = {"nomad://eu/default"}
    lineage = feed(marquez.url)
    async with running(lineage, QuickOutlet()):
        await until(lambda: lineage.version, what="an answer")
    assert not any(path.endswith("/jobs") and "nomad" in path for path in marquez.asked)


async def test_a_job_that_has_not_completed_is_a_doubt_of_its_flow(marquez: MarquezDouble, tmp_path: Path) -> None:
    marquez.jobs.append(job("stock-feed", state="RUNNING"))
    path = tmp_path / "flows.toml"
    path.write_text('[[flow]]\nname = "stock"\nproducer = "prod/stock-feed"\n[[flow]]\nname = "other"\n')
    lineage, out = feed(marquez.url), QuickOutlet()
    async with running(lineage, out), running(OwnershipFeed(shelf(path), lineage), out):
        await until(lambda: flow(out, "stock").get("doubts"), what="a doubt")
    assert "declare its edges" in flow(out, "stock")["doubts"][0]["why"]
    assert "doubts" not in flow(out, "other")


async def test_what_it_said_stays_while_it_is_away(marquez: MarquezDouble, tmp_path: Path) -> None:
    lineage, out = feed(marquez.url), QuickOutlet()
    files = usual(tmp_path / "none.toml")
    async with running(lineage, out), running(OwnershipFeed(files, lineage), out):
        await until(lambda: flow(out, "docs.price"), what="a flow")
        before = flow(out, "docs.price")
        marquez.broken = 503
        await until(lambda: state(out) == "down", what="down")
        assert "503" in out.feeds["lineage"]["why"]
        assert flow(out, "docs.price") == before
        marquez.broken = 0
        await until(lambda: state(out) == "ok", what="ok again")
    marquez.broken = 503
    lineage, again = feed(marquez.url), QuickOutlet()  # a recorder that starts while it is away
    async with running(lineage, again), running(OwnershipFeed(usual(tmp_path / "no.toml"), lineage, left(out)), again):
        await until(lambda: state(again) == "down", what="down")
        await asyncio.sleep(0.05)
        assert again.kept == []
        marquez.broken = 0
        await until(lambda: state(again) == "ok", what="ok")
        await asyncio.sleep(0.05)
    assert again.kept == []


async def test_a_wrong_key(marquez: MarquezDouble) -> None:
    out = QuickOutlet()
    async with running(feed(marquez.url, "wr0ng"), out):
        await until(lambda: out.healths, what="a health")
    assert out.doc()["state"] == "denied"
    assert "MARQUEZ_API_KEY" in out.doc()["todo"]
    assert "wr0ng" not in str(out.healths)


async def test_nobody_is_there() -> None:
    out = QuickOutlet()
    async with running(feed(f"http://127.0.0.1:{free_port()}"), out):
        await until(lambda: out.healths, what="a health")
    assert out.doc()["state"] == "down"
    assert "MARQUEZ_URL" in out.doc()["todo"]


@pytest.mark.parametrize("body", ['{"namespaces": {}}', "[]", "<html>", '"x"'])
async def test_something_else_answers(body: str) -> None:
    async with server(lambda path, writer: _say(writer, body)) as address:
        out = QuickOutlet()
        async with running(feed(address), out):
            await until(lambda: out.healths, what="a health")
    assert out.doc()["state"] == "degraded"
    assert out.doc()["todo"]


async def _say(writer: asyncio.StreamWriter, body: str) -> None:
    reply(writer, 200, body, "Content-Type: application/json")


async def test_doctor_tries_it(marquez: MarquezDouble) -> None:
    (fine,) = await check(marquez.url, None, Secret("k3y"), 5)
    assert (fine.verdict, fine.what) == ("ok", "it knows 2 jobs and 1 datasets, 1 of them between jobs")
    marquez.jobs.append(job("stream-feed", state="RUNNING"))
    _, blind = await check(marquez.url, None, Secret("k3y"), 5)
    assert blind.verdict == "warn"
    assert "stream-feed" in blind.what
    (denied,) = await check(marquez.url, None, Secret("wrong"), 5)
    assert (denied.verdict, denied.cause) == ("bad", "denied")
    (away,) = await check(f"http://127.0.0.1:{free_port()}", None, None, 5)
    assert away.cause == "unreachable"
