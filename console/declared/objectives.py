"""KPIs from all files: objectives of OpenSLO with the indicators, sources and services that they name, and kpis.toml.

Pure, and done again whenever a file changes: an objective and its indicator may stand in different files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from console.declared.kpisubject import about_of, guessed, subject_of
from console.declared.merge import slo_parts
from console.declared.openslo import TAG
from console.declared.shapes import Contents, IndicatorPart, ObjectivePart, SloParts
from console.governance.shapes import DoubtDoc, IndicatorDoc, KpiDoc
from console.governance.units import doubt
from console.plain import plain

SPEAK_PROMQL = ("prometheus", "thanos", "cortex", "mimir", "victoriametrics", "promql", "amp", "grafanamimir", "m3")
"""Types of sources whose queries are PromQL, folded and without separators; longer names that hold one count too."""
_OWNERS = (TAG + "owner", "owner", "team")


def resolved(files: Iterable[Contents]) -> dict[str, KpiDoc]:
    """All KPIs by name. Of two of one name the first file's is in force, and says that another is declared."""
    files = list(files)
    parts = slo_parts([contents.slo for contents in files])
    found: dict[str, KpiDoc] = {}
    for contents in files:
        own = [(part.name, _kpi(part, parts)) for part in contents.slo.objectives]
        for name, doc in [*contents.kpis.items(), *own]:
            if name not in found:
                found[name] = doc
                continue
            why = f"another KPI of this name is declared in {doc['origin']} and is left out; give it another name"
            first = found[name]
            found[name] = {**first, "doubts": [*first.get("doubts", []), doubt("name", why, doc["origin"])]}
    return found


def _kpi(part: ObjectivePart, parts: SloParts) -> KpiDoc:
    sli = part.indicator or parts.indicators.get(part.indicator_ref)
    service = parts.services.get(part.service, {})
    tags = {**service, **(sli.tags if sli else {}), **part.tags}
    doubts = [*part.doc.get("doubts", [])]
    doc: KpiDoc = {**part.doc}
    unread = doc["indicator"].get("unread", "")
    if sli is None:
        named = plain(part.indicator_ref, 80)
        why = f"its indicator {named!r} is declared in no file" if named else "it has no indicator"
        doc["indicator"] = {"kind": "ratio", "unread": unread or why}
    else:
        doubts += sli.doubts
        doc["indicator"] = _indicator(part, sli, parts.sources, doubts)
        if unread:
            doc["indicator"]["unread"] = unread
    queries = list(sli.queries.values()) if sli else []
    _place(doc, tags, queries, part.service, doubts)
    owner = next((value for key in _OWNERS for some in (part.tags, tags) if (value := some.get(key))), None)
    if owner:
        doc["owner"] = plain(owner, 200)
    if doubts:
        doc["doubts"] = doubts
    return doc


def _place(doc: KpiDoc, tags: Mapping[str, str], queries: Sequence[str], service: str, doubts: list[DoubtDoc]) -> None:
    """What it is about and whom: as said, else as its queries let guess, with a doubt."""
    guess = guessed(queries, service)
    said, subject = tags.get(TAG + "about"), tags.get(TAG + "subject")
    about = about_of(said) if said else None
    if said and about is None:
        why = f"{plain(said, 60)!r} is none of model output, model input and system"
        doubts.append(doubt("about", f"{why}; {guess.why}", doc["origin"]))
    elif about is None:
        doubts.append(doubt("about", guess.why, doc["origin"]))
    doc["about"] = about or guess.about
    doc["subject"] = (subject_of(subject) if subject else None) or guess.subject
    if subject and subject_of(subject) is None:
        why = f"{plain(subject, 60)!r} is no subject; write it as model:name, flow:name or job:namespace/name"
        doubts.append(doubt("subject", why, doc["origin"]))


def _indicator(
    part: ObjectivePart, sli: IndicatorPart, sources: Mapping[str, str], doubts: list[DoubtDoc]
) -> IndicatorDoc:
    if unread := sli.unread or _foreign(sli, sources, doubts):
        return {"kind": "threshold" if "value" in sli.queries else "ratio", "unread": unread}
    queries = sli.queries
    if "value" in queries:
        return _threshold(part, queries["value"], sli.origins["value"])
    if "raw" in queries:
        # A ratio that is there already weighs the same at each look: so much of one.
        share = f"({queries['raw']})"
        part_is = "bad" if sli.failure else "good"
        whole: IndicatorDoc = {"kind": "ratio", "total": f"{share} * 0 + 1", "counter": False}
        whole["origins"] = {"total": sli.origins["raw"], part_is: sli.origins["raw"]}
        whole["bad" if sli.failure else "good"] = share
        return whole
    found: IndicatorDoc = {"kind": "ratio", "total": queries["total"], "counter": sli.counter}
    found["origins"] = dict(sli.origins)
    if "good" in queries:
        found["good"] = queries["good"]
    else:
        found["bad"] = queries["bad"]
    return found


def _threshold(part: ObjectivePart, query: str, origin: str) -> IndicatorDoc:
    found: IndicatorDoc = {"kind": "threshold", "value": query, "origins": {"value": origin}}
    if part.op is None or part.limit is None:
        found["unread"] = "its objective has no op and value to hold it against"
    else:
        found["op"], found["limit"] = part.op, part.limit
    return found


def _foreign(sli: IndicatorPart, sources: Mapping[str, str], doubts: list[DoubtDoc]) -> str:
    """Why its queries are not for Prometheus; empty where they are."""
    kind = sli.source or sources.get(sli.source_ref, "")
    if kind:
        folded = "".join(char for char in kind.casefold() if char.isalnum())
        return "" if any(one in folded for one in SPEAK_PROMQL) else f"it is read from {plain(kind, 60)}, not PromQL"
    if sli.source_ref:
        if sli.source_ref not in sources:
            return f"its data source {plain(sli.source_ref, 60)!r} is declared in no file, and it names no type"
        return f"its data source {plain(sli.source_ref, 60)!r} has no type"
    doubts.append(doubt("indicator", "it names no type of source, so its queries are taken for PromQL", sli.origin))
    return ""
