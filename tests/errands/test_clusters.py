"""Errands of a viewer that watches several clusters: each goes to the Nomad of its place."""

from __future__ import annotations

import json
from pathlib import Path

from tests.doubles.nomad import NomadDouble
from tests.errands.conftest import OpenOffice


def test_a_request_goes_to_the_cluster_that_it_names(office: OpenOffice, tmp_path: Path) -> None:
    with NomadDouble.recorded(frozen=True) as eu, NomadDouble.cluster(10, 2, 2, events_per_s=0) as us:
        config = tmp_path / "clusters.toml"
        config.write_text(f'[clusters.eu]\naddress = "{eu.address}"\n[clusters.us]\naddress = "{us.address}"\n')
        node = str(next(iter(us.world.rows["nodes"].values()))[1]["ID"])
        env = {"FOURTHSIGNAL_CONFIG": str(config), "FOURTHSIGNAL_CLUSTERS": "eu,us"}
        with office(eu, **env) as asking:
            there = asking.one("object", kind="node", key=node, cluster="us")
            assert json.loads(there.told["text"])["ID"] == node
            for cluster in ("eu", ""):
                assert asking.one("object", kind="node", key=node, cluster=cluster).told.get("gone")
            unknown = asking.one("object", kind="node", key=node, cluster="ap")
            assert unknown.kind == "error" and "there is no cluster 'ap'; there are eu, us" in unknown.sentence
