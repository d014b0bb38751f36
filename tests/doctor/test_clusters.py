"""doctor with several clusters, and what it says of a token."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.config import Settings, load_settings
from console.doctor.examine import examine
from console.doctor.nomad import try_nomad
from console.doctor.permissions import NEEDS, check_permissions, told
from console.doctor.report import as_table
from console.doctor.section import exit_code
from console.doctor.setup import check_setup, settings_set
from console.feeds.check import Finding
from console.feeds.nomad.connection import NomadAddress
from console.nomadactions.acl import Rights
from tests.doubles.nomad import NomadDouble
from tests.doubles.nomad.acl import Acl, Token, rules


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_STATE_HOME": str(tmp_path / "st")}


def configured(env: dict[str, str], text: str, **flags: object) -> Settings:
    path = Path(env["XDG_CONFIG_HOME"]) / "fourthsignal" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return load_settings(flags, env)


async def test_each_cluster_is_examined_and_named(env: dict[str, str]) -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        gone = NomadDouble.recorded(frozen=True).start()
        gone.stop()
        text = f'[clusters.eu]\naddress = "{nomad.address}"\n[clusters.us]\naddress = "{gone.address}"\n'
        settings = configured(env, text)
        sections = await examine(settings, try_nomad)
    by_name = {section.name: section for section in sections}
    assert by_name["nomad:eu"].verdict in ("ok", "warn")
    assert by_name["nomad:us"].verdict == "bad"
    assert "address of [clusters.us]" in by_name["nomad:us"].findings[0].todo
    assert "config.toml, line 4" in by_name["nomad:us"].origin
    assert exit_code(sections) == 3
    shown = as_table(sections, settings)
    assert "NOMAD:EU" in shown and "Not working: nomad:us" in shown
    assert "clusters.us.address" in shown


async def test_regions_are_examined_one_by_one(env: dict[str, str]) -> None:
    seen: list[str | None] = []

    async def ask(nomad: object) -> list[Finding]:
        seen.append(getattr(nomad, "region", None))
        return [Finding("reachable", "ok", "it answers")]

    settings = load_settings({"nomad.regions": "eu,us", "nomad.address": "http://n:1"}, env)
    sections = await examine(settings, ask)
    assert seen == ["eu", "us"]
    assert [section.address for section in sections[:2]] == ["http://n:1, region eu", "http://n:1, region us"]


def test_profiles_that_are_not_watched_are_told(env: dict[str, str]) -> None:
    text = '[clusters.eu]\naddress = "http://a:1"\n[clusters.us]\naddress = "http://b:1"\n'
    found = {one.name: one for one in check_setup(configured(env, text, cluster="us"), env)}
    assert found["clusters"].what == "eu of the file are not watched (--cluster)"
    assert found["clusters"].todo == "--cluster eu,us watches all"
    one = {one.name: one for one in check_setup(configured(env, text, **{"nomad.address": "http://n:1"}), env)}
    assert one["clusters"].what.startswith("eu, us of the file are not watched (--nomad-addr)")
    assert "clusters" not in {one.name for one in check_setup(configured(env, text), env)}


def test_files_and_secrets_of_a_profile(env: dict[str, str]) -> None:
    text = (
        '[clusters.eu]\naddress = "https://a:1"\ncacert = "/nowhere/ca.pem"\nskip_verify = true\n'
        'token_command = "printf abc-secret"\n'
    )
    settings = configured(env, text)
    found = check_setup(settings, env)
    assert any(one.what.startswith("clusters.eu.cacert: there is no /nowhere/ca.pem") for one in found)
    assert any(one.todo == "name its CA with cacert in [clusters.eu] instead" for one in found)
    assert any(one.name == "token eu" and one.verdict == "ok" for one in found)
    shown = {one.name: one.value for one in settings_set(settings)}
    assert shown["clusters.eu.token_command"] == "(set, not shown)"
    assert shown["clusters.eu.address"] == "https://a:1"
    assert "abc-secret" not in str(found) + str(shown)


async def told_of(secret: str, acl: Acl) -> dict[str, Finding]:
    with NomadDouble.recorded(frozen=True) as nomad:
        nomad.acl = acl
        found = await check_permissions(NomadAddress(nomad.address, token=lambda: secret))
    return {one.name: one for one in found}


async def test_what_a_reader_lacks_is_told_with_the_screen_it_is_for() -> None:
    found = await told_of("reader", Acl.usual())
    assert found["permissions"].what == "The token 'reader' permits list-jobs, read-job, node:read."
    logs = found["read-logs"]
    assert (logs.verdict, logs.what) == ("warn", "The token 'reader' lacks read-logs: logs are not shown.")
    assert logs.todo == 'add to one of its policies: namespace "*" { capabilities = ["read-logs"] }'
    exec_ = found["alloc-exec"]
    assert exec_.verdict == "unknown" and "not needed unless 'x'" in exec_.what
    assert "--allow-actions" in found["node:write"].what
    assert not any(one.cause for one in found.values()), "what is missing here stops nothing"


async def test_nobody_asks_who_may_do_everything() -> None:
    assert await told_of("root", Acl.usual()) == {}
    assert "submit-job" in (await told_of("submitter", Acl.usual()))["permissions"].what
    assert await told_of("not-a-token", Acl.usual()) == {}


async def test_one_namespace_without_logs_is_named() -> None:
    acl = Acl.usual()
    reads = ["list-jobs", "read-job", "read-logs"]
    acl.policies["mixed"] = rules({"*": reads, "default": ["list-jobs", "read-job"]}, "read")
    acl.tokens["mixed"] = Token("mixed", policies=("mixed",))
    found = told(
        Rights({"*": frozenset(reads), "ops": frozenset(reads[:2])}, {"node": "read", "agent": "read"}),
        ("default", "ops"),
        "'mixed'",
    )
    by_name = {one.name: one for one in found}
    assert by_name["read-logs"].what == "The token 'mixed' lacks read-logs in namespace ops: there logs are not shown."
    assert by_name["read-logs"].todo.endswith('namespace "ops" { capabilities = ["read-logs"] }')
    assert "read-logs" in (await told_of("mixed", acl))


def test_each_capability_is_needed_or_says_when() -> None:
    assert all(bool(need.without) is not bool(need.unless) for need in NEEDS)
    everywhere = told(Rights(), ("a", "b", "c", "d", "e"), "'t'")
    assert {one.name for one in everywhere} == {need.capability for need in NEEDS}
    some = told(Rights({"e": frozenset({"read-job"})}), ("a", "b", "c", "d", "e"), "'t'")
    assert "in namespace a, b, c and 1 more" in next(one.what for one in some if one.name == "read-job")
