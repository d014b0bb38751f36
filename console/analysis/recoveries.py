"""When a failure was over, from what was told after it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Sequence

from console.signals import EntityKind, Record

_PLACED = "AllocationPlaced"


def is_recovery(event: Record) -> bool:
    """Whether it says that something is well, or that something was replaced."""
    return event.body.get("severity") == "ok" or event.name == _PLACED


class Recoveries:
    """Events that say that something is well: about the same entity, about its job, or a replacement in its group."""

    def __init__(self, told: Sequence[Record]) -> None:
        self._well: dict[Hashable, list[int]] = defaultdict(list)  # indices into ``told``, rising
        self._told = told
        self._place = {id(event): at for at, event in enumerate(told)}
        for at, event in enumerate(told):
            job = event.body.get("job")
            if event.body.get("severity") == "ok":
                self._well[event.entity].append(at)
                if isinstance(job, str):
                    self._well[job].append(at)
            if event.name == _PLACED and isinstance(job, str):
                self._well[(job, str(event.body.get("group")))].append(at)

    def after(self, failure: Record) -> int | None:
        """When the first of them came after a failure, unix ms; None where none did."""
        keys: list[Hashable] = [failure.entity]
        job = failure.body.get("job")
        if isinstance(job, str) and failure.entity.kind is not EntityKind.NODE:
            keys += [job, (job, str(failure.body.get("group")))]
        ends = [self._next(key, failure) for key in keys]
        return min((at_ms for at_ms in ends if at_ms is not None), default=None)

    def _next(self, key: Hashable, failure: Record) -> int | None:
        known = self._well.get(key, ())
        for at in known[bisect_right(known, self._place[id(failure)]) :]:
            one = self._told[at]
            if one.name != _PLACED or one.body.get("alloc") != failure.body.get("alloc"):
                return one.at_ms
        return None
