"""What a viewer asks a real Nomad for: logs, objects, checks, versions, permissions. Whatever is refused says why."""

from __future__ import annotations

import json
import queue
import time
from pathlib import Path
from typing import Any

import pytest

from console.errands.protocol import Reply
from console.naming import job_name, namespace_of
from console.signals import EntityKind, Record
from console.tape.store import open_tape
from tests.errands.conftest import Asking
from tests.live.real import needs_nomad

pytestmark = needs_nomad
CAPABILITIES = ("list-jobs", "read-job", "read-logs", "alloc-exec", "submit-job", "node:read", "node:write")


def states(tape: Path, kind: EntityKind) -> list[Record]:
    with open_tape(tape, "read") as store:
        return store.states_at(None, [kind])


def running(tape: Path) -> Record:
    """An allocation that runs now, the oldest: it has something to tell."""
    found = [one for one in states(tape, EntityKind.ALLOCATION) if one.body["status"] == "running"]
    if not found:
        pytest.skip("no allocation is running here")
    return min(found, key=lambda one: int(one.body["created_ms"]))


def answered(reply: Reply) -> dict[str, Any]:
    """The answer; a refusal must say why, and skips what would have been looked at."""
    if reply.kind == "error":
        assert reply.sentence
        pytest.skip(reply.sentence)
    return dict(reply.told)


def test_lines_of_a_running_allocation_come(asking: Asking, tape: Path) -> None:
    alloc = running(tape)
    errand, told = asking.begin("logs", allocations=[alloc.entity.id], task="", stream="both", tail=4096)
    seen: list[str] = []
    deadline = time.monotonic() + 20
    try:
        while time.monotonic() < deadline and "lines" not in seen:
            try:
                reply = told.get(timeout=1)
            except queue.Empty:
                continue
            if reply.kind == "error":
                assert reply.sentence
                return
            seen += [name for name in ("states", "lines") if reply.told.get(name)]
    finally:
        errand.stop()
    assert "states" in seen, "a log that is silent at least says that it is followed"


@pytest.mark.parametrize("kind", [EntityKind.JOB, EntityKind.NODE, EntityKind.ALLOCATION, EntityKind.DEPLOYMENT])
def test_an_object_comes_as_nomad_has_it(asking: Asking, tape: Path, kind: EntityKind) -> None:
    found = [one for one in states(tape, kind) if not one.body.get("gone") and one.body.get("status") != "gone"]
    if not found:
        pytest.skip(f"there is no {kind.value} here")
    told = answered(asking.one("object", kind=kind.value, key=found[0].entity.id))
    if told.get("gone"):
        pytest.skip("it has been collected meanwhile")
    wanted = job_name(found[0].entity.id) if kind is EntityKind.JOB else found[0].entity.id
    assert json.loads(told["text"])["ID"] == wanted


def test_the_checks_and_the_use_of_an_allocation(asking: Asking, tape: Path) -> None:
    alloc = running(tape)
    checks = answered(asking.one("checks", allocation=alloc.entity.id))["checks"]
    assert all(one["name"] and one["status"] for one in checks)
    use = answered(asking.one("stats", allocation=alloc.entity.id))
    assert use["memory_bytes"] is None or use["memory_bytes"] >= 0


def test_what_changed_between_two_versions(asking: Asking, tape: Path) -> None:
    changed = [one for one in states(tape, EntityKind.JOB) if int(one.body.get("version") or 0) > 0]
    if not changed:
        pytest.skip("no job here has a second version")
    job = changed[0].entity.id
    told = answered(asking.one("diff", job=job_name(job), namespace=namespace_of(job)))
    assert told["steps"] and told["to"] > told["from"]


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_what_the_token_may_do_can_be_asked(asking: Asking, capability: str) -> None:
    told = answered(asking.one("may", capability=capability, namespace="default"))
    assert told["may"] in (True, False, None)
    assert told["may"] is True or told["why"]
