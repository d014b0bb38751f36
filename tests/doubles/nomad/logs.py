"""``GET /v1/client/fs/logs/:id``: framed, followed, from an offset; recorded, generated or written by a test.

Recorded logs are served in recorded time: a line is there once the clock has passed the time that it says, and a line
that says none once the one before is. Tasks of a generated cluster write ``rate`` lines a second.
"""

from __future__ import annotations

import base64
import gzip
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from console.logs.when import time_of
from tests.doubles.nomad.acl import permit
from tests.doubles.nomad.answers import RefusalError
from tests.doubles.nomad.recording import RECORDING
from tests.doubles.nomad.stream import _left
from tests.doubles.nomad.world import Json

if TYPE_CHECKING:
    from tests.doubles.nomad.double import NomadDouble
    from tests.doubles.nomad.server import Query, _Handler

PATH = "/v1/client/fs/logs/"
FRAME = 64 * 1024
POLL_S = 0.05
BEAT_S = 1.0
PAST_S = 120.0  # of so long ago are the first lines of a generated task
Key = tuple[str, str, str]  # allocation, task, stdout or stderr


class TaskLog:
    """What one task wrote on one of its streams: files that are rotated, the oldest of which go."""

    def __init__(self) -> None:
        self.files: dict[int, bytearray] = {0: bytearray()}

    def append(self, data: bytes) -> None:
        self.files[max(self.files)] += data

    def rotate(self, keep: int = 10) -> None:
        """Begin another file; only the newest are kept."""
        self.files[max(self.files) + 1] = bytearray()
        for number in sorted(self.files)[:-keep]:
            del self.files[number]

    def place(self, origin: str, offset: int) -> tuple[int, int]:
        """File and byte that so many bytes from the start or before the end are at."""
        numbers = sorted(self.files)
        if origin == "start":
            for number in numbers:
                if offset <= len(self.files[number]):
                    return number, offset
                offset -= len(self.files[number])
            return numbers[-1], len(self.files[numbers[-1]])
        for number in reversed(numbers):
            if offset <= len(self.files[number]):
                return number, len(self.files[number]) - offset
            offset -= len(self.files[number])
        return numbers[0], 0


class Logs:
    """All logs of a double. ``rate``: lines a second of each generated task."""

    def __init__(self, double: NomadDouble) -> None:
        self._double = double
        self.rate = 2.0
        self.cuts = 0  # goes up when every connection is to break
        self._written: dict[Key, TaskLog] = {}
        self._growing: dict[Key, tuple[TaskLog, Iterator[tuple[int, bytes]], list[tuple[int, bytes]]]] = {}

    def of(self, allocation: str, task: str, stream: str = "stdout") -> TaskLog:
        """A log that a test writes; nothing else is in it."""
        return self._written.setdefault((allocation, task, stream), TaskLog())

    def cut(self) -> None:
        """Break every connection that follows."""
        self.cuts += 1

    def now(self, key: Key) -> TaskLog:
        """A log as it is by the double's clock."""
        if key in self._written:
            return self._written[key]
        if key not in self._growing:
            self._growing[key] = (TaskLog(), self._lines(key), [])
        log, lines, next_up = self._growing[key]
        now_ms = self._double.clock.now_ms()
        while (found := next_up.pop() if next_up else next(lines, None)) is not None:
            if found[0] > now_ms:
                next_up.append(found)
                break
            log.append(found[1])
        return log

    def _lines(self, key: Key) -> Iterator[tuple[int, bytes]]:
        allocation, task, stream = key
        row = self._double.world.rows["allocations"].get(allocation)
        if row is None:
            return iter(())
        if self._double.generated is None:
            return iter(recorded(row[1]["Namespace"], row[1]["JobID"], allocation[:8], task, stream))
        return self._generated(allocation, row[1]["JobID"]) if stream == "stdout" else iter(())

    def _generated(self, allocation: str, job: str) -> Iterator[tuple[int, bytes]]:
        at_ms, number = self._double.clock.now_ms() - PAST_S * 1000, 0
        while True:
            number += 1
            at_ms += 1000 / max(self.rate, 0.001)
            level = "ERROR" if number % 97 == 0 else "WARN " if number % 23 == 0 else "INFO "
            text = f"{_stamp(at_ms)} {level} {job}[{allocation[:8]}] request n={number} ms={number * 37 % 400}\n"
            yield int(at_ms), text.encode()


