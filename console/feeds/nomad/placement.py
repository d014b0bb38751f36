"""Why something could not be placed, in words with numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_OPERANDS = re.compile(r"^\$\{(?:node|attr|meta)\.(?P<what>[^}]+)\} = (?P<value>.+)$")


def placement_text(metric: Mapping[str, Any]) -> str:
    """From an allocation metric: ``0 of 4 nodes fit: 2 filtered by class gpu, 2 out of memory (wants 512 GiB)``.

    The first number is how many nodes fit, which is none wherever this metric is given as a failure; the second is how
    many were looked at. A node can be filtered or exhausted once, but a rule may be counted per class.
    """
    evaluated = _int(metric.get("NodesEvaluated"))
    available = metric.get("NodesAvailable") or {}
    if not evaluated:
        if not _int(metric.get("NodesInPool")) and metric.get("NodePool"):
            return f"there is no node in pool {metric['NodePool']}"
        if not available or not any(_int(n) for n in available.values()):
            where = " or ".join(available) if available else "the job's datacenters"
            return f"there is no eligible node in {where}"
        return "no node could be looked at" + _quota(metric)
    reasons = _filtered(metric) + _exhausted(metric)
    said = f"0 of {evaluated} node{'s' if evaluated != 1 else ''} fit{'s' if evaluated == 1 else ''}"
    text = f"{said}: {', '.join(reasons)}" if reasons else said
    return text + _quota(metric)


def _int(value: Any) -> int:
    return int(value or 0)


def _filtered(metric: Mapping[str, Any]) -> list[str]:
    rules = metric.get("ConstraintFiltered") or {}
    total = _int(metric.get("NodesFiltered"))
    classes = _classes(metric.get("ClassFiltered"))
    named = sorted(rules.items(), key=lambda item: (-_int(item[1]), item[0]))
    reasons = [f"{_int(n)} filtered by {rule(str(name))}" for name, n in named[:3]]
    unnamed = total - sum(_int(n) for n in rules.values())
    if len(named) > 3:
        reasons.append(f"{sum(_int(n) for _, n in named[3:])} by {len(named) - 3} more constraints")
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


def _classes(filtered: Any) -> str:
    if not isinstance(filtered, Mapping) or not filtered:
        return ""
    parts = [f"{_int(n)} of class {name or 'none'}" for name, n in sorted(filtered.items())]
    return ", ".join(parts[:3])


def _exhausted(metric: Mapping[str, Any]) -> list[str]:
    dimensions = metric.get("DimensionExhausted") or {}
    total = _int(metric.get("NodesExhausted"))
    wants = _wanted(metric.get("ResourcesExhausted"))
    reasons = []
    for name, n in sorted(dimensions.items(), key=lambda item: (-_int(item[1]), item[0])):
        wanted = wants.get(str(name).partition(" ")[0], "")
        reasons.append(f"{_int(n)} out of {name}" + (f" (wants {wanted})" if wanted else ""))
    if not reasons and total:
        reasons.append(f"{total} full")
    return reasons


def _wanted(resources: Any) -> dict[str, str]:
    if not isinstance(resources, Mapping):
        return {}
    memory = sum(_int((r or {}).get("MemoryMB")) for r in resources.values())
    cpu = sum(_int((r or {}).get("CPU")) for r in resources.values())
    disk = sum(_int((r or {}).get("DiskMB")) for r in resources.values())
    wanted = {"memory": size(memory), "cpu": f"{cpu} MHz" if cpu else "", "disk": size(disk)}
    return {name: text for name, text in wanted.items() if text}


def size(megabytes: int) -> str:
    """``512 GiB``, ``96 MiB``; empty for nothing."""
    if not megabytes:
        return ""
    return f"{megabytes / 1024:.4g} GiB" if megabytes >= 1024 else f"{megabytes} MiB"


def _quota(metric: Mapping[str, Any]) -> str:
    quota = metric.get("QuotaExhausted") or ()
    return f"; quota used up: {', '.join(str(q) for q in quota)}" if quota else ""
