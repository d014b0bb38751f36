"""Which signals moved with the symptom, and which of them may have moved it.

What speaks for a signal is stated in its reason: how far it moved, when (lead is taken from onsets, never from
correlation, which is right about order in half the cases only), that its episodes and the symptom's come together, that
their changes correlate at a lag, and whether trouble at it can reach the symptom by what is known of the system.
Together they say how likely it is part of the same trouble (``member.py``); who of those moved first is a question of
order alone (``leaders.py``). Chance is judged against circular shifts and for how many signals were looked at.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from console.analysis.chain import Chain, chain_of
from console.analysis.correlate import correlate, discoveries
from console.analysis.member import Traits, membership
from console.analysis.moves import Moves
from console.analysis.onset import behind, interval
from console.analysis.reach import Reach, Way
from console.analysis.scene import Floats, Grid
from console.analysis.symptom import CALM_S, Symptom
from console.analysis.together import together
from console.signals import Bad, Signal

MOST_LAG_S = 600.0
LEAD_S = 900.0  # how long before a symptom its cause may have begun to be looked for
_ITSELF = 0.05  # p-value that the symptom has as its own cause: what takes its place has to say as much
_SCREENED = 200  # signals that are correlated: those that moved farthest


class Candidate(NamedTuple):
    """A signal that moved around the time of the symptom's trouble.

    ``onset``, ``earliest`` and ``latest`` are slots; ``lead`` is how many seconds it moved before the symptom
    (negative: after), ``doubt`` how many seconds that may be wrong. ``p_value`` is adjusted for how many were looked
    at. ``score`` goes from 0 to 1.
    """

    row: int
    chain: Chain | None
    onset: int
    earliest: int
    latest: int
    lead: float
    doubt: float
    hits: int  # of the symptom's episodes that began within one of its own or shortly after,
    of: int  # of so many
    followed: float  # share of its own that the symptom followed
    r: float
    lag_s: float
    p_value: float
    hops: int | None
    way: Way  # how it lies to the symptom
    direction: int  # the way it moved: +1 up, -1 down
    score: float
    share: float | None = None  # of the symptom's excess, kept along a graph of calls
    said: str = ""  # what that means, in words


def rank(grid: Grid, signals: Sequence[Signal], moves: Moves, symptom: Symptom, reach: Reach) -> list[Candidate]:
    """Signals that moved with the symptom, likeliest to have moved it first. The symptom itself is not among them."""
    step_s = grid.step_ms / 1000
    rows = _candidates(grid, moves, symptom)
    if not rows:
        return []
    begun = symptom_onset(grid, signals, moves, symptom)
    start = begun[0]
    calm = max(3, round(CALM_S / step_s))
    after = max(grid.first, start - round(LEAD_S / step_s))
    chains = [
        chain_of(row, moves.beyond[row], moves.bad[row], grid.first, calm, until=start, after=after)
        if moves.onset[row] >= 0 else None
        for row in rows
    ]  # fmt: skip
    at = np.array(rows)
    lags = max(2, round(MOST_LAG_S / step_s))
    lags = min(lags, grid.values.shape[1] // 6)
    moved = correlate(moves.z[at], moves.z[symptom.row], -max(1, lags // 4), lags)
    met = together(moves, rows, chains, symptom, lags, max(1, round(15 / step_s)))
    unmoved = np.array([chain is None for chain in chains])
    p_values = np.empty(len(rows))
    p_values[~unmoved] = discoveries(met.p_value[~unmoved])
    p_values[unmoved] = discoveries(moved.p_value[unmoved])
    onsets = _onsets(grid, signals, moves, rows, chains)
    evidence = _Evidence(
        step_s, onsets, begun, met.hits.tolist(), met.of.tolist(), met.followed.tolist(), moved.r.tolist(),
        moved.lag.tolist(), p_values.tolist(),
    )  # fmt: skip
    leaned = _leaned(moves.z[at, -5:])
    found = []
    for place, (row, chain) in enumerate(zip(rows, chains, strict=True)):
        hops, way = reach.to(signals[row].entity, signals[symptom.row].entity)
        direction = leaned[place] if chain is None else _direction(moves, row, chain)
        one = _candidate(evidence, place, row, chain, direction, hops, way)
        found.append(one._replace(score=_score(one, signals[row], symptom)))
    return sorted(found, key=lambda one: (-one.score, one.row))


def _candidates(grid: Grid, moves: Moves, symptom: Symptom) -> list[int]:
    """Rows that moved in the window, and where few did those that strayed farthest."""
    window = moves.z[:, grid.first :]
    far = np.fmax(np.fmax.reduce(window, axis=1, initial=0.0), -np.fmin.reduce(window, axis=1, initial=0.0))
    far[~moves.usable] = -1
    size = np.where(moves.onset >= 0, 100 + moves.peak, far)
    order = np.argsort(-size, kind="stable")
    found: list[int] = order[(size[order] >= 2.0) & (order != symptom.row)][:_SCREENED].tolist()
    return found


def symptom_onset(grid: Grid, signals: Sequence[Signal], moves: Moves, symptom: Symptom) -> tuple[int, int, int]:
    """Likeliest, earliest and latest slot at which the symptom's trouble began."""
    if not symptom.chain.episodes:
        last = grid.values.shape[1] - 1
        return last, grid.first, last
    onset, earliest, latest = _onsets(grid, signals, moves, [symptom.row], [symptom.chain])
    return onset[0], earliest[0], latest[0]


