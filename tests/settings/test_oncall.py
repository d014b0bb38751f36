"""Settings of services that are asked who is on call: addresses, and tokens that nobody sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.config import ConfigError, load_settings
from console.doctor.setup import settings_set

TOKEN = "t0ken-of-nobody"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}


def write(env: dict[str, str], text: str) -> Path:
    path = Path(env["XDG_CONFIG_HOME"]) / "fourthsignal" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_nobody_is_asked_unless_somebody_says_so(env: dict[str, str]) -> None:
    assert load_settings({}, env).oncall == ()


@pytest.mark.parametrize(
    ("variable", "provider", "address"),
    [
        ("PAGERDUTY_TOKEN", "pagerduty", "https://api.pagerduty.com"),
        ("OPSGENIE_API_KEY", "opsgenie", "https://api.opsgenie.com"),
        ("GRAFANA_ONCALL_TOKEN", "grafana", None),
        ("GOALERT_TOKEN", "goalert", None),
    ],
)
def test_a_token_is_enough_where_the_service_has_one_address(
    env: dict[str, str], variable: str, provider: str, address: str | None
) -> None:
    settings = load_settings({}, env | {variable: TOKEN})
    (one,) = settings.oncall
    assert (one.service.provider, one.address) == (provider, address)
    secret = one.token.read()
    assert secret is not None and secret.reveal() == TOKEN
    assert ("set" in one.lacks) == (address is None)
    assert TOKEN not in repr(settings) and TOKEN not in str(settings_set(settings))
    assert {item.name: item.value for item in settings_set(settings)}[
        f"{one.service.table}.token"
    ] == "(set, not shown)"


def test_an_address_without_a_token_says_what_is_missing(env: dict[str, str]) -> None:
    (one,) = load_settings({}, env | {"GOALERT_URL": "https://goalert.example/"}).oncall
    assert one.lacks == "GOALERT_URL is set, but no token; set GOALERT_TOKEN, or token_file in [goalert]"


def test_tokens_come_from_files_and_commands_too(env: dict[str, str], tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(TOKEN + "\n")
    token.chmod(0o600)
    write(env, f'[goalert]\nurl = "https://goalert.example"\ntoken_file = "{token}"\n'
               f'[pagerduty]\ntoken_command = ["echo", "{TOKEN}"]\n')  # fmt: skip
    settings = load_settings({}, env)
    assert [one.service.provider for one in settings.oncall] == ["pagerduty", "goalert"]
    for one in settings.oncall:
        secret = one.token.read()
        assert one.lacks == "" and secret is not None and secret.reveal() == TOKEN
    shown = {item.name: item.value for item in settings_set(settings)}
    assert shown["goalert.url"] == "https://goalert.example"
    assert shown["goalert.token_file"] == str(token)
    assert shown["pagerduty.token_command"] == "(set, not shown)"


def test_the_environment_wins_over_the_file(env: dict[str, str], tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("other\n")
    token.chmod(0o600)
    write(env, f'[opsgenie]\nurl = "https://api.eu.opsgenie.com"\ntoken_file = "{token}"\n')
    (one,) = load_settings({}, env | {"OPSGENIE_API_KEY": TOKEN}).oncall
    secret = one.token.read()
    assert one.address == "https://api.eu.opsgenie.com"
    assert secret is not None and secret.reveal() == TOKEN


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[pagerduty]\ntoken = "x"\n', "pagerduty.token is a secret and does not belong in this file"),
        ('[opsgenie]\ntoken = "x"\n', "use opsgenie.token_file, opsgenie.token_command or OPSGENIE_API_KEY"),
        ('[grafana_oncall]\nurl = "https://ana:pw@oncall.example"\n', "grafana_oncall.url holds a password; take"),
        ('[goalert]\ntoken_file = "/nowhere/at/all"\n', "token file /nowhere/at/all cannot be read"),
        ('[goalert]\ntoken_file = "/a"\ntoken_command = "b"\n', "token_file and goalert.token_command are both"),
        ('[pagerduty]\nurls = "https://x"\n', "'pagerduty.urls' is not a setting; did you mean pagerduty.url?"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_and_line(env: dict[str, str], text: str, said: str) -> None:
    path = write(env, text)
    with pytest.raises(ConfigError) as caught:
        load_settings({}, env)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"{path}, line 2")
    assert "pw" not in str(caught.value)


def test_a_token_file_that_others_can_read_is_refused(env: dict[str, str], tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(TOKEN)
    token.chmod(0o644)
    write(env, f'[goalert]\nurl = "https://g.example"\ntoken_file = "{token}"\n')
    with pytest.raises(ConfigError) as caught:
        load_settings({}, env)
    assert "can be read by others" in str(caught.value) and TOKEN not in str(caught.value)
