"""doctor on what is declared: what the catalogue holds, broken files by line, lineage that answers or does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from console.config import Settings, load_settings
from console.doctor.examine import examine
from console.doctor.report import as_json, as_table
from console.doctor.section import Section, exit_code
from tests.doctor.test_examine import fine, named
from tests.doubles.marquez import MarquezDouble, job, ref
from tests.feeds.ownership.catalogue import CONTRACT, FLOWS


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def settings(home: Path, env: dict[str, str] | None = None, **flags: Any) -> Settings:
    env = {"HOME": str(home), "XDG_STATE_HOME": str(home / "state"), **(env or {})}
    return load_settings({"nomad.address": "http://n:1", **flags}, env)


async def section(configured: Settings, name: str = "ownership") -> Section:
    return named(await examine(configured, fine), name)


async def test_what_a_catalogue_holds(home: Path) -> None:
    folder = home / "catalog"
    folder.mkdir()
    (folder / "flows.toml").write_text(FLOWS + '[[flow]]\nname = "docs.stock"\n')
    (folder / "price.yaml").write_text(CONTRACT)
    (folder / "deployment.yaml").write_text("kind: Deployment\n")
    found = await section(settings(home, catalog=str(folder)))
    (finding,) = found.findings
    assert finding.what == ("2 files declare 2 data flows, 1 contract, 1 owner; 1 file beside them is none of ours")
    assert (finding.verdict, finding.todo) == ("warn", "name an owner of docs.stock")
    assert found.configured
    assert str(folder) in found.address
    assert found.origin == "--catalog"


async def test_broken_files_are_named_by_line_and_are_wrong_configuration(home: Path) -> None:
    for i in range(12):
        (home / f"c{i:02}.yaml").write_text("kind: DataContract\nid: [1\n")
    (home / "good.toml").write_text(FLOWS)
    configured = settings(home, catalog=str(home))
    sections = await examine(configured, fine)
    found = [finding.what for finding in named(sections, "ownership").findings]
    assert exit_code(sections) == 2
    assert sum("line" in what for what in found) == 10
    assert found[0].startswith(f"{home}/c00.yaml, line ")
    assert "2 more files cannot be read either" in found
    assert "1 file declares 1 data flow" in found
    assert f"{home}/c03.yaml, line " in as_table(sections, configured, width=400)


async def test_what_cannot_be_taken_as_it_is_said_is_named_by_line(home: Path) -> None:
    folder = home / "catalog"
    folder.mkdir()
    flows = folder / "flows.toml"
    flows.write_text(
        '[[flow]]\nname = "a"\nowner = "ghosts"\nupstream = ["b"]\n'
        '[[flow]]\nname = "b"\nowner = "shop"\nupstream = ["a"]\nlast_review = 2026-10-01T10:00:00\n'
    )
    contract = folder / "c.yaml"
    contract.write_text(
        "apiVersion: v3.1.0\nkind: DataContract\nid: c\nname: c\nversion: 1.0.0\nstatus: active\nteam: {name: shop}\n"
        "slaProperties:\n- {property: latency, value: 5, unit: m}\n"
    )
    (folder / "org.yaml").write_text(
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: shop}\nspec: {type: team, children: []}\n"
    )
    *odd, holds = (await section(settings(home, catalog=str(folder)))).findings
    assert {finding.verdict for finding in odd} == {"warn"}
    told = [finding.what for finding in odd]
    assert f"{flows}:4: a: upstream: is made of itself: a -> b -> a" in told
    assert f"{flows}:8: b: upstream: is made of itself: a -> b -> a" in told
    assert f"{flows}:3: a: owner: no catalogue has a group or person 'ghosts'" in told
    assert any(what.startswith(f"{flows}:9: b: last review: '2026-10-01T10:00:00' has no zone") for what in told)
    assert any(what.startswith(f"{contract}:9: c: latency: the unit 'm' means minutes to some") for what in told)
    assert len(told) == 5
    assert holds.what.startswith("3 files declare 3 data flows, 1 contract")


async def test_a_flow_that_two_files_declare_is_named(home: Path) -> None:
    folder = home / "catalog"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.toml").write_text('[[flow]]\nname = "a"\nowner = "x"\n')
    first, _ = (await section(settings(home, catalog=str(folder)))).findings
    assert (
        first.what == f"{folder}/two.toml:1: the flow 'a' is declared in {folder}/one.toml:1 already, which is in force"
    )


async def test_a_catalogue_that_is_empty_or_gone(home: Path) -> None:
    (home / "empty").mkdir()
    (finding,) = (await section(settings(home, catalog=str(home / "empty")))).findings
    assert (finding.verdict, finding.what) == ("bad", f"{home}/empty: is empty; is it mounted?")
    (finding,) = (await section(settings(home, catalog=str(home / "none")))).findings
    assert finding.what == f"{home}/none: there is no such file or folder"


async def test_nothing_is_declared_and_nobody_said_that_there_is(home: Path) -> None:
    found = await section(settings(home))
    assert not found.configured
    assert found.findings[0].verdict == "unknown"
    assert "--catalog" in found.findings[0].todo


async def test_lineage(home: Path) -> None:
    configured = settings(home)
    found = await section(configured, "lineage")
    assert not found.configured
    assert found.findings[0].todo == "set MARQUEZ_URL if there is one"
    with MarquezDouble("k3y-of-marquez") as marquez:
        marquez.jobs = [job("feed", [], [ref("a")]), job("reader", [ref("a")])]
        known = settings(home, {"MARQUEZ_URL": marquez.url, "MARQUEZ_API_KEY": "k3y-of-marquez"})
        sections = await examine(known, fine)
        assert named(sections, "lineage").verdict == "ok"
        assert named(sections, "lineage").origin == "MARQUEZ_URL"
        for text in (as_table(sections, known), as_json(sections, known)):
            assert "k3y-of-marquez" not in text
        unknown = await examine(settings(home, {"MARQUEZ_URL": marquez.url}), fine)
        assert exit_code(unknown) == 4
        assert "MARQUEZ_API_KEY" in named(unknown, "lineage").findings[0].todo
    assert exit_code(await examine(known, fine)) == 3
