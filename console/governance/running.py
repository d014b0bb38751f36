"""Which model runs where, and who says so: the meta of jobs, and the labels of the servers' own metrics. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from console.documents import AllocationDoc, JobDoc
from console.governance.modelnames import Served, same_model, same_version, served, served_by_meta
from console.naming import job_of, place_of, unplaced
from console.signals import EntityKind, Signal

_MODEL_LABELS = ("model_name", "gen_ai_request_model", "gen_ai_response_model", "model", "served_model_name")
_VERSION_LABELS = ("model_version", "model_revision", "version", "revision")
_ROLLING = ("running", "paused", "pending", "blocked", "unblocking")


class Running(NamedTuple):
    """One version of a model that runs, as one source says.

    ``version`` is empty where the source does not say one; ``job`` (``namespace/job``) where it does not say whose.
    ``since_ms`` is when it began to, None where the source does not say. ``rollout``: its job is being rolled out, so
    that old and new may run side by side. ``allocations`` is None where they were not given.
    """

    model: str
    version: str
    job: str
    since_ms: int | None
    said_by: str  # "job meta of namespace/job", "metrics of namespace/job"
    group: str = ""
    job_version: int | None = None
    rollout: bool = False
    allocations: int | None = None
    measured: bool = False  # said by the meta of the job, and by its own metrics as well


def running(
    jobs: Mapping[str, JobDoc], signals: Iterable[Signal], allocations: Iterable[AllocationDoc] = ()
) -> list[Running]:
    """What runs now, by model and job. Give signals that had samples lately only: an old label is no fact of now.

    Where allocations are given each version of a job that still has some running counts, with its own meta as far as
    it is known; otherwise the newest version, and in a rollout the last stable one beside it. What the metrics say is
    added where it differs from what the meta of the same job says, or where no meta says anything.
    """
    by_meta = list(_by_meta(jobs, list(allocations)))
    by_metrics = list(_by_metrics(signals, by_meta))
    return sorted([*by_meta, *by_metrics], key=lambda one: (one.model, one.job, one.group, one.version, one.said_by))


def disagreements(found: Iterable[Running]) -> list[tuple[Running, Running]]:
    """Where the meta of a job and the metrics of what it runs name different versions of one model."""
    found = list(found)
    meta = [one for one in found if one.said_by.startswith("job meta")]
    return [
        (one, other)
        for other in found
        if other.said_by.startswith("metrics") and other.version
        for one in meta
        if same_model(one.model, other.model)
        and one.version
        and one.job == other.job
        and not any(same_version(two.version, other.version) for two in meta if two.job == one.job)
    ]


def _by_meta(jobs: Mapping[str, JobDoc], allocations: list[AllocationDoc]) -> Iterator[Running]:
    alive: dict[str, list[AllocationDoc]] = {}
    for allocation in allocations:
        if allocation["status"] == "running":
            alive.setdefault(f"{allocation['namespace']}/{allocation['job']}", []).append(allocation)
    for job_id, doc in jobs.items():
        if doc.get("stopped") or doc.get("status") == "dead" or doc.get("parent"):
            continue
        by_version = serving(doc)
        if not any(by_version.values()):
            continue
        mine = [one for one in alive.get(unplaced(job_id), ()) if (one.get("cluster") or "") in ("", place_of(job_id))]
        yield from _counted(job_id, doc, by_version, mine) if mine else _uncounted(job_id, doc, by_version)


def serving(doc: JobDoc) -> dict[int, dict[str, Served]]:
    """By version of a job, and by group (empty: all of them), the model that its meta names. {} where it names none."""
    found: dict[int, dict[str, Served]] = {}
    for version in doc.get("versions") or ():
        serves = version.get("serves")
        if serves is not None:
            found[version["version"]] = {group: served(name) for group, name in serves.items()}
    if doc["version"] not in found:
        by_meta = served_by_meta(doc.get("meta"))
        found[doc["version"]] = {"": by_meta} if by_meta else {}
    return found


def _rolls(doc: JobDoc) -> bool:
    deployment = doc.get("deployment")
    return deployment is not None and deployment["status"] in _ROLLING


def _counted(
    job_id: str, doc: JobDoc, by_version: Mapping[int, Mapping[str, Served]], alive: list[AllocationDoc]
) -> Iterator[Running]:
    counted: dict[tuple[Served, str, int], list[AllocationDoc]] = {}
    for one in alive:
        serves = by_version.get(one["version"], {})
        model = serves.get(one["group"]) or serves.get("")
        if model is not None:
            counted.setdefault((model, one["group"] if one["group"] in serves else "", one["version"]), []).append(one)
    for (model, group, version), those in counted.items():
        said_by, since_ms = f"job meta of {job_id}", min(_started_ms(one) for one in those)
        yield Running(
            model.model, model.version, job_id, since_ms, said_by, group, version, _rolls(doc), len(those)
        )  # fmt: skip


def _started_ms(one: AllocationDoc) -> int:
    return min(
        (task["started_ms"] for task in one["tasks"].values() if "started_ms" in task), default=one["created_ms"]
    )


def _uncounted(job_id: str, doc: JobDoc, by_version: Mapping[int, Mapping[str, Served]]) -> Iterator[Running]:
    versions = [doc["version"]]
    if _rolls(doc):
        stable = [one["version"] for one in doc.get("versions") or () if one.get("stable")]
        versions += [max(stable)] if stable and max(stable) != doc["version"] else []
    submitted = {one["version"]: one["submitted_ms"] for one in doc.get("versions") or ()}
    for version in versions:
        for group, model in by_version.get(version, {}).items():
            since_ms = submitted.get(version, doc["submitted_ms"] if version == doc["version"] else None)
            yield Running(
                model.model, model.version, job_id, since_ms, f"job meta of {job_id}", group, version, _rolls(doc)
            )  # fmt: skip


def _by_metrics(signals: Iterable[Signal], by_meta: list[Running]) -> Iterator[Running]:
    """What servers say of themselves: where the meta of a job names the model, the metrics of that job only, since an
    evaluator has metrics of somebody else's model."""
    told: set[tuple[Served, str]] = set()
    for signal in signals:
        model = _labelled(signal)
        job = job_of(signal.labels) or ""
        if model is None or (model, job) in told:
            continue
        told.add((model, job))
        known = [place for place, one in enumerate(by_meta) if same_model(one.model, model.model)]
        if not known:
            yield Running(model.model, model.version, job, None, f"metrics of {job}" if job else "metrics")
            continue
        mine = [place for place in known if by_meta[place].job == job]
        same = [place for place in mine if same_version(by_meta[place].version, model.version)]
        for place in same:
            by_meta[place] = by_meta[place]._replace(measured=True)
        if mine and model.version and not same:
            yield Running(by_meta[mine[0]].model, model.version, job, None, f"metrics of {job}")


def _labelled(signal: Signal) -> Served | None:
    """The model that a signal is about, by its entity or by its labels."""
    version = next((signal.labels[key] for key in _VERSION_LABELS if signal.labels.get(key)), "")
    if signal.entity.kind is EntityKind.MODEL:
        return served(signal.entity.id) if "@" in signal.entity.id else served(signal.entity.id, version)
    name = next((signal.labels[key] for key in _MODEL_LABELS if signal.labels.get(key)), "")
    return served(name, version) if name and version else None
