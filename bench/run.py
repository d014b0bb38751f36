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
LIVE = r"(?s)\A(?!.* Opening /).*"  # not the picture of the last visit
JOB = r"(serve|embed|rank|ingest|train|eval)-\d{4}"  # as the double calls its jobs
CURSOR = r"▌\S* +(\S+)"  # the row that the cursor is on


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


def told(medians: dict[str, Any], path: str, form: str, scale: float = 1.0) -> str:
    """A number in words, or that it could not be measured."""
    value = numbers(medians, path)
    return f"not measured ({path})" if value != value else form.format(value * scale)


def ratio(medians: dict[str, Any], base: dict[str, Any], path: str) -> str:
    """How many times as long as the other it takes, with both times."""
    ours, theirs = numbers(medians, path), numbers(base, path)
    if ours != ours or theirs != theirs:
        return f"not measured ({path})"
    return f"{ours / theirs:.2f} ({ours:.0f} / {theirs:.0f} ms)"


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
        "--prog", f"bare={PYTHON} -c 'print(1, flush=True)'", "--set", "bare.wait_for=1", "--set", "bare.exit_keys=",
    )  # fmt: skip
    empty, demo = program(found, "empty"), program(found, "demo")
    first, bare = numbers(demo, "startup.first_paint_ms"), numbers(program(found, "bare"), "startup.first_paint_ms")
    ready, base = numbers(demo, "startup.ready_ms"), numbers(empty, "startup.ready_ms")
    return [
        Line("first frame / bare Python", "<= 30 ms", f"{first:.0f} / {bare:.0f} ms"),
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
    """A quarter of 48 rows changing once a second, live; then none, with a recorder that only says it is alive."""
    lines = []
    for changing in (12, 0):
        tape = place.root / f"{changing}.tape"
        feeder = ("-m", "bench.feeder", str(tape), "--changing", str(changing))
        with running(place, PYTHON, *feeder, ready="READY"):
            found = tty(
                place, "--runs", "3", "--prog", f"board={COMMAND} watch --tape {tape}", "--wait-for", LIVE + "row-0",
                "--idle", "30", "--idle-after", "5", "--exit-keys", "q",
            )  # fmt: skip
        board = program(found, "board")
        what = "a quarter of 48 rows a second" if changing else "nothing changing, live"
        lines += [
            Line(f"{what}: bytes", "< 4 kB/s" if changing else "0 B/s", told(board, "idle.bytes_per_s", "{:.0f} B/s")),
            Line(f"{what}: CPU", "< 2%" if changing else "< 0.2%", told(board, "idle.cpu_pct", "{:.2f}%")),
            Line(f"{what}: wake-ups", "", told(board, "idle.wakeups_per_s", "{:.1f} /s")),
        ]
    return lines


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
                place, "--compare", "--runs", "7", "--exit-keys", "q",
                "--prog", f"empty={PYTHON} -m bench.empty_app", "--set", "empty.wait_for=READY",
                "--prog", f"board={COMMAND} watch", "--set", f"board.wait_for={LIVE}{JOB}",
                env={**env, "XDG_STATE_HOME": os.devnull},  # no picture of the last visit to take for the board
            )  # fmt: skip
            began, size = time.monotonic(), tape.stat().st_size
            loaded = tty(
                place, "--runs", "3", "--prog", f"board={COMMAND} watch", "--wait-for", LIVE + JOB, "--load", "20",
                "--load-cmd", "sleep 60", "--load-warmup", "3", "--load-keys", "j*60", "--watch", CURSOR,
                "--exit-keys", "q", env=env,
            )  # fmt: skip
            growth = (tape.stat().st_size - size) / (time.monotonic() - began) * 3600 / 1e6
            lag = tty(
                place, "--prog", f"board={COMMAND} watch", "--wait-for", LIVE + JOB, "--marker-count", "40",
                "--marker-cmd", f"{PYTHON} -m bench.shout {address} {{marker}}", "--exit-keys", "q", env=env,
            )  # fmt: skip
            memory = pss_mb(recorder.pid)
    board, empty, busy, late = (
        program(first, "board"),
        program(first, "empty"),
        program(loaded, "board"),
        program(lag, "board"),
    )
    return [
        Line("10,000 allocations: first frame", "<= 30 ms", told(board, "startup.first_paint_ms", "{:.0f} ms")),
        Line("10,000 allocations: panes with data / empty app", "<= 1.35", ratio(board, empty, "startup.ready_ms")),
        Line(
            "200 events/s: key to paint, p50 / p95",
            "<= 6 / 25 ms",
            told(busy, "load.keys.p50_ms", "{:.1f}") + " / " + told(busy, "load.keys.p95_ms", "{:.1f} ms"),
        ),
        Line("200 events/s: keys without effect", "0", told(busy, "load.keys.missed", "{:.0f}")),
        Line("200 events/s: viewer CPU", "", told(busy, "load.cpu_pct", "{:.1f}%")),
        Line("200 events/s: to the terminal", "", told(busy, "load.bytes_per_s", "{:.0f} B/s")),
        Line(
            "event at Nomad to screen, p50 / p95",
            "p95 <= 400 ms",
            told(late, "marker.p50_ms", "{:.0f}") + " / " + told(late, "marker.p95_ms", "{:.0f} ms"),
        ),
        Line("events that never reached the screen", "0", told(late, "marker.missed", "{:.0f}")),
        Line("viewer at 10,000 allocations, PSS", "<= 60 MB", told(busy, "memory.max_pss_kb", "{:.0f} MB", 1 / 1024)),
        Line("recorder at 10,000 allocations, PSS", "<= 150 MB", f"{memory:.0f} MB"),
        Line("tape at 200 events/s", "", f"{growth:.0f} MB/h"),
    ]


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
