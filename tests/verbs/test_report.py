"""``report`` as its user runs it: a tape in, one of four formats out; wrong input is told in a sentence."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from console.command import run
from tests.screens.governed import governed

END = "2026-11-23T05:26:45Z"


@pytest.fixture
def tape(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The night with all that is declared about it, in a home of its own."""
    for name, folder in (("XDG_STATE_HOME", "state"), ("XDG_CONFIG_HOME", "config")):
        monkeypatch.setenv(name, str(tmp_path / folder))
    return governed(tmp_path / "night.tape")


def told(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert run(["report", *words]) == code
    said = capsys.readouterr()
    return said.out if code == 0 else said.err


def test_all_formats_tell_of_the_same(tape: Path, capsys: pytest.CaptureFixture[str]) -> None:
    common = ("--tape", str(tape), "--period", "1h", "--at", END)
    report = json.loads(told(capsys, *common, "--json"))
    assert report["period"] == {"from": "2026-11-23T04:26:45Z", "to": END}
    assert report["summary"]["critical"] == sum(
        one["severity"] == "critical" and one["status"] == "fail"
        for part in ("ownership", "lifecycle", "kpi_review", "data")
        for one in report[part]
    )
    failing = {one["name"] for one in report["ownership"] if one["status"] == "fail"}
    assert failing
    rows = list(csv.DictReader(io.StringIO(told(capsys, *common, "--format", "csv"))))
    assert {row["subject"] for row in rows if row["part"] == "ownership" and row["state"] == "fail"} == failing
    for form in ("md", "html"):
        text = told(capsys, *common, "--format", form).replace("\\", "")
        assert [name for name in failing if name not in text] == []
    assert {kpi["name"] for kpi in report["kpis"]} == {row["subject"] for row in rows if row["part"] == "kpi"}


def test_nothing_later_has_any_influence(tape: Path, capsys: pytest.CaptureFixture[str]) -> None:
    early = json.loads(told(capsys, "--tape", str(tape), "--period", "10m", "--at", "+11m", "--json"))
    assert all(one["at"] <= early["at"] for one in early["fixes"] + early["changes"] + early["reviews"])
    assert not [one for one in early["fixes"] if one["effect"] == "worse"]


def test_the_name_of_the_file_says_the_format_and_no_file_is_written_over(
    tape: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "week.html"
    told(capsys, "--tape", str(tape), "--out", str(out))
    assert out.read_text().startswith("<!doctype html>")
    assert out.stat().st_mode & 0o777 == 0o600
    again = told(capsys, "--tape", str(tape), "--out", str(out), code=2)
    assert "is there already" in again
    assert "name another file" in again


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--period", "soon"), "is not a duration"),
        (("--period", "5000d"), "from 1m to 400d"),
        (("--json", "--format", "csv"), "two formats"),
        (("--format", "csv", "--out", "new.md"), "named as md and csv is asked for"),
        (("--out", "new.pdf"), "no format is called 'pdf'"),
        (("--at", "yesterday"), "is not a time"),
        (("--at", "2020-01-01T00:00:00Z"), "before the first moment"),
        (("--out", "/proc/none/report.md"), "cannot be written"),
    ],
)
def test_wrong_input_is_told_in_one_sentence(
    tape: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    heard = told(capsys, "--tape", str(tape), *words, code=2)
    assert said in heard
    assert len(heard.strip().splitlines()) == 1


def test_a_tape_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no tape" in told(capsys, "--tape", str(tmp_path / "none.tape"), code=2)
