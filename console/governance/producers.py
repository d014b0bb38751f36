"""Which job produces a data flow: a file names it, or the job's meta, or only its name. Pure, and light to import."""

# No postponed annotations here: each of them would be compiled at every start.
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from console.naming import called_after, first_places, items, job_name, last_word, meta_text


class Producer(NamedTuple):
    """The producer of a data flow (``namespace/job``); ``guessed`` when only its name says so."""

    job: str | None
    guessed: bool = False


class Producers:
    """Finds producers among jobs (documents by id; what periodic jobs start is left out). Of jobs that are the same but
    for their place the first is meant."""

    def __init__(self, jobs: Mapping[str, Mapping[str, Any]]) -> None:
        self._jobs = {job: doc for job, doc in jobs.items() if not doc.get("parent")}
        self._by_name: dict[str, list[str]] = defaultdict(list)
        self._saying: dict[str, set[str]] = defaultdict(set)
        for job in first_places(self._jobs):
            self._by_name[job_name(job).casefold()].append(job)
            for item in items(meta_text(self._jobs[job].get("meta"), "produces")):
                self._saying[item.casefold()].add(job)
                self._saying[last_word(item).casefold()].add(job)

    def known(self, job: str) -> str:
        """The id of the job that a file calls so: itself, or the only one of that name."""
        if job in self._jobs:
            return job
        found = self._by_name.get(job_name(job).casefold(), [])
        return found[0] if len(found) == 1 else job

    def of(self, flow: str, declared: str | None = None) -> Producer:
        """Who produces a flow; ``declared`` is the job that its sources name. Two jobs that claim it are none."""
        if declared:
            return Producer(self.known(declared))
        said = self._saying.get(flow.casefold(), set())
        if len(said) == 1:
            return Producer(next(iter(said)))
        called = None if said else called_after(flow, self._by_name)
        return Producer(called, guessed=called is not None)


def same_flow(producers: Mapping[str, Producer], declared: Iterable[str]) -> dict[str, str]:
    """A flow that only signals know is the one that a file declares, when one producer has just these two."""
    known = set(declared)
    by_job: dict[str, list[str]] = defaultdict(list)
    for flow, producer in sorted(producers.items()):
        if producer.job is not None:
            by_job[producer.job].append(flow)
    same = {}
    for flows in by_job.values():
        named = [flow for flow in flows if flow in known]
        if len(named) == 1 and len(flows) == 2:
            same.update({flow: named[0] for flow in flows if flow != named[0]})
    return same
