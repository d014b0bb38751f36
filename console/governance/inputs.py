"""Which data flows models answer from, looked up for hundreds of models among thousands of flows. Pure.

A model answers from the flows that its document names, from those that say that they feed it, from those that a job
which serves it consumes, and from all that these are made of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from console.governance.modelnames import same_model
from console.governance.shapes import FlowDoc, ModelDoc
from console.naming import unplaced


class Inputs:
    """The flows of an installation by what they feed, who consumes them and what they are made of. Flows that are no
    longer declared are none."""

    def __init__(self, flows: Mapping[str, FlowDoc]) -> None:
        self._flows = {name: doc for name, doc in flows.items() if not doc.get("removed")}
        self._named = {name.casefold(): name for name in self._flows}
        self._feeding: dict[str, list[tuple[str, str]]] = defaultdict(list)  # last part of a model's name, folded
        self._consumed: dict[str, list[str]] = defaultdict(list)
        self._made_of: dict[str, frozenset[str]] = {}
        for name, doc in self._flows.items():
            for model in doc.get("feeds") or ():
                self._feeding[_last(model)].append((model, name))
            for job in doc.get("consumers") or ():
                self._consumed[unplaced(job)].append(name)

    def of(self, model: str, doc: ModelDoc | None, jobs: Iterable[str] = ()) -> tuple[str, ...]:
        """The names of the flows that a model answers from, near and far, sorted; ``jobs`` are those that serve it.

        Flows that are made of each other in a circle are each named once. A name that no flow has is left out.
        """
        waiting = self._known((doc.get("inputs") if doc else None) or ())
        waiting |= {flow for said, flow in self._feeding.get(_last(model), ()) if same_model(said, model)}
        waiting |= {flow for job in jobs for flow in self._consumed.get(unplaced(job), ())}
        found: set[str] = set()
        while waiting:
            name = waiting.pop()
            found.add(name)
            waiting |= self._before(name) - found
        return tuple(sorted(found))

    def _before(self, name: str) -> frozenset[str]:
        """The flows that one is made of: those it names, and those that its producer consumes."""
        held = self._made_of.get(name)
        if held is None:
            flow = self._flows[name]
            taken = self._consumed.get(unplaced(flow.get("producer") or ""), ())
            held = self._made_of[name] = frozenset((*self._known(flow.get("upstream") or ()), *taken))
        return held

    def _known(self, names: Iterable[str]) -> set[str]:
        return {found for name in names if (found := self._named.get(name.casefold())) is not None}


def _last(model: str) -> str:
    return model.casefold().rstrip("/").rpartition("/")[2]
