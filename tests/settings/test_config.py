"""Settings: who wins, where each value comes from, and what is said about a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.config import DEMO_TAPE, ConfigError, Settings, load_settings, shown_address, with_credentials
from console.settings.options import OPTIONS


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_STATE_HOME": str(tmp_path / "st")}


def write(env: dict[str, str], text: str) -> Path:
    path = Path(env["XDG_CONFIG_HOME"]) / "fourthsignal" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def refused(env: dict[str, str], text: str, **flags: str) -> str:
    write(env, text)
    with pytest.raises(ConfigError) as caught:
        load_settings(flags, env)
    return str(caught.value)


def test_nothing_given(env: dict[str, str], tmp_path: Path) -> None:
    settings = load_settings({}, env)
    assert settings.nomad.address == "http://127.0.0.1:4646"
    assert not settings.given("nomad.address")
    assert str(settings.origin("nomad.address")) == "default"
    assert settings.prometheus_url is None
    assert settings.nomad.namespace == "*"
    assert settings.nomad.token.read() is None
    assert settings.color
    assert Path(settings.tape).parent == tmp_path / "st" / "fourthsignal" / "tapes"
    assert settings.flows == (tmp_path / "config" / "fourthsignal" / "flows.toml",)


def test_flags_win_over_the_environment_which_wins_over_the_file(env: dict[str, str]) -> None:
    path = write(env, 'prometheus_url = "http://file:1"\nstep = "7s"\n\n[nomad]\naddress = "http://file:2"\n')
    env |= {"PROMETHEUS_URL": "http://env:3/", "NOMAD_ADDR": "https://env:4"}
    settings = load_settings({"nomad.address": "http://flag:5"}, env)
    assert (settings.nomad.address, settings.prometheus_url, settings.step_s) == ("http://flag:5", "http://env:3", 7)
    assert str(settings.origin("nomad.address")) == "--nomad-addr"
    assert str(settings.origin("prometheus_url")) == "PROMETHEUS_URL"
    assert str(settings.origin("step")) == f"{path}, line 2"
    assert load_settings({}, env).nomad.address == "https://env:4"
    del env["NOMAD_ADDR"]
    assert str(load_settings({}, env).origin("nomad.address")) == f"{path}, line 5"


def test_an_empty_variable_is_not_given(env: dict[str, str]) -> None:
    assert load_settings({}, env | {"NOMAD_ADDR": "", "NO_COLOR": ""}).color
    assert not load_settings({}, env | {"NO_COLOR": "1"}).color
    assert not load_settings({"no_color": True}, env).color


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('prometeus_url = "http://a:1"', ["prometeus_url", "line 1", "did you mean prometheus_url?"]),
        ('\n[nomad]\nadress = "http://a:1"', ["nomad.adress", "line 3", "did you mean nomad.address?"]),
        ('step = ["a"]', ["step must be a duration, not a list", "line 1", '"30s"']),
        ("prometheus_url = 9090", ["prometheus_url must be text, not a number", "line 1"]),
        ('prometheus_url = "localhost:9090"', ["http://", "line 1"]),
        ('[nomad]\nskip_verify = "maybe"', ["nomad.skip_verify", "true or false", "line 2"]),
        ("retention_days = 0", ["retention_days", "at least 1"]),
        ("a = \nb = 1", ["line 1", "not valid TOML"]),
        ("nomad = 3", ["nomad must be a table", "[nomad]"]),
        ('[nomad]\ntoken = "abc-secret"', ["nomad.token is a secret", "line 2", "nomad.token_file"]),
        ('[nomad]\nhttp_auth = "u:abc-secret"', ["nomad.http_auth is a secret", "NOMAD_HTTP_AUTH"]),
        ('[nomad]\nclient_cert = "a.pem"', ["nomad.client_cert is given without nomad.client_key", "line 2"]),
        ("flows = 3", ["flows must be a list of paths, not a number"]),
    ],
)
def test_a_wrong_file_is_told_by_line_and_key(env: dict[str, str], text: str, told: list[str]) -> None:
    said = refused(env, text)
    assert "config.toml" in said
    assert "\n" not in said
    for part in told:
        assert part in said
    assert "abc-secret" not in said


def test_a_password_in_a_readable_file_is_refused(env: dict[str, str]) -> None:
    path = write(env, 'prometheus_url = "http://me:abc-secret@host:9090"')
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600") as caught:
        load_settings({}, env)
    assert "abc-secret" not in str(caught.value)
    path.chmod(0o600)
    assert load_settings({}, env).prometheus_url == "http://host:9090"


def test_a_named_file_must_exist(env: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no such file.*"):
        load_settings({"config": str(tmp_path / "none.toml")}, env)
    with pytest.raises(ConfigError, match="FOURTHSIGNAL_CONFIG"):
        load_settings({}, env | {"FOURTHSIGNAL_CONFIG": str(tmp_path / "none.toml")})


def test_a_wrong_variable_is_named(env: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"^NOMAD_ADDR: the value has no http://"):
        load_settings({}, env | {"NOMAD_ADDR": "10.0.0.1:4646"})
    with pytest.raises(ConfigError, match="unix socket"):
        load_settings({}, env | {"NOMAD_ADDR": "unix:///run/nomad.sock"})


def test_paths_of_a_file_are_relative_to_it(env: dict[str, str], tmp_path: Path) -> None:
    path = write(env, 'tape = "a.tape"\nflows = ["f/one.toml", "~/two.toml", "/three.toml"]')
    settings = load_settings({}, env)
    assert settings.tape == str(path.parent / "a.tape")
    assert settings.flows == (path.parent / "f" / "one.toml", tmp_path / "two.toml", Path("/three.toml"))


def test_tape_names(env: dict[str, str]) -> None:
    assert load_settings({"tape": "demo"}, env).tape == str(DEMO_TAPE)
    assert load_settings({"tape": "postgresql://u:p@h/db"}, env).tape == "postgresql://u:p@h/db"
    assert shown_address("postgresql://u:p@h/db?password=x") == "postgresql://h/db"
    one = load_settings({"prometheus_url": "http://a:1"}, env).tape
    two = load_settings({"prometheus_url": "http://b:1"}, env).tape
    assert one != two
    assert load_settings({"prometheus_url": "http://u:p@a:1"}, env).tape == one


def test_credentials_are_kept_apart(env: dict[str, str]) -> None:
    settings = load_settings({"prometheus_url": "http://me:p%40ss@host:9090/path/"}, env)
    assert settings.prometheus_url == "http://host:9090/path"
    assert settings.prometheus_auth is not None
    assert settings.prometheus_auth.reveal() == "me:p@ss"
    assert "p@ss" not in repr(settings)
    assert with_credentials(settings.prometheus_url, settings.prometheus_auth) == "http://me:p%40ss@host:9090/path"
    nomad = load_settings({}, env | {"NOMAD_ADDR": "http://a:b@n:1", "NOMAD_HTTP_AUTH": "c:d"}).nomad
    assert nomad.address == "http://n:1"
    assert nomad.http_auth is not None
    assert nomad.http_auth.reveal() == "c:d"


def test_tokens(env: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("from-file\n")
    file.chmod(0o644)
    said = refused(env, f'[nomad]\ntoken_file = "{file}"')
    assert f"chmod 600 {file}" in said
    assert "line 2" in said
    file.chmod(0o600)
    assert token_of(load_settings({}, env)) == "from-file"
    settings = load_settings({}, env | {"NOMAD_TOKEN": "from-env"})
    assert token_of(settings) == "from-env"
    assert str(settings.origin("nomad.token")) == "NOMAD_TOKEN"
    assert "from-env" not in f"{settings} {settings.nomad.token.value!r} {settings.nomad.token}"
    flagged = load_settings({"nomad.token_file": str(file)}, env | {"NOMAD_TOKEN": "from-env"})
    assert token_of(flagged) == "from-file"
    file.write_text("rotated")
    assert token_of(flagged) == "rotated"


def test_token_command(env: dict[str, str]) -> None:
    write(env, '[nomad]\ntoken_command = ["printf", "made\\n"]')
    assert token_of(load_settings({}, env)) == "made"
    write(env, "[nomad]\ntoken_command = \"sh -c 'echo abc-secret; exit 3'\"")
    with pytest.raises(ConfigError, match="exit code 3") as caught:
        load_settings({}, env).nomad.token.read()
    assert "abc-secret" not in str(caught.value)
    said = refused(env, '[nomad]\ntoken_command = ["a"]\ntoken_file = "b"')
    assert "both given" in said


def token_of(settings: Settings) -> str:
    token = settings.nomad.token.read()
    assert token is not None
    return token.reveal()


def test_options_are_unique() -> None:
    flags = [flag for option in OPTIONS for flag in option.flags]
    variables = [option.env for option in OPTIONS if option.env]
    assert len(flags) == len(set(flags))
    assert len(variables) == len(set(variables))


def test_without_colours_the_theme_is_plain_unless_a_flag_names_one(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path)}
    assert load_settings({}, home).theme is None
    assert load_settings({}, home | {"NO_COLOR": "1"}).theme == "mono"
    assert load_settings({"no_color": True}, home).theme == "mono"
    assert load_settings({"theme": "dark"}, home | {"NO_COLOR": "1"}).theme == "dark"
