"""doctor against servers that answer, refuse, forbid and stay silent."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from console.config import DEMO_TAPE, NomadSettings, Settings, load_settings
from console.doctor import examine as module
from console.doctor.examine import examine
from console.doctor.report import as_json, as_table
from console.doctor.section import Section, exit_code
from console.doctor.tape import check_tape
from console.doctor.terminal import Facts, check_terminal
from console.feeds.check import Finding
from console.tape.store import open_tape
from tests.doubles.misbehaving import reply, server


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


def settings(home: Path, **flags: Any) -> Settings:
    return load_settings(
        {name.replace("__", "."): value for name, value in flags.items()},
        {"HOME": str(home), "XDG_STATE_HOME": str(home / "state")},
    )


async def fine(nomad: NomadSettings | None = None) -> Sequence[Finding]:
    return [Finding("reachable", "ok", "Nomad answers.")]


async def away(nomad: NomadSettings | None = None) -> Sequence[Finding]:
    return [Finding("reachable", "bad", "Nomad refused the connection.", "check NOMAD_ADDR", "unreachable")]


async def forbidden(nomad: NomadSettings | None = None) -> Sequence[Finding]:
    what = "The token does not permit read-job."
    return [*await fine(), Finding("read-job", "bad", what, "add to its policy", "denied")]


async def silent(nomad: NomadSettings | None = None) -> Sequence[Finding]:
    await asyncio.sleep(60)
    return []


def named(sections: list[Section], name: str) -> Section:
    return next(section for section in sections if section.name == name)


async def test_nothing_configured_is_no_failure(home: Path) -> None:
    sections = await examine(settings(home), away)
    assert exit_code(sections) == 0
    nomad = named(sections, "nomad")
    assert not nomad.configured
    assert "not configured" in nomad.findings[0].what
    assert not named(sections, "prometheus").configured
    assert "Everything that is configured works." in as_table(sections, settings(home))


@pytest.mark.parametrize(("check", "code"), [(fine, 0), (away, 3), (forbidden, 4)])
async def test_exit_codes(home: Path, check: module.NomadCheck, code: int) -> None:
    assert exit_code(await examine(settings(home, nomad__address="http://n:1"), check)) == code


async def test_a_system_that_never_answers_ends(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(module, "ASK_S", 0.3)
    monkeypatch.setattr(module.in_time, "__defaults__", (0.6,))
    async with server(handler) as url:
        configured = settings(home, nomad__address=url, prometheus_url=url, alertmanager_url=url)
        began = time.monotonic()
        sections = await examine(configured, silent)
    assert time.monotonic() - began < 10
    assert exit_code(sections) == 3
    for name in ("nomad", "prometheus", "alertmanager"):
        assert named(sections, name).verdict == "bad"
        assert named(sections, name).findings[0].todo


@pytest.mark.parametrize(("status", "code"), [(403, 4), (500, 3), (404, 3)])
async def test_alertmanager_that_refuses(home: Path, status: int, code: int) -> None:
    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        reply(writer, status, "no\x1b[2J")

    async with server(handler) as url:
        configured = settings(home, alertmanager_url=url.replace("//", "//me:abc-secret@"), nomad__address="http://n:1")
        sections = await examine(configured, fine)
    assert exit_code(sections) == code
    for text in (as_table(sections, configured), as_json(sections, configured)):
        assert "abc-secret" not in text
        assert "\x1b" not in text
        assert url in text


async def test_json_is_one_document_with_origins(home: Path) -> None:
    configured = settings(home, nomad__address="http://n:1", step="5s")
    sections = await examine(configured, fine)
    document = json.loads(as_json(sections, configured))
    assert document["exit"] == 0
    assert [section["name"] for section in document["sections"]] == [
        "nomad",
        "prometheus",
        "alertmanager",
        "mlflow",
        "lineage",
        "ownership",
        "kpis",
        "on call",
        "tape",
        "settings",
        "terminal",
    ]
    assert {"name": "nomad.address", "value": "http://n:1", "origin": "--nomad-addr"} in document["settings"]


async def test_broken_flows_are_wrong_configuration(home: Path) -> None:
    path = home / "flows.toml"
    path.write_text('[[flow]]\nname = "a"\nowner = 3\n')
    sections = await examine(settings(home, nomad__address="http://n:1", flows=str(path)), fine)
    assert exit_code(sections) == 2
    assert f"{path}, line 3" in as_table(sections, settings(home), width=400)


async def test_files_that_settings_name_and_are_not_there(home: Path) -> None:
    configured = settings(home, nomad__address="https://n:1", nomad__cacert="/nowhere/ca.pem", packs="/nowhere")
    found = [finding.what for finding in named(await examine(configured, fine), "settings").findings]
    assert any("/nowhere/ca.pem (--nomad-cacert)" in what for what in found)
    assert any("/nowhere is no directory (--packs)" in what for what in found)


def test_tapes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.tape"
    assert check_tape(str(path), 0)[0].what.startswith("there is none yet")
    assert not path.exists()
    open_tape(path, "create").close()
    assert all(finding.verdict == "ok" for finding in check_tape(str(path), 0))
    path.chmod(0o644)
    assert "chmod 600" in next(f.todo for f in check_tape(str(path), 0) if f.verdict == "warn")
    monkeypatch.setattr("console.doctor.tape.shutil.disk_usage", lambda where: type("", (), {"free": 1024})())
    assert [f.verdict for f in check_tape(str(path), 0) if f.name == "disk"] == ["bad"]
    path.write_text("not a tape at all, but long enough to be looked at as if it were one")
    assert check_tape(str(path), 0)[0].cause == "configuration"


def test_the_bundled_tape_takes_no_recorder() -> None:
    told = " ".join(finding.what for finding in check_tape(str(DEMO_TAPE), 0, bundled=True))
    assert "finished" in told and "starts a recorder" not in told


def test_a_tape_of_a_newer_version(tmp_path: Path) -> None:
    path = tmp_path / "a.tape"
    open_tape(path, "create").close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = '999' WHERE key = 'schema'")
    db.close()
    finding = check_tape(str(path), 0)[0]
    assert finding.verdict == "bad"
    assert "999" in finding.what


def test_a_tape_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.tape"
    open_tape(path, "create").close()
    # Who runs tests as root may write everything.
    monkeypatch.setattr("console.doctor.tape.os.access", lambda where, mode: False)
    causes = [finding.cause for finding in check_tape(str(path), 0)]
    assert "denied" in causes
    monkeypatch.setattr("console.doctor.tape.os.access", lambda where, mode: where != path.parent)
    assert "denied" in [finding.cause for finding in check_tape(str(path), 0)]


@pytest.mark.parametrize(
    ("facts", "warned"),
    [
        (Facts((120, 36), "utf-8", {"TERM": "xterm-256color"}), []),
        (Facts((79, 24), "utf-8", {"TERM": "xterm"}), ["terminal"]),
        (Facts((120, 36), "ANSI_X3.4-1968", {"TERM": "xterm"}), ["encoding"]),
        (Facts((120, 36), "utf-8", {"TERM": "dumb"}), ["TERM"]),
        (Facts((120, 36), "utf-8", {"TERM": "xterm", "TMUX": "/tmp/x"}), ["TERM"]),
        (Facts((120, 36), "utf-8", {"TERM": "tmux-256color", "TMUX": "/tmp/x", "NO_COLOR": "1"}), []),
    ],
)
def test_terminals(facts: Facts, warned: list[str]) -> None:
    assert [finding.name for finding in check_terminal(facts) if finding.verdict == "warn"] == warned


def test_ascii_only() -> None:
    section = Section("nomad", (Finding("nomad", "bad", "größer", "do it"),))
    empty = load_settings({}, {"HOME": "/"})
    assert as_table([section], empty, ascii_only=True).isascii()
