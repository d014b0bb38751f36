"""A series as a word: one character a value, its height the value, a hole where nothing was seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from widgets.glyphs import UNICODE

_NOISE = 1e-6  # a range this small against the values is rounding, not movement


def spark(
    values: Sequence[float | None], lo: float | None = None, hi: float | None = None, levels: str = UNICODE.levels
) -> str:
    """One character for each value, between ``lo`` and ``hi`` (or the least and greatest value, where None).

    A gap (None, NaN) is a blank and never a zero; a series that does not move is flat at the lowest level;
    infinities and values outside the range are drawn at its ends. ``levels`` lists the heights, lowest first.
    """
    return _spark(tuple(values), lo, hi, levels)


@lru_cache(maxsize=1024)  # a row's numbers change more often than its history
def _spark(values: tuple[float | None, ...], lo: float | None, hi: float | None, levels: str) -> str:
    finite = [value for value in values if value is not None and math.isfinite(value)]
    low = _bound(lo, min(finite, default=0.0))
    high = _bound(hi, max(finite, default=0.0))
    top = len(levels) - 1
    # halves first: the difference of two large floats may overflow
    half = high / 2 - low / 2
    flat = half * 2 <= _NOISE * max(abs(low), abs(high))

    def level(value: float) -> str:
        if value == math.inf:
            return levels[top]
        if flat or value <= low:
            return levels[0]
        if value >= high:
            return levels[top]
        return levels[round((value / 2 - low / 2) / half * top)]

    return "".join(" " if value is None or math.isnan(value) else level(value) for value in values)


def _bound(given: float | None, seen: float) -> float:
    return seen if given is None or not math.isfinite(given) else given


def last_cells(text: str, cells: int) -> str:
    """The newest ``cells`` characters of a sparkline; one that is shorter starts with a hole."""
    return text[-cells:].rjust(cells) if cells > 0 else ""
