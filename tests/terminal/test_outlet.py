"""Writing to a terminal that takes its time, or nothing at all."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import select
import time
import tty
from collections.abc import Iterator

import pytest

from console.terminal.outlet import Outlet

Pair = tuple[int, int]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """The two ends of a terminal: the one that shows, the one that is written to."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    yield master, slave
    for end in (master, slave):
        os.close(end)


def taken(master: int) -> bytes:
    data = b""
    while select.select([master], [], [], 0.02)[0]:
        data += os.read(master, 65536)
    return data


async def opened(slave: int) -> tuple[Outlet, list[int]]:
    drained: list[int] = []
    outlet = Outlet.to(slave, asyncio.get_running_loop(), lambda: drained.append(1))
    assert outlet is not None
    return outlet, drained


async def test_what_fits_goes_at_once_and_the_rest_when_there_is_room(pair: Pair) -> None:
    master, slave = pair
    outlet, drained = await opened(slave)
    outlet.put(b"x")
    assert (outlet.is_free, drained) == (True, [])
    assert taken(master) == b"x"
    outlet.put(b"a" * 300_000)
    outlet.put(b"end")
    assert drained == []
    data = b""
    while not drained:
        data += taken(master)
        await asyncio.sleep(0)
    data += taken(master)
    assert data == b"a" * 300_000 + b"end"
    assert drained == [1]
    outlet.close()


async def test_others_still_wait_on_their_own_end(pair: Pair) -> None:
    """Not to wait is ours alone: the shell that we come back to has the same terminal."""
    _, slave = pair
    outlet, _ = await opened(slave)
    assert not fcntl.fcntl(slave, fcntl.F_GETFL) & os.O_NONBLOCK
    outlet.close()


async def test_a_full_terminal_is_left_at_once_and_gets_the_last_words(pair: Pair) -> None:
    master, slave = pair
    outlet, _ = await opened(slave)
    outlet.put(b"\x1b[31mstale" * 50_000)
    began_s = time.monotonic()
    outlet.last_words(b"\x1b[?1049l")
    assert time.monotonic() - began_s < 0.5
    assert outlet.is_free
    outlet.close()
    assert taken(master).endswith(b"\x18\x1b[?1049l")


async def test_a_terminal_that_has_gone_is_no_fault() -> None:
    master, slave = pty.openpty()
    outlet, _ = await opened(slave)
    os.close(master)
    outlet.put(b"nobody sees this")
    assert outlet.is_free
    outlet.last_words(b"nor this")
    outlet.close()
    os.close(slave)


async def test_a_file_is_no_terminal() -> None:
    reading, writing = os.pipe()
    assert Outlet.to(writing, asyncio.get_running_loop(), lambda: None) is None
    os.close(reading)
    os.close(writing)
