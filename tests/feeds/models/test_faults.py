"""The models feed on a registry that refuses, is away or answers nonsense, and on files that are broken."""

from __future__ import annotations

import asyncio
import json
import stat
from pathlib import Path

import pytest

from console.feeds.models.access import MlflowAccess
from console.feeds.models.check import check
from console.feeds.models.feed import ModelsFeed
from console.governance.shapes import ModelDoc
from console.settings.secret import Secret, TokenSource
from tests.doubles.mlflow import MlflowDouble
from tests.doubles.outlet import QuickOutlet, running, until
from tests.feeds.models.looking import NOW, SOON, document, health, seen, states
from tests.feeds.models.shelves import HandShelf, broken, declared


@pytest.mark.parametrize(
    ("status", "body", "state", "said"),
    [
        (401, "no", "denied", "does not permit"),
        (
            403,
            "Invalid Host header - possible DNS rebinding attack detected",
            "denied",
            "the name that it is called by",
        ),
        (200, "<!doctype html><title>Sign in</title>", "degraded", "a web page"),
        (200, "[]", "degraded", "MLflow does not answer"),
        (200, '{"registered_models": 3}', "degraded", "MLflow does not answer"),
        (404, "<h1>Not Found</h1>", "degraded", "has no /api/2.0/mlflow/registered-models/search"),
        (500, json.dumps({"message": "database is locked"}), "down", "500"),
        (302, "", "degraded", "elsewhere"),
    ],
)
async def test_faults_are_told_and_what_was_said_before_stays(
    registry: MlflowDouble, status: int, body: str, state: str, said: str
) -> None:
    out = QuickOutlet(0.05)
    async with running(ModelsFeed(MlflowAccess(registry.url), HandShelf()), out):
        await seen(out)
        count = len(out.kept)
        registry.faults["*"] = (status, body)
        await until(lambda: out.feeds["mlflow"]["state"] == state, SOON, state)
        doc = out.feeds["mlflow"]
        assert said in doc["why"]
        assert doc["why"].endswith("what it said before stays in force")
        assert doc["todo"]
        assert len(out.kept) == count
        registry.faults.clear()
        await seen(out)
    assert len(out.kept) == count
    findings = await check(MlflowAccess(registry.url))
    assert [finding.verdict for finding in findings] == ["ok"]


async def test_away_from_the_start_then_there(registry: MlflowDouble) -> None:
    registry.faults["*"] = (503, "starting")
    out = QuickOutlet(0.05)
    async with running(ModelsFeed(MlflowAccess(registry.url), HandShelf(), poll_s=0.05), out):
        await until(lambda: health(out) == "down", SOON, "down")
        assert "stays in force" not in out.feeds["mlflow"]["why"]
        await asyncio.sleep(0.2)
        registry.faults.clear()
        await seen(out)
    assert out.gaps
    assert out.gaps[0][0] == "mlflow"
    assert document(out)["production"] == "3"


async def test_a_run_that_is_gone_is_a_doubt_and_hides_nothing(registry: MlflowDouble) -> None:
    registry.version("answer-8b", "5", NOW, run_id="deleted")
    out = QuickOutlet(0.05)
    async with running(ModelsFeed(MlflowAccess(registry.url), HandShelf()), out):
        await seen(out)
    doc = document(out)
    assert doc["versions"][0]["version"] == "5"
    (doubt,) = doc["doubts"]
    assert "version 5: its run deleted cannot be read" in doubt["why"]


async def test_a_name_with_quotes_is_read_or_told(registry: MlflowDouble) -> None:
    for name in ("o'brien", "both ' and \"", "per cent % / ü"):
        registry.model(name)
        registry.version(name, "1")
        registry.models[name]["latest_versions"] = registry.versions[name]
    out = QuickOutlet(0.05)
    async with running(ModelsFeed(MlflowAccess(registry.url), HandShelf()), out):
        await seen(out)
    for name in ("o'brien", "both ' and \"", "per cent % / ü"):
        assert [one["version"] for one in document(out, name)["versions"]] == ["1"], name


