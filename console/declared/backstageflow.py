"""Which entries of a Backstage catalogue are data flows, and what they say of them.

An entry is a flow when

- it has the annotation ``fourthsignal.io/flow`` (its name; ``none`` says that it is no flow), or
- it is a Resource whose type ends in one of ``topic, stream, queue, subject, dataset, table, view, feed, product`` (as
  ``kafka-topic``), or a Component of a type such as ``data-pipeline``, ``etl``, ``ingestion`` or ``connector``, or an
  API of type ``asyncapi``.

Services, databases, buckets and clusters are none: they hold or handle many flows. A flow is called as its entry.

The owner is ``spec.owner``: a bare name means a Group of the same namespace. Who depends on a flow consumes it, the
one component that a Resource depends on produces it, and Resources and APIs that a flow depends on are its upstream.
Components are told as jobs of the same name, unless ``nomad.io/job-id`` says which.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from console.declared.backstagenotes import channels_of, job_of, on_call_of, own_of, runbook_of
from console.declared.backstageref import EntityName, parsed, ref_at, refs_at
from console.declared.ownkeys import FLOW
from console.declared.shapes import Contents, FlowPart, Told
from console.declared.yamlpart import Part
from console.governance.shapes import DoubtDoc
from console.governance.units import doubt

_VIA = "backstage"
_NO_FLOW = ("none", "false", "no")
_OWNERS = ("group", "user")
_RESOURCES = frozenset(
    ("topic", "topics", "stream", "queue", "subject", "dataset", "table", "view", "feed", "dataproduct", "product")
)
_PIPELINES = frozenset(
    ("datapipeline", "dataflow", "datafeed", "feed", "etl", "elt", "ingestion", "ingest", "ingester", "connector")
)
_MORE_PIPELINES = frozenset(("streamprocessor", "streamingpipeline", "dataproduct", "datajob", "datasync"))
_EVENTS = frozenset(("asyncapi", "events", "event", "stream", "kafka", "datacontract"))
_TYPES = {"component": _PIPELINES | _MORE_PIPELINES, "api": _EVENTS}


def flows_of(entry: Part, metadata: Part, named: EntityName) -> Contents:
    """The flow that an entry is, if it is one."""
    own = own_of(metadata)
    spec = entry.part("spec") or Part(entry.document, (), {})
    names = own.ours.pop(FLOW, None)
    if names is None:
        if not _is_flow(named.kind, spec.name("type") or ""):
            return Contents()
        names = Told([named.short], metadata.line("name"))
    elif len(names.value) == 1 and names.value[0].casefold() in _NO_FLOW:
        return Contents()
    fields, doubts = _spec_fields(spec, named)
    fields.update({field: told for field, told in _notes(metadata).items() if told is not None})
    fields.update(_relations(entry, named))
    fields.update(own.ours)
    known = (named.short, str(named)) if len(names.value) == 1 else ()
    return Contents(
        flows=[
            FlowPart(
                name, tuple(dict.fromkeys((name, *known))), _VIA, metadata.line("name"), fields, (*doubts, *own.doubts)
            )
            for name in names.value
        ]
    )


def _is_flow(kind: str, type_: str) -> bool:
    words = re.split(r"[^a-z0-9]+", type_.casefold())
    return words[-1] in _RESOURCES if kind == "resource" else "".join(words) in _TYPES.get(kind, ())


def _notes(metadata: Part) -> Mapping[str, Told | None]:
    return {
        "on_call": on_call_of(metadata),
        "producer": job_of(metadata),
        "channels": channels_of(metadata),
        "runbook": runbook_of(metadata),
    }


def _spec_fields(spec: Part, named: EntityName) -> tuple[dict[str, Told], list[DoubtDoc]]:
    fields: dict[str, Told] = {}
    doubts: list[DoubtDoc] = []
    space = named.namespace
    if (owner := ref_at(spec, "owner", "group", space)) is not None:
        if owner.kind in _OWNERS:
            fields["owner"] = Told(owner.short, spec.line("owner"))
        else:
            why = f"the owner is a {owner.kind}; name a group or a user"
            doubts.append(doubt("owner", why, spec.origin("owner")))
    if lifecycle := spec.name("lifecycle"):
        fields["lifecycle"] = Told(lifecycle, spec.line("lifecycle"))
    users = [ref for ref in refs_at(spec, "dependencyOf", "component", space) if ref.kind == "component"]
    if users:
        fields["consumers"] = Told([ref.job for ref in users], spec.line("dependencyOf"))
    needed = refs_at(spec, "dependsOn", "component", space)
    makers = [ref for ref in needed if ref.kind == "component"]
    if named.kind == "resource" and len(makers) == 1:
        fields["producer"] = Told(makers[0].job, spec.line("dependsOn"))
    sources = [ref for ref in needed if ref.kind in ("resource", "api")]
    apis = refs_at(spec, "consumesApis", "api", space)
    if sources or apis:
        line = spec.line("dependsOn" if sources else "consumesApis")
        fields["upstream"] = Told(_short([*sources, *apis]), line)
    return fields, doubts


def _relations(entry: Part, named: EntityName) -> dict[str, Told]:
    """What an export of a catalogue adds: who provides and who consumes an API."""
    by_type: dict[str, list[EntityName]] = {}
    for relation in entry.parts("relations"):
        ref = _target(relation, named.namespace)
        if ref is not None and ref.kind == "component":
            by_type.setdefault(relation.name("type") or "", []).append(ref)
    fields: dict[str, Told] = {}
    if used := [ref for word in ("apiConsumedBy", "dependencyOf") for ref in by_type.get(word, ())]:
        fields["consumers"] = Told(list(dict.fromkeys(ref.job for ref in used)), entry.line("relations"))
    if len(makers := by_type.get("apiProvidedBy", [])) == 1:
        fields["producer"] = Told(makers[0].job, entry.line("relations"))
    return fields


def _target(relation: Part, namespace: str) -> EntityName | None:
    """The other end of a relation: a reference, or its three parts in older exports."""
    if text := relation.name("targetRef"):
        return parsed(text, "component", namespace)
    target = relation.part("target")
    if target is None or not (name := target.name("name")):
        return None
    space = target.name("namespace") or namespace
    return EntityName((target.name("kind") or "component").casefold(), space.casefold(), name)


def _short(refs: Sequence[EntityName]) -> list[str]:
    return list(dict.fromkeys(ref.short for ref in refs))
