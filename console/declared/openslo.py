"""OpenSLO v1: service level objectives, indicators, data sources and services, as their documents have them.

Read are all kinds of the specification (https://github.com/OpenSLO/OpenSLO): alert policies, their conditions and
targets are known and hold nothing of a KPI. Names lead from one file into another, so an objective gets its indicator
in ``objectives.py``. What OpenSLO has no field for is said by annotations or labels ``fourthsignal.io/...``:

    about            model output, model input or system
    subject          model:answer-8b, flow:docs.price, job:namespace/job, service:answers
    owner            the team; else the label team or owner
    last-reviewed    a date             review-every     90d

Durations are the specification's shorthand, in which ``m`` is minutes and ``M`` months. A window of ``1m`` is doubted
all the same: its own examples mean a month by it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.declared import opensloterms as terms
from console.declared.opensloindicator import indicator, tags_of
from console.declared.shapes import Contents, ObjectivePart, SloParts
from console.declared.yamlfile import YamlDocument, shown
from console.declared.yamlpart import Part, root
from console.governance.shapes import DoubtDoc, KpiDoc
from console.governance.units import Ambiguous, doubt, duration_s, moment_ms

WORD = re.compile(r"openslo")
VERSION = "openslo/v1"
TAG = "fourthsignal.io/"


def is_openslo(data: Mapping[str, Any]) -> bool:
    """Whether a document is of OpenSLO, in whatever version."""
    return str(data.get("apiVersion", "")).startswith("openslo")


def contents_of(document: YamlDocument, path: Path) -> Contents:
    """What one document declares. Raises DeclaredError."""
    part = root(document)
    version, kind = part.text("apiVersion"), part.text("kind")
    if version != VERSION:
        raise part.wrong(f"{shown(version)} is not read; write it as {VERSION}", "apiVersion")
    read = _KINDS.get((kind or "").casefold())
    if read is None:
        raise part.wrong(f"{shown(kind)} is no kind of OpenSLO; SLO, SLI, DataSource and Service are", "kind")
    return Contents(slo=read(part))


def _nothing(part: Part) -> SloParts:
    return SloParts()


def _source(part: Part) -> SloParts:
    spec = part.part("spec")
    return SloParts(sources={_name(part): (spec.name("type") if spec else None) or ""})


def _service(part: Part) -> SloParts:
    return SloParts(services={_name(part): tags_of(part)})


def _sli(part: Part) -> SloParts:
    name = _name(part)
    return SloParts(indicators={name: indicator(part, name)})


def _slo(part: Part) -> SloParts:
    name = _name(part)
    spec = part.part("spec")
    if spec is None:
        raise part.wrong("this SLO has no spec", "metadata")
    objectives = spec.parts("objectives")
    if not objectives:
        raise spec.wrong("this SLO has no objectives; write at least one, with its target", "objectives")
    return SloParts([_objective(part, spec, one, _called(name, one, at, len(objectives)))
                     for at, one in enumerate(objectives)])  # fmt: skip


def _called(name: str, objective: Part, at: int, several: int) -> str:
    """An SLO of one objective is one KPI of its name; of several each adds its own name, or its number."""
    return name if several == 1 else f"{name}/{objective.name('displayName') or at + 1}"


def _objective(part: Part, spec: Part, objective: Part, name: str) -> ObjectivePart:
    metadata, tags = part.part("metadata"), tags_of(part)
    doubts: list[DoubtDoc] = []
    title = (metadata.name("displayName") if metadata else None) or name
    own = objective.name("displayName")
    method = terms.method(spec)
    doc: KpiDoc = {
        "title": f"{title}: {own}" if own and own != title else title,
        "about": "system",
        "subject": "",
        "target": terms.target(objective),
        "window_s": 0.0,
        "method": method,
        "indicator": {"kind": "ratio"},
        "origin": objective.origin() if len(spec.parts("objectives")) > 1 else part.origin("metadata"),
    }
    unread = terms.window(spec, doc, doubts)
    if method != "occurrences":
        doc["slice_s"] = terms.slice_s(objective)
    if method == "timeslices":
        doc["slice_target"] = terms.slice_target(objective)
    _reviews(part, tags, doc, doubts)
    if unread:
        doc["indicator"]["unread"] = unread
    if doubts:
        doc["doubts"] = doubts
    holder = objective if objective.data.get("indicator") or objective.data.get("indicatorRef") else spec
    inline = holder.part("indicator")
    own_indicator = indicator(inline, name) if inline else None
    if holder is objective and len(spec.parts("objectives")) > 1:
        doc["doubts"] = [*doubts, doubt("indicator", _COMPOSITE, objective.origin())]
    op, limit = terms.comparison(objective)
    return ObjectivePart(
        name, doc, own_indicator, holder.name("indicatorRef") or "", op, limit, spec.name("service") or "", tags
    )


_COMPOSITE = "it is a part of a composite SLO, which is read part by part; what the parts come to together is not told"


def _reviews(part: Part, tags: Mapping[str, str], doc: KpiDoc, doubts: list[DoubtDoc]) -> None:
    where = part.origin("metadata")
    if said := tags.get(TAG + "last-reviewed"):
        moment = moment_ms(said)
        if isinstance(moment, Ambiguous):
            doubts.append(doubt("last_review_ms", moment.why, where))
        else:
            doc["last_review_ms"] = moment.at_ms
            doubts += [doubt("last_review_ms", moment.doubt, where)] if moment.doubt else []
    if said := tags.get(TAG + "review-every"):
        every_s = duration_s(said, m_s=None)
        if isinstance(every_s, Ambiguous):
            doubts.append(doubt("review_every_s", every_s.why, where))
        else:
            doc["review_every_s"] = every_s


def _name(part: Part) -> str:
    metadata = part.part("metadata")
    if metadata is None:
        raise part.wrong("metadata is missing; write metadata with a name")
    return metadata.needed("name", "write how others refer to it")


_KINDS = {
    "slo": _slo,
    "sli": _sli,
    "datasource": _source,
    "service": _service,
    "alertpolicy": _nothing,
    "alertcondition": _nothing,
    "alertnotificationtarget": _nothing,
}
