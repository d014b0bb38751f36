"""Settings of what is declared: the catalogue, the files beside config.toml, lineage and its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.config import ConfigError, load_settings
from console.doctor.setup import check_setup, settings_set


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_STATE_HOME": str(tmp_path / "st")}


def write(env: dict[str, str], text: str) -> Path:
    path = Path(env["XDG_CONFIG_HOME"]) / "fourthsignal" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_nobody_names_a_catalogue(env: dict[str, str], tmp_path: Path) -> None:
    settings = load_settings({}, env)
    home = tmp_path / "config" / "fourthsignal"
    assert settings.catalog == (home / "catalog",)
    assert not settings.given("catalog")
    assert settings.declaring == tuple(home / f"{name}.toml" for name in ("models", "kpis", "rota", "waivers"))
    assert (settings.lineage_url, settings.lineage_auth, settings.lineage_key) == (None, None, None)


def test_a_catalogue_is_named_by_flag_environment_or_file(env: dict[str, str], tmp_path: Path) -> None:
    path = write(env, 'catalog = ["contracts", "/srv/owners.toml"]\n')
    settings = load_settings({}, env)
    assert settings.catalog == (path.parent / "contracts", Path("/srv/owners.toml"))
    assert str(settings.origin("catalog")) == f"{path}, line 1"
    env["FOURTHSIGNAL_CATALOG"] = "/srv/a:/srv/b"
    assert load_settings({}, env).catalog == (Path("/srv/a"), Path("/srv/b"))
    assert load_settings({"catalog": "/srv/c"}, env).catalog == (Path("/srv/c"),)


def test_the_address_of_lineage_keeps_its_credentials_apart(env: dict[str, str]) -> None:
    env |= {"MARQUEZ_URL": "https://ana:pa55@marquez.example/", "MARQUEZ_API_KEY": "k3y-of-marquez"}
    settings = load_settings({}, env)
    assert settings.lineage_url == "https://marquez.example"
    assert settings.lineage_auth is not None
    assert settings.lineage_auth.reveal() == "ana:pa55"
    assert settings.lineage_key is not None
    assert settings.lineage_key.reveal() == "k3y-of-marquez"
    shown = {item.name: item.value for item in settings_set(settings)}
    assert shown["lineage_url"] == "https://marquez.example"
    assert shown["lineage_key"] == "(set, not shown)"
    assert "k3y-of-marquez" not in repr(settings)
    assert "pa55" not in repr(settings)


def test_the_key_of_lineage_does_not_belong_in_the_file(env: dict[str, str]) -> None:
    path = write(env, 'lineage_url = "http://marquez:5000"\nlineage_key = "k3y"\n')
    with pytest.raises(ConfigError) as caught:
        load_settings({}, env)
    assert str(caught.value).startswith(f"{path}, line 2: lineage_key is a secret")
    assert "MARQUEZ_API_KEY" in str(caught.value)
    assert "k3y" not in str(caught.value)


def test_a_password_of_lineage_in_a_file_that_others_can_read(env: dict[str, str]) -> None:
    path = write(env, 'lineage_url = "http://ana:pa55@marquez:5000"\n')
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="lineage_url holds a password") as caught:
        load_settings({}, env)
    assert "pa55" not in str(caught.value)


def test_a_catalogue_that_is_not_there(env: dict[str, str], tmp_path: Path) -> None:
    settings = load_settings({"catalog": str(tmp_path / "gone")}, env)
    (finding,) = [one for one in check_setup(settings, env) if one.what.startswith("catalog:")]
    assert (finding.verdict, finding.cause) == ("bad", "configuration")
    assert finding.what == f"catalog: there is no {tmp_path / 'gone'} (--catalog)"
