"""10,000 allocations in 800 jobs on 400 nodes, 200 events a second, and a node pool that is lost: through the Nomad
double, a recorder and viewers, beside the last release."""

from __future__ import annotations

import json
import os
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import Any, NamedTuple

from bench.measure import COMMAND, CURSOR, JOB, LIVE, PYTHON, Line, Place, program, pss_mb, ratio, running, told, tty
from bench.release import last_release, unpacked

ALLOCATIONS, NODES = 10_000, 400
TABLE = r"(\S+\[\d+\])"  # an allocation's name, in the list of allocations
POOL, STORM_EVENTS = "gpu", 5_000
REQUESTS_S = 60.0


class House(NamedTuple):
    """A generated cluster that is being recorded. ``env`` is that of a viewer."""

    address: str
    tape: Path
    recorder: int
    env: dict[str, str]


@contextmanager
def house(place: Place, events: int = 200) -> Iterator[House]:
    """The double, and a recorder that has all of it on its tape."""
    double = ("-m", "tests.doubles.nomad", "--allocations", str(ALLOCATIONS), "--events", str(events))
    with running(place, PYTHON, *double, ready="{") as (_, said):
        address = json.loads(said)["address"]
        tape = place.root / "cluster.tape"
        extra = {"NOMAD_ADDR": address, "FOURTHSIGNAL_TAPE": str(tape)}
        with running(place, COMMAND, "record", extra=extra) as (recorder, _):
            wait_for_tape(tape, jobs=800)
            yield House(address, tape, recorder.pid, {**place.env, **extra})


def cluster(place: Place) -> list[Line]:
    """Start, keys, bytes and memory while 200 events a second happen."""
    with house(place) as here:
        before = {"last": f"{unpacked(ref, place.root / 'last')} watch"} if (ref := last_release()) else {}
        boards = {"board": f"{COMMAND} watch", **before}
        first = tty(
            place, "--compare", "--runs", "7", "--exit-keys", "q",
            "--prog", f"empty={PYTHON} -m bench.empty_app", "--set", "empty.wait_for=READY",
            "--prog", f"board={COMMAND} watch", "--set", f"board.wait_for={LIVE}{JOB}",
            env={**here.env, "XDG_STATE_HOME": os.devnull},  # no picture of the last visit to take for the board
        )  # fmt: skip
        began, size = time.monotonic(), here.tape.stat().st_size
        loaded = _beside(
            place, here, boards, 3, "--wait-for", LIVE + JOB, "--load", "20", "--load-cmd", "sleep 60",
            "--load-warmup", "3", "--load-keys", "j*60", "--watch", CURSOR,
        )  # fmt: skip
        growth = (here.tape.stat().st_size - size) / (time.monotonic() - began) * 3600 / 1e6
        listed = tty(
            place, "--runs", "5", "--prog", f"board={COMMAND} watch", "--wait-for", LIVE + JOB, "--setup-keys",
            "text::allocations wait:1", "--keys", "enter", "--watch", TABLE, "--exit-keys", "q", env=here.env,
        )  # fmt: skip
        inside = tty(
            place, "--runs", "3", "--prog", f"board={COMMAND} watch", "--wait-for", LIVE + JOB, "--setup-keys",
            f"text::allocations enter {quote(f'until:{TABLE}')}", "--load", "20", "--load-cmd", "sleep 60",
            "--load-warmup", "3", "--load-keys", "j*60", "--watch", CURSOR, "--exit-keys", "q", env=here.env,
        )  # fmt: skip
        lag = tty(
            place, "--prog", f"board={COMMAND} watch", "--wait-for", LIVE + JOB, "--marker-count", "40",
            "--marker-cmd", f"{PYTHON} -m bench.shout {here.address} {{marker}}", "--exit-keys", "q", env=here.env,
        )  # fmt: skip
        asked = requests(here.address, REQUESTS_S)
        memory = pss_mb(here.recorder)
    board, empty, late = program(first, "board"), program(first, "empty"), program(lag, "board")
    busy, rows = program(loaded, "board"), program(inside, "board")
    opened, old = program(listed, "board"), program(loaded, "last") if before else {}
    return [
        Line("10,000 allocations: first frame", "<= 30 ms", told(board, "startup.first_paint_ms", "{:.0f} ms")),
        Line("10,000 allocations: panes with data / empty app", "<= 1.35", ratio(board, empty, "startup.ready_ms")),
        Line("list of 10,000 allocations opened", "<= 300 ms", told(opened, "keys.p50_ms", "{:.0f} ms")),
        Line("200 events/s: key to paint, p50 / p95", "<= 4 / 16 ms", _keys(busy) + _last(old, _keys)),
        Line("the same in the list of allocations", "<= 4 / 16 ms", _keys(rows)),
        Line("200 events/s: keys without effect", "0", told(busy, "load.keys.missed", "{:.0f}")),
        Line("200 events/s: viewer CPU, board / list", "<= 4%", _cpu(busy) + " / " + _cpu(rows) + _last(old, _cpu)),
        Line("200 events/s: to the terminal, board / list", "<= 4 kB/s",
             _bytes(busy) + " / " + _bytes(rows) + _last(old, _bytes)),
        Line(
            "event at Nomad to screen, p50 / p95", "p95 <= 400 ms",
            told(late, "marker.p50_ms", "{:.0f}") + " / " + told(late, "marker.p95_ms", "{:.0f} ms"),
        ),
        Line("events that never reached the screen", "0", told(late, "marker.missed", "{:.0f}")),
        Line("viewer at 10,000 allocations, PSS, board / list", "<= 60 MB",
             _mb(busy) + " / " + _mb(rows) + _last(old, _mb)),
        Line("recorder at 10,000 allocations, PSS", "<= 150 MB", f"{memory:.0f} MB"),
        Line(f"requests to Nomad in {REQUESTS_S:.0f} s, but for the stream", "1 list check", asked),
        Line("tape at 200 events/s", "", f"{growth:.0f} MB/h"),
    ]  # fmt: skip


