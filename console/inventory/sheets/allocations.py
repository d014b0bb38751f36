"""Allocations as parts of other sheets, and whose logs are meant there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from console.inventory.lines import Placed, section
from console.inventory.objects.allocation import Allocation
from console.inventory.objects.allocation_standing import standing_of
from console.inventory.shapes import Section
from console.inventory.tables.allocations import ALLOCATIONS


def allocations_section(found: Iterable[Allocation], now_ms: int, empty: str, title: str = "Allocations") -> Section:
    """Allocations worst first, those of one standing the newest first."""
    return section(title, ALLOCATIONS, (Placed(one, standing_of(one)) for one in found), now_ms, empty)


def logs_of(found: Sequence[Allocation]) -> tuple[str, ...]:
    """The allocations whose logs are meant: those that have not ended, else the newest."""
    running = tuple(one.id for one in found if not one.ended and not one.gone)
    return running or tuple(one.id for one in found[:1])
