"""When a schema was last changed by a commit: told for certain, or not at all."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from console.declared.read import read_file
from console.feeds.ownership import gittime
from console.feeds.ownership.gittime import schema_commits
from console.feeds.ownership.schema import schema_of
from tests.feeds.ownership.catalogue import CONTRACT
from tests.feeds.ownership.checkouts import commit, git

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
FIRST_S = 1_790_000_000


def shapes(*paths: Path) -> dict[Path, dict[str, Any]]:
    return {path: {name: schema_of(doc) for name, doc in read_file(path).contracts.items()} for path in paths}


def told(*paths: Path) -> dict[str, int]:
    """Seconds after the first commit, by contract."""
    return {name: one.at_ms // 1000 - FIRST_S for name, one in schema_commits(shapes(*paths)).items()}


def test_the_commit_that_gave_it_its_shape(tmp_path: Path) -> None:
    path = tmp_path / "price.yaml"
    commit(path, "kind: DataContract\nbroken: [\n", FIRST_S)
    commit(path, CONTRACT, FIRST_S + 10)
    assert told(path) == {"price-contract": 10}
    commit(path, CONTRACT.replace("number", "string"), FIRST_S + 20)
    commit(path, CONTRACT.replace("number", "string") + "# a comment\n", FIRST_S + 30)
    assert told(path) == {"price-contract": 20}
    commit(path, CONTRACT, FIRST_S + 40)  # back to what it was
    assert told(path) == {"price-contract": 40}


def test_contracts_of_one_file_each_have_their_own(tmp_path: Path) -> None:
    path = tmp_path / "all.yaml"
    other = CONTRACT.replace("price-contract", "stock-contract").replace("docs.price", "docs.stock")
    commit(path, f"{CONTRACT}---\n{other}", FIRST_S)
    commit(path, f"{CONTRACT}---\n{other.replace('number', 'string')}", FIRST_S + 10)
    assert told(path) == {"price-contract": 0, "stock-contract": 10}


def test_what_is_not_committed_is_not_told(tmp_path: Path) -> None:
    path, new = tmp_path / "price.yaml", tmp_path / "new.yaml"
    commit(path, CONTRACT, FIRST_S)
    path.write_text(CONTRACT.replace("number", "string"))
    new.write_text(CONTRACT.replace("price-contract", "new"))
    assert told(path, new) == {}


def test_a_folder_inside_and_a_checkout_within_a_checkout(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    commit(tmp_path / "price.yaml", CONTRACT, FIRST_S)
    commit(inner / "stock.yaml", CONTRACT.replace("price-contract", "stock"), FIRST_S + 10)
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "deep.yaml").write_text(CONTRACT.replace("price-contract", "deep"))
    git(tmp_path, "add", "a")
    git(tmp_path, "commit", "-q", "-m", "m", at_s=FIRST_S + 20)
    assert told(tmp_path / "price.yaml", inner / "stock.yaml", deep / "deep.yaml") == {
        "price-contract": 0, "stock": 10, "deep": 20,
    }  # fmt: skip


def test_a_history_that_goes_on_beyond_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "price.yaml"
    for i in range(5):
        commit(path, CONTRACT.replace("1.0.0", f"1.0.{i}"), FIRST_S + i)
    assert told(path) == {"price-contract": 0}
    monkeypatch.setattr(gittime, "MOST_REVISIONS", 3)
    assert told(path) == {}


def test_names_that_git_would_quote(tmp_path: Path) -> None:
    path = tmp_path / 'preiß "2".yaml'
    commit(path, CONTRACT, FIRST_S + 5)
    assert told(path) == {"price-contract": 5}


def test_without_git_or_time_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "price.yaml"
    path.write_text(CONTRACT)
    assert told(path) == {}
    commit(path, CONTRACT, FIRST_S)
    assert schema_commits(shapes(path), longest_s=0.0) == {}
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(slow))
    began = time.monotonic()
    assert schema_commits(shapes(path), longest_s=0.2) == {}
    assert time.monotonic() - began < 30
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert told(path) == {}


def test_a_variable_of_somebody_elses_call_leads_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "price.yaml"
    commit(path, CONTRACT, FIRST_S)
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert told(path) == {"price-contract": 0}
