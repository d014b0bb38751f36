"""The fields of a data flow: what a person calls them, whose word counts first, and when two values say the same.

What is written for this console stands first (``flows.toml``), then contracts, catalogues, lineage, and last what a job
says of itself. Of who is on call a catalogue's annotation knows more than a contract. Pure, and light to import.
"""

# No postponed annotations here: each of them would be compiled at every start.
from collections.abc import Callable, Mapping, Sequence
from math import isclose
from typing import Any, NamedTuple

from console.governance.shapes import DoubtDoc, SaidDoc
from console.naming import job_name, unplaced

FLOWS_FILE, ODCS, BACKSTAGE, LINEAGE, JOB_META = "flows.toml", "odcs", "backstage", "openlineage", "job meta"
GIT, WATCHED = "git", "watched"
"""How we know when a schema changed that nobody dates: by the commit, or because we saw the file change."""

_ORDER = (FLOWS_FILE, ODCS, BACKSTAGE, LINEAGE, GIT, WATCHED, JOB_META)
_ON_CALL_ORDER = (FLOWS_FILE, BACKSTAGE, ODCS, LINEAGE, GIT, WATCHED, JOB_META)

Same = Callable[[Any, Any, Mapping[str, str]], bool]
"""Whether two values say the same; the mapping leads folded names to the one by which something is known."""


def first(said: Sequence[SaidDoc]) -> Any:
    """The value in force is that of the first source."""
    return said[0]["value"]


def newest(said: Sequence[SaidDoc]) -> Any:
    """The value in force is the latest: a change or a review that one source knows of did happen."""
    return max(item["value"] for item in said)


def together(said: Sequence[SaidDoc]) -> list[Any]:
    """All that any source names. A source that names fewer does not deny the others; a job that two sources place in
    different namespaces counts once."""
    found: list[Any] = []
    known: set[str] = set()
    for item in said:
        new = [one for one in item["value"] if folded_job(one) not in known]
        found += [one for at, one in enumerate(new) if one not in new[:at]]
        known |= {folded_job(one) for one in new}
    return found


def channels(said: Sequence[SaidDoc]) -> list[Any]:
    """All ways that any source names, each once by its address, or by its name where it has none."""
    found: dict[str, Any] = {}
    for item in said:
        for one in item["value"]:
            found.setdefault(str(one.get("url") or one.get("name") or "").casefold().rstrip("/"), one)
    return list(found.values())


def folded(text: object) -> str:
    """A name as it is compared: ``Search Data``, ``search_data`` and ``search-data`` are one."""
    return "-".join(str(text).casefold().replace("_", " ").replace("-", " ").split())


def folded_owner(text: object) -> str:
    """``group:default/search-data`` and ``Search Data`` are one owner."""
    given = str(text).strip()
    kind, colon, rest = given.partition(":")
    if colon and kind.casefold() in ("group", "user", "team"):
        given = rest
    namespace, slash, name = given.partition("/")
    return folded(name if slash and namespace.casefold() == "default" else given)


def folded_job(job: object) -> str:
    """Sources call namespaces by different names, so a job is compared by its own."""
    return job_name(unplaced(str(job))).casefold()


def _text(one: Any, other: Any, names: Mapping[str, str]) -> bool:
    return folded(one) == folded(other)


def _owner(one: Any, other: Any, names: Mapping[str, str]) -> bool:
    first_name, second_name = folded_owner(one), folded_owner(other)
    return names.get(first_name, first_name) == names.get(second_name, second_name)


def _on_call(one: Any, other: Any, names: Mapping[str, str]) -> bool:
    """A schedule's id at its provider and a name cannot be told to differ unless the schedule itself is known."""
    keys = [str(value).strip().casefold() for value in (one, other)]
    known = [names.get(key) for key in keys]
    if all(known):
        return known[0] == known[1]
    return folded(one) == folded(other) or len({":" in key for key in keys}) == 2


