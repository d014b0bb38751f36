"""Git checkouts for tests, with the times of commits that a test wants."""

from __future__ import annotations

import subprocess
from pathlib import Path


def git(folder: Path, *what: str, at_s: int = 0) -> None:
    """Run git with nobody's settings; ``at_s`` is when a commit is made (unix seconds)."""
    env = {
        "PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@x", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@x",
        "GIT_AUTHOR_DATE": f"{at_s} +0000", "GIT_COMMITTER_DATE": f"{at_s} +0000",
    }  # fmt: skip
    subprocess.run(["git", "-C", str(folder), *what], check=True, capture_output=True, env=env)


def commit(path: Path, text: str, at_s: int) -> None:
    """Write a file and commit it, in a checkout that is made if need be."""
    top = path.parent
    if not (top / ".git").exists():
        git(top, "init", "-q")
    path.write_text(text)
    git(top, "add", path.name)
    git(top, "commit", "-q", "--allow-empty", "-m", "m", at_s=at_s)
