"""What a contract or a catalogue entry says for this console, in keys of its own.

A data contract has them as ``customProperties``, a catalogue entry as annotations ``fourthsignal.io/...``:

    flow               name of the data flow (a contract may name several, as a list)
    producer           namespace/job that produces it        consumers         jobs that read it
    upstream           flows that it is made of              feeds             models that answer from it
    owner, on-call, escalation, runbook, tier                contract          id or address of its data contract
    freshness, latency, retention                            5m, PT5M, 30d
    completeness, availability                               0.999 or 99.9%
    last-reviewed      a date                                review-every      90d
    schema-changed-at  a date                                match             labels of its signals, as topic=DOCS

Lists are YAML lists, or names with commas between. The same keys without ``fourthsignal.io/`` count in a contract,
and so do other spellings of them (``lastReviewed``, ``last_review``, ``schemaChangedAt``, ``oncall``). A key with the
prefix goes before what the format itself says, one without it counts where nothing else says the field. A value that
cannot be taken is a doubt, never an error: the rest of the document still counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from console.declared.shapes import Told
from console.governance.shapes import DoubtDoc
from console.governance.units import Ambiguous, Moment, doubt, duration_s, moment_ms, ratio
from console.plain import UNSAFE, plain

PREFIX = "fourthsignal.io/"
FLOW = "flow"
"""Stands for the names of the flow, which are no field of it."""

_LONGEST = 500


class Said(NamedTuple):
    """A key and its value as a file has them, and on which line."""

    key: str
    value: Any
    line: int
    origin: str


class Own(NamedTuple):
    """The fields of FlowDoc (and ``flow``) that keys say: those with our prefix, and those that are only called alike,
    which count where nothing else says the field."""

    ours: dict[str, Told]
    alike: dict[str, Told]
    doubts: list[DoubtDoc]


def own_fields(said: Iterable[Said]) -> Own:
    """What keys say for this console; other keys are nobody's business here."""
    found = Own({}, {}, [])
    for one in said:
        key = _folded(one.key.removeprefix(PREFIX))
        ours = one.key.startswith(PREFIX)
        known = None if key in _OTHERS_TOO and not ours else _KEYS.get(key)
        fields = found.ours if ours else found.alike
        if known is None or known.field in fields or one.value is None or one.value == "":
            continue
        value = known.read(one.value)
        if isinstance(value, Moment):
            if value.doubt:
                found.doubts.append(doubt(known.field, f"{plain(one.key, 60)}: {value.doubt}", one.origin))
            value = value.at_ms
        if isinstance(value, Ambiguous):
            found.doubts.append(doubt(known.field, f"{plain(one.key, 60)}: {value.why}", one.origin))
        else:
            fields[known.field] = Told(value, one.line)
    return found


def _folded(key: str) -> str:
    return "".join(letter for letter in key.casefold() if letter.isalnum())


def _text(value: Any) -> str | Ambiguous:
    if isinstance(value, (dict, list)):
        return Ambiguous("it must be text; write one name")
    text = str(value).strip()
    if not text or UNSAFE.search(text) or len(text) > _LONGEST:
        return Ambiguous(f"'{plain(text, 40)}' is not one line of printable text; write one")
    return text


def _texts(value: Any) -> list[str] | Ambiguous:
    given = value if isinstance(value, list) else str(value).split(",") if not isinstance(value, dict) else [value]
    found: list[str] = []
    for one in given:
        text = _text(one)
        if isinstance(text, Ambiguous):
            return text
        found.append(text)
    return list(dict.fromkeys(found)) or Ambiguous("it names nothing; write one name or more")


def _job(value: Any) -> str | Ambiguous:
    text = _text(value)
    if isinstance(text, Ambiguous):
        return text
    parts = text.split("/") if "/" in text else ["default", text]
    if len(parts) != 2 or not all(parts) or " " in text:
        return Ambiguous(f"'{plain(text, 60)}' is not a job; write namespace/job")
    return "/".join(parts)


def _jobs(value: Any) -> list[str] | Ambiguous:
    names = _texts(value)
    if isinstance(names, Ambiguous):
        return names
    found: list[str] = []
    for name in names:
        job = _job(name)
        if isinstance(job, Ambiguous):
            return job
        found.append(job)
    return found


def _labels(value: Any) -> dict[str, list[str]] | Ambiguous:
    """A map of labels, or ``topic=DOCS, topic=DOCS_V2, feed=catalog``."""
    found: dict[str, list[str]] = {}
    if isinstance(value, dict):
        pairs = [(label, one) for label, many in value.items() for one in (many if isinstance(many, list) else [many])]
    else:
        given = value if isinstance(value, list) else str(value).split(",")
        pairs = [(str(one).partition("=")[0], str(one).partition("=")[2]) for one in given]
    for label, one in pairs:
        name, text = _text(label), _text(one)
        if isinstance(name, Ambiguous) or isinstance(text, Ambiguous):
            return Ambiguous("it must be labels; write them as topic=DOCS")
        found.setdefault(name, []).append(text)
    return found or Ambiguous("it has no labels; write them as topic=DOCS")


class _Own(NamedTuple):
    """The field of FlowDoc that a key says, and how its value is read."""

    field: str
    read: Callable[[Any], Any]


_SPELLINGS: Mapping[_Own, tuple[str, ...]] = {
    _Own(FLOW, _texts): ("flow", "flows", "flowname", "dataflow"),
    _Own("owner", _text): ("owner", "ownerteam", "ownedby"),
    _Own("on_call", _text): ("oncall", "oncallschedule", "pager"),
    _Own("escalation", _texts): ("escalation", "escalateto"),
    _Own("contract", _text): ("contract", "datacontract"),
    _Own("contract_version", _text): ("contractversion",),
    _Own("producer", _job): ("producer", "producerjob", "producedby"),
    _Own("consumers", _jobs): ("consumers", "consumer", "consumerjobs", "consumedby"),
    _Own("upstream", _texts): ("upstream", "upstreams", "madeof"),
    _Own("feeds", _texts): ("feeds", "feedsmodels", "models", "model"),
    _Own("runbook", _text): ("runbook", "runbookurl"),
    _Own("tier", _text): ("tier", "criticality"),
    _Own("lifecycle", _text): ("lifecycle",),
    _Own("freshness_s", duration_s): ("freshness",),
    _Own("latency_s", duration_s): ("latency",),
    _Own("retention_s", duration_s): ("retention",),
    _Own("completeness", ratio): ("completeness",),
    _Own("availability", ratio): ("availability",),
    _Own("last_review_ms", moment_ms): ("lastreviewed", "lastreview", "lastreviewedat", "reviewedat", "reviewed"),
    _Own("review_every_s", duration_s): ("reviewevery", "reviewinterval", "reviewcadence"),
    _Own("schema_changed_ms", moment_ms): ("schemachangedat", "schemachanged", "schemachange"),
    _Own("match", _labels): ("match", "matchlabels", "labels"),
}
_OTHERS_TOO = frozenset(("model", "models", "labels", "match", "flows", "contract", "lifecycle", "reviewed", "pager"))
"""Words that other tools use for other things, so that they are ours only with our prefix."""
_KEYS: Mapping[str, _Own] = {spelling: own for own, spellings in _SPELLINGS.items() for spelling in spellings}
