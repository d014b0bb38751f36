"""doctor and MLflow: reachable, refused, and models of which nothing says which version is to run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from console.config import NomadSettings, load_settings
from console.doctor.examine import examine
from console.doctor.section import Section, exit_code
from console.feeds.check import Finding
from tests.doubles.mlflow import MlflowDouble


async def no_nomad(nomad: NomadSettings) -> Sequence[Finding]:
    return [Finding("reachable", "ok", "Nomad answers.")]


async def examined(home: Path, monkeypatch: pytest.MonkeyPatch, **env: str) -> Section:
    monkeypatch.setenv("HOME", str(home))
    settings = load_settings({}, {"HOME": str(home), "XDG_STATE_HOME": str(home / "state"), **env})
    return next(section for section in await examine(settings, no_nomad) if section.name == "mlflow")


async def test_not_configured_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    section = await examined(tmp_path, monkeypatch)
    assert not section.configured
    assert section.findings[0].todo == "set MLFLOW_TRACKING_URI if there is one"


async def test_a_variable_that_names_no_server_is_told_and_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = await examined(tmp_path, monkeypatch, MLFLOW_TRACKING_URI="sqlite:///mlruns.db")
    assert (section.configured, exit_code([section])) == (False, 0)
    assert section.findings[0].what == "MLFLOW_TRACKING_URI is sqlite: and not http, so no registry is asked"
    with MlflowDouble() as registry:
        file = tmp_path / "config.toml"
        file.write_text(f'mlflow_tracking_uri = "{registry.url}"\n')
        said = {"FOURTHSIGNAL_CONFIG": str(file), "MLFLOW_TRACKING_URI": "databricks"}
        section = await examined(tmp_path, monkeypatch, **said)
    assert section.verdict == "ok"
    assert section.findings[0].what.endswith(f"so {file}, line 1 counts")


async def test_models_without_a_version_that_is_production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with MlflowDouble() as registry:
        registry.model("answer-8b", Champion="1")
        registry.model("rank")
        registry.model("staged")
        registry.models["staged"]["latest_versions"] = [{"version": "1", "current_stage": "Production"}]
        section = await examined(tmp_path, monkeypatch, MLFLOW_TRACKING_URI=registry.url)
    assert [finding.verdict for finding in section.findings] == ["ok", "warn"]
    assert section.findings[0].what == f"MLflow at {registry.url}: 3 registered models"
    assert section.findings[1].what == "no version is production of rank"
    assert exit_code([section]) == 0


async def test_refused_and_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with MlflowDouble() as registry:
        registry.login = "ana:hunter2"
        section = await examined(tmp_path, monkeypatch, MLFLOW_TRACKING_URI=registry.url)
        assert exit_code([section]) == 4
        address = registry.url.replace("http://", "http://ana:hunter2@")
        section = await examined(tmp_path, monkeypatch, MLFLOW_TRACKING_URI=address)
        assert section.verdict == "ok"
        assert "hunter2" not in str(section)
    section = await examined(tmp_path, monkeypatch, MLFLOW_TRACKING_URI=registry.url)
    assert exit_code([section]) == 3
    assert "not reachable" in section.findings[0].what
