"""What hurts: the signal whose trouble is the one to be explained.

Trouble that users feel counts before trouble that only machines feel: a model's answers before the data they are made
of, and both before the scheduler. Within a pane the largest, the longest and the most often repeated departure counts,
in the signal's declared bad direction.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from console.analysis.chain import Chain, chain_of
from console.analysis.episodes import episodes_of
from console.analysis.moves import Moves
from console.analysis.scene import Grid, Topology
from console.signals import Bad, Pane, Signal

_WEIGHT = {Pane.MODELS: 1.0, Pane.INGESTION: 0.65, Pane.SCHEDULING: 0.5, Pane.OWNERSHIP: 0.3}
# What users are promised, and what else they feel, in the words that exporters use.
_PROMISED = re.compile(r"quality|error|fail|success|avail|accura|ground|score|correct|wrong|bad", re.I)
_FELT = re.compile(r"latency|duration|stale|timeout|bad|slo|p9\d|unhealthy|lag|pending|backlog|late", re.I)
CALM_S = 330.0
_CALLED = 0.75
_WEAK = 2.5  # scales at which a signal that somebody asks about is in trouble, if it is nowhere farther out


class Symptom(NamedTuple):
    """The signal that hurts, its trouble, and how much it hurts (0 to 1)."""

    row: int
    chain: Chain
    severity: float


def symptoms(
    grid: Grid,
    signals: Sequence[Signal],
    moves: Moves,
    topology: Topology = Topology(),  # noqa: B008 - immutable
) -> list[Symptom]:
    """Signals in trouble, what hurts most first. Where a graph of calls is known, who is called by others is felt
    through them: those whom nobody calls count more."""
    called = {link.cause for link in topology.links} if topology.calls else set()
    calm = max(3, round(CALM_S * 1000 / grid.step_ms))
    rows = np.flatnonzero(moves.beyond[:, grid.first :].any(axis=1) & moves.usable)
    wrong = moves.beyond[rows, grid.first :] & (moves.bad[rows, grid.first :] > 0)
    rows = rows[wrong.any(axis=1)]
    found = []
    for row in map(int, rows):
        chain = chain_of(row, moves.beyond[row], moves.bad[row], grid.first, calm)
        if chain is not None:
            inner = _CALLED if signals[row].entity in called else 1.0
            found.append(Symptom(row, chain, inner * _severity(chain, signals[row], grid)))
    # By steps: among signals that hurt about as much the same one is told from one look to the next.
    return sorted(found, key=lambda one: (-round(one.severity * 5), signals[one.row].rank, -one.severity, one.row))


def chosen(grid: Grid, signals: Sequence[Signal], moves: Moves, key: str) -> Symptom:
    """The signal that was asked about, in trouble or not. KeyError when there is none of that key."""
    row = next((at for at, one in enumerate(signals) if one.key == key), None)
    if row is None:
        raise KeyError(key)
    calm = max(3, round(CALM_S * 1000 / grid.step_ms))
    chain = chain_of(row, moves.beyond[row], moves.bad[row], grid.first, calm)
    if chain is None:
        chain = _weak(row, moves, grid.first)
    return Symptom(row, chain, _severity(chain, signals[row], grid, asked=True))


def is_felt(signal: Signal) -> bool:
    """Whether users feel it directly: what a model's answers are judged by."""
    said = f"{signal.name} {signal.key.partition('{')[0]}"
    return signal.pane is Pane.MODELS and bool(_PROMISED.search(said) or _FELT.search(said))


def _weak(row: int, moves: Moves, first: int) -> Chain:
    """The trouble of a signal that is hardly in any: where it lay apart the bad way. No episodes where it did not."""
    with np.errstate(invalid="ignore"):
        apart = moves.bad[row] >= _WEAK
    apart[:first] = False
    found = [one for one in episodes_of(apart) if one.last > one.first or one.open]
    if not found:
        return Chain(row, (), 0.0)
    return Chain(row, found, float(np.nanmax(moves.bad[row, first:])))


def _severity(chain: Chain, signal: Signal, grid: Grid, asked: bool = False) -> float:
    """How much it hurts. Who asks about a signal says that it matters."""
    seconds = chain.slots * grid.step_ms / 1000
    size = 1 - math.exp(-chain.peak / 10)
    lasting = 1 - math.exp(-seconds / 90)
    again = 1 + 0.1 * min(3, len(chain.episodes) - 1)
    said = f"{signal.name} {signal.key.partition('{')[0]}"
    felt = 1.0 if _PROMISED.search(said) else 0.9 if _FELT.search(said) else 0.75
    told = 0.6 if signal.bad is Bad.EITHER else 1.0
    sure = 0.9 if signal.guessed else 1.0
    weight = 1.0 if asked else _WEIGHT[signal.pane]
    return min(1.0, weight * size * lasting * again * felt * told * sure / (1 + signal.rank / 1000))
