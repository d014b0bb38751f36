"""What a drill-down is opened with: a row's key, with its pane before it or not, or an entity as ``kind:id``. Pure."""

from __future__ import annotations

from console.signals import EntityKind, EntityRef, Pane

SHEETED = (
    EntityKind.JOB, EntityKind.ALLOCATION, EntityKind.TASK, EntityKind.NODE, EntityKind.DEPLOYMENT,
    EntityKind.EVALUATION, EntityKind.SERVICE,
)  # fmt: skip
GOVERNED = (
    EntityKind.FLOW, EntityKind.MODEL, EntityKind.KPI, EntityKind.OWNER, EntityKind.ONCALL, EntityKind.CONTRACT,
    EntityKind.FINDING,
)  # fmt: skip
"""What is declared, or said of what is."""
_KINDS = {kind.value: kind for kind in EntityKind}
_PANES = {pane.value: pane for pane in Pane}


def split(key: str) -> tuple[Pane | None, str]:
    """The pane that a key names, if it does, and the key without it."""
    named, blank, rest = key.partition(" ")
    pane = _PANES.get(named) if blank else None
    return (None, key) if pane is None else (pane, rest)


def entity_of(key: str) -> EntityRef | None:
    """The entity that a key names; None for those of rows that are about no entity of that form."""
    kind, _, entity_id = split(key)[1].partition(":")
    return EntityRef(_KINDS[kind], entity_id) if kind in _KINDS and entity_id else None


def object_of(key: str) -> EntityRef | None:
    """The object of Nomad or declared thing that a key names, on whatever pane; None where it names something else."""
    entity = entity_of(key)
    return entity if entity is not None and entity.kind in (*SHEETED, *GOVERNED) else None


def sheeted(key: str) -> EntityRef | None:
    """What a key opens with its parts: an object of Nomad, or something declared; None where it opens something else,
    or shows an object of Nomad on the pane of models or of ingestion: there its signals are what is looked for."""
    found = object_of(key)
    if found is None or found.kind in GOVERNED:
        return found
    return found if split(key)[0] not in (Pane.MODELS, Pane.INGESTION) else None
