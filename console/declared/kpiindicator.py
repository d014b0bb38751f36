"""The indicator of a KPI in ``kpis.toml``: its queries, whether they are of counters, and the limit of a value."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

from console.declared.tomlentry import TomlEntry
from console.governance.kpis import Op
from console.governance.shapes import IndicatorDoc
from console.governance.units import doubt
from console.metricnames.expression import named_counters
from console.plain import plain

OPS: dict[str, Op] = {
    "lt": "lt",
    "lte": "lte",
    "gt": "gt",
    "gte": "gte",
    "<": "lt",
    "<=": "lte",
    ">": "gt",
    ">=": "gte",
}
_OBJECTIVE = re.compile(r"value\s*(<=|>=|<|>)\s*(\S+)")
_LONGEST_QUERY = 8000


def indicator_of(entry: TomlEntry) -> IndicatorDoc:
    """Good or bad, and total; or a value with its limit. Raises TomlError."""
    queries = {key: query for key in ("good", "bad", "total", "value") if (query := _query(entry, key))}
    keys = set(queries)
    if keys not in ({"good", "total"}, {"bad", "total"}, {"value"}):
        raise entry.file.error(
            "it is measured by good and total, by bad and total, or by value with a limit", *entry.at
        )
    origins = {key: entry.origin(key) for key in queries}
    if "value" in keys:
        op, limit = _limit(entry)
        return {"kind": "threshold", "value": queries["value"], "op": op, "limit": limit, "origins": origins}
    for key in ("op", "limit", "objective"):
        if entry.said(key):
            raise entry.wrong(key, "belongs to value; good and total need no limit")
    counter = _counter(entry, queries.values())
    found: IndicatorDoc = {"kind": "ratio", "total": queries["total"], "counter": counter, "origins": origins}
    if "good" in queries:
        found["good"] = queries["good"]
    else:
        found["bad"] = queries["bad"]
    return found


def _query(entry: TomlEntry, key: str) -> str:
    """PromQL may be of several lines."""
    value = entry.data.get(key, "")
    if not isinstance(value, str) or len(value) > _LONGEST_QUERY:
        raise entry.wrong(key, f"must be PromQL in quotes, at most {_LONGEST_QUERY} characters")
    return value.strip()


def _counter(entry: TomlEntry, queries: Iterable[str]) -> bool:
    """As it says; else by the names that its queries read, with a doubt."""
    value = entry.data.get("counter")
    if value is None:
        value = all(map(named_counters, queries))
        if value:
            why = "its queries are taken for counters, as they are called; say counter = true or false"
            entry.doubts.append(doubt("indicator", why, entry.origin()))
    if not isinstance(value, bool):
        raise entry.wrong("counter", "must be true or false")
    return value


def _limit(entry: TomlEntry) -> tuple[Op, float]:
    if entry.said("objective"):
        found = _OBJECTIVE.fullmatch(entry.text("objective") or "")
        if found is None or entry.said("op") or entry.said("limit"):
            raise entry.wrong("objective", 'must be as "value >= 0.9", and then without op and limit')
        return OPS[found[1]], _number(entry, "objective", found[2])
    if not entry.said("op") or not entry.said("limit"):
        raise entry.wrong("value", 'has no limit; write objective = "value >= 0.9", or op and limit')
    op = OPS.get(entry.text("op") or "")
    if op is None:
        raise entry.wrong("op", f"must be one of {', '.join(OPS)}")
    return op, _number(entry, "limit", entry.data["limit"])


def _number(entry: TomlEntry, key: str, value: Any) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise entry.wrong(key, f"{plain(str(value), 40)!r} is not a number")
    return number
