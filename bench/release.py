"""The last release, to be measured beside what is here: its files from git, run with the same Python and packages."""

from __future__ import annotations

import compileall
import io
import subprocess
import tarfile
from pathlib import Path

from bench.measure import PYTHON, ROOT


def last_release() -> str:
    """The newest tag; empty where there is none (a checkout without tags)."""
    found = subprocess.run(
        ["git", "describe", "--tags", "--abbrev=0"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return found.stdout.strip()


def unpacked(ref: str, into: Path) -> str:
    """Put the files of a git reference into a folder; the command that runs it. Raises SystemExit for no such one."""
    packed = subprocess.run(["git", "archive", ref], cwd=ROOT, capture_output=True, check=False)
    if packed.returncode:
        raise SystemExit(f"git has no '{ref}': {packed.stderr.decode('utf-8', 'replace').strip()}")
    into.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as files:
        files.extractall(into, filter="data")
    for package in ("console", "widgets", "themes"):
        compileall.compile_dir(str(into / package), quiet=1)
    return f"env PYTHONPATH={into} {PYTHON} {into}/console/bin/fourthsignal"
