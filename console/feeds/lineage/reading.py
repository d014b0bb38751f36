"""What Marquez's answers say of data flows. Pure; anything may be missing from an answer, or be of another kind.

A dataset that one job writes and another reads is a data flow, and so is one of which somebody is said to be the owner.
Of all others only what is said about a flow that something else declares is used.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from console.feeds.lineage.marquez import API, PAGE, DatasetId
from console.governance.fields import LINEAGE, folded_job
from console.governance.merge import Sourced
from console.governance.shapes import DoubtDoc, SaidDoc
from console.plain import plain

_RUNNING = ("NEW", "RUNNING")
_MOST_NAMED = 5


class Edges(NamedTuple):
    """One job and what it reads and writes. ``ran`` orders jobs by their last run."""

    job: str
    name: str
    inputs: frozenset[DatasetId]
    outputs: frozenset[DatasetId]
    runs: bool
    ran: str
    owner: str


class Lineage(NamedTuple):
    """What lineage says: the parts of flows; and, by the folded name of a job, that its lineage cannot be seen yet."""

    parts: list[Sourced]
    blind: dict[str, DoubtDoc]


def edges_of(jobs: Iterable[Mapping[str, Any]]) -> list[Edges]:
    """The jobs with what they read and write, by their latest run or, where that shows nothing yet, the runs before."""
    return [one for job in jobs if (one := _edges(job)) is not None]


def flows_between(edges: Sequence[Edges]) -> set[DatasetId]:
    """The datasets that one job writes and another reads."""
    written: dict[DatasetId, set[str]] = defaultdict(set)
    read: dict[DatasetId, set[str]] = defaultdict(set)
    for one in edges:
        for dataset in one.outputs:
            written[dataset].add(one.job)
        for dataset in one.inputs:
            read[dataset].add(one.job)
    return {dataset for dataset in written if read[dataset] - written[dataset]}


def lineage_of(
    address: str,
    edges: Sequence[Edges],
    datasets: Sequence[Mapping[str, Any]],
    changed_ms: Mapping[DatasetId, int],
    read_ms: int,
) -> Lineage:
    """The parts. ``changed_ms`` says when schemas changed; ``address`` is the server's, where each field is from."""
    between = flows_between(edges)
    writers: dict[DatasetId, list[Edges]] = defaultdict(list)
    readers: dict[DatasetId, list[Edges]] = defaultdict(list)
    for one in edges:
        for dataset in one.outputs:
            writers[dataset].append(one)
        for dataset in one.inputs:
            readers[dataset].append(one)
    known = {key: one for one in datasets if (key := identity(one)) is not None}
    names = Counter(key.name for key in (*known, *(key for key in between if key not in known)))
    parts = []
    for key in sorted({*known, *between}):
        said = _Said(address, key, read_ms)
        doc = known.get(key, {})
        makers = sorted(writers.get(key, ()), key=lambda one: (one.ran, one.job), reverse=True)
        said.put("owner", _owner(doc) or (makers[0].owner if makers else ""))
        said.put("producer", makers[0].job if makers else "")
        said.put("consumers", sorted({one.job for one in readers.get(key, ())} - {one.job for one in makers}))
        upstream = {dataset.name for one in makers[:1] for dataset in one.inputs if dataset != key}
        said.put("upstream", sorted(upstream))
        said.put("schema_changed_ms", changed_ms.get(key))
        doubts = _doubts(makers, said.origin)
        alone = names[key.name] == 1
        name = key.name if alone else f"{key.namespace}/{key.name}"
        declares = key in between or bool(_owner(doc))
        also = _names(key, doc) if alone else ()
        parts.append(Sourced(name, also, LINEAGE, said.origin, said.fields, tuple(doubts), declares))
    return Lineage([part for part in parts if part.said], _blind(address, edges))


def identity(dataset: Mapping[str, Any]) -> DatasetId | None:
    """The identity of a dataset, or of a reference to one; None where it has none."""
    known = dataset.get("id") or dataset.get("datasetVersionId") or dataset
    if not isinstance(known, dict):
        return None
    namespace, name = known.get("namespace"), known.get("name")
    return DatasetId(namespace, name) if isinstance(namespace, str) and isinstance(name, str) and name else None


def schema_changed_ms(versions: Sequence[Mapping[str, Any]]) -> int | None:
    """When a dataset got the schema that it has, by its versions; None where they do not go back that far.

    A dataset that never had another schema has had it since its first version.
    """
    dated = [(at_ms, _schema(one)) for one in versions if (at_ms := moment_ms(one.get("createdAt"))) is not None]
    dated.sort(key=lambda one: one[0], reverse=True)
    if not dated or not dated[0][1]:
        return None
    since = None
    for at_ms, schema in dated:
        if schema != dated[0][1]:
            return since
        since = at_ms
    return since if len(versions) < PAGE else None


