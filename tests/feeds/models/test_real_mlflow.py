"""The models feed on a real MLflow server: models, versions, aliases, runs and their metrics, an alias that moves."""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from console.feeds.models.access import MlflowAccess
from console.feeds.models.check import check
from console.feeds.models.feed import ModelsFeed
from console.governance.lifefacts import promotions_of
from console.governance.shapes import ModelDoc
from console.recorder.feeds import known_of
from console.signals import EntityKind, RecordKind
from console.tape.store import open_tape
from tests.doubles.outlet import QuickOutlet, running, until
from tests.feeds.models.shelves import HandShelf
from tests.servers import free_port

START_S = 90.0


class RealMlflow:
    """A server of its own on a free port, with a database of its own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        command = [
            *(sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(self._port)),
            *("--workers", "1", "--backend-store-uri", f"sqlite:///{self._directory / 'mlflow.db'}"),
            *("--default-artifact-root", str(self._directory / "artifacts")),
        ]
        env = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
        self._process = subprocess.Popen(
            command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        until_s = time.monotonic() + START_S
        while not self._healthy():
            if self._process.poll() is not None or time.monotonic() > until_s:
                raise RuntimeError("mlflow did not start")
            time.sleep(0.1)

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def stop(self) -> None:
        if self._process is not None:
            # The server starts workers of its own; they are all in the session that it was started in.
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


@pytest.fixture(scope="module")
def mlflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealMlflow]:
    if find_spec("mlflow") is None:
        if os.environ.get("CI"):
            pytest.fail("mlflow is not installed, and CI needs it")
        pytest.skip("mlflow is not installed (pip install '.[mlflow]')")
    server = RealMlflow(tmp_path_factory.mktemp("mlflow"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def client(mlflow: RealMlflow) -> Any:
    """MLflow's own client, which is how people fill a registry."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    return importlib.import_module("mlflow.tracking").MlflowClient(mlflow.url, mlflow.url)


@pytest.fixture(scope="module")
def filled(client: Any) -> dict[str, str]:
    """``answer-8b`` with two versions: one evaluated by another run on a data set, one by the run that trained it."""
    experiment = client.create_experiment("answers")
    trained = client.create_run(experiment, run_name="train").info.run_id
    client.log_metric(trained, "train_loss", 0.4)
    client.set_terminated(trained)
    model = client.create_logged_model(experiment, name="answer", source_run_id=trained)
    client.finalize_logged_model(model.model_id, "READY")
    evaluated = client.create_run(experiment, run_name="evaluate").info.run_id
    client.log_metric(
        evaluated, "quality", 0.91, model_id=model.model_id, dataset_name="golden", dataset_digest="5503434"
    )
    client.set_terminated(evaluated)
    retrained = client.create_run(experiment, run_name="retrain").info.run_id
    client.log_metric(retrained, "val_accuracy", 0.88)
    client.log_metric(retrained, "epoch", 3.0)
    client.set_terminated(retrained)
    client.create_registered_model("answer-8b", tags={"owner": "answers", "retrain_every": "30d"})
    client.create_model_version(
        "answer-8b", model.artifact_location, run_id=trained, model_id=model.model_id, tags={"release": "2026-10-r4"}
    )
    client.create_model_version("answer-8b", "s3://models/answer-8b/2", run_id=retrained)
    client.set_registered_model_alias("answer-8b", "production", "1")
    client.create_registered_model("rerank-mini")
    return {"trained": trained, "evaluated": evaluated, "retrained": retrained}


def version(doc: dict[str, Any], number: str) -> dict[str, Any]:
    return next(one for one in doc["versions"] if one["version"] == number)