@lru_cache(maxsize=64)
def recorded(namespace: str, job: str, id8: str, task: str, stream: str) -> tuple[tuple[int, bytes], ...]:
    """The lines of a recorded log, each with the time at which it was there."""
    path = RECORDING / "logs" / f"{namespace}.{job.replace('/', '_')}.{id8}.{task}.{stream}.gz"
    if not path.exists():
        return ()
    found: list[tuple[int, bytes]] = []
    at_ms = 0
    for line in gzip.decompress(path.read_bytes()).splitlines(keepends=True):
        at_ms = time_of(line.decode("utf-8", "replace"), 2**45) or at_ms
        found.append((at_ms, line))
    return tuple(found)


def _stamp(at_ms: float) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def refused(double: NomadDouble, path: str, query: Query, secret: str) -> tuple[int, str] | None:
    """Status and text where there is no log to serve."""
    allocation, task = path.removeprefix(PATH), query.get("task", [""])[0]
    row = double.world.rows["allocations"].get(allocation)
    try:
        permit(double, "GET", path, query, secret)
    except RefusalError:
        return 500, "Permission denied"
    if double.faults.get("logs_denied", path):
        return 500, "Permission denied"
    if row is None:
        return 404, f'Unknown allocation "{allocation}"'
    node = double.world.rows["nodes"].get(row[1]["NodeID"])
    if double.faults.get("no_path", path) or (node is not None and node[0].get("Status") == "down"):
        return 404, "No path to node"
    if not task:
        return 400, "must provide task name"
    if query.get("type", [""])[0] not in ("stdout", "stderr"):
        return 400, "must provide log type (stdout/stderr)"
    state: Json | None = (row[1].get("TaskStates") or {}).get(task)
    if state is None:
        return 400, f'unknown task name "{task}"'
    if not state.get("StartedAt") or str(state["StartedAt"]).startswith("0001"):
        return 404, f'task "{task}" not started yet. No logs available'
    return None


def serve_logs(handler: _Handler, double: NomadDouble, path: str, query: Query) -> None:
    """Answer until either side ends it."""
    refusal = refused(double, path, query, handler.secret)
    if refusal is not None:
        handler.send(refusal[0], refusal[1].encode(), "text/plain; charset=utf-8")
        return
    handler.close_connection = True
    handler.send_response_only(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Connection", "close")
    handler.end_headers()
    key = (path.removeprefix(PATH), query["task"][0], query["type"][0])
    follows = query.get("follow", ["false"])[0] == "true"
    try:
        _write(handler, double, key, follows, query.get("origin", ["start"])[0], int(query.get("offset", ["0"])[0]))
    except OSError:
        return  # the client left


def _write(handler: _Handler, double: NomadDouble, key: Key, follows: bool, origin: str, offset: int) -> None:
    cuts, beat = double.logs.cuts, time.monotonic()
    number, at = double.logs.now(key).place(origin, offset)
    while not handler.gone() and double.logs.cuts == cuts and not _left(handler.connection):
        log = double.logs.now(key)
        if number not in log.files:
            number, at = min(log.files), 0
        data = bytes(log.files[number][at : at + FRAME])
        if data:
            at += len(data)
            _frame(handler, Data=base64.b64encode(data).decode(), File=_name(key, number), Offset=at)
        elif number + 1 in log.files:
            number, at = number + 1, 0
        elif not follows:
            return
        else:
            if time.monotonic() - beat >= BEAT_S:
                beat = time.monotonic()
                _frame(handler)
            time.sleep(POLL_S)


def _name(key: Key, number: int) -> str:
    return f"alloc/logs/{key[1]}.{key[2]}.{number}"


def _frame(handler: _Handler, **frame: Any) -> None:
    handler.wfile.write(json.dumps(frame, separators=(",", ":")).encode())
    handler.wfile.flush()
