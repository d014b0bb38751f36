"""The ranking as lines under one another: place, when, how long before or after the symptom, what, of whom, why."""

from __future__ import annotations

from collections.abc import Sequence

from console.explain.when import beside, time_of_day
from console.findings import RankedDoc
from console.plain import plain

MOST = 10
_WAYS = {"up": "rose", "down": "fell"}
_BY_CHANCE = 0.1  # what did not move, and whose changes chance explains, is not worth a line


def ranking(ranked: Sequence[RankedDoc], day: str, mover: str | None = None) -> tuple[str, list[tuple[str, str]]]:
    """A heading, and for each signal two lines as (what stands in columns, what is wrapped after it).

    What moved stands before what did not, but for the first ``mover`` (its signal), which may be named for other
    reasons. The numbers are those of the lines.
    """
    worth = [
        one for one in ranked
        if one["onset"] is not None or one["signal"] == mover or (one["p_value"] or 0.0) < _BY_CHANCE
    ]  # fmt: skip
    worth.sort(key=lambda one: one["onset"] is None and one["signal"] != mover)
    best = worth[:MOST]
    cells = [(f"{at}", _when(one, day), _beside(one)) for at, one in enumerate(best, 1)]
    widths = [max((len(row[at]) for row in cells), default=0) for at in range(3)]
    lines = []
    for one, row in zip(best, cells, strict=True):
        place, when, apart = (text.rjust(width) for text, width in zip(row, widths, strict=True))
        whose = "" if _is_told(one) else f", of {one['entity']}"
        lines.append((f"{place}  {when}  {apart}  ", f"{one['name']} {_way(one)}{whose}"))
        lines.append((" " * (widths[0] + 2), one["why"]))
    more = f", {MOST} of {len(worth)}" if len(worth) > MOST else ""
    return f"What moved with it{more}: when, and how long before or after the symptom", lines


def _is_told(one: RankedDoc) -> bool:
    """Whether the name says whose it is."""
    return one["entity"].rpartition(":")[2].rpartition("/")[2] in one["name"]


def _when(one: RankedDoc, day: str) -> str:
    return "no onset" if one["onset"] is None else plain(time_of_day(one["onset"], day))


def _beside(one: RankedDoc) -> str:
    return beside(one["lag_s"], one.get("lag_doubt_s")) or "-"


def _way(one: RankedDoc) -> str:
    return _WAYS.get(one["direction"], plain(one["direction"]))