async def test_what_a_registry_says_lands_on_a_tape(
    mlflow: RealMlflow, client: Any, filled: dict[str, str], tmp_path: Path
) -> None:
    out = QuickOutlet(longest_s=0.2)
    shelf = HandShelf()
    feed = ModelsFeed(MlflowAccess(mlflow.url), shelf)
    async with running(feed, out):
        await until(lambda: out.state(EntityKind.MODEL, "answer-8b"), 20, "the model")
        await until(lambda: out.doc()["state"] == "ok", 20, "seen")
        doc = out.state(EntityKind.MODEL, "answer-8b")
        assert doc is not None
        assert out.state(EntityKind.MODEL, "rerank-mini") is not None
        assert doc["production"] == "1"
        assert doc["aliases"] == {"production": "1"}
        assert doc["owner"] == "answers"
        assert doc["retrain_every_s"] == 30 * 86_400
        assert [one["version"] for one in doc["versions"]] == ["2", "1"]
        run = client.get_run(filled["trained"])
        first = version(doc, "1")
        assert first["trained_ms"] == run.info.end_time
        assert first["run"] == filled["trained"]
        assert first["status"] == "READY"
        assert first["metrics"] == {"quality": 0.91}
        assert first["evaluated_on"] == "5503434"
        assert first["evaluated_ms"] >= first["trained_ms"]
        assert first["tags"] == {"release": "2026-10-r4"}
        second = version(doc, "2")
        assert second["metrics"] == {"val_accuracy": 0.88}
        assert second["evaluated_ms"] == second["trained_ms"] == client.get_run(filled["retrained"]).info.end_time
        assert {r.name for r in out.events()} == {"version registered"}

        await asyncio.to_thread(client.set_registered_model_alias, "answer-8b", "production", "2")
        await until(lambda: out.events("alias"), 20, "the alias moved")
    (moved,) = out.events("alias")
    assert moved.body["text"] == "answer-8b: production v1 -> v2"
    assert moved.entity == (EntityKind.MODEL, "answer-8b")
    assert (moved.body["before"], moved.body["version"], moved.body["alias"]) == ("1", "2", "production")
    assert moved.body["since_ms"] <= moved.at_ms
    (promotion,) = promotions_of("answer-8b", out.kept)
    assert (promotion.version, promotion.before) == ("2", "1")
    tape = tmp_path / "models.tape"
    with open_tape(tape, "create") as store:
        store.append(out.kept)

    # Another recorder takes over: what is on the tape is not told again, what moved meanwhile is.
    again = QuickOutlet(longest_s=0.2)
    known = known_of(str(tape)).models
    assert known["answer-8b"]["production"] == "2"
    async with running(ModelsFeed(MlflowAccess(mlflow.url), HandShelf(), known), again):
        await until(lambda: again.doc()["state"] == "ok", 20, "seen again")
        await asyncio.sleep(0.5)
        assert again.kept == []
    await asyncio.to_thread(client.set_registered_model_alias, "answer-8b", "production", "1")
    since_ms = again.clock.now_ms() - 60_000
    async with running(ModelsFeed(MlflowAccess(mlflow.url), HandShelf(), known, since_ms), again):
        await until(lambda: again.events("alias"), 20, "what moved while nobody looked")
    assert again.events("alias")[0].body["text"] == "answer-8b: production v2 -> v1"
    assert again.events("alias")[0].body["since_ms"] == since_ms


async def test_new_versions_deleted_ones_and_models_that_go(mlflow: RealMlflow, client: Any) -> None:
    client.create_registered_model("short-lived")
    out = QuickOutlet(longest_s=0.2)
    async with running(ModelsFeed(MlflowAccess(mlflow.url), HandShelf()), out):
        await until(lambda: out.state(EntityKind.MODEL, "short-lived"), 20, "the model")
        await asyncio.to_thread(client.create_model_version, "short-lived", "s3://models/short-lived/1")
        await until(lambda: any("short-lived v1" in text for text in out.texts()), 20, "the version")
        await asyncio.to_thread(client.delete_registered_model, "short-lived")
        await until(lambda: out.events("model removed"), 20, "gone")
    assert out.state(EntityKind.MODEL, "short-lived") is not None
    last: ModelDoc = [r for r in out.kept if r.kind is RecordKind.STATE and r.entity.id == "short-lived"][-1].body  # type: ignore[assignment]
    assert last["removed"]


async def test_check(mlflow: RealMlflow, filled: dict[str, str]) -> None:
    findings = await check(MlflowAccess(mlflow.url))
    assert [finding.verdict for finding in findings] == ["ok", "warn"]
    assert "registered models" in findings[0].what
    assert "rerank-mini" in findings[1].what
