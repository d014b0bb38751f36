"""Whom to ask about something that nobody answers for: who deployed it last, who takes its data, which models answer
from it. The most useful first: a name that one can call now comes before one that somebody else has to look up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from console.analysis.answerers import Answerers, on_call_of, person_now
from console.analysis.scene import Topology
from console.findings import LeadDoc
from console.governance.inputs import Inputs
from console.naming import job_name, unplaced
from console.ownership import Answer, by_meta
from console.signals import EntityKind, EntityRef
from console.times import format_time

MOST = 4
_DATA = (EntityKind.FLOW, EntityKind.TOPIC)


def leads(known: Answerers, topology: Topology, job: str | None, flows: Sequence[str], at_ms: int) -> list[LeadDoc]:
    """Whom to ask about a job, or about the flows that it makes, as of a time. ``job`` None: nobody is known to make
    them."""
    found = [*_deployed(known, job, at_ms)] if job else []
    found += [_asked(known, "consumes", one, at_ms) for one in _consumers(known, topology, job, flows)]
    found += [_of_model(known, model, at_ms) for model in _models(known, flows)]
    useful = (one for one in found if one["who"] or one["owner"] or one["what"] == "deployed")
    return sorted(useful, key=_usefulness)[:MOST]


def _usefulness(lead: LeadDoc) -> tuple[int, str]:
    """Who can be called now, then who may know, then what is only a trace."""
    person = lead["person"]
    if lead["what"] == "deployed":
        return (0 if lead["who"] and not _is_id(lead["who"]) else 2 if lead["who"] else 5), ""
    near = 0 if lead["what"] == "consumes" else 1
    if person is not None and person["name"]:
        return 1, f"{bool(person['problem']):d}{near}{lead['job']}"
    return (3 if lead["on_call"] else 4), f"{near}{lead['job']}"


def _is_id(who: str) -> bool:
    """Whether it is the accessor of a token, which says nothing to a person."""
    return len(who) == 36 and who.count("-") == 4


def _deployed(known: Answerers, job: str, at_ms: int) -> Iterator[LeadDoc]:
    """The newest version of a job by then, and whose token registered it."""
    doc = known.jobs.get(job)
    if doc is None:
        return
    versions = [one for one in doc.get("versions") or () if (one.get("submitted_ms") or 0) <= at_ms]
    newest: dict[str, Any] = dict(max(versions, key=lambda one: one["submitted_ms"])) if versions else {}
    if not newest and (doc.get("submitted_ms") or at_ms + 1) <= at_ms:
        newest = {"version": doc.get("version", 0), "submitted_ms": doc["submitted_ms"]}
    if not newest:
        return
    own = doc.get("by") if newest["version"] == doc.get("version") else None
    yield {
        "what": "deployed",
        "job": job,
        "who": newest.get("by") or own or None,
        "at": format_time(newest["submitted_ms"]),
        "text": f"{job_name(job)} version {newest['version']}",
        "owner": None,
        "on_call": None,
        "person": None,
    }


def _consumers(known: Answerers, topology: Topology, job: str | None, flows: Sequence[str]) -> list[str]:
    """The jobs that take what the flows carry, the certain ones first."""
    makers = {EntityRef(EntityKind.FLOW, flow) for flow in flows}
    maker = EntityRef(EntityKind.JOB, job) if job else None
    makers |= {
        link.effect for link in topology.links if link.cause == maker and link.effect.kind in _DATA and not link.guessed
    }
    taken = [link.effect.id for link in topology.links if link.cause in makers and link.effect.kind is EntityKind.JOB]
    found = dict.fromkeys(one for one in taken if one != job and one in known.jobs)
    return [one for one in found if _runs(known, one)]


def _runs(known: Answerers, job: str) -> bool:
    doc = known.jobs[job]
    return not doc.get("stopped") and doc.get("status") != "dead"


def _models(known: Answerers, flows: Iterable[str]) -> Iterator[str]:
    wanted = set(flows)
    inputs = Inputs(known.flows) if wanted and known.models else None
    for model, doc in known.models.items():
        if inputs is not None and wanted & set(inputs.of(model, doc)):
            yield model


def _asked(known: Answerers, what: str, job: str, at_ms: int) -> LeadDoc:
    answer = by_meta(known.jobs[job])
    return _lead(known, what, job, f"{job_name(unplaced(job))} consumes it", answer, at_ms)


def _of_model(known: Answerers, model: str, at_ms: int) -> LeadDoc:
    doc = known.models[model]
    answer = Answer(str(doc.get("owner") or ""), str(doc.get("on_call") or ""), "")
    return _lead(known, "answers from it", model, f"{model} answers from it", answer, at_ms)


def _lead(known: Answerers, what: str, job: str, text: str, answer: Answer, at_ms: int) -> LeadDoc:
    person = person_now(known, answer, at_ms)
    return {
        "what": what,
        "job": job,
        "who": (person["name"] if person is not None else "") or answer.owner or None,
        "at": None,
        "text": text,
        "owner": answer.owner or None,
        "on_call": on_call_of(known, answer),
        "person": person,
    }
