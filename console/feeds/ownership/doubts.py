"""What is odd about flows beside what their own files say: circles, and owners whom no catalogue knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.declared.shapes import Declared
from console.feeds.ownership.parts import catalogued
from console.governance.cycles import cycles
from console.governance.merge import with_doubts
from console.governance.shapes import DoubtDoc, FlowDoc, OwnerDoc
from console.governance.unknown import unknown_owners


def doubted(
    flows: Mapping[str, FlowDoc],
    owners: Mapping[str, OwnerDoc],
    files: Sequence[Declared],
    *more: Mapping[str, DoubtDoc],
) -> dict[str, FlowDoc]:
    """The flows with their doubts; ``more`` are those of others, by the name of the flow."""
    found = [cycles(flows), unknown_owners(flows, owners) if catalogued(files) else {}, *more]
    whole = dict(flows)
    for name, doubt in (item for doubts in found for item in doubts.items()):
        whole[name] = with_doubts(whole[name], [doubt])
    return whole
