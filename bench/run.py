"""Speed, memory and bytes of the console, measured beside the smallest Textual app in the same run.

``python -m bench.run`` prints a Markdown table; ``--only start,keys`` runs parts of it. Needs the test extra. Absolute
times belong to the machine they were taken on; ratios carry over.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
PYTHON = sys.executable
COMMAND = str(Path(sys.executable).with_name("fourthsignal"))
SIZE = "200x50"
DEMO_ROW = "partner-feed"  # on the board only when its panes have data


class Line(NamedTuple):
    """One line of the table: what was measured, the target, what came out."""

    what: str
    target: str
    got: str


class Place(NamedTuple):
    """Where a part of the bench keeps its files: own state and configuration, nothing of the user's."""

    root: Path

    @property
    def env(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("NOMAD_", "FOURTHSIGNAL_", "PROMETHEUS_"))}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        return {**kept, "XDG_STATE_HOME": str(self.root / "state"), "XDG_CONFIG_HOME": str(self.root / "config")}


def tty(place: Place, *arguments: str, env: dict[str, str] | None = None) -> dict[str, Any]:
    """Run ttybench; its JSON document."""
    out = place.root / "out.json"
    command = [PYTHON, str(ROOT / "bench" / "ttybench.py"), "--json", str(out), "--size", SIZE, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env or place.env, capture_output=True, text=True, check=False)
    if not out.exists():
        raise SystemExit(f"ttybench failed: {done.stdout}{done.stderr}")
    found: dict[str, Any] = json.loads(out.read_text())
    out.unlink()
    return found


def program(found: dict[str, Any], name: str) -> dict[str, Any]:
    """The medians of one program, by dotted path."""
    result = found["programs"][name]
    if result["errors"]:
        raise SystemExit(f"{name}: {result['errors']}")
    return dict(result["median"])


def numbers(medians: dict[str, Any], path: str) -> float:
    """A number by its dotted path (``keys.p95_ms``); NaN when it was not measured."""
    value = medians.get(path)
    return float(value) if isinstance(value, (int, float)) else float("nan")


