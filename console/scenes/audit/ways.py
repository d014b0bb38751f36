"""How data flows reach the models that run: along links that are certain where there are any, else along guesses."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from console.analysis.audit.facts import Way
from console.analysis.scene import Link
from console.naming import job_name
from console.signals import EntityKind, EntityRef

_MOST_HOPS = 10


class Step(NamedTuple):
    """From an entity to the next one on its way to a model; ``guessed`` and ``why`` are of the whole way from it on."""

    next: EntityRef | None
    guessed: bool
    why: str
    hops: int


class Ways:
    """Searches one set of links. A way along certain links is taken before any that has a guess in it."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._causes: dict[EntityRef, list[Link]] = defaultdict(list)
        self._effects: dict[EntityRef, list[Link]] = defaultdict(list)
        for link in links:
            self._causes[link.effect].append(link)
            self._effects[link.cause].append(link)

    def entities(self, kind: EntityKind) -> list[EntityRef]:
        """All of a kind that a link names."""
        return [one for one in dict.fromkeys((*self._causes, *self._effects)) if one.kind is kind]

    def effects(self, cause: EntityRef) -> Sequence[Link]:
        """The links that begin at an entity."""
        return self._effects.get(cause, ())

    def causes(self, effect: EntityRef) -> Sequence[Link]:
        """The links that end at an entity."""
        return self._causes.get(effect, ())

    def upstream(self, ends: Iterable[EntityRef]) -> Mapping[EntityRef, Step]:
        """All that leads to one of the ends, with its next step. O(links)."""
        found = {end: Step(None, False, "", 0) for end in ends}
        later = self._walk(found, deque(found), guesses=False)
        self._walk(found, later, guesses=True)
        return found

    def _walk(self, found: dict[EntityRef, Step], waiting: deque[EntityRef], *, guesses: bool) -> deque[EntityRef]:
        all_seen = deque(waiting)
        while waiting:
            one = waiting.popleft()
            step = found[one]
            if step.hops >= _MOST_HOPS:
                continue
            for link in self._causes.get(one, ()):
                if link.cause in found or (link.guessed and not guesses):
                    continue
                why = step.why or (link.why if link.guessed else "")
                found[link.cause] = Step(one, step.guessed or link.guessed, why, step.hops + 1)
                waiting.append(link.cause)
                all_seen.append(link.cause)
        return all_seen


def way_of(model: str, start: EntityRef, steps: Mapping[EntityRef, Step]) -> Way | None:
    """The way from an entity to a model, by the jobs that lie on it; None where there is none."""
    step = steps.get(start)
    if step is None:
        return None
    through: list[str] = []
    at = step.next
    while at is not None:
        if at.kind is EntityKind.JOB and job_name(at.id) not in through:
            through.append(job_name(at.id))
        at = steps[at].next
    return Way(model, through, step.guessed, step.why)
