"""Which allocations' logs are followed where there are more than can be: those that are not well first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

MOST = 20
_MOST_PAST = 3  # those that failed and were replaced: their last words are what one looks for
_ILL = frozenset(("failed", "lost", "unknown"))


class Choice(NamedTuple):
    """The ids that are followed, of how many there are."""

    ids: tuple[str, ...]
    total: int


def choose(allocations: Sequence[Mapping[str, Any]], most: int = MOST) -> Choice:
    """Of allocations as the errand ``allocations`` tells them. Those that have ended as they should only if there are
    no others."""
    ordered = sorted(allocations, key=lambda one: (_rank(one), -int(one.get("modified_ms") or 0), str(one.get("id"))))
    present = [one for one in ordered if _rank(one) < _PAST]
    past = [one for one in ordered if _rank(one) == _PAST][:_MOST_PAST]
    chosen = [*present[: most - min(len(past), most // 4)], *past] or ordered
    return Choice(tuple(str(one["id"]) for one in chosen[:most]), len(ordered))


_PAST = 3


def _rank(one: Mapping[str, Any]) -> int:
    wanted, status = one.get("desired") == "run", one.get("status")
    if wanted and (status in _ILL or one.get("healthy") is False):
        return 0
    if status == "pending":
        return 1
    if status == "running":
        return 2
    return _PAST if status in _ILL else 4
