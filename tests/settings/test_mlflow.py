"""Settings of MLflow: by whom it is asked, and that nobody sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.config import ConfigError, load_settings
from console.doctor.setup import settings_set

URI = "http://mlflow.example:5000"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "MLFLOW_TRACKING_URI": URI}


def write(env: dict[str, str], text: str) -> Path:
    path = Path(env["XDG_CONFIG_HOME"]) / "fourthsignal" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_nobody_in_particular(env: dict[str, str]) -> None:
    settings = load_settings({}, env)
    assert (settings.mlflow_tracking_uri, settings.mlflow_auth, settings.mlflow_token.kind) == (URI, None, "none")


def test_a_user_by_its_variables_counts_more_than_one_in_the_address(env: dict[str, str]) -> None:
    env["MLFLOW_TRACKING_URI"] = "http://bob:in-address@mlflow.example:5000"
    settings = load_settings({}, env)
    assert settings.mlflow_auth is not None
    assert settings.mlflow_auth.reveal() == "bob:in-address"
    settings = load_settings({}, {**env, "MLFLOW_TRACKING_USERNAME": "ana", "MLFLOW_TRACKING_PASSWORD": "hunter2"})
    assert settings.mlflow_auth is not None
    assert settings.mlflow_auth.reveal() == "ana:hunter2"
    assert settings.mlflow_tracking_uri == URI
    shown = str(settings_set(settings))
    assert "ana" in shown
    assert "hunter2" not in shown + repr(settings)


def test_tokens_by_variable_file_and_command(env: dict[str, str], tmp_path: Path) -> None:
    by_variable = load_settings({}, {**env, "MLFLOW_TRACKING_TOKEN": "t0ken"})
    token = by_variable.mlflow_token.read()
    assert token is not None
    assert token.reveal() == "t0ken"
    assert str(by_variable.origin("mlflow.token")) == "MLFLOW_TRACKING_TOKEN"
    assert "t0ken" not in repr(by_variable) + str(settings_set(by_variable))
    file = tmp_path / "token"
    file.write_text("from-file\n")
    file.chmod(0o600)
    write(env, f'[mlflow]\ntoken_file = "{file}"\n')
    token = load_settings({}, env).mlflow_token.read()
    assert token is not None
    assert token.reveal() == "from-file"
    write(env, '[mlflow]\ntoken_command = ["echo", "printed"]\n')
    token = load_settings({}, env).mlflow_token.read()
    assert token is not None
    assert token.reveal() == "printed"


@pytest.mark.parametrize(
    ("more", "text", "said"),
    [
        ({"MLFLOW_TRACKING_USERNAME": "ana"}, "", "set MLFLOW_TRACKING_PASSWORD as well"),
        ({"MLFLOW_TRACKING_PASSWORD": "hunter2"}, "", "set MLFLOW_TRACKING_USERNAME as well"),
        ({"MLFLOW_TRACKING_USERNAME": "a:b", "MLFLOW_TRACKING_PASSWORD": "hunter2"}, "", "colon"),
        ({}, '[mlflow]\ntoken = "t0ken"\n', "is a secret and does not belong in this file"),
        ({}, '[mlflow]\npassword = "hunter2"\n', "is a secret and does not belong in this file"),
        ({}, '[mlflow]\ntoken_file = "/nowhere/token"\n', "cannot be read"),
        ({}, '[mlflow]\ntoken_command = "echo a"\ntoken_file = "x"\n', "are both given"),
        ({}, '[mlflow]\nuser = "ana"\n', "did you mean mlflow.username?"),
    ],
)
def test_what_is_wrong_is_said_without_the_secret(
    env: dict[str, str], more: dict[str, str], text: str, said: str
) -> None:
    if text:
        write(env, text)
    with pytest.raises(ConfigError) as caught:
        load_settings({}, {**env, **more})
    assert said in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "t0ken" not in str(caught.value)


def test_without_an_address_nothing_of_it_can_be_wrong(env: dict[str, str]) -> None:
    del env["MLFLOW_TRACKING_URI"]
    settings = load_settings({}, {**env, "MLFLOW_TRACKING_USERNAME": "ana"})
    assert settings.mlflow_tracking_uri is None
    assert settings.mlflow_auth is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("sqlite:///mlruns.db", "sqlite: and not http"),
        ("postgresql+psycopg2://ana:hunter2@db/mlflow", "postgresql+psycopg2: and not http"),
        ("databricks", "a path or a name and no address"),
        ("databricks://ws", "databricks: and not http"),
        ("file:///home/ana/mlruns", "file: and not http"),
        ("./mlruns", "a path or a name and no address"),
    ],
)
def test_what_the_client_understands_in_its_variable_and_is_no_server_is_passed_over(
    env: dict[str, str], said: str, told: str
) -> None:
    env["MLFLOW_TRACKING_URI"] = said
    settings = load_settings({}, {**env, "MLFLOW_TRACKING_USERNAME": "ana"})
    assert settings.mlflow_tracking_uri is None
    assert settings.mlflow_passed_over == f"MLFLOW_TRACKING_URI is {told}"
    with pytest.raises(ConfigError, match="no http:// or https:// in front"):
        load_settings({"mlflow_tracking_uri": said}, env)
    write(env, f'mlflow_tracking_uri = "{said}"\n')
    with pytest.raises(ConfigError, match="no http:// or https:// in front"):
        load_settings({}, env)
    write(env, f'mlflow_tracking_uri = "{URI}"\n')
    assert load_settings({}, env).mlflow_tracking_uri == URI


@pytest.mark.parametrize("said", ["mlflow.example:5000", "localhost:5000/mlflow", "http://", "HTTPS://host:0"])
def test_an_address_that_is_written_wrong_is_still_refused(env: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError):
        load_settings({}, {**env, "MLFLOW_TRACKING_URI": said})
