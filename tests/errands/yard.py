"""A small cluster in the double, a recorder that writes its tape, and errands that may act on it."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from console.errands.protocol import ALLOW_ACTIONS, Reply
from console.naming import is_nomad
from console.screens.errands import Errands
from console.signals import EntityKind, Record, RecordKind
from console.tape.errors import TapeError
from console.tape.store import open_tape
from tests.doubles.nomad import NomadDouble

ROOT = Path(__file__).parent.parent.parent
EVER_MS = 2**60
T = TypeVar("T")


class Yard:
    """What a test acts on. ``asked`` is the newest answer to ``plan``."""

    def __init__(self, nomad: NomadDouble, home: Path, env: dict[str, str]) -> None:
        self.nomad, self.home, self.env = nomad, home, env
        self.tape = Path(env["FOURTHSIGNAL_TAPE"])
        self._errands: list[Errands] = []

    def errands(self, *, allowed: bool = True, **env: str) -> Errands:
        """A process of errands, of a viewer that may act or not."""
        command = [sys.executable, "-m", "console.errands.process", *([ALLOW_ACTIONS] if allowed else [])]
        self._errands.append(Errands(command, {**self.env, **env}))
        return self._errands[-1]

    def close(self) -> None:
        for one in self._errands:
            one.close()

    def records(self, source: str = "") -> list[Record]:
        """Events on the tape, in order."""
        with open_tape(self.tape, "read") as store:
            sources = (source,) if source else ()
            return store.records_between(0, EVER_MS, (RecordKind.EVENT,), sources)

    def states(self, kind: EntityKind) -> dict[str, Any]:
        with open_tape(self.tape, "read") as store:
            return {one.entity.id: one.body for one in store.states_at(None, (kind,))}

    @property
    def posts(self) -> int:
        """How often anything was asked of Nomad that changes something."""
        return sum(count for path, count in self.nomad.requests.items() if path.startswith("POST "))


def ask(errands: Errands, **request: Any) -> list[Reply]:
    """All replies to one request."""
    told: queue.Queue[Reply] = queue.Queue()
    errands.ask(request, told.put)
    replies = [told.get(timeout=30)]
    while not replies[-1].is_last:
        replies.append(told.get(timeout=60))
    return replies


def planned(errands: Errands, action: str, *words: str, **subject: str) -> Reply:
    """The answer to what an action would affect."""
    return ask(errands, ask="plan", action=action, words=list(words), **subject)[-1]


def act(errands: Errands, plan: Reply, action: str, typed: str | None = None, **more: Any) -> list[Reply]:
    """Do what was planned, as the screen does it."""
    told = plan.told
    given = {"kind": told["kind"], "key": told["key"], "words": told["words"], "index": told["index"]}
    name = told["plan"]["name"] if typed is None else typed
    return ask(errands, ask="act", action=action, **{**given, "typed": name, **more})


def wait(condition: Callable[[], T | None], seconds: float, what: str) -> T:
    """Ask again until there is an answer; fails after so long."""
    ends = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < ends, f"not within {seconds} s: {what}"
        time.sleep(0.05)
    return found


@contextmanager
def recorded(nomad: NomadDouble, home: Path, *others: NomadDouble, **more: str) -> Iterator[Yard]:
    """A recorder on the double until all of it is on the tape, and as long as the test lasts. ``others`` are recorded
    by the same one, where ``more`` of the environment says so."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("NOMAD", "FOURTHSIGNAL"))}
    env = {
        **kept, "HOME": str(home), "XDG_STATE_HOME": str(home), "PYTHONPATH": str(ROOT), "NOMAD_ADDR": nomad.address,
        "FOURTHSIGNAL_TAPE": str(home / "live.tape"), **more,
    }  # fmt: skip
    yard = Yard(nomad, home, env)
    recorder = subprocess.Popen([sys.executable, "-m", "console", "record"], env=env, stderr=subprocess.DEVNULL)
    try:
        wait(lambda: _whole(yard, (nomad, *others)), 30, "the cluster is on the tape")
        yield yard
    finally:
        yard.close()
        recorder.terminate()
        recorder.wait(15)


def _whole(yard: Yard, nomads: Sequence[NomadDouble]) -> bool:
    if not yard.tape.exists():
        return False
    try:
        feeds, there = yard.states(EntityKind.FEED), yard.states(EntityKind.ALLOCATION)
        jobs = yard.states(EntityKind.JOB)
    except TapeError:  # it is being made just now
        return False
    known = len(there) >= sum(len(one.world.rows["allocations"]) for one in nomads)
    read = [one["state"] for source, one in feeds.items() if is_nomad(source)]
    return known and read == ["ok"] * len(nomads) and all(one.get("versions") for one in jobs.values())
