"""Which episodes of a signal belong to one trouble.

A trouble is sporadic more often than not: episodes with calm between them. They are one chain when the calm is not long
beside their own rhythm. A blip a quarter of an hour before, or one that is small beside the rest, is not its beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from console.analysis.episodes import episodes_of
from console.analysis.moves import Episode
from console.analysis.scene import Flags, Floats

TELLING = 0.4  # of the signal's largest departure: smaller episodes begin no trouble


class Chain(NamedTuple):
    """Episodes of one signal that belong together, in order; ``peak`` is the largest departure among them."""

    row: int
    episodes: Sequence[Episode]
    peak: float

    @property
    def start(self) -> int:
        """The slot at which the trouble began."""
        return self.episodes[0].first

    @property
    def end(self) -> int:
        """The last slot of it so far."""
        return self.episodes[-1].last

    @property
    def slots(self) -> int:
        """Slots within episodes."""
        return sum(one.last - one.first + 1 for one in self.episodes)


def chain_of(
    row: int, flags: Flags, bad: Floats, first: int, calm: int, until: int | None = None, after: int = 0
) -> Chain | None:
    """The trouble of one signal in the window from slot ``first`` on: its last chain of telling episodes.

    ``flags`` and ``bad`` are the row's. ``calm`` is how many slots of calm end a chain, at least; where the signal has
    a rhythm of its own, two and a half times its usual pause do. With ``until`` the chain is the one that begins at or
    before that slot, is not over more than ``calm`` slots before it, and began no earlier than ``after``.
    """
    found = episodes_of(flags, first)
    if not found:
        return None
    peaks = dict(zip(found, _peaks(bad, found), strict=True))
    top = max(peaks.values())
    telling = [one for one, peak in peaks.items() if peak >= TELLING * top]
    pauses = [late.first - early.last for early, late in pairwise(telling)]
    most = max(calm, round(2.5 * sorted(pauses)[(len(pauses) - 1) // 2])) if len(pauses) > 1 else calm
    chains: list[list[Episode]] = [[telling[0]]]
    for pause, one in zip(pauses, telling[1:], strict=True):
        if pause > most:
            chains.append([])
        chains[-1].append(one)
    chosen = _choose(chains, until, most, after)
    return Chain(row, chosen, max(peaks[one] for one in chosen)) if chosen else None


def _choose(chains: list[list[Episode]], until: int | None, calm: int, after: int) -> list[Episode] | None:
    if until is None:
        return chains[-1]
    near = [
        [one for one in chain if one.first >= after] or chain
        for chain in chains
        if chain[0].first <= until and chain[-1].last >= until - calm
    ]
    later = [chain for chain in chains if chain[0].first > until]
    return near[-1] if near else later[0] if later else None


def _peaks(bad: Floats, episodes: Sequence[Episode]) -> list[float]:
    """How far each episode went at most; 0 where nothing of it was seen."""
    since = episodes[0].first
    size = np.abs(bad[since : episodes[-1].last + 1])
    size[~np.isfinite(size)] = 0.0
    edges = [slot - since for one in episodes for slot in (one.first, one.last + 1)]
    found: list[float] = np.maximum.reduceat(size, edges[:-1])[::2].tolist()  # every other part is calm
    return found
