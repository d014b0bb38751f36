"""Everything that must hold, in the order of what is quickest to say no: style, types, rooms, tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
STEPS: tuple[tuple[str, list[str]], ...] = (
    ("style", [sys.executable, "-m", "ruff", "check", "."]),
    ("format", [sys.executable, "-m", "ruff", "format", "--check", "."]),
    ("types", [sys.executable, "-m", "mypy"]),
    ("rooms", [str(Path(sys.executable).with_name("lint-imports"))]),
    ("tests", [sys.executable, "-m", "pytest", "-q"]),
)


def main(arguments: list[str]) -> int:
    """Run the steps; stop at the first that fails. Arguments go to pytest."""
    for name, command in STEPS:
        extra = arguments if name == "tests" else []
        sys.stdout.write(f"== {name}\n")
        sys.stdout.flush()
        code = subprocess.run([*command, *extra], cwd=ROOT, check=False).returncode
        if code:
            sys.stdout.write(f"== {name} failed\n")
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
