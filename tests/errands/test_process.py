"""The errands process and the viewer's side of it, with a Nomad double behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.errands.process import settings_of
from console.errands.protocol import RequestError, line_of, parse_reply, parse_request
from console.settings.errors import ConfigError
from tests.doubles.nomad import NomadDouble
from tests.errands.conftest import ROOT, OpenOffice
from tests.whole.house import wait


@pytest.fixture
def double() -> Iterator[NomadDouble]:
    with NomadDouble.cluster(allocations=12, jobs=4, nodes=2, events_per_s=0) as one:
        yield one


def job_of(double: NomadDouble) -> dict[str, str]:
    job = double.find("jobs")
    return {"of": "job", "key": f"{job['Namespace']}/{job['ID']}"}


def test_an_answer(double: NomadDouble, office: OpenOffice) -> None:
    job = job_of(double)
    with office(double) as asking:
        reply = asking.one("allocations", **job)
        assert reply.kind == "answer"
        known = {
            row[0]["ID"]
            for row in double.world.rows["allocations"].values()
            if job["key"].endswith(f"/{row[0]['JobID']}")
        }
        assert {one["id"] for one in reply.told["allocations"]} == known
        assert all(one["tasks"] for one in reply.told["allocations"])


def test_a_job_whose_id_has_slashes_and_brackets(double: NomadDouble, office: OpenOffice) -> None:
    name = "nightly [eval]/periodic-17 x"
    double.change("jobs", f"default/{name}", ID=name, Namespace="default", Name=name, Version=0)
    with office(double) as asking:
        reply = asking.one("allocations", of="job", key=f"default/{name}")
        assert (reply.kind, reply.told.get("allocations")) == ("answer", [])


def test_allocations_of_other_objects(double: NomadDouble, office: OpenOffice) -> None:
    key, row = next(iter(double.world.rows["allocations"].items()))
    siblings = {one for one, other in double.world.rows["allocations"].items() if other[0]["JobID"] == row[0]["JobID"]}
    job = f"{row[0]['Namespace']}/{row[0]['JobID']}"
    with office(double) as asking:

        def ids(of: str, key: str) -> set[str]:
            return {one["id"] for one in asking.one("allocations", of=of, key=key).told["allocations"]}

        assert ids("allocation", key) == siblings
        assert ids("group", f"{job}/{row[0]['TaskGroup']}") == siblings
        assert ids("group", f"{job}/other") == set()
        on_node = {
            one for one, other in double.world.rows["allocations"].items() if other[0]["NodeID"] == row[0]["NodeID"]
        }
        assert ids("node", row[0]["NodeID"]) == on_node


def test_allocations_of_what_was_recorded(office: OpenOffice) -> None:
    with NomadDouble.recorded(at_s=300, frozen=True) as double, office(double) as asking:

        def ids(of: str, key: str) -> set[str]:
            return {one["id"] for one in asking.one("allocations", of=of, key=key).told["allocations"]}

        one = double.find("allocations", JobID="answerer", ClientStatus="running")
        assert one["ID"] in ids("evaluation", one["EvalID"])
        deployed = double.find("deployments", JobID="answerer")
        assert ids("deployment", deployed["ID"]) <= ids("job", "llm-prod/answerer")
        service = double.find("services", JobID="answerer")
        assert ids("service", f"llm-prod/{service['ServiceName']}") <= ids("job", "llm-prod/answerer")
        assert ids("service", f"llm-prod/{service['ServiceName']}")


def test_errors_are_one_sentence_each_and_end_nothing(double: NomadDouble, office: OpenOffice) -> None:
    with office(double) as asking:
        absent = asking.one("allocations", of="job", key="default/nobody")
        assert absent.kind == "error"
        assert "job not found" in absent.why
        assert "known are" in asking.one("dance").todo
        assert "'key'" in asking.one("allocations", of="job").why
        assert "'of' is one of job" in asking.one("allocations", of="song", key="x").why
        assert "there is one Nomad" in asking.one("allocations", cluster="eu", **job_of(double)).why
        double.fault("forbidden")
        denied = asking.one("allocations", **job_of(double))
        assert denied.denied
        assert "does not permit" in denied.sentence
        double.clear()
        assert asking.one("allocations", **job_of(double)).kind == "answer"


def test_the_token_goes_by_the_environment_and_is_in_no_reply(double: NomadDouble, office: OpenOffice) -> None:
    with office(double, NOMAD_TOKEN="s.ecret-token") as asking:
        reply = asking.one("allocations", **job_of(double))
        assert double.tokens["/v1/job/:id/allocations"] == {"s.ecret-token"}
        double.fault("forbidden")
        refused = asking.one("allocations", **job_of(double))
        assert "s.ecret-token" not in str((reply, refused))
        process = asking.errands._process
        assert process is not None
        assert b"s.ecret" not in Path(f"/proc/{process.popen.pid}/cmdline").read_bytes()


def test_what_is_stopped_tells_no_more(double: NomadDouble, office: OpenOffice) -> None:
    double.fault("hang", paths=("/v1/job/",))
    with office(double) as asking:
        errand, told = asking.begin("allocations", **job_of(double))
        wait(lambda: double.requests["/v1/job/:id/allocations"], 20, "it is asked")
        errand.stop()
        double.clear()
        assert asking.one("allocations", **job_of(double)).kind == "answer"
        assert told.empty()


def test_a_process_that_is_killed_is_told_and_the_next_request_starts_another(
    double: NomadDouble, office: OpenOffice
) -> None:
    double.fault("hang", paths=("/v1/job/",))
    with office(double) as asking:
        _, told = asking.begin("allocations", **job_of(double))
        wait(lambda: double.requests["/v1/job/:id/allocations"], 20, "it is asked")
        process = asking.errands._process
        assert process is not None
        process.popen.kill()
        failed = told.get(timeout=10)
        assert failed.kind == "error"
        assert "ended with -9" in failed.why
        double.clear()
        assert asking.one("allocations", **job_of(double)).kind == "answer"


def test_it_ends_when_nobody_asks_and_comes_back(double: NomadDouble, office: OpenOffice) -> None:
    with office(double, unused_s=0.3) as asking:
        assert asking.one("allocations", **job_of(double)).kind == "answer"
        process = asking.errands._process
        assert process is not None
        assert process.popen.wait(10) == 0
        assert not asking.errands.runs
        assert asking.one("allocations", **job_of(double)).kind == "answer"


def test_it_ends_with_a_viewer_that_is_killed_though_nomad_hangs(double: NomadDouble, tmp_path: Path) -> None:
    double.fault("hang", paths=("/v1/job/",))
    viewer = (
        "import sys, time\n"
        "from console.screens.errands import Errands\n"
        "errands = Errands([sys.executable, '-m', 'console.errands.process'])\n"
        f"errands.ask({{'ask': 'allocations', **{job_of(double)!r}}}, print)\n"
        "while errands._process is None: time.sleep(.01)\n"
        "print(errands._process.popen.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    env = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "NOMAD_ADDR": double.address}
    with subprocess.Popen([sys.executable, "-c", viewer], stdout=subprocess.PIPE, env=env) as running:
        assert running.stdout is not None
        pid = int(running.stdout.readline())
        wait(lambda: double.requests["/v1/job/:id/allocations"], 20, "it is asked")
        running.send_signal(signal.SIGKILL)
    wait(lambda: not Path(f"/proc/{pid}").exists() or b"Z" in Path(f"/proc/{pid}/stat").read_bytes(), 10, "it ends")


def test_lines_that_are_no_requests_are_told(double: NomadDouble, tmp_path: Path) -> None:
    env = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "NOMAD_ADDR": double.address}
    lines = b'junk\n[1]\n{"id": 0, "ask": "x"}\n{"id": 7}\n' + b'{"id": 8, "ask": "' + b"a" * 2_000_000 + b'"}\n'
    ran = subprocess.run([sys.executable, "-m", "console.errands.process"], input=lines, capture_output=True, env=env,
                         timeout=20, check=True)  # fmt: skip
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert {one["is"] for one in told} == {"error"}
    assert [one["id"] for one in told[:4]] == [0, 0, 0, 7]
    assert "at most 1048576 bytes" in told[4]["why"]
    assert not ran.stderr


def test_settings_reach_it_by_flags_and_environment(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "NOMAD_ADDR": "http://nomad.example:4646"}
    settings = settings_of(["--linger", "2.0s"], env)
    assert (settings.nomad.address, settings.linger_s) == ("http://nomad.example:4646", 2.0)
    with pytest.raises(ConfigError):
        settings_of(["--dance", "yes"], env)
    with pytest.raises(ConfigError):
        settings_of(["--linger"], env)


def test_the_protocol() -> None:
    request = parse_request(b'{"id": 3, "ask": "logs", "cluster": "eu", "task": "t"}')
    assert (request.id, request.ask, request.cluster, request.given["task"]) == (3, "logs", "eu", "t")
    with pytest.raises(RequestError, match="name of a profile"):
        parse_request(b'{"id": 3, "ask": "logs", "cluster": 4}')
    reply = parse_reply(line_of(3, "error", {"why": "no", "todo": "go", "denied": True}))
    assert reply is not None
    assert (reply.sentence, reply.denied, reply.is_last) == ("no; go.", True, True)
    assert parse_reply(b'{"id": 3, "is": "song"}') is None
    assert parse_reply(b"\xff") is None


def test_a_board_on_a_recording_refuses_with_a_sentence_and_closes_what_it_made(double: NomadDouble) -> None:
    from console.screens.actions.registry import RefusedError
    from console.screens.app import BoardApp
    from console.screens.snapshot import StillFeed
    from console.screens.start import Start
    from console.settings.paths import DEMO_TAPE

    feed = StillFeed(Start(str(DEMO_TAPE), "demo", "replay"), lambda: int(time.time() * 1000))
    try:
        app = BoardApp(feed, driver_class=None)
        assert app.errands is None
        with pytest.raises(RefusedError, match=r"^This is a recording: logs are read from Nomad, live\.$"):
            app.errands_or_refuse("logs are read")
    finally:
        feed.close()
