"""Speed, memory and bytes of the console, measured beside the smallest Textual app in the same run.

``python -m bench.run`` prints a Markdown table; ``--only start,keys`` runs parts of it. Needs the test extra. Absolute
times belong to the machine they were taken on; ratios carry over.
"""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.declared import audit, declared
from bench.links import leaving, links
from bench.measure import (
    COMMAND,
    DEMO_ROW,
    LIVE,
    PYTHON,
    ROOT,
    SIZE,
    Line,
    Place,
    numbers,
    program,
    running,
    told,
    tty,
)
from bench.scale import cluster, storm


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


PARTS: dict[str, Callable[[Place], list[Line]]] = {
    "start": start,
    "keys": keys,
    "quarter": quarter,
    "cluster": cluster,
    "storm": storm,
    "links": links,
    "exit": leaving,
    "declared": declared,
    "audit": audit,
}


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
