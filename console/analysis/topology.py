"""What can act on what: from documents, from labels and, marked as guesses, from names.

A link runs from where trouble can begin to where it can show: producer -> data flow -> topic -> consumer -> job ->
model, node -> the jobs on it, callee -> caller. Things that are parts of one another (a job and its allocations, a
consumer and the job that consumes) are linked both ways: which of them shows trouble first depends on what is measured.
How far apart things are is asked of ``console/analysis/reach.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from console.analysis.lineage import Lineage
from console.analysis.scene import Link, Topology
from console.signals import EntityRef, Record, Signal

CALLS = "calls it"


def topology_of(states: Sequence[Record], signals: Sequence[Signal]) -> Topology:
    """What documents (state records; of several of one entity the newest counts) and signals say belongs together.

    Documents that lack fields give fewer links, never an error.
    """
    return Topology(Lineage(states, signals).links())


def call_graph(pairs: Iterable[tuple[EntityRef, EntityRef]]) -> Topology:
    """A graph of calls from pairs (caller, callee). A pair said twice counts once; calls to oneself say nothing."""
    links = {pair: Link(pair[1], pair[0], CALLS) for pair in pairs if pair[0] != pair[1]}
    return Topology(tuple(links.values()), calls=True)
