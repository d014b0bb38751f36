"""Why something could not be placed, in words with numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_OPERANDS = re.compile(r"^\$\{(?:node|attr|meta)\.(?P<what>[^}]+)\} = (?P<value>.+)$")
_NONE: Mapping[str, int] = {}


class Refusal(NamedTuple):
    """What Nomad counted when it found no place. Amounts in ``wants`` are MB of memory and disk and MHz of cpu."""

    evaluated: int
    in_pool: int
    pool: str
    available: Mapping[str, int]  # datacenter -> nodes that take work
    filtered: int
    rules: Mapping[str, int]
    classes: Mapping[str, int]  # class of nodes that were filtered
    exhausted: int
    dimensions: Mapping[str, int]
    wants: Mapping[str, int]
    quota: tuple[str, ...]


def read_refusal(metric: Mapping[str, Any]) -> Refusal:
    """From an allocation metric; whatever is missing or null counts as nothing."""
    return Refusal(
        evaluated=_int(metric.get("NodesEvaluated")),
        in_pool=_int(metric.get("NodesInPool")),
        pool=str(metric.get("NodePool") or ""),
        available=_counts(metric.get("NodesAvailable")),
        filtered=_int(metric.get("NodesFiltered")),
        rules=_counts(metric.get("ConstraintFiltered")),
        classes=_counts(metric.get("ClassFiltered")),
        exhausted=_int(metric.get("NodesExhausted")),
        dimensions=_counts(metric.get("DimensionExhausted")),
        wants=_wanted(metric.get("ResourcesExhausted")),
        quota=tuple(str(q) for q in metric.get("QuotaExhausted") or ()),
    )


def placement_text(refusal: Refusal, short: Mapping[str, int] = _NONE) -> str:
    """``0 of 4 nodes fit: 2 filtered by class gpu, 2 out of memory by 3.1 GiB``.

    The first number is how many nodes fit, which is none wherever this is given as a failure; the second is how many
    were looked at. A node can be filtered or exhausted once, but a rule may be counted per class. ``short`` says by
    how much (MB, MHz) the best of the nodes fell short; where it does not, what was wanted is told instead.
    """
    if not refusal.evaluated:
        if not refusal.in_pool and refusal.pool:
            return f"there is no node in pool {refusal.pool}"
        if not any(refusal.available.values()):
            where = " or ".join(refusal.available) if refusal.available else "the job's datacenters"
            return f"there is no eligible node in {where}"
        return "no node could be looked at" + _quota(refusal)
    reasons = _filtered(refusal) + _exhausted(refusal, short)
    one = refusal.evaluated == 1
    said = f"0 of {refusal.evaluated} node{'' if one else 's'} fit{'s' if one else ''}"
    text = f"{said}: {', '.join(reasons)}" if reasons else said
    return text + _quota(refusal)


def _int(value: Any) -> int:
    return int(value or 0)


def _counts(value: Any) -> dict[str, int]:
    return {str(name): _int(n) for name, n in value.items()} if isinstance(value, Mapping) else {}


def _filtered(refusal: Refusal) -> list[str]:
    classes = _classes(refusal.classes)
    named = sorted(refusal.rules.items(), key=lambda item: (-item[1], item[0]))
    reasons = [f"{n} filtered by {rule(name)}" for name, n in named[:3]]
    unnamed = refusal.filtered - sum(refusal.rules.values())
    if len(named) > 3:
        reasons.append(f"{sum(n for _, n in named[3:])} by {len(named) - 3} more constraints")
    if unnamed > 0:
        reasons.append(f"{unnamed} filtered")
    if reasons and classes:
        reasons[-1] += f" ({classes})"
    return reasons


def rule(name: str) -> str:
    """A constraint as a person would say it: ``class gpu`` for ``${node.class} = gpu``."""
    found = _OPERANDS.match(name)
    if not found:
        return f'"{name}"' if " " in name else name
    what = found["what"].removeprefix("unique.")
    return f"{what} {found['value']}"


def _classes(filtered: Mapping[str, int]) -> str:
    parts = [f"{n} of class {name or 'none'}" for name, n in sorted(filtered.items())]
    return ", ".join(parts[:3])


def _exhausted(refusal: Refusal, short: Mapping[str, int]) -> list[str]:
    reasons = []
    for name, n in sorted(refusal.dimensions.items(), key=lambda item: (-item[1], item[0])):
        kind = name.partition(" ")[0]
        lacking, wanted = _amount(kind, short.get(kind, 0)), _amount(kind, refusal.wants.get(kind, 0))
        reasons.append(f"{n} out of {name}" + (f" by {lacking}" if lacking else f" (wants {wanted})" if wanted else ""))
    if not reasons and refusal.exhausted:
        reasons.append(f"{refusal.exhausted} full")
    return reasons


def _wanted(resources: Any) -> dict[str, int]:
    if not isinstance(resources, Mapping):
        return {}
    tasks = [task or {} for task in resources.values()]
    asked = {"memory": "MemoryMB", "cpu": "CPU", "disk": "DiskMB"}
    return {kind: sum(_int(task.get(field)) for task in tasks) for kind, field in asked.items()}


def _amount(kind: str, number: int) -> str:
    if kind == "cpu":
        return f"{number:,} MHz" if number > 0 else ""
    return size(number)


def size(megabytes: int) -> str:
    """``512 GiB``, ``3.1 GiB``, ``96 MiB``; empty for nothing."""
    if megabytes <= 0:
        return ""
    if megabytes < 1024:
        return f"{megabytes} MiB"
    digits = 1 if megabytes < 102_400 else 0
    return f"{megabytes / 1024:.{digits}f}".removesuffix(".0") + " GiB"


def _quota(refusal: Refusal) -> str:
    return f"; quota used up: {', '.join(refusal.quota)}" if refusal.quota else ""
