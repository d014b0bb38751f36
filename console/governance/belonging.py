"""Which signals belong to a data flow: by its labels, its names, who produces and who consumes it, and its subjects.

The names are read as ``console/naming.py`` reads them for the panes and for the links of the analysis. Pure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from console.governance.producers import Producers
from console.governance.shapes import FlowDoc
from console.naming import covers, items, job_name, job_of, last_word, meta_text, stem, unplaced
from console.signals import EntityKind, Pane, Signal

_WILD = (">", "*", "#")
_QUEUES = (EntityKind.TOPIC, EntityKind.CONSUMER)


class Belonging(NamedTuple):
    """A signal of a flow. ``shared``: it counts other flows as well."""

    signal: Signal
    shared: bool


class Belongings:
    """Looks up the signals of one flow after the other.

    ``flows`` are the documents of all flows that are declared, ``jobs`` those of all jobs, by id.
    """

    def __init__(
        self, signals: Sequence[Signal], flows: Mapping[str, FlowDoc], jobs: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self._flows = {name: doc for name, doc in flows.items() if not doc.get("removed")}
        self._jobs = jobs
        self._producers = Producers(jobs)
        self._folded = {name.casefold() for name in self._flows}
        self._last = Counter(last_word(name).casefold() for name in self._flows)
        self._index(signals)
        self._consumes()
        self._handled = self._what_jobs_handle()
        self._found: dict[str, Sequence[Belonging]] = {}

    def of(self, flow: str) -> Sequence[Belonging]:
        """The signals of a flow, declared or not.

        Its own are those that carry its ``match`` labels, those about it by one of its names, and those that its
        stages name. Shared are queues whose topics its subjects run through, those out of which a job takes it by a
        consumer that is called after the job, and what its jobs count of all that they handle, where they handle more
        than this flow.
        """
        if flow not in self._found:
            self._found[flow] = self._look_up(flow)
        return self._found[flow]

    def _look_up(self, flow: str) -> Sequence[Belonging]:
        doc = self._flows.get(flow)
        names = self._names(flow, doc)
        found: dict[str, Belonging] = {}

        def put(signals: Sequence[Signal], shared: bool) -> None:
            for signal in signals:
                found.setdefault(signal.key, Belonging(signal, shared))

        for name in sorted(names):
            put(self._of_flow[name], False)
        put(list(self._matching(doc)), False)
        for named in _named_by_stages(doc):
            put(self._called[named], False)
        producer = self._producers.of(flow, doc.get("producer") if doc else None).job
        making = {unplaced(producer)} if producer else set()
        for topic in sorted(self._subjects(flow, names, doc, producer)):
            put(self._queues[topic], topic != flow.casefold())
        counting = {job_of(one.signal.labels) or "" for one in found.values() if not one.shared}
        for consumer in sorted({job_name(job).casefold() for job in counting - {"", producer}}):
            put(self._taken_by[consumer], True)
        last = {last_word(name) for name in names}
        for job in sorted(making | self._taking(names, doc)):
            others = any(one not in names and last_word(one) not in last for one in self._handled.get(job, ()))
            put(self._of_job[job], others)
        return list(found.values())

    def _index(self, signals: Sequence[Signal]) -> None:
        self._of_flow: dict[str, list[Signal]] = defaultdict(list)
        self._queues: dict[str, list[Signal]] = defaultdict(list)
        self._taken_by: dict[str, list[Signal]] = defaultdict(list)  # by what a consumer is called, with its topic's
        self._of_job: dict[str, list[Signal]] = defaultdict(list)
        self._called: dict[str, list[Signal]] = defaultdict(list)
        self._labelled: dict[tuple[str, str], list[Signal]] = defaultdict(list)
        said = {key for doc in self._flows.values() for key in doc.get("match") or ()}
        named = {name for doc in self._flows.values() for name in _named_by_stages(doc)}
        for signal in signals:
            entity, metric = signal.entity, signal.key.partition("{")[0]
            for label in said & signal.labels.keys():
                self._labelled[(label, signal.labels[label])].append(signal)
            for name in {signal.key, metric} & named:
                self._called[name].append(signal)
            if entity.kind is EntityKind.FLOW:
                self._of_flow[entity.id.casefold()].append(signal)
            elif entity.kind in _QUEUES:
                whole = entity.id.casefold()
                topic = whole.rpartition("/")[0] if entity.kind is EntityKind.CONSUMER else whole
                for name in {whole, topic}:
                    self._queues[name].append(signal)
                if entity.kind is EntityKind.CONSUMER:
                    self._taken_by[whole.rpartition("/")[2]].append(signal)
            elif entity.kind is EntityKind.JOB and signal.pane is Pane.INGESTION:
                self._of_job[unplaced(entity.id)].append(signal)
        for taken in self._taken_by.values():
            topics = {one.entity.id.casefold().rpartition("/")[0] for one in taken}
            taken += [one for topic in topics for one in self._queues[topic] if one.entity.kind is EntityKind.TOPIC]

    def _consumes(self) -> None:
        """Which jobs take which subjects, by their meta: exact ones to look up, and those with wildcards."""
        self._taken: dict[str, set[str]] = defaultdict(set)
        self._wild: list[tuple[str, str]] = []
        for job, body in self._jobs.items():
            for pattern in items(meta_text(body.get("meta"), "consumes")):
                if any(word in _WILD for word in pattern.split(".")):
                    self._wild.append((pattern, unplaced(job)))
                else:
                    self._taken[pattern.casefold()].add(unplaced(job))

    def _what_jobs_handle(self) -> Mapping[str, set[str]]:
        """By job all flows that it produces, consumes or counts; a job that counts by flow also has totals, which are
        of no flow's own."""
        found: dict[str, set[str]] = defaultdict(set)
        for name, doc in self._flows.items():
            for job in (doc.get("producer"), *doc["consumers"]):
                if job:
                    found[unplaced(job)].add(name.casefold())
        for name, signals in self._of_flow.items():
            for signal in signals:
                if job := job_of(signal.labels):
                    found[unplaced(job)].add(name)
        for job, body in self._jobs.items():
            found[unplaced(job)].update(item.casefold() for item in items(meta_text(body.get("meta"), "produces")))
        for pattern, job in self._wild:
            found[job].add(f"all that is called {pattern}")
        return found

    def _names(self, flow: str, doc: FlowDoc | None) -> frozenset[str]:
        """All by which signals may call a flow, folded: its own, those with its match labels, and its last word where
        no other flow ends on it."""
        found = {flow.casefold()}
        last = last_word(flow).casefold()
        if doc is not None and self._last[last] == 1:
            found.add(last)
        found |= {one.entity.id.casefold() for one in self._matching(doc) if one.entity.kind is EntityKind.FLOW}
        return frozenset(found - (self._folded - {flow.casefold()}))

    def _matching(self, doc: FlowDoc | None) -> Iterator[Signal]:
        match = (doc.get("match") or {}) if doc else {}
        some = next(iter(match), "")
        for value in match.get(some, ()):
            for signal in self._labelled[(some, value)]:
                if all(signal.labels.get(key) in values for key, values in match.items()):
                    yield signal

    def _taking(self, names: frozenset[str], doc: FlowDoc | None) -> set[str]:
        found = {unplaced(self._producers.known(job)) for job in doc["consumers"]} if doc else set()
        found |= {job for name in names for job in self._taken.get(name, ())}
        return found | {job for pattern, job in self._wild if any(covers(pattern, name) for name in names)}

    def _subjects(self, flow: str, names: frozenset[str], doc: FlowDoc | None, producer: str | None) -> frozenset[str]:
        """Topics that it runs through, folded: its own name, what its producer publishes of it, what its stages name,
        and what these begin with (a stream ``DOCS`` takes the subject ``docs.price``)."""
        said = {flow}
        body = self._jobs.get(producer or "") or {}
        for item in items(meta_text(body.get("meta"), "produces")):
            if item.casefold() in names or last_word(item).casefold() in names:
                said.add(item)
        for stage in (doc.get("stages") or ()) if doc else ():
            kind, _, name = stage.get("entity", "").partition(":")
            if kind in _QUEUES:
                said.add(name)
        folded = {one.casefold() for one in said}
        return frozenset(folded | {part for one in folded for part in (one.partition(".")[0], stem(one)) if part})


def _named_by_stages(doc: FlowDoc | None) -> list[str]:
    """Keys and metrics that its stages name."""
    stages = (doc.get("stages") or ()) if doc else ()
    sides = (side for stage in stages for side in (stage.get("ins"), stage.get("outs"), stage.get("losses")))
    return [name for side in sides for name in side or ()]
