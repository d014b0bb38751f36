"""What every part of the bench uses: programs in a pty of a given size, numbers and lines of the table."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
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
