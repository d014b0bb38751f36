"""What doctor hears from a Nomad in every condition."""

from __future__ import annotations

from console.feeds.nomad.check import check
from console.feeds.nomad.connection import NomadAddress
from tests.doubles.nomad import NomadDouble


async def told(nomad: NomadDouble) -> dict[str, tuple[str, str, str]]:
    found = await check(NomadAddress(nomad.address))
    return {one.name: (one.verdict, one.what, one.todo) for one in found}


async def test_a_good_nomad_is_good_in_every_respect_but_its_old_clock() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        found = await told(nomad)
        assert found["reachable"][0] == found["lists"][0] == found["event stream"][0] == "ok"
        assert found["version"][1] == "Nomad 2.0.6-dev, region eu."
        assert found["clock"][0] == "warn" and "NTP" in found["clock"][2]


async def test_away_no_leader_and_denied() -> None:
    nomad = NomadDouble.recorded(frozen=True).start()
    nomad.stop()
    assert (await told(nomad))["reachable"][:2] == ("bad", f"Nomad at {nomad.address} refused the connection.")
    with nomad:
        nomad.fault("no_leader")
        assert (await told(nomad))["leader"][0] == "bad"
        nomad.clear()
        nomad.fault("forbidden", paths=("/v1/nodes", "/v1/agent/self"))
        nomad.fault("silent_stream", topics=("Node",))
        found = await told(nomad)
        assert found["node:read"] == (
            "warn",
            "The token does not permit node:read: nodes are not shown.",
            'add to its policy: node { policy = "read" }',
        )
        assert found["version"][2] == 'add to its policy: agent { policy = "read" }'
        assert found["event stream"][1] == "The event stream is silent with Node in it; it is read without."


async def test_a_list_that_fails_is_never_said_to_work() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        nomad.fault("error", paths=("/v1/evaluations",))
        found = {finding.name: finding for finding in await check(NomadAddress(nomad.address))}
    assert "lists" not in found
    assert (found["evaluations"].verdict, found["evaluations"].cause) == ("bad", "unreachable")
    assert found["evaluations"].todo
