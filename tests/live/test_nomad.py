"""The Nomad feed against a real Nomad: NOMAD_ADDR (and NOMAD_TOKEN, NOMAD_CACERT) of the environment."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress

import pytest

from console.feeds.nomad import NomadAddress, NomadFeed
from console.feeds.nomad.check import check
from console.signals import EntityKind
from tests.doubles.outlet import MemoryOutlet, until

pytestmark = pytest.mark.skipif(not os.environ.get("NOMAD_ADDR"), reason="NOMAD_ADDR is not set: no real Nomad to ask")


def address() -> NomadAddress:
    return NomadAddress(
        os.environ["NOMAD_ADDR"],
        token=lambda: os.environ.get("NOMAD_TOKEN"),
        cacert=os.environ.get("NOMAD_CACERT"),
        client_cert=os.environ.get("NOMAD_CLIENT_CERT"),
        client_key=os.environ.get("NOMAD_CLIENT_KEY"),
        tls_server_name=os.environ.get("NOMAD_TLS_SERVER_NAME"),
    )


async def test_a_real_nomad_is_reachable() -> None:
    found = await check(address())
    assert {one.name: one.verdict for one in found}["reachable"] == "ok", found


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
