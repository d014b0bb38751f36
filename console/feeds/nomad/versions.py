"""The versions of each job that were seen, and what each of them changed."""

from __future__ import annotations

from collections.abc import Mapping

from console.documents import VersionDoc
from console.feeds.nomad.objects import Job, Version
from console.feeds.nomad.spec import Spec, difference

KEPT = 8


class Versions:
    """The newest few of each job, by ``namespace/job``."""

    def __init__(self) -> None:
        self._of: dict[str, dict[int, Version]] = {}
        self._docs: dict[str, list[VersionDoc]] = {}

    def remember(self, job: Job) -> None:
        """Keep what a version asked for; a list entry, which does not say, teaches nothing."""
        if job.spec is None or job.version < 0:
            return
        version = Version(job.version, job.submitted_ms, job.by, job.stable, job.tag, job.stopped, job.spec)
        kept = self._of.setdefault(job.key, {})
        if kept.get(job.version) == version:
            return
        kept[job.version] = version
        while len(kept) > KEPT:
            del kept[min(kept)]
        self._docs.pop(job.key, None)

    def forget(self, key: str) -> None:
        self._of.pop(key, None)
        self._docs.pop(key, None)

    def specs(self, key: str) -> Mapping[int, Spec]:
        """What each known version of a job asked for."""
        return {number: version.spec for number, version in self._of.get(key, {}).items()}

    def knows(self, key: str, number: int) -> bool:
        return number in self._of.get(key, {})

    def docs(self, key: str) -> list[VersionDoc]:
        """The newest first. Made once, as a job's document is written far more often than it gets a version."""
        if key not in self._of:
            return []
        if key not in self._docs:
            kept = self._of[key]
            self._docs[key] = [_doc(kept[number], kept) for number in sorted(kept, reverse=True)]
        return self._docs[key]


def _doc(version: Version, kept: Mapping[int, Version]) -> VersionDoc:
    doc: VersionDoc = {
        "version": version.number,
        "submitted_ms": version.submitted_ms,
        "text": change_text(version, kept),
    }
    if version.by:
        doc["by"] = version.by
    if version.stable:
        doc["stable"] = True
    if version.tag:
        doc["tag"] = version.tag
    if version.spec.serves:
        doc["serves"] = dict(version.spec.serves)
    return doc


def change_text(version: Version, kept: Mapping[int, Version]) -> str:
    """What a version changed against the one before, in words; empty where the one before is not known."""
    if version.stopped:
        return "stopped"
    before = kept.get(version.number - 1)
    same = same_as(version.number, version.spec, {number: one.spec for number, one in kept.items()})
    if same is not None and same != version.number - 1:
        return f"reverted to version {same}"
    if version.number == 0:
        return "first version"
    if before is None:
        return ""
    if same is not None:
        return "started again" if before.stopped else "unchanged"
    return difference(before.spec, version.spec).text


def same_as(number: int, spec: Spec, specs: Mapping[int, Spec]) -> int | None:
    """The newest older version that asked for the same; None when there is none."""
    return next((v for v in sorted(specs, reverse=True) if v < number and specs[v].digest == spec.digest), None)
