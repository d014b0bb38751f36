"""The rows of one pane in their order, with what is told of all of them kept up instead of counted anew."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from console.panes.rows import SEVERITY, PaneRow, Placed
from console.signals import EntityKind, EntityRef, Health

_Standing = tuple[tuple[int, int, str, str], EntityRef]
_NEVER = float("inf")


class PaneRows:
    """Rows by entity. ``jobs`` is how many of them are jobs."""

    def __init__(self) -> None:
        self._placed: dict[EntityRef, Placed] = {}
        self._counts = dict.fromkeys(SEVERITY, 0)
        self._ordered: list[_Standing] | None = None  # made when somebody asks for it, and so are
        self._rows: list[PaneRow] = []  # the rows in that order
        self._soonest_ms = _NEVER  # no row changes by itself before that
        self.jobs = 0

    def __len__(self) -> int:
        return len(self._placed)

    def __iter__(self) -> Iterator[EntityRef]:
        return iter(self._placed)

    def put(self, entity: EntityRef, placed: Placed | None) -> bool:
        """Have that row of an entity, or none; whether a person would see a difference."""
        held = self._placed.get(entity)
        if placed is None:
            if held is None:
                return False
            del self._placed[entity]
        elif held is not None and not placed.differs(held):
            # The row stays what it was, for others.
            self._placed[entity] = Placed(held.row, held.place, placed.until_ms)
            self._soonest_ms = min(self._soonest_ms, placed.until_ms)
            return False
        else:
            self._placed[entity] = placed
            self._soonest_ms = min(self._soonest_ms, placed.until_ms)
        self._count(entity, held, placed)
        self._move(entity, held, placed)
        return True

    def _count(self, entity: EntityRef, held: Placed | None, placed: Placed | None) -> None:
        if held is not None:
            self._counts[held.row.health] -= 1
        if placed is not None:
            self._counts[placed.row.health] += 1
        if entity.kind is EntityKind.JOB:
            self.jobs += (placed is not None) - (held is not None)

    def _move(self, entity: EntityRef, held: Placed | None, placed: Placed | None) -> None:
        if (ordered := self._ordered) is None:
            return
        if held is not None:
            at = bisect_left(ordered, (held.order, entity))
            if placed is not None and placed.order == held.order:
                self._rows[at] = placed.row
                return
            del ordered[at], self._rows[at]
        if placed is not None:
            at = bisect_left(ordered, standing := (placed.order, entity))
            ordered.insert(at, standing)
            self._rows.insert(at, placed.row)

    def due(self, now_ms: int) -> list[EntityRef]:
        """The rows that change by time alone, and have to be built again now."""
        if now_ms < self._soonest_ms:
            return []
        self._soonest_ms = min((one.until_ms for one in self._placed.values() if one.until_ms > now_ms), default=_NEVER)
        return [entity for entity, placed in self._placed.items() if placed.until_ms <= now_ms]

    def next_change_ms(self) -> float:
        """When a row may change although nothing is seen; infinite: never."""
        return self._soonest_ms

    def counts(self) -> dict[Health, int]:
        """How many rows stand how, worst first."""
        return dict(self._counts)

    def rows(self) -> list[PaneRow]:
        """Worst first; among equals in an order that no moving number changes."""
        if self._ordered is None:
            self._ordered = sorted((one.order, entity) for entity, one in self._placed.items())
            self._rows = [self._placed[entity].row for _, entity in self._ordered]
        return self._rows.copy()
