"""The Nomad feed against a real Nomad: NOMAD_ADDR (and NOMAD_TOKEN, NOMAD_CACERT) of the environment."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from console.doctor.nomad import try_nomad
from console.feeds.nomad.check import check
from console.feeds.nomad.feed import NomadFeed
from console.signals import EntityKind
from tests.doubles.outlet import MemoryOutlet, until
from tests.live.real import address, needs_nomad, settings

pytestmark = needs_nomad


async def test_a_real_nomad_is_reachable() -> None:
    found = await check(address())
    verdicts = {one.name: one.verdict for one in found}
    assert verdicts["reachable"] == "ok", found
    assert verdicts["event stream"] in ("ok", "warn"), found


async def test_what_its_token_permits_is_told() -> None:
    found = await try_nomad(settings().nomad)
    assert all(one.what and (one.todo or one.verdict in ("ok", "unknown")) for one in found), found


async def test_a_real_nomad_is_listed_and_followed() -> None:
    out = MemoryOutlet()
    task = asyncio.create_task(NomadFeed(address()).run(out))
    try:
        await until(
            lambda: ("nomad" in out.feeds and out.feeds["nomad"]["state"]) in ("ok", "degraded"), 60, "a picture"
        )
        assert out.states(EntityKind.JOB) or out.states(EntityKind.NODE)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
