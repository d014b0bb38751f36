"""One log of one task, followed over broken connections, restarts and rotations until it ends or nobody may read it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import NamedTuple

import httpx

from console.errands.following.frames import Frame, FrameError, Frames
from console.errands.following.outbox import Line, Outbox
from console.errands.following.seam import GapError, Seam
from console.errands.following.words import RETRIED, SourceTroubleError, Standing, refusal
from console.errands.nomads import Nomad
from console.feeds.backoff import Backoff
from console.feeds.nomad.calls import quoted
from console.feeds.nomad.connection import extensions
from console.feeds.nomad.troubles import NomadTroubleError
from console.logs.severity import severity_of
from console.logs.splitter import Cut, Splitter
from console.logs.when import time_of

FIRST_S = 5.0  # for connecting
IDLE_S = 8.0  # a client that is there says {} each second; a frozen one never answers
SILENT_S = 20.0  # a task that wrote nothing for so long may have ended: ask
REST_S = 1.0  # a line without an end is shown after so long
OVERLAP = 48 * 1024  # bytes read again after a break, to find where one was
MOST_OVERLAP = 4 * 1024 * 1024


class Asked(NamedTuple):
    """Which log: ``stream`` is stdout or stderr. ``tail`` bytes from its end, or ``head`` bytes from its beginning.

    Lines that say a time before ``since_ms`` are left out of what is there already. ``name`` is the allocation's.
    """

    source: int
    allocation: str
    name: str
    task: str
    stream: str
    tail: int
    head: int = 0
    since_ms: int = 0


class Source:
    """Follows one log and puts its lines and states into the outbox. ``is_dead`` asks whether its task has ended."""

    idle_s = IDLE_S

    def __init__(self, asked: Asked, nomad: Nomad, outbox: Outbox, is_dead: Callable[[], Awaitable[bool]]) -> None:
        self._asked = asked
        self._nomad = nomad
        self._outbox = outbox
        self._is_dead = is_dead
        self._seam = Seam()
        self._splitter = Splitter()
        self._backoff = Backoff(0.5, 15.0)
        self._overlap = OVERLAP
        self._told: tuple[Standing, str] | None = None
        self._last_ms = 0  # the time that the line before said
        self._came_s = 0.0  # when something came
        self._fresh = True  # what was there when it began still comes

    async def follow(self, *, dead: bool) -> None:
        """Until there is nothing more. ``dead``: the task has ended, its log is only read."""
        self.tell(Standing.OPENING)
        while True:
            try:
                ended = await self._read(follow=not dead and not self._asked.head)
            except GapError:
                self._overlap *= 8
                continue
            except SourceTroubleError as trouble:
                self.tell(trouble.standing, trouble.why)
                if trouble.standing not in RETRIED:
                    return
                if trouble.standing is Standing.DENIED:
                    self._nomad.refused()
                await asyncio.sleep(self._backoff.next_s())
                continue
            if ended:
                self._flush()
                self.tell(Standing.ENDED, "the beginning of the log" if self._asked.head else "the task has ended")
                return
            dead = True

    async def _read(self, *, follow: bool) -> bool:
        """One connection; True when it has come to the end of the log, False when the task may have ended."""
        self._seam.connected(strict=self._overlap < MOST_OVERLAP)
        self._came_s = time.monotonic()
        async with aclosing(self._frames(follow)) as frames:
            async for frame in frames:
                self.tell(Standing.FOLLOWING)
                self._backoff.reset()
                self._take(frame)
                if self._asked.head and self._seam.place and self._seam.place.end >= self._asked.head:
                    return True
                if follow and time.monotonic() - self._came_s > SILENT_S:
                    self._came_s = time.monotonic()
                    if await self._is_dead():
                        return False
        if follow:
            raise SourceTroubleError(Standing.AWAY, "the connection broke")
        return True

    def _take(self, frame: Frame) -> None:
        fresh = self._seam.starts_inside
        data = self._seam.new(frame)
        now_s = time.monotonic()
        if self._seam.missed:
            self._missed()
        if data:
            if fresh and not self._asked.head and frame.offset > len(frame.data):
                data = data[data.find(b"\n") + 1 :]  # the line that it begins in the middle of
            self._came_s = now_s
            self._put(self._splitter.feed(data))
        elif self._splitter.has_rest and now_s - self._came_s > REST_S:
            self._flush()
        if not frame.data:
            self._fresh = False

    def _missed(self) -> None:
        """More was written between two connections than is read again."""
        missed, self._seam.missed = self._seam.missed, 0
        self._put([self._splitter.flush()] if self._splitter.has_rest else [])
        what = f"{missed:,} bytes" if missed > 0 else "lines"
        now_ms = time.time_ns() // 1_000_000
        note = f"-- {what} that were written while the connection was away are not shown --"
        self._outbox.put(Line(self._asked.source, now_ms, None, "warn", note, 0))

    def _flush(self) -> None:
        if self._splitter.has_rest:
            self._put([self._splitter.flush()])

    def _put(self, lines: list[Cut]) -> None:
        now_ms = time.time_ns() // 1_000_000
        for line in lines:
            at_ms = time_of(line.text, now_ms)
            self._last_ms = at_ms or self._last_ms
            if self._fresh and self._last_ms and self._last_ms < self._asked.since_ms:
                continue
            severity = severity_of(line.text)
            self._outbox.put(Line(self._asked.source, now_ms, at_ms, severity, line.text, line.left_out))

    def tell(self, standing: Standing, why: str = "") -> None:
        """Say how it stands, once."""
        if (standing, why) != self._told:
            self._told = (standing, why)
            asked = self._asked
            whose = {"allocation": asked.allocation, "name": asked.name, "task": asked.task, "stream": asked.stream}
            self._outbox.state(asked.source, standing.value, why, whose)

    async def _frames(self, follow: bool) -> AsyncGenerator[Frame, None]:
        asked, address = self._asked, self._nomad.address
        again = self._seam.place is not None
        params: dict[str, str | int] = {"task": asked.task, "type": asked.stream, "follow": str(follow).lower()}
        if asked.head:
            params |= {"origin": "start", "offset": 0}
        else:
            params |= {"origin": "end", "offset": self._overlap if again else asked.tail}
        frames = Frames()
        patience = httpx.Timeout(FIRST_S, read=self.idle_s)
        try:
            path = f"/v1/client/fs/logs/{quoted(address, asked.allocation)}"
            client = await self._nomad.client()
            async with client.stream(
                "GET", path, params=params, extensions=extensions(address), timeout=patience
            ) as response:
                if response.status_code != 200:
                    raise refusal(response.status_code, (await response.aread()).decode(errors="replace"))
                async for chunk in response.aiter_raw():
                    for frame in frames.feed(chunk):
                        yield frame
        except NomadTroubleError as problem:
            raise SourceTroubleError(Standing.FAILED, problem.why) from None
        except httpx.ReadTimeout:
            raise SourceTroubleError(Standing.AWAY, "its node gives no answer") from None
        except FrameError:
            raise SourceTroubleError(Standing.AWAY, "what came is not Nomad's log API; is there a proxy?") from None
        except httpx.ConnectError:
            raise SourceTroubleError(Standing.AWAY, "Nomad cannot be reached") from None
        except (httpx.HTTPError, OSError):
            raise SourceTroubleError(Standing.AWAY, "the connection broke") from None