@contextmanager
def running(
    place: Place, *command: str, ready: str = "", extra: dict[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process beside the measurement, ended after it; the first line that it says."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**place.env, **(extra or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        said = process.stdout.readline() if ready and process.stdout else ""
        yield process, said
    finally:
        process.terminate()
        process.wait(20)


def pss_mb(pid: int) -> float:
    """Proportional set size of a process, in MB."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(found[1]) / 1024 if found else float("nan")


def start(place: Place) -> list[Line]:
    """From exec to the first frame and to four panes with data, alternating with the empty app."""
    found = tty(
        place, "--compare", "--runs", "9", "--exit-keys", "q",
        "--prog", f"empty={PYTHON} -m bench.empty_app", "--set", "empty.wait_for=READY",
        "--prog", f"demo={COMMAND} replay demo --at +19m", "--set", f"demo.wait_for={DEMO_ROW}",
    )  # fmt: skip
    empty, demo = program(found, "empty"), program(found, "demo")
    ready, base = numbers(demo, "startup.ready_ms"), numbers(empty, "startup.ready_ms")
    return [
        Line("first frame", "<= 30 ms", f"{numbers(demo, 'startup.first_paint_ms'):.0f} ms"),
        Line(
            "four panes with data / empty Textual app", "<= 1.35", f"{ready / base:.2f} ({ready:.0f} / {base:.0f} ms)"
        ),
        Line("exit", "", f"{numbers(demo, 'exit.ms'):.0f} ms (empty app {numbers(empty, 'exit.ms'):.0f} ms)"),
    ]


def keys(place: Place) -> list[Line]:
    """Cursor keys and doing nothing, on the demo tape standing still."""
    found = tty(
        place, "--prog", f"demo={COMMAND} replay demo --at +19m", "--wait-for", DEMO_ROW, "--idle", "20",
        "--idle-after", "3", "--keys", "j*40 k*40", "--exit-keys", "q",
    )  # fmt: skip
    demo = program(found, "demo")
    per_key = numbers(demo, "keys.bytes_per_key")
    return [
        Line(
            "key to paint, p50 / p95",
            "<= 6 / 25 ms",
            f"{numbers(demo, 'keys.p50_ms'):.1f} / {numbers(demo, 'keys.p95_ms'):.1f} ms",
        ),
        Line("bytes a cursor key", "<= 4 kB", f"{per_key / 1000:.2f} kB"),
        Line("nothing changing: CPU", "< 0.2%", f"{numbers(demo, 'idle.cpu_pct'):.2f}%"),
        Line("nothing changing: to the terminal", "0 B/s", f"{numbers(demo, 'idle.bytes_per_s'):.0f} B/s"),
        Line("nothing changing: wake-ups", "", f"{numbers(demo, 'idle.wakeups_per_s'):.1f} /s"),
        Line("viewer on the demo tape, PSS", "<= 60 MB", f"{numbers(demo, 'memory.max_pss_kb') / 1024:.0f} MB"),
    ]


def quarter(place: Place) -> list[Line]:
    """A quarter of 48 rows changing once a second, live."""
    tape = place.root / "quarter.tape"
    with running(place, PYTHON, "-m", "bench.feeder", str(tape), ready="READY"):
        found = tty(
            place, "--prog", f"board={COMMAND} watch --tape {tape}", "--wait-for", "row-0", "--idle", "30",
            "--idle-after", "3", "--exit-keys", "q",
        )  # fmt: skip
    board = program(found, "board")
    return [
        Line(
            "a quarter of 48 rows a second: bytes", "< 4 kB/s", f"{numbers(board, 'idle.bytes_per_s') / 1000:.2f} kB/s"
        ),
        Line("a quarter of 48 rows a second: CPU", "< 2%", f"{numbers(board, 'idle.cpu_pct'):.2f}%"),
    ]


def cluster(place: Place) -> list[Line]:
    """10,000 allocations in 800 jobs on 400 nodes, 200 events a second, live through double, recorder and viewer."""
    double = ("-m", "tests.doubles.nomad", "--allocations", "10000", "--events", "200")
    with running(place, PYTHON, *double, ready="{") as (_, said):
        address = json.loads(said)["address"]
        tape = place.root / "cluster.tape"
        extra = {"NOMAD_ADDR": address, "FOURTHSIGNAL_TAPE": str(tape)}
        with running(place, COMMAND, "record", extra=extra) as (recorder, _):
            wait_for_tape(tape, jobs=800)
            env = {**place.env, **extra}
            first = tty(
                place, "--compare", "--runs", "5", "--exit-keys", "q",
                "--prog", f"empty={PYTHON} -m bench.empty_app", "--set", "empty.wait_for=READY",
                "--prog", f"board={COMMAND} watch", "--set", "board.wait_for=job-", env=env,
            )  # fmt: skip
            loaded = tty(
                place, "--prog", f"board={COMMAND} watch", "--wait-for", "job-", "--load", "20", "--load-cmd", "sleep 60",
                "--load-keys", "j*60", "--watch", CURSOR, "--exit-keys", "q", env=env,
            )  # fmt: skip
            lag = tty(
                place, "--prog", f"board={COMMAND} watch", "--wait-for", "job-", "--marker-count", "20",
                "--marker-cmd", f"{PYTHON} -m bench.shout {address} {{marker}}", "--exit-keys", "q", env=env,
            )  # fmt: skip
            memory = pss_mb(recorder.pid)
    board, empty = program(first, "board"), program(first, "empty")
    ready, base = numbers(board, "startup.ready_ms"), numbers(empty, "startup.ready_ms")
    busy, late = program(loaded, "board"), program(lag, "board")
    return [
        Line(
            "10,000 allocations: panes with data / empty app",
            "<= 1.35",
            f"{ready / base:.2f} ({ready:.0f} / {base:.0f} ms)",
        ),
        Line(
            "200 events/s: key to paint, p50 / p95",
            "<= 6 / 25 ms",
            f"{numbers(busy, 'load.keys.p50_ms'):.1f} / {numbers(busy, 'load.keys.p95_ms'):.1f} ms",
        ),
        Line("200 events/s: viewer CPU", "", f"{numbers(busy, 'load.cpu_pct'):.1f}%"),
        Line("200 events/s: to the terminal", "", f"{numbers(busy, 'load.bytes_per_s') / 1000:.2f} kB/s"),
        Line(
            "event at Nomad to screen, p50 / p95",
            "p95 <= 400 ms",
            f"{numbers(late, 'marker.p50_ms'):.0f} / {numbers(late, 'marker.p95_ms'):.0f} ms",
        ),
        Line("viewer at 10,000 allocations, PSS", "<= 60 MB", f"{numbers(busy, 'memory.max_pss_kb') / 1024:.0f} MB"),
        Line("recorder at 10,000 allocations, PSS", "<= 150 MB", f"{memory:.0f} MB"),
    ]


CURSOR = r"job-\d+"


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


PARTS: dict[str, Callable[[Place], list[Line]]] = {"start": start, "keys": keys, "quarter": quarter, "cluster": cluster}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(PARTS), help=f"parts, of {', '.join(PARTS)}")
    asked = parser.parse_args()
    for package in ("console", "widgets", "themes", "bench"):
        compileall.compile_dir(str(ROOT / package), quiet=1)
    write = sys.stdout.write
    write(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {SIZE}\n\n")
    write("| measured | target | got |\n|---|---|---|\n")
    for name in asked.only.split(","):
        with tempfile.TemporaryDirectory() as root:
            for line in PARTS[name](Place(Path(root))):
                write(f"| {line.what} | {line.target} | {line.got} |\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
