"""A feed that runs against a double for the length of a test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from console.feeds.backoff import Backoff
from console.feeds.nomad.connection import NomadAddress
from console.feeds.nomad.feed import NomadFeed
from console.signals import EntityKind
from tests.doubles.nomad import NomadDouble
from tests.doubles.outlet import MemoryOutlet, RealClock, running, until

START_MS = 1795409325075


class SteadyClock(RealClock):
    """Recorded times to read, real seconds to wait: a frozen double must not freeze a backoff."""

    def __init__(self, double: NomadDouble) -> None:
        self._double = double

    def now_ms(self) -> int:
        return self._double.clock.now_ms()


@asynccontextmanager
async def feed_on(double: NomadDouble, address: str = "", **more: Any) -> AsyncIterator[MemoryOutlet]:
    """An outlet that a feed is filling. Backoff is short, use is not sampled unless asked for."""
    out = MemoryOutlet(SteadyClock(double))
    more = {"sample_s": 0.0, "backoff": Backoff(0.05, 0.1, 0.05), **more}
    feed = NomadFeed(NomadAddress(address or double.address), **more)
    async with running(feed, out):
        yield out


def doc_of(out: MemoryOutlet) -> dict[str, Any]:
    """What the feed says of itself; empty before it said anything."""
    return {**out.feeds["nomad"]} if "nomad" in out.feeds else {}


def state_of(out: MemoryOutlet) -> str:
    return str(doc_of(out).get("state", ""))


async def until_state(out: MemoryOutlet, *states: str, seconds: float = 15.0) -> None:
    await until(lambda: state_of(out) in states, seconds, f"feed {states}, is {out.feeds.get('nomad')}")


def gateway(out: MemoryOutlet) -> dict[str, int]:
    """Counts of a job with one allocation, as last told; empty before."""
    doc = out.state(EntityKind.JOB, "llm-prod/gateway")
    return dict(doc["groups"]["gateway"]) if doc else {}
