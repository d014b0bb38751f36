"""The models feed on a registry that misbehaves, grows and moves its aliases, and on files beside it."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.feeds.models.access import MlflowAccess, opened
from console.feeds.models.check import check
from console.feeds.models.feed import ModelsFeed
from console.feeds.models.reading import MOST_VERSIONS, Registry
from console.governance.shapes import ModelDoc
from console.settings.secret import Secret, TokenSource
from console.signals import EntityKind, RecordKind
from tests.doubles.mlflow import MlflowDouble
from tests.doubles.outlet import QuickOutlet, running, until
from tests.feeds.models.shelves import HandShelf, broken, declared

NOW = 1_795_442_400_000
SOON = 20.0


@pytest.fixture
def registry() -> Iterator[MlflowDouble]:
    with MlflowDouble() as double:
        double.model("answer-8b", tags={"owner": "answers"}, production="3")
        for number in ("2", "3", "4"):
            double.version("answer-8b", number, NOW + int(number))
        yield double


def document(out: QuickOutlet, name: str = "answer-8b") -> dict[str, Any]:
    return out.state(EntityKind.MODEL, name) or {}


def states(out: QuickOutlet, name: str = "answer-8b") -> list[ModelDoc]:
    return [dict(r.body) for r in out.kept if r.kind is RecordKind.STATE and r.entity.id == name]  # type: ignore[misc]


def health(out: QuickOutlet) -> str:
    return out.feeds["mlflow"]["state"] if "mlflow" in out.feeds else ""


async def seen(out: QuickOutlet) -> None:
    await until(lambda: health(out) == "ok", SOON, "MLflow")


async def test_nothing_changed_is_one_request_and_no_record(registry: MlflowDouble) -> None:
    out = QuickOutlet(0.05)
    async with running(ModelsFeed(MlflowAccess(registry.url), HandShelf()), out):
        await seen(out)
        kept, before = len(out.kept), dict(registry.asked)
        await until(lambda: registry.asked["registered-models/search"] >= before["registered-models/search"] + 5)
    assert len(out.kept) == kept == 1
    assert registry.asked["model-versions/search"] == before["model-versions/search"] == 1
    assert document(out)["production"] == "3"
    assert document(out)["said"]["production"][0]["origin"].endswith("/#/models/answer-8b, alias production")


async def test_what_the_list_does_not_show_is_looked_at_in_turn(registry: MlflowDouble) -> None:
    registry.model("rank")
    registry.version("rank", "1")
    reading = Registry(again_s=60.0)
    source = opened(MlflowAccess(registry.url))
    try:
        assert await reading.read(source, NOW)
        first = dict(reading.models)
        assert not await reading.read(source, NOW + 59_000)
        assert registry.asked["model-versions/search"] == 2
        registry.versions["rank"][0]["tags"] = [{"key": "evaluated_at", "value": "2026-11-01"}]
        assert [await reading.read(source, NOW + 60_000 + late) for late in (0, 1, 2)] == [False, True, False]
        assert reading.models["answer-8b"] is first["answer-8b"], "the same again is the very same"
        assert reading.models["rank"].read_ms == NOW + 60_001
        assert registry.asked["model-versions/search"] == 4
    finally:
        await source.close()


async def test_an_alias_that_moves_goes_and_comes_is_told_with_who_and_since_when(registry: MlflowDouble) -> None:
    out = QuickOutlet(0.05)
    async with running(ModelsFeed(MlflowAccess(registry.url), HandShelf()), out):
        await seen(out)
        registry.versions["answer-8b"][0]["tags"] = [{"key": "promoted_by", "value": "ana\x1b[31m"}]
        registry.model("answer-8b", tags={"owner": "answers"}, production="4")
        await until(lambda: out.events("alias"), SOON, "moved")
        registry.model("answer-8b", tags={"owner": "answers"})
        await until(lambda: len(out.events("alias")) == 2, SOON, "gone")
        registry.model("answer-8b", tags={"owner": "answers"}, champion="4")
        await until(lambda: len(out.events("alias")) == 3, SOON, "another")
    texts = [event.body["text"] for event in out.events("alias")]
    assert texts == [
        "answer-8b: production v3 -> v4, by ana\ufffd[31m",
        "answer-8b: production v4 -> none",
        "answer-8b: champion none -> v4, by ana\ufffd[31m",
    ]
    assert [event.body["severity"] for event in out.events("alias")] == ["info", "warn", "info"]
    assert all(event.body["since_ms"] <= event.at_ms for event in out.events("alias"))
    assert [doc["production"] for doc in states(out)] == ["3", "4", None, "4"]


async def test_pages_are_all_read_and_as_many_versions_as_count(registry: MlflowDouble) -> None:
    registry.page = 7
    for number in range(40):
        registry.model(f"model-{number:02}")
    registry.model("old", production="1")
    for number in range(1, 81):
        registry.version("old", str(number), number)
    out = QuickOutlet(0.05)
    async with running(ModelsFeed(MlflowAccess(registry.url), HandShelf()), out):
        await seen(out)
    assert len(out.states(EntityKind.MODEL)) == 42
    versions = [one["version"] for one in document(out, "old")["versions"]]
    assert len(versions) == MOST_VERSIONS + 1
    assert versions[0] == "80"
    assert versions[-1] == "1"


async def test_two_hundred_models_are_read_within_seconds_and_few_at_once(registry: MlflowDouble) -> None:
    for number in range(200):
        registry.model(f"model-{number:03}", production="1")
        registry.version(f"model-{number:03}", "1", 5, run_id=f"run-{number}")
        registry.run(f"run-{number}", 10, {"accuracy": (0.5, 9)})
    out = QuickOutlet(0.05)
    async with running(ModelsFeed(MlflowAccess(registry.url), HandShelf()), out):
        await until(lambda: len(out.states(EntityKind.MODEL)) == 201, 60, "all models")
    assert document(out, "model-007")["versions"][0]["evaluated_ms"] == 10


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


async def test_files_alone_need_no_registry(tmp_path: Path) -> None:
    out = QuickOutlet(0.05)
    shelf = HandShelf()
    text = '[[model]]\nname = "answer-8b"\nowner = "answers"\ninputs = ["docs.price"]\n'
    file = tmp_path / "models.toml"
    shelf.put(declared(file, text, out.clock.now_ms() - 60_000))
    async with running(ModelsFeed(None, shelf), out):
        await until(lambda: document(out), SOON, "the model")
        assert document(out)["owner"] == "answers"
        assert document(out)["said"]["owner"][0]["origin"] == f"{file}:3"
        (state,) = [r for r in out.kept if r.kind is RecordKind.STATE]
        assert state.at_ms == shelf.files[0].written_ms
        shelf.put(declared(file, text.replace('"answers"', '"search"'), out.clock.now_ms()))
        await until(lambda: document(out)["owner"] == "search", SOON, "another owner")
        assert out.texts() == ["answer-8b: owner answers -> search"]
        shelf.put()
        await until(lambda: document(out).get("removed"), SOON, "gone")
    assert "mlflow" not in out.feeds


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


async def test_evaluations_that_the_registry_forgot_are_kept(registry: MlflowDouble) -> None:
    registry.version("answer-8b", "5", NOW, run_id="train", source="models:/m-0123456789abcdef")
    registry.run("train", NOW, {})
    metric = {"key": "quality", "value": 0.9, "timestamp": NOW + 5, "run_id": "judge"}
    registry.logged["m-0123456789abcdef"] = {
        "info": {"model_id": "m-0123456789abcdef", "source_run_id": "train"},
        "data": {"metrics": [metric]},
    }
    registry.files["answer-8b", "5"] = 'signature:\n  inputs: \'[{"name": "question", "type": "string"}]\'\n'
    out = QuickOutlet(0.05)
    feed = ModelsFeed(MlflowAccess(registry.url), HandShelf())
    async with running(feed, out):
        await seen(out)
        assert document(out)["versions"][0]["evaluated_ms"] == NOW + 5
        assert document(out)["versions"][0]["inputs"] == ["question"]
        metric["timestamp"] = NOW + 50
        registry.models["answer-8b"]["description"] = "touched"
        await until(lambda: document(out)["versions"][0]["evaluated_ms"] == NOW + 50, SOON, "the newer one")
    assert document(out)["versions"][0]["evaluations_ms"] == [NOW + 5, NOW + 50]
    assert registry.asked["/model-versions/get-artifact"] == 4


async def test_a_server_of_version_2_gives_columns_by_the_runs_tag() -> None:
    with MlflowDouble(three=False) as old:
        old.model("answer-8b")
        old.version("answer-8b", "1", NOW, run_id="train")
        history = [{"signature": {"inputs": json.dumps([{"name": "question", "type": "string"}])}}]
        old.run("train", NOW + 9, {"test_f1": (0.8, NOW + 3)}, **{"mlflow.log-model.history": json.dumps(history)})
        out = QuickOutlet(0.05)
        async with running(ModelsFeed(MlflowAccess(old.url), HandShelf()), out):
            await seen(out)
    (version,) = document(out)["versions"]
    assert version["inputs"] == ["question"]
    assert (version["trained_ms"], version["evaluated_ms"]) == (NOW + 9, NOW + 9)
    assert version["metrics"] == {"test_f1": 0.8}


async def test_versions_of_a_file_stand_by_their_times_the_newest_first(tmp_path: Path) -> None:
    text = """[[model]]
name = "timed"
[[model.version]]
version = "a"
trained = 2026-08-01
[[model.version]]
version = "b"
trained = 2026-10-01
[[model]]
name = "untimed"
[[model.version]]
version = "b"
[[model.version]]
version = "a"
trained = 2026-10-01
"""
    shelf = HandShelf()
    shelf.put(declared(tmp_path / "models.toml", text))
    out = QuickOutlet(0.05)
    async with running(ModelsFeed(None, shelf), out):
        await until(lambda: len(out.states(EntityKind.MODEL)) == 2, SOON, "both")
    for name in ("timed", "untimed"):
        assert [one["version"] for one in document(out, name)["versions"]] == ["b", "a"]
