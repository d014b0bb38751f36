"""One declared thing in words, by its kind."""

from __future__ import annotations

from collections.abc import Callable

from console.inventory.shapes import Sheet
from console.panes.sheets import flow, kpi, model, papers, people
from console.panes.sheets.register import Known
from console.signals import EntityKind, EntityRef

_SHEETS: dict[EntityKind, Callable[[Known, str], Sheet | None]] = {
    EntityKind.FLOW: flow.sheet,
    EntityKind.MODEL: model.sheet,
    EntityKind.KPI: kpi.sheet,
    EntityKind.OWNER: people.owner_sheet,
    EntityKind.ONCALL: people.schedule_sheet,
    EntityKind.CONTRACT: papers.contract_sheet,
    EntityKind.FINDING: papers.finding_sheet,
}


def governed_sheet(known: Known, entity: EntityRef) -> Sheet | None:
    """All that is known of a declared thing; None where the tape holds nothing of it."""
    made = _SHEETS.get(entity.kind)
    return None if made is None else made(known, entity.id)