def _onsets(
    grid: Grid, signals: Sequence[Signal], moves: Moves, rows: Sequence[int], chains: Sequence[Chain | None]
) -> tuple[list[int], list[int], list[int]]:
    likeliest, earliest, latest = (np.full(len(rows), -1, np.int64) for _ in range(3))
    moved = {place: chain for place, chain in enumerate(chains) if chain is not None}
    if moved:
        at, own = list(moved), [rows[place] for place in moved]
        start = np.array([chain.start for chain in moved.values()], np.int64)
        peaks = np.array([chain.peak for chain in moved.values()])
        late = behind([signals[row] for row in own], peaks, grid.step_ms)
        likeliest[at], earliest[at], latest[at] = interval(moves.z[own], start, late)
    return likeliest.tolist(), earliest.tolist(), latest.tolist()


class _Evidence(NamedTuple):
    """What was found of all candidates at once; ``begun`` is the symptom's onset. Lists: each is read number by number,
    for which arrays are slow."""

    step_s: float
    onsets: tuple[list[int], list[int], list[int]]
    begun: tuple[int, int, int]
    hits: list[int]
    of: list[int]
    followed: list[float]
    r: list[float]
    lag: list[int]
    p_values: list[float]


def _candidate(
    found: _Evidence, place: int, row: int, chain: Chain | None, direction: int, hops: int | None, way: Way
) -> Candidate:
    onset, earliest, latest = (each[place] for each in found.onsets)
    begun, begun_earliest, begun_latest = found.begun
    widths = (latest - earliest) + (begun_latest - begun_earliest)
    return Candidate(
        row=row,
        chain=chain,
        onset=onset,
        earliest=earliest,
        latest=latest,
        lead=(begun - onset) * found.step_s if chain is not None else math.nan,
        doubt=found.step_s * (1 + widths / 4),
        hits=found.hits[place],
        of=found.of[place],
        followed=found.followed[place],
        r=found.r[place],
        lag_s=found.lag[place] * found.step_s,
        p_value=found.p_values[place],
        hops=hops,
        way=way,
        direction=direction,
        score=0.0,
    )


def own_cause(grid: Grid, signals: Sequence[Signal], moves: Moves, symptom: Symptom) -> Candidate:
    """The symptom as a candidate for the first mover: nothing that belongs to its trouble moved before it."""
    onset, earliest, latest = symptom_onset(grid, signals, moves, symptom)
    of, doubt = len(symptom.chain.episodes), grid.step_ms / 1000
    way = _direction(moves, symptom.row, symptom.chain)
    chain, hurts = symptom.chain, symptom.severity
    return Candidate(
        symptom.row, chain, onset, earliest, latest, 0.0, doubt, of, of, 1.0, 1.0, 0.0, _ITSELF, 0, "same", way, hurts
    )


def _direction(moves: Moves, row: int, chain: Chain) -> int:
    """The way a signal went in its first episode."""
    part = moves.z[row, chain.start : chain.episodes[0].last + 1]
    high, low = float(np.fmax.reduce(part)), float(np.fmin.reduce(part))
    if high == -low:  # as far both ways: the way it went first
        return _leaned(part[None, :])[0]
    return -1 if low < 0 and -low > high else 1


def _leaned(z: Floats) -> list[int]:
    """Which way each row lay apart most."""
    seen = np.where(np.isfinite(z), z, 0.0)
    farthest = np.take_along_axis(seen, np.argmax(np.abs(seen), axis=1)[:, None], 1)[:, 0]
    ways: list[int] = np.where(farthest < 0, -1, 1).tolist()
    return ways


def _score(one: Candidate, signal: Signal, symptom: Symptom) -> float:
    """All that speaks for a signal, as one number from 0 to 1."""
    if one.chain is None:
        return 0.25 * abs(one.r) * (1.0 if one.p_value < 0.1 else 0.4)
    traits = Traits(
        peak=one.chain.peak,
        met=one.hits / one.of if one.of else 0.0,
        followed=one.followed,
        r=one.r,
        lead_s=one.lead,
        slots=one.chain.slots,
        symptom_slots=symptom.chain.slots,
        way=one.way,
        load=signal.bad is Bad.EITHER,
    )
    return membership(traits)
