"""The ranking as lines under one another: rank, when, how long before or after the symptom, what, of whom, why."""

from __future__ import annotations

from collections.abc import Sequence

from console.explain.when import beside, time_of_day
from console.findings import RankedDoc
from console.plain import plain

MOST = 10
_BY_CHANCE = 0.1  # what did not move, and whose changes chance explains, is not worth a line


def ranking(ranked: Sequence[RankedDoc], day: str) -> tuple[str, list[tuple[str, str]]]:
    """A heading, and for each signal two lines as (what stands in columns, what is wrapped after it)."""
    worth = [one for one in ranked if one["onset"] is not None or (one["p_value"] or 0.0) < _BY_CHANCE]
    best = worth[:MOST]
    cells = [(f"{one['rank']:.0f}", _when(one, day), _beside(one)) for one in best]
    widths = [max((len(row[at]) for row in cells), default=0) for at in range(3)]
    lines = []
    for one, row in zip(best, cells, strict=True):
        rank, when, apart = (text.rjust(width) for text, width in zip(row, widths, strict=True))
        whose = "" if one["entity"].rpartition(":")[2] in one["name"] else f", of {one['entity']}"
        lines.append((f"{rank}  {when}  {apart}  ", f"{one['name']} {_way(one)}{whose}"))
        lines.append((" " * (widths[0] + 2), one["why"]))
    more = f", {MOST} of {len(worth)}" if len(worth) > MOST else ""
    return f"What moved with it{more}: rank, when, and how long before or after the symptom", lines


def _when(one: RankedDoc, day: str) -> str:
    return "no onset" if one["onset"] is None else plain(time_of_day(one["onset"], day))


def _beside(one: RankedDoc) -> str:
    return beside(one["lag_s"], one.get("lag_doubt_s")) or "-"


def _way(one: RankedDoc) -> str:
    return plain(one["direction"])
