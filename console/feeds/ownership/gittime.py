"""When the schema of a contract was last changed by a commit, for files that lie in a git checkout.

git is only asked to read its own history: no pager, no hooks, no diff programs, no network. Bounded in files, in
revisions of a file and in time; where it ends early, nobody knows and nothing is said.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Timer
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
    """The time for asking git is over, or git itself is."""


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
            history = asker.history(top, inside)
            with asker.blobs(top) as blobs:
                for path, commits in history.items():
                    found.update(_of_file(blobs, path, files[path], commits))
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
    blobs: _Blobs, path: Path, now: Mapping[str, Any], commits: Sequence[_Commit]
) -> Iterator[tuple[str, Changed]]:
    """Go back from the newest commit for as long as a schema had its present shape."""
    since: dict[str, _Commit] = {}
    left = set(now)
    older = len(commits) >= MOST_COMMITS  # whether the history goes on beyond what is read
    present = _raw(path)
    for at, commit in enumerate(commits):
        if at >= MOST_REVISIONS or not left:
            older = older or at >= MOST_REVISIONS
            break
        raw = blobs.read(commit.id, path)
        shapes = now if raw is not None and raw == present else _shapes(path, raw)
        left = {name for name in left if name in shapes and shapes[name] == now[name]}
        since.update(dict.fromkeys(left, commit))
    for name, commit in since.items():
        if name not in left or not older:
            yield name, Changed(commit.at_ms, GIT, f"{path}, commit {commit.id[:10]}")


def _raw(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _shapes(path: Path, raw: bytes | None) -> dict[str, Any]:
    """The shapes of the schemas in a file as it was; nothing where it was no contract then."""
    try:
        text = (raw or b"").decode("utf-8-sig").replace("\r\n", "\n")
        documents = [document.data for document in parse_yaml(path, text) if isinstance(document.data, dict)]
    except (UnicodeDecodeError, DeclaredError):
        return {}
    return {str(data.get("id")): shape(data.get("schema")) for data in documents}


class _Blobs:
    """Files as they were in commits, out of one process of git that answers as long as there is time."""

    def __init__(self, process: subprocess.Popen[bytes], top: Path, until: float) -> None:
        self._process = process
        self._top = top.resolve()
        self._watchdog = Timer(max(0.0, until - time.monotonic()), process.kill)
        self._watchdog.daemon = True
        self._watchdog.start()

    def __enter__(self) -> _Blobs:
        return self

    def __exit__(self, *problem: object) -> None:
        self._watchdog.cancel()
        self._process.kill()
        with contextlib.suppress(OSError):
            self._process.communicate()

    def read(self, commit: str, path: Path) -> bytes | None:
        """A file as it was in a commit; None where it was not there or is too big."""
        asks, answers = self._process.stdin, self._process.stdout
        name = os.path.relpath(path.resolve(), self._top)
        if asks is None or answers is None or "\n" in name:
            return None
        try:
            asks.write(os.fsencode(f"{commit}:{name}\n"))
            asks.flush()
            head = answers.readline()
            words = head.split()
            if len(words) != 3 or words[1] != b"blob":
                if not head:
                    raise _LateError
                return None
            size = int(words[2])
            raw = answers.read(size + 1)
        except (OSError, ValueError):
            raise _LateError from None
        if len(raw) <= size:
            raise _LateError
        return raw[:-1] if size <= _MOST_BYTES else None


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

    def blobs(self, top: Path) -> _Blobs:
        """A process that reads files out of commits."""
        try:
            process = subprocess.Popen(
                self._command(top, "cat-file", "--batch"), env=self._env,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except OSError:
            raise _LateError from None
        return _Blobs(process, top, self._until)

    def _command(self, folder: Path, *what: str) -> list[str]:
        return [self._program, "--no-pager", "-c", "core.fsmonitor=false", "-C", str(folder), *what]

    def _ask(self, folder: Path, *what: str) -> bytes | None:
        left_s = self._until - time.monotonic()
        if left_s <= 0:
            raise _LateError
        try:
            done = subprocess.run(
                self._command(folder, *what), capture_output=True, stdin=subprocess.DEVNULL, timeout=left_s,
                env=self._env, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise _LateError from None
        except OSError:
            return None
        return done.stdout if done.returncode == 0 else None
