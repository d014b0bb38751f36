"""An indicator of OpenSLO: the queries by which it is measured, and of which system they are asked."""

from __future__ import annotations

from typing import NamedTuple

from console.declared.shapes import IndicatorPart
from console.declared.yamlpart import Part
from console.governance.units import doubt
from console.metricnames.expression import named_counters

_QUERY_KEYS = ("query", "promql", "promQL", "prometheusQuery", "expr", "expression")

TAKEN_FOR_COUNTERS = "its queries are taken for counters, as they are called; say counter: true or false"


class _Metric(NamedTuple):
    """One query, of which source it is asked, and where it stands. ``why`` says why there is none."""

    query: str
    type: str
    ref: str
    why: str
    origin: str


def indicator(part: Part, name: str) -> IndicatorPart:
    """An SLI, inline or a document of its own. Raises DeclaredError."""
    spec = part.part("spec") or part
    ratio, threshold = spec.part("ratioMetric"), spec.part("thresholdMetric")
    if (ratio is None) == (threshold is None):
        raise part.wrong("an indicator has either a ratioMetric or a thresholdMetric")
    held = {key: ratio.part(key) for key in ("good", "bad", "total", "raw")} if ratio else {"value": threshold}
    found = {key: _metric(one) for key, one in held.items() if one is not None}
    raw_type = ((ratio.text("rawType") if ratio else None) or "").casefold()
    types, refs = ({getattr(one, name) for one in found.values()} - {""} for name in ("type", "ref"))
    unread = next((one.why for one in found.values() if one.why), "") or _incomplete(set(found))
    if len(types) > 1 or len(refs) > 1:
        unread = "its queries are for different sources"
    if "raw" in found and raw_type not in ("success", "failure"):
        unread = unread or "it does not say whether its raw ratio is of success or of failure"
    queries = {key: one.query for key, one in found.items() if one.query}
    counter = ratio.data.get("counter") if ratio and "raw" not in found else False
    taken = counter is None and bool(queries) and all(named_counters(query) for query in queries.values())
    return IndicatorPart(
        name=name,
        queries=queries,
        origins={key: one.origin for key, one in found.items()},
        counter=counter is True or taken,
        failure=raw_type == "failure",
        source=next(iter(types), ""),
        source_ref=next(iter(refs), ""),
        unread=unread,
        tags=tags_of(part),
        origin=(ratio or threshold or part).origin(),
        doubts=(doubt("indicator", TAKEN_FOR_COUNTERS, (ratio or part).origin()),) if taken else (),
    )


def _incomplete(keys: set[str]) -> str:
    if keys in ({"value"}, {"raw"}, {"good", "total"}, {"bad", "total"}):
        return ""
    return f"a ratio is made of good or bad, and total, or of raw; here is {', '.join(sorted(keys)) or 'none of them'}"


def _metric(part: Part) -> _Metric:
    source = part.part("metricSource") or part
    spec = source.data.get("spec")
    said = spec if isinstance(spec, dict) else {}
    key = next((key for key in _QUERY_KEYS if isinstance(said.get(key), str) and said[key].strip()), "")
    return _Metric(
        query=said[key].strip() if key else "",
        type=source.name("type") or "",
        ref=source.name("metricSourceRef") or "",
        why="" if key else f"{part.at[-1]} has no query under metricSource.spec",
        origin=source.origin("spec", key) if key else source.origin(),
    )


def tags_of(part: Part) -> dict[str, str]:
    """Annotations and labels as text; of a list of labels the first counts, annotations come first."""
    metadata = part.data.get("metadata")
    found: dict[str, str] = {}
    for key in ("annotations", "labels"):
        said = metadata.get(key) if isinstance(metadata, dict) else None
        for name, value in said.items() if isinstance(said, dict) else ():
            one = value[0] if isinstance(value, list) and value else value
            if isinstance(one, (str, int, float)) and str(one).strip():
                found.setdefault(name, str(one).strip())
    return found
