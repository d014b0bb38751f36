"""Who plays: names, entities and where they run."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from console.signals import EntityKind, EntityRef
from tests.tapes.stories import names
from tests.tapes.stories.plant import Line


class Cast(NamedTuple):
    """Entities of the line that hurts, and of everybody else."""

    namespace: str
    flows: tuple[str, ...]
    producers: tuple[str, ...]  # job names
    topic: str
    indexer: str
    server: str
    model: str
    helper: str  # what the fault's path depends on: an embedder or a store
    nodes: tuple[str, ...]
    others: tuple[str, ...]
    batches: tuple[str, ...]
    placed: dict[str, int]  # job -> number of its node
    sick_node: int  # runs what a sick node would slow
    decoy_node: int
    helper_told: bool  # whether the indexer says that it needs the helper
    known: bool  # whether documents and labels tell what belongs together

    def job(self, name: str) -> EntityRef:
        """The job of that name."""
        return EntityRef(EntityKind.JOB, f"{self.namespace}/{name}")

    def node(self, number: int) -> EntityRef:
        """The node of that number."""
        return EntityRef(EntityKind.NODE, f"{abs(hash_of(self.nodes[number])):08x}-0000")


def hash_of(text: str) -> int:
    """The same number for the same text in every process."""
    total = 7
    for letter in text.encode():
        total = (total * 131 + letter) % 0xFFFFFFFF
    return total


def cast_of(rng: np.random.Generator, line: Line, size: int, known: bool) -> Cast:
    """Names at random. ``size`` is about how many signals there are to be."""
    flows = tuple(str(one) for one in rng.choice(names.FLOWS, len(line.rates), replace=False))
    ending = str(rng.choice(["-feed", "-connector", "-crawler", "-sync"]))
    region = str(rng.choice(names.REGIONS))
    nodes = tuple(f"{region}-{'gpu' if n % 3 == 2 else 'cpu'}-{n + 1:02d}" for n in range(max(3, min(14, size // 30))))
    others = tuple(
        str(one) for one in rng.permutation(names.OTHERS)[: max(1, min(len(names.OTHERS), (size - 35) // 9))]
    )
    cast = Cast(
        namespace=str(rng.choice(names.NAMESPACES)),
        flows=flows,
        producers=tuple(flow + ending for flow in flows),
        topic=str(rng.choice(names.TOPICS)),
        indexer=str(rng.choice(names.INDEXERS)),
        server=str(rng.choice(names.SERVERS)),
        model=f"{rng.choice(names.MODELS)}@2026-{int(rng.integers(1, 13)):02d}-r{int(rng.integers(1, 9))}",
        helper=str(rng.choice(names.EMBEDDERS if line.path == "index" else names.STORES)),
        nodes=nodes,
        others=others,
        batches=tuple(str(one) for one in rng.choice(names.BATCHES, 2, replace=False)),
        placed={},
        sick_node=int(rng.integers(len(nodes))),
        decoy_node=0,
        helper_told=line.path == "index" and bool(rng.random() < 0.5),
        known=known,
    )
    placed = {job: int(rng.integers(len(nodes))) for job in (*cast.producers, cast.helper, *others)}
    slowed, other = (cast.indexer, cast.server) if line.path == "index" else (cast.server, cast.indexer)
    placed[slowed] = cast.sick_node
    placed[other] = (cast.sick_node + 1) % len(nodes)
    return cast._replace(placed=placed, decoy_node=(cast.sick_node + 2) % len(nodes))
