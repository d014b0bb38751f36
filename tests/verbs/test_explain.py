"""``explain`` as people and programs run it: the command in a process of its own."""

from __future__ import annotations

import csv
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from console.findings import VerdictDoc
from console.times import format_time
from tests import servers
from tests.doubles.nomad import NomadDouble

START = 1_795_442_400
LAG = 'consumer_lag{entity="indexer",bad="up"}'
QUALITY = 'answer_quality{entity="answerer",unit="1",bad="down"}'
LATENCY = 'latency_p90{entity="checkout",unit="s",bad="up"}'
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def explain(tmp_path: Path) -> Run:
    """Runs the command without any configuration."""
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "c"),
           "XDG_STATE_HOME": str(tmp_path / "s")}  # fmt: skip

    def run(*words: object, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "console", "explain", *map(str, words)]
        root = Path(__file__).parents[2]
        return subprocess.run(command, env=env | more, capture_output=True, text=True, timeout=120, cwd=root)

    return run


@pytest.fixture(scope="module")
def metrics(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two hours in which lag rises, and quality falls a minute later, three times."""
    rng = np.random.default_rng(11)
    count = 480
    lag, quality = rng.normal(20, 2, count), rng.normal(0.95, 0.004, count)
    latency = rng.normal(0.2, 0.01, count)
    for begin in (400, 425, 450):
        lag[begin : begin + 12] += 300
        quality[begin + 4 : begin + 14] -= 0.3
    path = tmp_path_factory.mktemp("explain") / "metrics.csv"
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["time", LAG, QUALITY, LATENCY])
        table.writerows(zip([START + 15 * at for at in range(count)], lag, quality, latency, strict=True))
    return path


def answer(ran: subprocess.CompletedProcess[str]) -> Any:
    """The one document on standard output."""
    return json.loads(ran.stdout, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


def test_json_is_one_document_with_all_keys(explain: Run, metrics: Path) -> None:
    ran = explain("--csv", metrics, "--json")
    doc = answer(ran)
    assert ran.returncode == 0 and ran.stderr == ""
    assert set(doc) == set(VerdictDoc.__annotations__)
    assert doc["state"] == "incident"
    assert doc["first_mover"]["signal"] == LAG and doc["first_mover"]["entity"] == "indexer"
    assert doc["symptom"]["signal"] == QUALITY


def test_text_names_the_first_mover(explain: Run, metrics: Path) -> None:
    ran = explain("--csv", metrics)
    assert ran.returncode == 0 and ran.stderr == ""
    assert ran.stdout.startswith("INCIDENT") and "First mover\n  indexer consumer_lag rose at 15:40:00Z" in ran.stdout
    assert max(map(len, ran.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("at", "fail_on", "code"),
    [("-1m", "incident", 1), ("-1m", "suspect", 1), ("-1m", None, 0), ("+1h30m", "suspect", 0)],
)
def test_fail_on(explain: Run, metrics: Path, at: str, fail_on: str | None, code: int) -> None:
    flags = ["--fail-on", fail_on] if fail_on else []
    assert explain("--csv", metrics, "--at", at, *flags).returncode == code


def test_before_anything_happened_it_is_quiet(explain: Run, metrics: Path) -> None:
    doc = answer(explain("--csv", metrics, "--at", "2026-11-23T15:35:00Z", "--window", "30m", "--json"))
    assert doc["state"] == "quiet" and doc["first_mover"] is None
    assert doc["window"] == {"from": "2026-11-23T15:05:00Z", "to": "2026-11-23T15:35:00Z"}


def test_a_symptom_is_what_is_asked_about(explain: Run, metrics: Path) -> None:
    doc = answer(explain("--csv", metrics, "--symptom", QUALITY, "--json"))
    assert doc["symptom"]["signal"] == QUALITY
    assert doc["ranked"][0]["signal"] == LAG


@pytest.mark.parametrize(("asked", "near"), [("latency", LATENCY), ("answr_quality", QUALITY), ("zzzzzzzz", "none")])
def test_a_symptom_that_is_not_there_names_the_nearest(explain: Run, metrics: Path, asked: str, near: str) -> None:
    ran = explain("--csv", metrics, "--symptom", asked, "--json")
    assert ran.returncode == 2
    assert answer(ran) == {"error": ran.stderr.removeprefix("fourthsignal: ").rstrip("\n"), "exit": 2}
    assert asked in ran.stderr and near in ran.stderr


def test_a_graph_and_another_label_for_the_entity(explain: Run, tmp_path: Path, metrics: Path) -> None:
    (tmp_path / "calls.csv").write_text("caller,callee\nanswerer,indexer\nanswerer,ghost\n")
    doc = answer(explain("--csv", metrics, "--graph", tmp_path / "calls.csv", "--json"))
    assert {"what": "ghost", "why": "in calls.csv, and no series is about it"} in doc["not_seen"]
    (tmp_path / "other.csv").write_text(metrics.read_text().replace("entity=", "who="))
    doc = answer(explain("--csv", tmp_path / "other.csv", "--entity-label", "who", "--json"))
    assert doc["first_mover"]["entity"] == "indexer"


def test_names_from_outside_do_nothing_to_a_terminal(explain: Run, tmp_path: Path) -> None:
    name = 'lag{entity="a\x1b[31m\x9bb\u202ec\u00e9"}'
    path = tmp_path / "odd.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(
            [["time", name], *([START + 15 * at, 900 if at > 80 else at % 3] for at in range(99))]
        )
    for flags in ([], ["--json"], ["--symptom", "nothing"]):
        ran = explain("--csv", path, *flags)
        assert not set(ran.stdout + ran.stderr) & set("\x1b\x9b\u202e")
    doc = answer(explain("--csv", path, "--symptom", name, "--json"))
    assert doc["symptom"]["signal"] == name and doc["symptom"]["entity"] == "a\x1b[31m\x9bb\u202ec\u00e9"


def test_a_broken_row_is_named_and_standard_output_stays_empty(explain: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_text(f"time,a\n{START},1\n{START + 15},one\n")
    ran = explain("--csv", broken)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert f"{broken}, line 3" in ran.stderr and ran.stderr.count("\n") == 1
    (tmp_path / "calls.csv").write_text("caller,callee\na\n")
    ran = explain("--csv", broken, "--graph", tmp_path / "calls.csv")
    assert ran.returncode == 2


def test_what_is_odd_in_a_file_is_said_and_never_a_crash(explain: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    rows = [f"{START + 15 * at},{at},,4,{'inf' if at == 3 else 1},{1 if at < 2 else 'NaN'}" for at in range(40)]
    rows[5], rows[6] = rows[6], rows[5]
    path.write_text("\n".join(["time,fine,empty,flat,endless,two", *rows, rows[-1]]) + "\n")
    ran = explain("--csv", path, "--json")
    told = {one["what"]: one["why"] for one in answer(ran)["not_seen"]}
    assert ran.returncode == 0
    assert {"empty", "endless", "two", "order of odd.csv", "1 row of odd.csv"} <= set(told)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--csv", "m.csv", "--tape", "demo"], "give one of them"),
        (["--graph", "g.csv"], "--csv"),
        (["--entity-label", "x"], "--csv"),
        (["--tape", "demo", "--window", "40"], "is not a duration"),
        (["--tape", "demo", "--at", "teatime"], "is not a time"),
        (["--tape", "demo", "--at", "2020-01-01T00:00:00Z"], "before the first moment"),
        (["--tape", "demo", "--symptom", "qualitee"], "there is no signal qualitee"),
        (["--tape", "demo", "--fail-on", "quiet"], "invalid choice"),
        (["--tape", "/none.tape"], "/none.tape"),
        (["--csv", "/none.csv"], "/none.csv: cannot be read"),
        ([], "there is nothing to look at"),
    ],
)
def test_wrong_use_is_one_sentence_and_two(explain: Run, words: list[str], told: str) -> None:
    ran = explain(*words)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert told in ran.stderr and ran.stderr.count("\n") == 1


def test_the_bundled_tape(explain: Run) -> None:
    quiet = answer(explain("--tape", "demo", "--at", "+8m", "--json"))
    assert quiet["state"] == "quiet"
    doc = answer(explain("--tape", "demo", "--at", "+19m", "--json"))
    assert doc["state"] == "incident" and doc["misleading"]["is"]
    assert doc["first_mover"]["pane"] == "ingestion"
    assert any(one["owner"] is None for one in doc["ownership"])


def test_a_tape_that_the_environment_names_is_read(explain: Run) -> None:
    demo = Path(__file__).parents[2] / "console" / "demo" / "fourth-signal.tape"
    assert answer(explain("--at", "+8m", "--json", FOURTHSIGNAL_TAPE=str(demo)))["state"] == "quiet"


def closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.parametrize("variable", ["NOMAD_ADDR", "PROMETHEUS_URL", "ALERTMANAGER_URL"])
def test_servers_that_cannot_be_reached(explain: Run, variable: str) -> None:
    address = f"http://127.0.0.1:{closed_port()}"
    ran = explain("--json", **{variable: address})
    assert ran.returncode == 3
    assert address in answer(ran)["error"]


def test_a_time_that_has_not_come(explain: Run) -> None:
    ran = explain("--at", "2199-01-01T00:00:00Z", NOMAD_ADDR="http://127.0.0.1:1")
    assert (ran.returncode, ran.stdout) == (2, "") and "future" in ran.stderr


def test_servers_are_asked_for_the_time_around_the_moment_and_for_nothing_later(explain: Run, tmp_path: Path) -> None:
    servers.need("prometheus")
    data = servers.unpack_recording(tmp_path)
    with servers.prometheus(tmp_path, data) as address:
        quiet = explain("--prometheus-url", address, "--at", format_time(servers.minute(8)), "--json")
        trouble = explain("--prometheus-url", address, "--at", format_time(servers.minute(19)), "--json")
    assert answer(quiet)["state"] == "quiet"
    doc = answer(trouble)
    assert doc["state"] != "quiet" and doc["symptom"]["pane"] == "models"
    assert max(one["at"] for one in doc["onsets"]) <= doc["at"] == format_time(servers.minute(19))
    assert not list((tmp_path / "s").rglob("*.tape"))


def test_a_server_that_answers_is_enough_and_the_other_is_said(explain: Run) -> None:
    with NomadDouble.cluster(allocations=24, jobs=6, nodes=3, events_per_s=0) as nomad:
        ran = explain("--json", NOMAD_ADDR=nomad.address, PROMETHEUS_URL=f"http://127.0.0.1:{closed_port()}")
    assert ran.returncode == 0
    assert [one["what"] for one in answer(ran)["not_seen"]] == ["prometheus"]
    assert ran.stderr.startswith("fourthsignal: prometheus was not read")