async def test_tokens_and_passwords_open_it_and_show_nowhere(registry: MlflowDouble, tmp_path: Path) -> None:
    registry.token = "t0ken-value"
    file = tmp_path / "token"
    file.write_text("t0ken-value\n")
    file.chmod(stat.S_IRUSR | stat.S_IWUSR)
    for token in (
        TokenSource("value", Secret("t0ken-value")),
        TokenSource("file", path=file),
        TokenSource("command", command=("echo", "t0ken-value")),
    ):
        assert (await check(MlflowAccess(registry.url, None, token)))[0].verdict == "ok"
    refused = (await check(MlflowAccess(registry.url, Secret("ana:hunter2"))))[0]
    assert (refused.verdict, refused.cause) == ("bad", "denied")
    assert "MLFLOW_TRACKING_TOKEN" in refused.todo
    assert "hunter2" not in str(refused)
    registry.token, registry.login = "", "ana:hunter2"
    assert (await check(MlflowAccess(registry.url, Secret("ana:hunter2"))))[0].verdict == "ok"
    file.chmod(0o644)
    open_to_all = (await check(MlflowAccess(registry.url, None, TokenSource("file", path=file, where="[mlflow]"))))[0]
    assert "can be read by others" in open_to_all.what
    out = QuickOutlet(0.05)
    async with running(ModelsFeed(MlflowAccess(registry.url, Secret("ana:hunter2")), HandShelf()), out):
        await seen(out)
    assert "hunter2" not in repr(out.kept) + repr(out.healths)


async def test_a_restart_while_mlflow_is_away_forgets_nothing(registry: MlflowDouble, tmp_path: Path) -> None:
    out = QuickOutlet(0.05)
    async with running(ModelsFeed(MlflowAccess(registry.url), HandShelf()), out):
        await seen(out)
    known: dict[str, ModelDoc] = {"answer-8b": document(out)}  # type: ignore[dict-item]
    registry.faults["*"] = (503, "")
    shelf = HandShelf()
    shelf.put(declared(tmp_path / "models.toml", '[[model]]\nname = "answer-8b"\nowner = "search"\n'))
    again = QuickOutlet(0.05)
    async with running(ModelsFeed(MlflowAccess(registry.url), shelf, known), again):
        await until(lambda: health(again) == "down", SOON, "down")
        await asyncio.sleep(0.2)
        assert again.kept == []
        registry.faults.clear()
        await until(lambda: again.kept, SOON, "the file's owner beside the registry's")
    doc = document(again)
    assert doc["production"] == "3"
    assert [item["value"] for item in doc["said"]["owner"]] == ["search", "answers"]


@pytest.mark.parametrize("away", [False, True], ids=["there", "away at first"])
async def test_what_a_registry_has_been_saying_all_along_is_no_news(
    registry: MlflowDouble, tmp_path: Path, away: bool
) -> None:
    shelf = HandShelf()
    shelf.put(declared(tmp_path / "models.toml", '[[model]]\nname = "answer-8b"\nowner = "search"\n'))
    if away:
        registry.faults["*"] = (503, "")
    out = QuickOutlet(0.05)
    async with running(ModelsFeed(MlflowAccess(registry.url), shelf), out):
        if away:
            await until(lambda: document(out).get("owner") == "search", SOON, "the file")
            registry.faults.clear()
        await until(lambda: document(out).get("production") == "3", SOON, "both")
        await seen(out)
        assert not out.events("alias")
        assert len(states(out)) == (2 if away else 1)
        registry.model("answer-8b", production="4")
        await until(lambda: out.events("alias"), SOON, "moved")
    assert out.events("alias")[0].body["text"] == "answer-8b: production v3 -> v4"


async def test_a_file_broken_since_the_start_removes_nothing(tmp_path: Path) -> None:
    known: dict[str, ModelDoc] = {
        "kept": {"owner": "ana", "production": None, "aliases": {}, "versions": [], "origin": "models.toml:1"}
    }
    shelf = HandShelf()
    shelf.put(broken(tmp_path / "models.toml"))
    out = QuickOutlet(0.05)
    async with running(ModelsFeed(None, shelf, known), out):
        await asyncio.sleep(0.2)
        assert out.kept == []
        shelf.put()
        await until(lambda: document(out, "kept").get("removed"), SOON, "gone for good")