def _beside(place: Place, here: House, boards: dict[str, str], runs: int, *how: str) -> dict[str, Any]:
    """Measure the boards alternately."""
    programs = [part for name, command in boards.items() for part in ("--prog", f"{name}={command}")]
    compare = ["--compare"] if len(boards) > 1 else []
    return tty(place, *compare, "--runs", str(runs), *programs, *how, "--exit-keys", "q", env=here.env)


def _keys(found: dict[str, Any]) -> str:
    return told(found, "load.keys.p50_ms", "{:.1f}") + " / " + told(found, "load.keys.p95_ms", "{:.1f} ms")


def _cpu(found: dict[str, Any]) -> str:
    return told(found, "load.cpu_pct", "{:.1f}%")


def _bytes(found: dict[str, Any]) -> str:
    return told(found, "load.bytes_per_s", "{:.0f} B/s")


def _mb(found: dict[str, Any]) -> str:
    return told(found, "memory.max_pss_kb", "{:.0f} MB", 1 / 1024)


def _last(found: dict[str, Any], words: Any) -> str:
    """What the last release took in the same run, where there is one."""
    return f" (last release {words(found)})" if found else ""


def requests(address: str, seconds: float) -> str:
    """What a double is asked for within a time, by path; the stream that is open already is not asked for again."""
    before = _asked(address)
    time.sleep(seconds)
    after = _asked(address)
    found = {path: count - before.get(path, 0) for path, count in after.items() if count > before.get(path, 0)}
    return ", ".join(f"{count} {path}" for path, count in sorted(found.items())) or "none"


def _asked(address: str) -> dict[str, int]:
    with urllib.request.urlopen(f"{address}/_double/requests") as answer:
        found: dict[str, int] = json.load(answer)
    return {path: count for path, count in found.items() if not path.startswith("/_double")}


def storm(place: Place) -> list[Line]:
    """A node pool is lost: 5,000 events in 2 s. How long after the last the board is right, and what is on the tape."""
    result = place.root / "storm.json"
    with house(place, events=0) as here:
        found = tty(
            place, "--prog", f"board={COMMAND} watch", "--wait-for", LIVE + JOB, "--marker-count", "1",
            "--marker-cmd", f"{PYTHON} -m bench.strike {here.address} {POOL} {STORM_EVENTS} {result}",
            "--marker-pattern", truth_on_screen(), "--timeout", "30", "--exit-keys", "q",
            env=here.env,
        )  # fmt: skip
        time.sleep(3)
        told_of = on_tape(here.tape, json.loads(result.read_text()))
    board = program(found, "board")
    return [
        Line("5,000 events in 2 s: board right after the last", "<= 2 s", told(board, "marker.p50_ms", "{:.0f} ms")),
        Line("of them on the tape", "all", told_of),
    ]


def truth_on_screen() -> str:
    """What the board says once it is right: a cluster of the same seed, struck in the same way, tells."""
    from tests.doubles.nomad import NomadDouble

    twin = NomadDouble.cluster(ALLOCATIONS, nodes=NODES, events_per_s=0)
    down = twin.lose_pool(POOL, STORM_EVENTS, 0.0).counts["down"]
    rows = twin.world.rows["allocations"].values()
    running = sum(full["DesiredStatus"] == "run" and full["ClientStatus"] == "running" for _, full in rows)
    return rf"{running}/\d+ running +{NODES - down}/{NODES} nodes"


def on_tape(tape: Path, truth: dict[str, Any]) -> str:
    """How many of the losses, placements and fallen nodes were told, each of them once."""
    from console.signals import EntityKind, RecordKind
    from console.tape.store import open_tape

    with open_tape(tape, "read") as store:
        events = store.records_between(0, 2**62, kinds=(RecordKind.EVENT,))
        nodes = store.states_at(None, [EntityKind.NODE])
    told_of = {
        "lost": [one.entity.id for one in events if one.name == "AllocationLost"],
        "placed": [one.entity.id for one in events if one.name == "AllocationPlaced"],
        "down": [node.entity.id for node in nodes if node.body.get("status") == "down"],
    }
    said = []
    for what, found in told_of.items():
        wanted = set(truth[what])
        said.append(f"{sum(one in wanted for one in found)} of {len(wanted)} {what}")
    return ", ".join(said)


def wait_for_tape(tape: Path, jobs: int) -> None:
    """Until the recorder has the whole cluster on its tape."""
    from console.signals import EntityKind
    from console.tape.errors import TapeError
    from console.tape.store import open_tape

    for _ in range(240):
        time.sleep(0.5)
        try:
            with open_tape(tape, "read") as store:
                if len(store.states_at(None, [EntityKind.JOB])) >= jobs:
                    return
        except TapeError:
            continue
    raise SystemExit("the recorder did not get the cluster on its tape in two minutes")
