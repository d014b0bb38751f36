"""The one test that does something to a real Nomad: only where FOURTHSIGNAL_LIVE_ACTIONS names a job to restart."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.errands.protocol import ALLOW_ACTIONS
from console.screens.errands import Errands
from console.signals import EntityKind
from console.tape.store import open_tape
from tests.errands.conftest import Asking
from tests.live.conftest import ROOT
from tests.live.real import needs_nomad

JOB = os.environ.get("FOURTHSIGNAL_LIVE_ACTIONS", "")
pytestmark = [
    needs_nomad,
    pytest.mark.skipif(not JOB, reason="FOURTHSIGNAL_LIVE_ACTIONS names no job (namespace/job) that may be restarted"),
]


@pytest.fixture
def acting(tape: Path, tmp_path: Path) -> Iterator[Asking]:
    env = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "FOURTHSIGNAL_TAPE": str(tape)}
    errands = Errands([sys.executable, "-m", "console.errands.process", ALLOW_ACTIONS], env)
    yield Asking(errands)
    errands.close()


def test_an_allocation_of_the_named_job_is_restarted(acting: Asking, tape: Path) -> None:
    with open_tape(tape, "read") as store:
        found = [
            one.entity.id
            for one in store.states_at(None, [EntityKind.ALLOCATION])
            if f"{one.body['namespace']}/{one.body['job']}" == JOB and one.body["status"] == "running"
        ]
    assert found, f"no allocation of {JOB} is running"
    asked = {"action": "restart", "words": [], "kind": "allocation", "key": found[0]}
    planned = acting.one("plan", **asked)
    assert planned.kind == "answer", planned.sentence
    name = planned.told["plan"]["name"]
    _, told = acting.begin("act", **asked, typed=name, index=planned.told["index"])
    stages: list[str] = []
    while (reply := told.get(timeout=90)).kind == "part":
        stages.append(str(reply.told.get("stage")))
    assert reply.kind == "answer", reply.sentence
    assert "done" in stages and reply.told["outcome"]