def moment_ms(text: object) -> int | None:
    """Unix milliseconds of Marquez's times (UTC, with up to nine digits of a second); None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


class _Said:
    """Collects the fields of one part."""

    def __init__(self, address: str, key: DatasetId, read_ms: int) -> None:
        namespace, name = (quote(part, safe="") for part in key)
        self.origin = f"{address}{API}/namespaces/{namespace}/datasets/{name}"
        self.fields: dict[str, SaidDoc] = {}
        self._read_ms = read_ms

    def put(self, field: str, value: Any) -> None:
        if value not in (None, "", []):
            self.fields[field] = {"value": value, "origin": self.origin, "via": LINEAGE, "read_ms": self._read_ms}


def _edges(job: Mapping[str, Any]) -> Edges | None:
    key = identity(job)
    if key is None:
        return None
    runs = [run for run in (job.get("latestRun"), *_list(job.get("latestRuns"))) if isinstance(run, dict)]
    latest = runs[0] if runs else {}
    return Edges(
        job_id(key),
        key.name,
        _sets(job, "inputs", runs, "inputDatasetVersions"),
        _sets(job, "outputs", runs, "outputDatasetVersions"),
        latest.get("state") in _RUNNING,
        str(latest.get("startedAt") or latest.get("createdAt") or job.get("updatedAt") or ""),
        _owner(job),
    )


def job_id(key: DatasetId) -> str:
    """``default/indexer`` of the job ``indexer`` in ``nomad://eu/default``: how this console writes a job."""
    return f"{key.namespace.rstrip('/').rpartition('/')[2] or 'default'}/{key.name}"


def _sets(job: Mapping[str, Any], own: str, runs: Sequence[Mapping[str, Any]], by_run: str) -> frozenset[DatasetId]:
    found = _identities(job.get(own))
    for run in runs:
        if found:
            break
        found = _identities(run.get(by_run))
    return found


def _identities(items: object) -> frozenset[DatasetId]:
    return frozenset(key for one in _list(items) if isinstance(one, dict) and (key := identity(one)) is not None)


def _owner(thing: Mapping[str, Any]) -> str:
    """The owner that the ownership facet names first; of several one that is typed as owner or team."""
    facet = (thing.get("facets") or {}).get("ownership") if isinstance(thing.get("facets"), dict) else None
    owners = [one for one in _list(facet.get("owners") if isinstance(facet, dict) else None) if isinstance(one, dict)]
    named = [one for one in owners if isinstance(one.get("name"), str) and one["name"].strip()]
    named.sort(key=lambda one: str(one.get("type") or "").casefold() not in ("owner", "team", "producer"))
    if not named:
        return ""
    given = str(named[0]["name"]).strip()
    kind, colon, name = given.partition(":")
    return name.strip() if colon and kind.casefold() in ("team", "group", "user") and name.strip() else given


def _names(key: DatasetId, doc: Mapping[str, Any]) -> tuple[str, ...]:
    """All by which a dataset goes: its physical name, and the names that it has elsewhere."""
    facets = doc.get("facets") if isinstance(doc.get("facets"), dict) else {}
    links = (facets or {}).get("symlinks")
    others = [one.get("name") for one in _list(links.get("identifiers") if isinstance(links, dict) else None)]
    found = (key.name, doc.get("physicalName"), *others, f"{key.namespace}/{key.name}")
    return tuple(dict.fromkeys(name for name in found if isinstance(name, str) and name))


def _doubts(makers: Sequence[Edges], origin: str) -> Iterator[DoubtDoc]:
    if len(makers) > 1:
        named = ", ".join(plain(one.job, 80) for one in makers[:_MOST_NAMED])
        why = f"{len(makers)} jobs write it ({named}); the one that ran last is taken for its producer"
        yield {"field": "producer", "why": why, "origin": origin}


def _blind(address: str, edges: Iterable[Edges]) -> dict[str, DoubtDoc]:
    found: dict[str, DoubtDoc] = {}
    for one in edges:
        if one.runs and not one.inputs and not one.outputs:
            why = (
                f"the job {plain(one.job, 100)} runs and has not completed; until then Marquez may not show what it "
                "reads and writes, so declare its edges"
            )
            found[folded_job(one.job)] = {"field": "producer", "why": why, "origin": address}
    return found


def _schema(version: Mapping[str, Any]) -> Any:
    """What tells one schema from another: its fields, or the id that Marquez gives it where it lists none."""
    fields = [one for one in _list(version.get("fields")) if isinstance(one, dict)]
    if fields:
        return frozenset((str(one.get("name")), str(one.get("type"))) for one in fields)
    return version.get("currentSchemaVersion")


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
