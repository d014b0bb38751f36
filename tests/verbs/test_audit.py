"""``audit`` as people and builds run it: the command in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
FLOWS = """
[[flow]]
name = "docs.price"
owner = "pricing"
freshness = "5m"
completeness = "99%"
retention = "30d"

[[flow]]
name = "docs.partner"
producer = "llm-prod/partner-feed"
"""


@pytest.fixture
def audit(tmp_path: Path) -> Run:
    """Runs the command without any configuration."""
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "c"),
           "XDG_STATE_HOME": str(tmp_path / "s"), "PYTHONPATH": str(Path(__file__).parents[2])}  # fmt: skip

    def run(*words: object, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "console", "audit", *map(str, words)]
        return subprocess.run(command, env=env | more, capture_output=True, text=True, timeout=120, cwd=tmp_path)

    return run


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    folder = tmp_path / "contracts"
    folder.mkdir()
    (folder / "flows.toml").write_text(FLOWS)
    return folder


def document(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode in (0, 1), done.stderr
    return dict(json.loads(done.stdout))


def ids(doc: dict[str, Any], severity: str) -> set[str]:
    return {one["id"] for one in doc["findings"] if one["severity"] == severity}


def test_when_the_incident_began_the_partner_feed_has_neither_owner_nor_contract(audit: Run) -> None:
    doc = document(audit("--tape", "demo", "--at", "+10m", "--json"))
    critical = [one for one in doc["findings"] if one["severity"] == "critical"]
    partner = {one["rule"]: one for one in critical if "partner" in one["subject"]}
    assert {"O1", "O7"} <= partner.keys()
    assert "partner-feed" in partner["O1"]["name"]  # by whichever name somebody knows it
    assert any("answer-8b" in part["text"] for part in partner["O7"]["evidence"])
    assert partner["O1"]["notify"] and partner["O1"]["todo"]


def test_what_was_taken_back_or_has_drained_is_gone_at_the_end(audit: Run) -> None:
    amid = document(audit("--tape", "demo", "--at", "05:13", "--json", "--rule", "L9,L11,D2"))
    assert {"L9 job:llm-prod/indexer", "L11 job:llm-prod/indexer"} <= {one["id"] for one in amid["findings"]}
    end = document(audit("--tape", "demo", "--json", "--rule", "L9,L11,D2"))
    assert not end["findings"]


@pytest.mark.parametrize("at", ["+10m", "05:13"])
def test_text_fits_eighty_columns(audit: Run, at: str) -> None:
    done = audit("--tape", "demo", "--at", at)
    assert done.returncode == 0 and not done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "■ O1" in done.stdout and "do:" in done.stdout


@pytest.mark.parametrize(("words", "code"), [
    ((), 0), (("--fail-on", "critical"), 1), (("--fail-on", "medium", "--rule", "O3"), 0),
    (("--fail-on", "unknown", "--rule", "L1"), 1), (("--fail-on", "medium", "--rule", "L1"), 0),
])  # fmt: skip
def test_it_fails_as_it_is_told_to(audit: Run, words: tuple[str, ...], code: int) -> None:
    assert audit("--tape", "demo", "--at", "+10m", *words).returncode == code


def test_a_catalogue_is_enough_for_a_build(audit: Run, contracts: Path, tmp_path: Path) -> None:
    done = audit("--catalog", "contracts/", "--fail-on", "high", "--sarif", "out.sarif", "--json")
    assert done.returncode == 1, done.stderr
    doc = document(done)
    assert doc["tape"] is None
    assert "O1 flow:docs.partner" in ids(doc, "critical")
    assert "D1 flow:docs.price" in {one["id"] for one in doc["unknown"]}  # that needs servers
    log = json.loads((tmp_path / "out.sarif").read_text())
    owner = next(one for one in log["runs"][0]["results"] if one["ruleId"] == "O1")
    place = owner["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "contracts/flows.toml" and place["region"]["startLine"] == 9


def test_a_broken_file_does_not_let_a_build_pass(audit: Run, contracts: Path) -> None:
    (contracts / "price.yaml").write_text("apiVersion: v3.1.0\nkind: DataContract\nid: [\n")
    done = audit("--catalog", "contracts/", "--fail-on", "critical", "--rule", "O3")
    assert done.returncode == 2
    assert "price.yaml" in done.stderr and "line" in done.stderr
    assert "price.yaml" in " ".join(done.stdout.split())


def test_a_server_that_is_away_does_not_let_a_build_pass(audit: Run, contracts: Path) -> None:
    words = ("--catalog", contracts, "--prometheus-url", "http://127.0.0.1:9", "--rule", "K6")
    done = audit(*words, "--fail-on", "critical")
    assert done.returncode == 3 and "prometheus was not read" in done.stderr
    assert audit(*words).returncode == 0


def test_files_say_nothing_of_an_earlier_time(audit: Run, contracts: Path) -> None:
    done = audit("--catalog", contracts, "--at", "-10m")
    assert (done.returncode, done.stdout) == (2, "")
    assert "declared now" in done.stderr and "--tape" in done.stderr


def test_after_the_end_of_a_tape_it_says_where_that_is(audit: Run) -> None:
    doc = document(audit("--tape", "demo", "--at", "+300m", "--json"))
    assert doc["notes"][0].startswith("the tape ends 2026-") and "nothing is known" in doc["notes"][0]
    assert document(audit("--tape", "demo", "--json"))["notes"] == []


def test_sarif_on_standard_output_is_nothing_else(audit: Run) -> None:
    done = audit("--tape", "demo", "--sarif", "-")
    assert json.loads(done.stdout)["version"] == "2.1.0"


def test_one_subject_is_told_by_part_of_its_name(audit: Run) -> None:
    doc = document(audit("--tape", "demo", "--at", "+10m", "--subject", "partner-feed", "--json"))
    assert doc["findings"] and all("partner" in one["subject"] for one in doc["findings"])


@pytest.mark.parametrize(("words", "told"), [
    (("--rule", "O99"), "there is no rule O99; did you mean O9?"),
    (("--rule", " , "), "--rule needs the name of a rule"),
    (("--subject", "partnr"), "nothing is about partnr; did you mean"),
    (("--subject", " "), "--subject needs a name"),
    (("--json", "--sarif", "-"), "both write to standard output"),
    (("--at", "+9h"), ""),
    (("--at", "1990-01-01T00:00:00Z"), "before the first moment"),
    (("--at", "noon"), "is not a time"),
    (("--sarif", "no/such/folder/x.sarif"), "cannot be written"),
    (("--fail-on", "low"), "invalid choice"),
])  # fmt: skip
def test_wrong_use_is_one_sentence(audit: Run, words: tuple[str, ...], told: str) -> None:
    done = audit("--tape", "demo", *words)
    assert done.returncode == (2 if told else 0)
    assert told in done.stderr and "Traceback" not in done.stderr


def test_nothing_to_look_at_says_what_to_name(audit: Run) -> None:
    done = audit()
    assert done.returncode == 2
    assert "--tape" in done.stderr and "--catalog" in done.stderr


def test_a_server_that_is_away_is_another_exit_code(audit: Run) -> None:
    done = audit(NOMAD_ADDR="http://127.0.0.1:9")
    assert done.returncode == 3
    assert "nomad" in done.stderr and "Traceback" not in done.stderr
