"""The share of an excess that an entity keeps, in words and numbers."""

from __future__ import annotations

from console.analysis.comparable import Family
from console.analysis.masses import Masses
from console.format import number
from console.signals import EntityRef

_LEAST = 0.02  # of the symptom's mass: less is nothing to speak of


def reason(
    family: Family, share: float, mass: Masses, whole: float, entity: EntityRef, graph: bool, walked: bool
) -> str:
    """Why an entity is or is not taken for the source; empty where it has no excess. ``whole``: the symptom's mass."""
    if not mass.of[entity].sum() > _LEAST * whole and share < _LEAST:
        return ""
    what = "excess latency" if family is Family.WAITING else "excess failures"
    verb = "keeps" if graph else "has as much as"
    kept = f"{verb} {min(share, 1.0):.0%} of the symptom's {what}" if share >= _LEAST else f"passes on its {what}"
    told = f"{kept}: {_numbers(family, mass, entity)}"
    if not mass.counted:
        told += ", request volumes unknown"
    return told if walked or not graph else f"{told}; no call leads from the symptom to it"


def _numbers(family: Family, mass: Masses, entity: EntityRef) -> str:
    excess, volume = mass.excess[entity], mass.volume[entity]
    requests = f"{number(volume)} requests{mass.per if mass.per.startswith('/') else ''}"
    if family is Family.WAITING:
        told = f"+{number(excess, 's')}"
    elif family is Family.FAILED:
        return f"+{number(excess)} failures"
    else:
        told = f"+{number(excess, '1', percent=True)} failed"
    return f"{told} x {requests}" if mass.counted else told
