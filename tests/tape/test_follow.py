"""Following a tape that another process writes."""

from __future__ import annotations

import asyncio
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from console.tape import follow
from console.tape.follow import Follower, Looks
from console.tape.inotify import FileWatch
from console.tape.store import open_tape
from tests.tape.making import T0, event

SOON_S = 0.3  # a reader sees a new record within it

# The body of each record is the monotonic clock of the machine when it was about to be appended.
WRITER = """
import sys, time
from console.tape.store import open_tape
from tests.tape.making import T0, event
for line in sys.stdin:
    with open_tape(sys.argv[1], "write") as store:
        for number in range(int(line)):
            time.sleep(0.02)
            store.append([event(T0, str(time.monotonic()))])
"""

Making = Callable[[Path], FileWatch | Looks]


def polling(log: Path) -> Looks:
    return Looks(log)


@contextmanager
def writer(tape: Path) -> Iterator[Callable[[int], None]]:
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", WRITER, str(tape)], stdin=subprocess.PIPE, env=env) as process:
        pipe = process.stdin
        assert pipe is not None

        def write(records: int) -> None:
            pipe.write(b"%d\n" % records)
            pipe.flush()

        try:
            yield write
        finally:
            pipe.close()


@pytest.mark.parametrize("hints", ["inotify", "looking"])
def test_a_record_of_another_process_is_seen_soon(tmp_path: Path, hints: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if hints == "looking":
        monkeypatch.setattr(follow, "_hints", polling)
    tape = tmp_path / "a.tape"
    open_tape(tape, "create").close()
    delays: list[float] = []
    with writer(tape) as write, Follower(tape) as follower, open_tape(tape, "read") as store:
        assert not follower.wait(0.01)
        seq = 0
        # Twice: the log goes when the writer closes the tape, and comes again.
        for burst in (5, 10):
            write(5)
            while seq < burst:
                assert follower.wait(20), "nothing was seen of what was written"
                changes = store.changes_after(seq)
                delays += [time.monotonic() - float(record.body["text"]) for record in changes.records]
                seq = changes.last_seq
        assert not follower.wait(0.1)
    # The middle one, so that a busy machine that stops us once does not count.
    assert sorted(delays)[len(delays) // 2] < SOON_S


def test_nobody_is_woken_while_nothing_is_written(tmp_path: Path) -> None:
    tape = tmp_path / "a.tape"
    with open_tape(tape, "create") as store, Follower(tape) as follower:
        store.append([event(T0)])
        assert follower.wait(5)
        (tmp_path / "a.tape.status").write_text("somebody else's file")
        with open_tape(tape, "read") as reader:
            assert reader.last_seq() == 1
        follower.drain()
        assert select.select([follower], [], [], 0.3)[0] == []
        began = time.process_time()
        assert not follower.wait(0.5)
        assert time.process_time() - began < 0.1
        store.append(pulses={"nomad": T0})
        assert select.select([follower], [], [], 5)[0] == [follower], "a pulse is a hint too"
        assert not follower.changed()
        store.append([event(T0)])
        assert follower.changed()
        assert not follower.changed()


async def test_an_asyncio_loop_waits_without_a_thread(tmp_path: Path) -> None:
    tape = tmp_path / "a.tape"
    with open_tape(tape, "create") as store, Follower(tape) as follower:
        assert not await follower.wait_async(0.02)
        waiting = asyncio.create_task(follower.wait_async(20))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        store.append([event(T0)])
        assert await waiting


def test_without_inotify_it_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(self: FileWatch, path: Path) -> None:
        raise OSError(24, "no watches left")

    monkeypatch.setattr(FileWatch, "__init__", none_left)
    tape = tmp_path / "a.tape"
    with open_tape(tape, "create") as store, Follower(tape) as follower:
        assert isinstance(follower._hints, Looks)
        store.append([event(T0)])
        assert follower.wait(5)
