"""A small cluster and a console to look at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles.nomad import NomadDouble
from tests.whole.house import House


@pytest.fixture
def nomad() -> Iterator[NomadDouble]:
    with NomadDouble.cluster(allocations=24, jobs=6, nodes=3, events_per_s=0) as double:
        yield double


@pytest.fixture
def house(nomad: NomadDouble, tmp_path: Path) -> Iterator[House]:
    """A console on the cluster; its boards and its recorder end with the test."""
    one = House(tmp_path, "--nomad-addr", nomad.address)
    yield one
    one.close()