def _contract(one: Any, other: Any, names: Mapping[str, str]) -> bool:
    """A contract's id and its address are two names of it; two ids, or two addresses, are two contracts."""
    keys = [str(value).strip().casefold().rstrip("/") for value in (one, other)]
    return keys[0] == keys[1] or len({"/" in key for key in keys}) == 2


def _job(one: Any, other: Any, names: Mapping[str, str]) -> bool:
    return folded_job(one) == folded_job(other)


def _number(one: Any, other: Any, names: Mapping[str, str]) -> bool:
    return isclose(one, other, rel_tol=1e-9)


def _address(one: Any, other: Any, names: Mapping[str, str]) -> bool:
    return str(one).casefold().rstrip("/") == str(other).casefold().rstrip("/")


def _set(one: Any, other: Any, names: Mapping[str, str]) -> bool:
    return {folded(item) for item in one} == {folded(item) for item in other}


def _labels(one: Any, other: Any, names: Mapping[str, str]) -> bool:
    return {key: set(values) for key, values in one.items()} == {key: set(values) for key, values in other.items()}


def _version(one: Any, other: Any, names: Mapping[str, str]) -> bool:
    return str(one).casefold().removeprefix("v") == str(other).casefold().removeprefix("v")


def _lifecycle(one: Any, other: Any, names: Mapping[str, str]) -> bool:
    """Contracts and catalogues have different words; those that can be true together do not disagree."""
    stages = [_STAGES.get(folded(value), frozenset((folded(value),))) for value in (one, other)]
    return bool(stages[0] & stages[1])


_STAGES: Mapping[str, frozenset[str]] = {
    "proposed": frozenset(("early",)),
    "draft": frozenset(("early",)),
    "experimental": frozenset(("early", "live")),
    "development": frozenset(("early",)),
    "active": frozenset(("live",)),
    "production": frozenset(("live",)),
    "deprecated": frozenset(("ending",)),
    "retired": frozenset(("ending",)),
}


class Field(NamedTuple):
    """One field of FlowDoc. ``same`` is None where sources complete each other and so cannot disagree."""

    word: str
    same: Same | None
    in_force: Callable[[Sequence[SaidDoc]], Any] = first
    order: Sequence[str] = _ORDER


FIELDS: Mapping[str, Field] = {
    "owner": Field("owner", _owner),
    "on_call": Field("on-call", _on_call, order=_ON_CALL_ORDER),
    "contract": Field("contract", _contract),
    "producer": Field("producer", _job),
    "consumers": Field("consumers", None, together),
    "runbook": Field("runbook", _address),
    "freshness_s": Field("freshness", _number),
    "latency_s": Field("latency", _number),
    "completeness": Field("completeness", _number),
    "completeness_rules": Field("rules of completeness", None),
    "availability": Field("availability", _number),
    "retention_s": Field("retention", _number),
    "escalation": Field("escalation", _set, order=_ON_CALL_ORDER),
    "channels": Field("channels", None, channels),
    "lifecycle": Field("lifecycle", _lifecycle),
    "stages": Field("stages", None),
    "upstream": Field("upstream", None, together),
    "feeds": Field("models", None, together),
    "schema_changed_ms": Field("schema changed", None, newest),
    "contract_version": Field("contract version", _version),
    "contract_ends_ms": Field("end of the contract", _number),
    "required": Field("required properties", _set),
    "last_review_ms": Field("last review", None, newest),
    "review_every_s": Field("review every", _number),
    "tier": Field("tier", _text),
    "match": Field("labels", _labels),
}


def rank(field: str, via: str) -> int:
    """Where a source stands for a field; one that nobody ranked stands just before what a job says of itself."""
    order = FIELDS[field].order
    return order.index(via) if via in order else len(order) - 2


def doubt_text(doubt: DoubtDoc) -> str:
    """What cannot be taken as it is said, with the name of its field before it, once."""
    field, why = doubt["field"], doubt["why"]
    word = FIELDS[field].word if field in FIELDS else field
    return why if why.startswith(f"{word}:") else f"{word}: {why}"
