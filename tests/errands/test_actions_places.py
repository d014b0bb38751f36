"""Actions where several Nomads are watched: each goes to the Nomad that has the object, and to no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.signals import EntityKind
from tests.doubles.nomad import NomadDouble
from tests.errands.yard import Yard, act, planned, recorded


@pytest.fixture
def yards(tmp_path: Path) -> Iterator[tuple[Yard, NomadDouble]]:
    """Two clusters on one tape, eu and us."""
    first = NomadDouble.cluster(allocations=6, jobs=2, nodes=2, events_per_s=0, seed=1)
    second = NomadDouble.cluster(allocations=7, jobs=2, nodes=2, events_per_s=0, seed=2)
    with first, second:
        config = tmp_path / "config.toml"
        config.write_text(f'[clusters.eu]\naddress = "{first.address}"\n[clusters.us]\naddress = "{second.address}"\n')
        with recorded(first, tmp_path, second, NOMAD_ADDR="", FOURTHSIGNAL_CONFIG=str(config)) as yard:
            yield yard, second


def test_an_action_goes_where_its_object_is(yards: tuple[Yard, NomadDouble]) -> None:
    yard, second = yards
    errands = yard.errands()
    key = next(iter(second.world.rows["allocations"]))
    plan = planned(errands, "restart", key[:8])
    assert plan.told["place"] == "us" and plan.told["plan"]["warnings"][1:] == []
    assert act(errands, plan, "restart")[-1].told["well"] is True
    assert second.requests["POST /v1/client/allocation/:id/restart"] == 1 and yard.posts == 0
    done = next(one for one in yard.records("console") if one.name == "ActionDone")
    assert "@us/" in done.body["job"] and done.body["cluster"] == "us"
    node = next(iter(yard.nomad.world.rows["nodes"]))
    off = planned(errands, "eligibility", "off", kind="node", key=node)
    assert off.told["place"] == "eu" and act(errands, off, "eligibility")[-1].told["well"] is True
    assert yard.posts == 1
    assert set(yard.states(EntityKind.FEED)) >= {"nomad:eu", "nomad:us"}
