"""What one section of a data contract says of its flow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from console.declared.shapes import Told
from console.governance.shapes import DoubtDoc, OwnerDoc


class Section(NamedTuple):
    """Fields of FlowDoc with their lines, what of them is in doubt, and the owners that the section tells of."""

    fields: Mapping[str, Told]
    doubts: tuple[DoubtDoc, ...] = ()
    owners: Mapping[str, OwnerDoc] = {}
