"""When the schema of a contract was last changed by a commit, for files that lie in a git checkout.

git is only asked to read its own history: no pager, no hooks, no diff programs, no network. Bounded in files, in
revisions of a file and in time; where it ends early, nobody knows and nothing is said.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from console.declared.shapes import DeclaredError
from console.declared.yamlfile import parse_yaml
from console.feeds.ownership.schema import Changed, shape
from console.governance.fields import GIT

log = logging.getLogger(__name__)

LONGEST_S = 10.0
MOST_COMMITS = 2000
MOST_REVISIONS = 20
_MOST_BYTES = 4 * 1024 * 1024


class _Commit(NamedTuple):
    id: str
    at_ms: int


class _LateError(Exception):
    """The time for asking git is over."""


def schema_commits(files: Mapping[Path, Mapping[str, Any]], longest_s: float = LONGEST_S) -> dict[str, Changed]:
    """For contracts in git checkouts: by id, the commit that gave their schema the shape it has now.

    ``files`` are the shapes of the contracts' schemas as they are now, by file and id. One that was changed since it
    was last committed is left out. Blocks for up to ``longest_s``.
    """
    git = shutil.which("git")
    if git is None:
        return {}
    found: dict[str, Changed] = {}
    asker = _Git(git, time.monotonic() + longest_s)
    try:
        for top, inside in _by_checkout(asker, files).items():
            for path, commits in asker.history(top, inside).items():
                found.update(_of_file(asker, top, path, files[path], commits))
    except _LateError:
        log.info("git did not tell the history of all contracts within %g s", longest_s)
    return found


def _by_checkout(git: _Git, files: Iterable[Path]) -> dict[Path, list[Path]]:
    tops: dict[Path, Path | None] = {}
    found: dict[Path, list[Path]] = defaultdict(list)
    for path in files:
        folder = path.parent
        if folder not in tops:
            known = next((top for top in tops.values() if top is not None and _same_tree(top, folder)), None)
            tops[folder] = known or git.top(folder)
        if (top := tops[folder]) is not None:
            found[top].append(path)
    return found


def _same_tree(top: Path, folder: Path) -> bool:
    """Whether a folder lies in a checkout and in no other one inside of it."""
    return top in (folder, *folder.parents) and not any(
        (place / ".git").exists() for place in (folder, *folder.parents) if top in place.parents
    )


def _of_file(
    git: _Git, top: Path, path: Path, now: Mapping[str, Any], commits: Sequence[_Commit]
) -> Iterator[tuple[str, Changed]]:
    """Go back from the newest commit for as long as a schema had its present shape."""
    since: dict[str, _Commit] = {}
    left = dict(now)
    older = False  # whether the history goes on beyond what is read
    for at, commit in enumerate(commits):
        older = at >= MOST_REVISIONS
        if older or not left:
            break
        text = git.text(top, commit.id, path)
        shapes = _shapes(path, text) if text is not None else {}
        for name in list(left):
            if shapes.get(name, _shapes) == left[name]:
                since[name] = commit
            else:
                del left[name]
    for name, commit in since.items():
        if name in left and (older or len(commits) >= MOST_COMMITS):
            continue
        yield name, Changed(commit.at_ms, GIT, f"{path}, commit {commit.id[:10]}")


def _shapes(path: Path, text: str) -> dict[str, Any]:
    try:
        documents = [document.data for document in parse_yaml(path, text) if isinstance(document.data, dict)]
    except DeclaredError:
        return {}
    return {str(data.get("id")): shape(data.get("schema")) for data in documents}


class _Git:
    def __init__(self, program: str, until: float) -> None:
        self._program = program
        self._until = until
        # What is set for somebody else's call of git must not lead this one to another repository.
        self._env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        self._env |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}

    def top(self, folder: Path) -> Path | None:
        """The checkout that a folder lies in."""
        said = self._ask(folder, "rev-parse", "--show-toplevel")
        text = said.decode("utf-8", "surrogateescape").strip() if said else ""
        return Path(text) if text else None

    def history(self, top: Path, files: Sequence[Path]) -> dict[Path, list[_Commit]]:
        """The commits of each file, the newest first."""
        real = {os.path.relpath(path.resolve(), top.resolve()): path for path in files}
        said = self._ask(
            top, "log", f"--max-count={MOST_COMMITS}", "--no-renames", "--name-only", "--format=%x01%H %ct", "-z"
        )
        found: dict[Path, list[_Commit]] = {path: [] for path in files}
        for block in (said or b"").decode("utf-8", "surrogateescape").split("\x01")[1:]:
            head, *names = [part.strip("\n") for part in block.split("\0")]
            commit_id, _, seconds = head.partition(" ")
            for name in names:
                if name in real and seconds.strip().isdigit():
                    found[real[name]].append(_Commit(commit_id, int(seconds) * 1000))
        return {path: commits for path, commits in found.items() if commits}

    def text(self, top: Path, commit: str, path: Path) -> str | None:
        """A file as it was in a commit; None where it was not there, is too big or is no text."""
        name = os.path.relpath(path.resolve(), top.resolve())
        said = self._ask(top, "cat-file", "blob", f"{commit}:{name}")
        if said is None or len(said) > _MOST_BYTES:
            return None
        try:
            return said.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            return None

    def _ask(self, folder: Path, *what: str) -> bytes | None:
        left_s = self._until - time.monotonic()
        if left_s <= 0:
            raise _LateError
        command = [self._program, "--no-pager", "-c", "core.fsmonitor=false", "-C", str(folder), *what]
        try:
            done = subprocess.run(
                command, capture_output=True, stdin=subprocess.DEVNULL, timeout=left_s, env=self._env, check=False
            )
        except subprocess.TimeoutExpired:
            raise _LateError from None
        except OSError:
            return None
        return done.stdout if done.returncode == 0 else None
