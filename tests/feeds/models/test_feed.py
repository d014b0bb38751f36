"""The models feed on a registry that grows and moves its aliases, and on files beside it or alone."""

from __future__ import annotations

import json
from pathlib import Path

from console.feeds.models.access import MlflowAccess, opened
from console.feeds.models.feed import ModelsFeed
from console.feeds.models.reading import MOST_VERSIONS, Registry
from console.signals import EntityKind, RecordKind
from tests.doubles.mlflow import MlflowDouble
from tests.doubles.outlet import QuickOutlet, running, until
from tests.feeds.models.looking import NOW, SOON, document, seen, states
from tests.feeds.models.shelves import HandShelf, declared


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


async def test_an_address_that_is_no_servers_is_told_in_health(tmp_path: Path) -> None:
    shelf, out = HandShelf(), QuickOutlet(0.05)
    shelf.put()
    async with running(ModelsFeed(None, shelf, no_registry="MLFLOW_TRACKING_URI is sqlite: and not http"), out):
        await until(lambda: "models" in out.feeds, SOON, "its health")
        assert out.feeds["models"]["state"] == "off"
        asked = "MLFLOW_TRACKING_URI is sqlite: and not http, so no registry is asked"
        assert out.feeds["models"]["why"] == f"{asked} and no file declares a model"
        shelf.put(declared(tmp_path / "models.toml", '[[model]]\nname = "answer-8b"\n'))
        await until(lambda: out.feeds["models"]["state"] == "ok", SOON, "a model of a file")
        assert out.feeds["models"]["why"] == asked
