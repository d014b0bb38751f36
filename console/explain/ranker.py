"""Ranks what moved with a signal, for a viewer that must not wait: ``python -m console.explain.ranker TAPE``.

A process of its own, at a lower priority: numpy and the reading of hours of samples stay out of the one that draws.
One JSON request a line on standard input, ``{"at_ms": ..., "window_ms": ..., "symptom": key or null}``; one JSON
document a line on standard output, a ``VerdictDoc`` or ``{"error": sentence}``, in the order of the requests. Ends at
the end of its input, which is also what a viewer leaves that was killed.
"""

from __future__ import annotations

import json
import math
import os
import signal
import sys
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from console.tape.errors import TapeError
from console.tape.store import Store, open_tape

if TYPE_CHECKING:
    from console.analysis.scene import Scene
    from console.findings import VerdictDoc

WINDOW_MS = 2_400_000
NICENESS = 10
KEPT_S = 10.0  # of a tape that grows, how long what was read is good for
_LONGEST_WINDOW_MS = 7 * 86_400_000
_LAST_MS = 253_402_214_400_000  # the year 9999
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class Request(NamedTuple):
    """What is asked: the ranking against ``symptom`` (None: whatever is found) as known at a time."""

    at_ms: int
    window_ms: int
    symptom: str | None


class RequestError(ValueError):
    """A line that is no request; its text is one sentence."""


def parse_request(line: str) -> Request:
    """A line of the input as a request. Raises RequestError."""
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        raise RequestError("A request is one JSON object a line, and this is none.") from None
    if not isinstance(asked, Mapping):
        raise RequestError("A request is a JSON object, and this is none.")
    symptom = asked.get("symptom")
    if symptom is not None and not isinstance(symptom, str):
        raise RequestError("'symptom' is the key of a signal, or null.")
    at_ms = _whole(asked.get("at_ms"), "at_ms", 0, _LAST_MS)
    window_ms = _whole(asked.get("window_ms", WINDOW_MS), "window_ms", 1_000, _LONGEST_WINDOW_MS)
    return Request(at_ms, window_ms, symptom)


def _whole(value: Any, name: str, least: int, most: int) -> int:
    fits = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not fits or not least <= value <= most:
        raise RequestError(f"'{name}' is a number of milliseconds from {least} to {most}.")
    return int(value)


class Ranker:
    """Answers requests about one tape; what was read for a time is kept for the next request about that time."""

    def __init__(self, tape: str) -> None:
        self._tape = tape
        self._store: Store | None = None
        self._scene: Scene | None = None
        self._seen: tuple[int, int] | None = None  # the time and the window of that scene
        self._seen_s = 0.0  # and when it was read

    def answer(self, request: Request) -> VerdictDoc | dict[str, str]:
        """The verdict with its ranking against the symptom, or why there is none."""
        from console.analysis.verdict import judge

        try:
            scene = self._scene_at(request)
        except TapeError as error:
            self.close()
            return {"error": str(error)}
        if request.symptom is not None and all(one.key != request.symptom for one in scene.signals):
            return {"error": f"The signal {request.symptom} was not seen in the time that is looked at."}
        return judge(scene._replace(symptom=request.symptom))

    def _scene_at(self, request: Request) -> Scene:
        from console.scenes.tape import scene_of

        if self._store is None:
            self._store = open_tape(self._tape, "read")
        wanted, now_s = (request.at_ms, request.window_ms), time.monotonic()
        old = self._store.grows and now_s - self._seen_s > KEPT_S  # what is seen late belongs to it, too
        if self._scene is None or self._seen != wanted or old:
            self._scene = None  # two of them need not be held at once
            self._scene = scene_of(self._store, request.at_ms, window_ms=request.window_ms)
            self._seen, self._seen_s = wanted, now_s
        return self._scene

    def close(self) -> None:
        """Let go of the tape; the next request opens it again."""
        if self._store is not None:
            self._store.close()
        self._store, self._scene, self._seen = None, None, None


def serve(tape: str, requests: Iterable[str], answers: TextIO) -> None:
    """Answer each line until there are no more. A fault of ours is logged, told, and ends nothing."""
    ranker = Ranker(tape)
    try:
        for line in requests:
            if line.strip():
                answers.write(_answer(ranker, line) + "\n")
                answers.flush()
    finally:
        ranker.close()


def _answer(ranker: Ranker, line: str) -> str:
    try:
        return json.dumps(ranker.answer(parse_request(line)), allow_nan=False)
    except RequestError as error:
        return json.dumps({"error": str(error)})
    except Exception as fault:
        from console.faults import explain

        return json.dumps({"error": f"The ranking failed: {explain(fault, os.environ)[0]}."})


def main(arguments: list[str]) -> int:
    """Serve standard input until it ends."""
    if len(arguments) != 1:
        sys.stderr.write("fourthsignal: the ranker takes one argument, the tape.\n")
        return 2
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^c is for the viewer, whose end is the end of the input
    os.nice(NICENESS)
    for name in _ONE_THREAD:  # before numpy is imported: the other cores are for those who draw and record
        os.environ.setdefault(name, "1")
    requests = (line.decode("utf-8", "replace") for line in sys.stdin.buffer)
    try:
        serve(arguments[0], requests, sys.stdout)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains once more as it ends
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
