"""The viewer's side of the ranker: asks a process of its own what moved with a signal, and never waits for it.

Nothing runs until somebody asks, and nothing once nobody has asked for a minute. Of questions that wait for an answer
only the newest is kept: who moves down a list wants the ranking of where they end up.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, NamedTuple, cast

if TYPE_CHECKING:
    from console.findings import VerdictDoc

log = logging.getLogger(__name__)

WINDOW_MS = 2_400_000
UNUSED_S = 60.0  # after so long without a question the process ends
_LEAVING_S = 0.2
_MOST_WORDS = 4096


class Question(NamedTuple):
    """What moved with ``symptom`` (the key of a signal; None: whatever is found), as known at a time."""

    at_ms: int
    symptom: str | None
    window_ms: int = WINDOW_MS


class Answer(NamedTuple):
    """The verdict with its ranking, or one sentence that says why there is none."""

    question: Question
    verdict: VerdictDoc | None
    problem: str = ""


Take = Callable[[Answer], None]


class Ranking:
    """Asks the ranker of one tape. Made and asked by the screen; answers come from a thread of its own.

    ``command`` is what is run.
    """

    def __init__(self, tape: str, command: Sequence[str] | None = None, unused_s: float = UNUSED_S) -> None:
        where = tape if "://" in tape else str(Path(tape).absolute())
        self._command = [*(command or (sys.executable, "-m", "console.explain.ranker")), where]
        self._unused_s = unused_s
        self._lock = threading.Condition()
        self._wanted: tuple[Question, Take] | None = None
        self._ending = False
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._words: IO[bytes] | None = None  # what the process says on its standard error

    @property
    def runs(self) -> bool:
        """Whether a process is there now."""
        process = self._process
        return process is not None and process.poll() is None

    def ask(self, question: Question, take: Take) -> None:
        """Have ``take`` called with the answer, from another thread; not at all when something is asked before."""
        with self._lock:
            self._wanted = (question, take)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="ranking", daemon=True)
                self._thread.start()
            self._lock.notify()

    def forget(self, take: Take) -> None:
        """Who gave this ``take`` waits for an answer no more."""
        with self._lock:
            if self._wanted is not None and self._wanted[1] == take:
                self._wanted = None

    def close(self) -> None:
        """End the process; waits for nobody."""
        with self._lock:
            self._ending = True
            self._wanted = None
            self._lock.notify()
        process = self._process
        if process is not None:
            process.terminate()

    # -- the thread's side -------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while (asked := self._next()) is not None:
                question, take = asked
                answer = self._answer(question)
                with self._lock:
                    newer, ending = self._wanted, self._ending
                if newer is None and not ending:
                    take(answer)
        finally:
            self._end_process()

    def _next(self) -> tuple[Question, Take] | None:
        """Wait for a question; None: nobody asks any more."""
        with self._lock:
            if self._wanted is None and not self._ending:
                self._lock.wait(self._unused_s)
            asked, self._wanted = self._wanted, None
            if asked is None or self._ending:
                self._thread = None  # under the lock: who asks from now on starts another one
                return None
            return asked

    def _answer(self, question: Question) -> Answer:
        try:
            if not self.runs:
                self._start()
            process = self._process
            assert process is not None
            into, out = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
            into.write(json.dumps(question._asdict()).encode() + b"\n")
            into.flush()
            line = out.readline()
        except OSError as error:
            self._end_process()
            return Answer(question, None, _logged("the ranker cannot be asked", str(error)))
        if not line.endswith(b"\n"):
            return Answer(question, None, self._ended())
        return _told(question, line)

    def _start(self) -> None:
        self._end_process()
        self._words = TemporaryFile()  # noqa: SIM115 - read when the process has ended
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._words, cwd="/"
        )

    def _ended(self) -> str:
        """Log the last words of a process that has gone without an answer; what to say of it."""
        process = self._process
        code = process.wait() if process is not None else None
        self._end_process()
        if self._ending:
            return ""
        words = self._words
        assert words is not None
        words.seek(max(0, words.seek(0, os.SEEK_END) - _MOST_WORDS))
        return _logged(f"the ranker ended with {code}", words.read().decode("utf-8", "replace"))

    def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was not sent yet has nowhere to go
                    continue
        try:
            process.wait(_LEAVING_S)  # it ends by itself at the end of its input
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _logged(what: str, words: str) -> str:
    """Keep the details of a failure in the log; one sentence about it."""
    from console.faults import open_log

    try:
        path = open_log(os.environ)
    except OSError:
        return f"There is no ranking: {what}; open the row again to have it tried once more."
    log.error("%s: %s", what, words.strip() or "no word")
    return f"There is no ranking: {what}, see {path}; open the row again to have it tried once more."


def _told(question: Question, line: bytes) -> Answer:
    """A line of the ranker as an answer."""
    try:
        told: Any = json.loads(line)
    except ValueError:
        told = None
    if not isinstance(told, Mapping):
        words = line[:_MOST_WORDS].decode("utf-8", "replace")
        return Answer(question, None, _logged("the ranker's answer cannot be read", words))
    if "error" in told:
        return Answer(question, None, str(told["error"]))
    return Answer(question, cast("VerdictDoc", told))
