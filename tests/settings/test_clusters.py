"""Several Nomads: profiles of the file, regions of one address, which of them are watched, and what is said of wrong
ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.config import ConfigError, Settings, load_settings
from console.detach import handed_on
from console.feeds.nomad.settings import nomad_address
from console.parsing import parse
from console.settings.nomads import token_variable

TWO = """
[clusters.eu]
address = "https://eu.example:4646"
namespace = "search"

[clusters.us-1]
address = "https://us.example:4646"
region = "us"
skip_verify = true
"""
FEDERATED = '[clusters.prod]\naddress = "http://n:4646"\nregions = ["eu", "us"]\n'


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_STATE_HOME": str(tmp_path / "st")}


def write(env: dict[str, str], text: str) -> Path:
    path = Path(env["XDG_CONFIG_HOME"]) / "fourthsignal" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o600)
    return path


def addresses(settings: Settings) -> list[tuple[str, str]]:
    return [(one.name, one.address) for one in settings.nomads]


def test_one_nomad_has_no_name(env: dict[str, str]) -> None:
    settings = load_settings({}, env)
    assert settings.places == ()
    assert settings.nomads == (settings.nomad,)
    assert settings.nomad_at("") is settings.nomad
    assert settings.nomad_at("eu") is None
    assert not settings.names_nomad


def test_profiles_of_the_file_are_watched_together(env: dict[str, str]) -> None:
    path = write(env, TWO)
    settings = load_settings({}, env)
    assert addresses(settings) == [("eu", "https://eu.example:4646"), ("us-1", "https://us.example:4646")]
    eu, us = settings.nomads
    assert (eu.namespace, us.namespace, eu.region, us.region) == ("search", "*", None, "us")
    assert us.tls.skip_verify and not eu.tls.skip_verify
    assert settings.nomad_at("us-1") == us
    assert settings.names_nomad
    assert str(settings.origin("clusters.us-1.region")) == f"{path}, line 8"
    assert Path(settings.tape).name.startswith("eu-us-1-")


def test_an_address_that_is_given_is_the_only_nomad(env: dict[str, str]) -> None:
    write(env, TWO)
    assert addresses(load_settings({}, env | {"NOMAD_ADDR": "http://n:1"})) == [("", "http://n:1")]
    assert addresses(load_settings({"nomad.address": "http://n:2"}, env)) == [("", "http://n:2")]


def test_profiles_are_picked_by_name(env: dict[str, str]) -> None:
    write(env, TWO)
    assert load_settings({"cluster": "us-1"}, env).places == ("us-1",)
    assert load_settings({"cluster": "us-1, eu,us-1"}, env).places == ("us-1", "eu")
    assert load_settings({}, env | {"FOURTHSIGNAL_CLUSTERS": "eu"}).places == ("eu",)
    assert load_settings({}, env | {"FOURTHSIGNAL_CLUSTERS": "eu", "NOMAD_ADDR": "http://n:1"}).places == ("eu",)
    address_wins = load_settings({"nomad.address": "http://n:1"}, env | {"FOURTHSIGNAL_CLUSTERS": "eu"})
    assert address_wins.places == ()


def test_regions_of_one_address_are_places(env: dict[str, str]) -> None:
    settings = load_settings({"nomad.regions": "eu,us"}, env)
    assert [(one.name, one.region) for one in settings.nomads] == [("eu", "eu"), ("us", "us")]
    assert len({one.address for one in settings.nomads}) == 1
    write(env, '[nomad]\nregions = ["eu", "us"]\n')
    assert load_settings({}, env).places == ("eu", "us")
    single = load_settings({}, env | {"NOMAD_REGION": "us"})
    assert (single.places, single.nomad.region) == ((), "us")


def test_regions_of_a_profile_are_called_after_both(env: dict[str, str]) -> None:
    write(env, FEDERATED)
    settings = load_settings({}, env)
    assert [(one.name, one.region, one.profile) for one in settings.nomads] == [
        ("prod-eu", "eu", "prod"),
        ("prod-us", "us", "prod"),
    ]
    assert load_settings({"cluster": "prod"}, env).places == ("prod-eu", "prod-us")
    assert load_settings({"cluster": "prod-us"}, env).places == ("prod-us",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[clusters.eu]\nregion = 'x'", ["the cluster eu has no address", "line 1"]),
        ("[clusters.eu]\naddress = 'http://n:1'\n\nadress = 'x'", ["clusters.eu.adress", "line 4", "mean address?"]),
        ("[clusters.eu]\naddress = 'n:1'", ["clusters.eu.address", "line 2", "http://"]),
        ("[clusters.eu]\naddress = 'http://n:1'\nregions = 3", ["clusters.eu.regions must be names", "line 3"]),
        ("[clusters.eu]\naddress = 'http://n:1'\nregions = ['a b']", ["'a b', which is not a name", "line 3"]),
        ("[clusters.eu]\naddress = 'http://n:1'\nregion = 'a'\nregions = ['b']", ["clusters.eu.region", "both given"]),
        ("[clusters.'e u']\naddress = 'http://n:1'", ["'e u' cannot be the name of a cluster", "line 1"]),
        ("[clusters.eu]\naddress = 'http://n:1'\ntoken = 'abc-secret'", ["is a secret", "NOMAD_TOKEN_EU", "line 3"]),
        ("[clusters.eu]\naddress = 'http://n:1'\nhttp_auth = 'abc-secret'", ["is a secret", "chmod 600"]),
        ("[clusters.eu]\naddress = 'http://n:1'\nclient_cert = 'a'", ["without clusters.eu.client_key", "line 3"]),
        ("clusters = 3", ["clusters holds a table for each cluster", "[clusters.NAME]"]),
        ("clusters = { eu = 3 }", ["clusters holds a table for each cluster"]),
        ("[clusters.eu]\naddress = 'http://n:1'\n[clusters.EU]\naddress = 'http://n:2'", ["two places are called"]),
        ("[cluster.eu]\naddress = 'http://n:1'", ["'cluster' is not a setting", "did you mean clusters?"]),
    ],
)
def test_a_wrong_profile_is_told_by_line_and_key(env: dict[str, str], text: str, told: list[str]) -> None:
    write(env, text)
    with pytest.raises(ConfigError) as caught:
        load_settings({}, env)
    said = str(caught.value)
    assert "config.toml" in said and "\n" not in said and "abc-secret" not in said
    for part in told:
        assert part in said, said


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ({"cluster": "us"}, ["--cluster: there is no cluster 'us'", "did you mean us-1?"]),
        ({"cluster": "zzzzz"}, ["profiles are eu, us-1"]),
        ({"cluster": "eu", "nomad.address": "http://n:1"}, ["--nomad-addr and --cluster", "give one"]),
        ({"nomad.token_file": "~/token"}, ["--nomad-token-file: is about one Nomad", "[clusters.eu]"]),
        ({"nomad.regions": "eu"}, ["--nomad-regions: is about one Nomad"]),
        ({"cluster": ","}, ["--cluster: the value has a name that is empty"]),
    ],
)
def test_flags_that_cannot_be_meant_are_refused(env: dict[str, str], flags: dict[str, str], told: list[str]) -> None:
    write(env, TWO)
    home = Path(env["HOME"])
    (home / "token").write_text("t")
    (home / "token").chmod(0o600)
    with pytest.raises(ConfigError) as caught:
        load_settings(flags, env)
    for part in told:
        assert part in str(caught.value)


def test_picking_without_profiles_says_how_to_write_one(env: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"FOURTHSIGNAL_CLUSTERS: there are no profiles.*\[clusters.NAME\]"):
        load_settings({}, env | {"FOURTHSIGNAL_CLUSTERS": "eu"})


def test_a_namespace_given_by_flag_is_meant_for_all(env: dict[str, str]) -> None:
    write(env, TWO)
    assert {one.namespace for one in load_settings({"nomad.namespace": "ops"}, env).nomads} == {"ops"}
    of_the_file = load_settings({}, env | {"NOMAD_NAMESPACE": "ops"})
    assert [one.namespace for one in of_the_file.nomads] == ["search", "*"]


def test_the_token_of_one_nomad_goes_to_no_other(env: dict[str, str]) -> None:
    path = write(env, TWO)
    eu, us = load_settings({}, env | {"NOMAD_TOKEN": "abc-secret", "NOMAD_TOKEN_US_1": "for-us"}).nomads
    assert eu.token.read() is None
    token = us.token.read()
    assert token is not None and token.reveal() == "for-us"
    own = path.parent / "eu.token"
    own.write_text("for-eu")
    own.chmod(0o600)
    write(env, TWO.replace('namespace = "search"', 'token_file = "eu.token"'))
    settings = load_settings({}, env)
    token = settings.nomad.token.read()
    assert token is not None and token.reveal() == "for-eu"
    assert str(settings.origin("clusters.eu.token")) == f"{path}, line 4"
    own.chmod(0o644)
    with pytest.raises(ConfigError, match="line 4"):
        load_settings({}, env)
    assert load_settings({"cluster": "us-1"}, env).places == ("us-1",)  # what is wrong with eu is none of its business


def test_tapes_differ_by_what_is_watched(env: dict[str, str]) -> None:
    write(env, TWO)
    kinds: list[dict[str, object]] = [{}, {"cluster": "eu"}, {"cluster": "us-1"}, {"nomad.namespace": "ops"}]
    tapes = [load_settings(flags, env).tape for flags in kinds]
    tapes.append(load_settings({"nomad.address": "https://eu.example:4646"}, env).tape)
    assert len(set(tapes)) == len(tapes)
    assert load_settings({}, env).tape == tapes[0]


CASES: list[tuple[str, dict[str, object], dict[str, str]]] = [
    (TWO, {}, {}),
    (TWO, {"cluster": "us-1"}, {"NOMAD_ADDR": "http://n:1"}),
    (TWO, {"cluster": "us-1,eu", "nomad.namespace": "ops"}, {"NOMAD_NAMESPACE": "other"}),
    (TWO, {"nomad.address": "http://a:b@n:1", "nomad.namespace": "x"}, {"FOURTHSIGNAL_CLUSTERS": "eu"}),
    (TWO, {}, {"NOMAD_ADDR": "http://n:1", "NOMAD_TOKEN": "t"}),
    (FEDERATED, {"cluster": "prod-us"}, {}),
    ("", {"nomad.regions": "eu,us"}, {"NOMAD_REGION": "ap"}),
    ("", {"nomad.region": "ap"}, {"FOURTHSIGNAL_REGIONS": "eu,us"}),
    ("[nomad]\nregions = ['eu', 'us']\n", {}, {}),
]


@pytest.mark.parametrize(("file", "flags", "more"), CASES)
def test_a_started_process_watches_the_same(
    env: dict[str, str], file: str, flags: dict[str, object], more: dict[str, str]
) -> None:
    write(env, file)
    viewer = load_settings(flags, env | more)
    arguments, handed = handed_on(viewer, env | more)
    parsed = parse(["record", *arguments])
    assert parsed is not None
    recorder = load_settings(vars(parsed.args), handed)
    assert recorder._replace(origins={}) == viewer._replace(origins={})


@given(st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True))
def test_a_profile_has_a_variable_for_its_token(name: str) -> None:
    variable = token_variable(name)
    assert variable.startswith("NOMAD_TOKEN_")
    assert variable.replace("_", "a").isalnum() and variable.upper() == variable


def test_tls_is_that_of_each_profile(env: dict[str, str]) -> None:
    path = write(
        env,
        '[clusters.eu]\naddress = "https://a:1"\ncacert = "eu.pem"\ntls_server_name = "server.eu.nomad"\n'
        '[clusters.us]\naddress = "https://b:1"\ncapath = "/etc/us"\nclient_cert = "c.pem"\nclient_key = "k.pem"\n',
    )
    eu, us = map(nomad_address, load_settings({}, env | {"NOMAD_CACERT": "/elsewhere.pem"}).nomads)
    assert (eu.cacert, eu.tls_server_name, eu.capath) == (str(path.parent / "eu.pem"), "server.eu.nomad", None)
    assert (us.cacert, us.capath, us.client_cert) == (None, "/etc/us", str(path.parent / "c.pem"))
