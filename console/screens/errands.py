"""The viewer's side of the errands: a process of its own talks to Nomad for it, and the viewer never waits for that.

Nothing runs until somebody asks, and nothing once nothing has been asked for or told for a minute. Replies come from a
thread: who takes them posts a message, or puts them where its own thread looks.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, NamedTuple, cast

from console.errands.protocol import ALLOW_ACTIONS, STOP, Reply, parse_reply

if TYPE_CHECKING:
    from console.config import Settings

log = logging.getLogger(__name__)

UNUSED_S = 60.0  # after so long without anything under way the process ends
_LEAVING_S = 0.2
_MOST_WORDS = 4096

Take = Callable[[Reply], None]


class Errand:
    """Something that was asked for. ``stop`` ends it: nothing is told of it from then on."""

    def __init__(self, errands: Errands, number: int) -> None:
        self._errands = errands
        self.number = number

    def stop(self) -> None:
        self._errands.stop(self.number)


class _Process(NamedTuple):
    """The process that runs now, and the file that holds what it says on its standard error."""

    popen: subprocess.Popen[bytes]
    words: IO[bytes]


class Errands:
    """Asks and tells. Made by the app, used from its thread.

    ``command`` is what is run, in ``env`` (None: that of this process).
    """

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str] | None = None, *, unused_s: float = UNUSED_S
    ) -> None:
        self._command = list(command)
        self._env = env
        self._unused_s = unused_s
        self._lock = threading.Condition(threading.RLock())
        self._count = 0
        self._under_way: dict[int, Take] = {}
        self._asked_of: dict[int, _Process] = {}  # those that were sent
        self._to_send: list[tuple[int, bytes]] = []
        self._used_s = 0.0
        self._ending = False
        self._thread: threading.Thread | None = None
        self._process: _Process | None = None

    @property
    def runs(self) -> bool:
        """Whether a process is there now."""
        process = self._process
        return process is not None and process.popen.poll() is None

    def ask(self, request: Mapping[str, Any], take: Take) -> Errand:
        """Have something done; ``take`` gets every reply, from another thread, until one `is_last` or it is stopped."""
        with self._lock:
            self._count += 1
            number = self._count
            self._under_way[number] = take
            self._send({**request, "id": number})
        return Errand(self, number)

    def stop(self, number: int) -> None:
        """Nobody waits for this any more."""
        with self._lock:
            if self._forget(number) is not None:
                self._send({"id": number, "ask": STOP})

    def close(self) -> None:
        """End the process; waits for nobody."""
        with self._lock:
            self._ending = True
            self._under_way.clear()
            self._lock.notify()
        process = self._process
        if process is not None:
            process.popen.terminate()

    def _send(self, request: Mapping[str, Any]) -> None:
        import json

        self._to_send.append((request["id"], json.dumps(request).encode() + b"\n"))
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="errands", daemon=True)
            self._thread.start()
        self._lock.notify()

    # -- the thread that starts the process and writes to it -----------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._wait():
                    self._thread = None  # under the lock: who asks from now on starts another one
                    process, self._process = self._process, None
                    break
                lines, self._to_send = self._to_send, []
            self._write(lines)
        if process is not None:
            _end(process)

    def _wait(self) -> bool:
        """Wait for something to send; False when there will be nothing. Holds the lock."""
        self._used_s = time.monotonic()
        while not self._to_send and not self._ending:
            left_s = None if self._under_way else self._used_s + self._unused_s - time.monotonic()
            if left_s is not None and left_s <= 0:
                break
            self._lock.wait(left_s)
        return bool(self._to_send) and not self._ending

    def _write(self, lines: Sequence[tuple[int, bytes]]) -> None:
        try:
            if not self.runs:
                self._start()
            process = self._process
            assert process is not None
            with self._lock:
                self._asked_of |= {number: process for number, _ in lines if number in self._under_way}
            into = cast("IO[bytes]", process.popen.stdin)
            into.write(b"".join(line for _, line in lines))
            into.flush()
        except BrokenPipeError:  # it has just ended, which its reader tells
            return
        except OSError as error:
            self._fail(_logged("the process that asks Nomad cannot be started", str(error)), None)

    def _start(self) -> None:
        words = TemporaryFile()  # noqa: SIM115 - read when the process has ended
        pipe = subprocess.PIPE
        popen = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, stderr=words, cwd="/", env=self._env)
        process = self._process = _Process(popen, words)
        threading.Thread(target=self._read, args=(process,), name="errands-replies", daemon=True).start()

    # -- the thread that reads what one process says ------------------------------------------------------------------

    def _read(self, process: _Process) -> None:
        out = cast("IO[bytes]", process.popen.stdout)
        for line in out:
            reply = parse_reply(line) if line.endswith(b"\n") else None
            if reply is not None:
                self._tell(reply)
        out.close()
        code = process.popen.wait()
        with self._lock:
            if self._process is process:
                self._process = None
            waited_for = process in self._asked_of.values()
        if waited_for and not self._ending:
            process.words.seek(max(0, process.words.seek(0, os.SEEK_END) - _MOST_WORDS))
            words = process.words.read().decode("utf-8", "replace")
            self._fail(_logged(f"the process that asks Nomad ended with {code}", words), process)
        process.words.close()

    def _tell(self, reply: Reply) -> None:
        with self._lock:
            take = self._under_way.get(reply.id)
            if reply.is_last:
                self._forget(reply.id)
        if take is not None:
            try:
                take(reply)
            except Exception as fault:  # of who asked; the others still wait for their replies
                from console.faults import explain

                explain(fault, os.environ)

    def _forget(self, number: int) -> Take | None:
        """Nothing is told of it any more. Holds the lock."""
        self._asked_of.pop(number, None)
        take = self._under_way.pop(number, None)
        self._used_s = time.monotonic()
        self._lock.notify()
        return take

    def _fail(self, why: str, process: _Process | None) -> None:
        """Tell everybody who waits for that process, or for none yet, that there will be no answer."""
        told = {"why": why, "todo": "ask once more to have it tried again", "denied": False}
        with self._lock:
            numbers = [number for number in self._under_way if self._asked_of.get(number) is process]
            waiting = [(number, self._forget(number)) for number in numbers]
        for number, take in waiting:
            if take is not None:
                take(Reply(number, "error", told))


def errands_of(settings: Settings, *, actions: bool = False) -> Errands:
    """The errands of a viewer with these settings, which may do something to Nomad or not.

    Its token goes by the environment, never by arguments.
    """
    from console.detach import handed_on

    arguments, env = handed_on(settings, os.environ)
    allowed = [ALLOW_ACTIONS] if actions else []
    return Errands([sys.executable, "-m", "console.errands.process", *arguments, *allowed], env)


def _end(process: _Process) -> None:
    into = cast("IO[bytes]", process.popen.stdin)
    with contextlib.suppress(OSError):  # what was not sent yet has nowhere to go
        into.close()
    try:
        process.popen.wait(_LEAVING_S)  # it ends by itself at the end of its input
    except subprocess.TimeoutExpired:
        process.popen.terminate()  # what is just being done to Nomad it brings to its end, and nothing else


def _logged(what: str, words: str) -> str:
    """Keep the details of a failure in the log; a sentence about it, without a full stop."""
    from console.faults import open_log

    try:
        path = open_log(os.environ)
    except OSError:
        return what
    log.error("%s: %s", what, words.strip() or "no word")
    return f"{what}, see {path}"
