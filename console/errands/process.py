"""Talks to Nomad for a viewer that must not wait: ``python -m console.errands.process [settings flags]``.

A process of its own: HTTP clients stay out of the one that draws. Requests and replies are lines of JSON, see
``protocol``. Ends at the end of its input, which is also what a viewer leaves that was killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from console.config import Settings, load_settings
from console.errands.asks import ASKS, Ask
from console.errands.errand import Errand, RefusedAskError, Terms
from console.errands.nomads import Nomads, NoSuchClusterError
from console.errands.protocol import ALLOW_ACTIONS, LONGEST, STOP, Kind, Request, RequestError, line_of, parse_request
from console.feeds.nomad.settings import nomad_address
from console.feeds.nomad.troubles import NomadTroubleError, Trouble
from console.settings.errors import ConfigError
from console.settings.options import OPTIONS

NICENESS = 5
ENDING = (signal.SIGTERM, signal.SIGHUP)  # by the viewer, and by the terminal that it was in
CHATTY = ("httpx", "httpcore", "urllib3", "asyncio")


class Office:
    """Takes requests, runs each as a task of its own, and sends what comes of them."""

    def __init__(
        self,
        nomads: Nomads,
        out: asyncio.StreamWriter,
        asks: Mapping[str, Ask] = ASKS,
        terms: Terms = Terms(),  # noqa: B008 - a tuple
    ) -> None:
        self._nomads = nomads
        self._out = out
        self._asks = asks
        self._terms = terms
        self._running: dict[int, asyncio.Task[None]] = {}
        self._held: set[asyncio.Future[Any]] = set()

    async def serve(self, lines: asyncio.StreamReader) -> None:
        """Take requests until their end."""
        while True:
            try:
                line = await lines.readline()
            except ValueError:  # longer than any request
                await self._send(0, "error", _error(f"a request has at most {LONGEST} bytes"))
                continue
            if not line:
                break
            if line.strip():
                await self._take(line)
        for task in self._running.values():
            task.cancel()
        if self._held:
            await asyncio.wait(self._held)

    def _hold(self, doing: asyncio.Future[Any]) -> None:
        """Let this come to its end, although the viewer ends the process, or ends itself."""
        self._held.add(doing)
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
        doing.add_done_callback(self._let_go)

    def _let_go(self, doing: asyncio.Future[Any]) -> None:
        self._held.discard(doing)
        if not self._held:
            for number in ENDING:
                signal.signal(number, signal.SIG_DFL)

    async def _take(self, line: bytes) -> None:
        try:
            request = parse_request(line)
        except RequestError as problem:
            await self._send(problem.id, "error", _error(str(problem)))
            return
        if request.ask == STOP:
            if running := self._running.get(request.id):
                running.cancel()
            return
        if request.id in self._running:
            await self._send(request.id, "error", _error(f"request {request.id} is under way already"))
            return
        self._running[request.id] = asyncio.create_task(self._run(request))

    async def _run(self, request: Request) -> None:
        try:
            kind, told = await self._done(request)
            if kind is not None:
                await self._send(request.id, kind, told)
        except asyncio.CancelledError:
            await self._send(request.id, "end", {})
        finally:
            del self._running[request.id]

    async def _done(self, request: Request) -> tuple[Kind | None, Mapping[str, Any]]:
        """Do what is asked; what is still to be said at its end."""
        ask = self._asks.get(request.ask)
        if ask is None:
            return "error", _error(f"nobody knows how to do '{request.ask}'", f"known are {', '.join(self._asks)}")
        try:
            errand = Errand(request, self._nomads, self._send, self._hold, self._terms)
        except NoSuchClusterError as problem:
            return "error", _error(str(problem))
        try:
            await ask(errand)
        except RefusedAskError as refused:
            return "error", _error(refused.why, refused.todo, denied=refused.denied)
        except NomadTroubleError as problem:
            denied = problem.trouble is Trouble.DENIED
            if denied:
                errand.nomad.refused()
            return "error", _error(problem.why, problem.todo, denied=denied)
        except (BrokenPipeError, ConnectionResetError):
            raise  # the viewer has gone; what Nomad's connections raise is told apart before
        except Exception as fault:
            from console.faults import explain

            return "error", _error(explain(fault, os.environ)[0])
        return (None, {}) if errand.answered else ("end", {})

    async def _send(self, number: int, kind: Kind, told: Mapping[str, Any]) -> None:
        self._out.write(line_of(number, kind, told))
        await self._out.drain()


def _error(why: str, todo: str = "", *, denied: bool = False) -> dict[str, Any]:
    return {"why": why, "todo": todo, "denied": denied}


def settings_of(arguments: Sequence[str], env: Mapping[str, str]) -> Settings:
    """The settings that a viewer has handed on: pairs of a flag and its value. Raises ConfigError."""
    names = {flag: option.name for option in OPTIONS for flag in option.flags}
    flags, values = arguments[::2], arguments[1::2]
    if len(flags) != len(values) or any(flag not in names for flag in flags):
        raise ConfigError("the arguments are no pairs of a setting and its value", "the command line", "leave them out")
    return load_settings({names[flag]: value for flag, value in zip(flags, values, strict=True)}, env)


async def _serve(settings: Settings, terms: Terms) -> None:
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=LONGEST)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin.buffer)
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, sys.stdout.buffer)
    out = asyncio.StreamWriter(transport, protocol, None, loop)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        await Office(Nomads({one.name: nomad_address(one) for one in settings.nomads}), out, ASKS, terms).serve(lines)


def main(arguments: Sequence[str]) -> int:
    """Serve standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^c is for the viewer, whose end is the end of the input
    try:
        settings = settings_of([one for one in arguments if one != ALLOW_ACTIONS], os.environ)
    except ConfigError as problem:
        sys.stderr.write(f"fourthsignal: {problem}\n")
        return 2
    os.nice(NICENESS)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    asyncio.new_event_loop().run_until_complete(_serve(settings, Terms(settings.tape, ALLOW_ACTIONS in arguments)))
    sys.stderr.flush()
    os._exit(0)  # the usual end would wait for threads whose call to Nomad is still under way


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
