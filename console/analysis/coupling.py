"""The fourth signal: a model's trouble that follows an ingestion's, stated even while each alone is inside its limits.

Two kinds of evidence. Where both have episodes: do the model's begin within or shortly after the ingestion's more often
than chance allows (``meeting``). Where they have none, and what is known of the system declares the pair: have their
changes come to depend on each other (``risen``). Only pairs that moved or were declared are tried, and chance is
adjusted for how many that were (Benjamini and Hochberg 1995); nothing is mined. A model that moves before ingestion is
no coupling in this sense.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from console.analysis.correlate import discoveries
from console.analysis.inside import Met, Side, meet, moved, side
from console.analysis.meeting import Shape, chances, refined, shape, shuffled
from console.analysis.moves import Episode, Moves
from console.analysis.reach import Reach
from console.analysis.risen import Risen, risen
from console.analysis.scene import Floats, Grid, Slots
from console.analysis.words import signal_name
from console.format import duration
from console.signals import Bad, EntityRef, Pane, Signal

MOST_LAG_S = 300.0
_JITTER_S = 25.0  # by which one lag may differ from the next
_MOST_PAIRS = 80  # looked at more closely
_MOST_TOLD = 20
_MOST_STILL = 40  # declared pairs without episodes whose changes are looked at
_MOST_HOPS = 4
_MOST_DECLARED = 10_000
_REFINED = 6
_EVEN = 16  # slots: Fourier transforms of odd lengths are slow
_LIKELY = 0.25  # chance above which a pair is not looked at further
_HIDDEN = 0.001  # the same, adjusted, of pairs that show in their changes only: they are looked at again and again
_RISE = 0.3  # by which their correlation must have risen at least
_CIRCLE = 480  # slots, at least, where there are as many


class Cells(NamedTuple):
    """Slots since the trouble began, by who was in trouble, the ingestion's moved by the lag."""

    both: int
    model_only: int
    ingestion_only: int
    neither: int


class Coupling(NamedTuple):
    """A model signal and an ingestion signal (rows of the grid) whose troubles go together.

    The model's follows by ``lag_slots``, known to ``doubt_slots`` only. ``episodes`` are the model's, each with
    whether it fell inside an ingestion's or right after it; ``hits`` of them ``of`` did. ``now`` and ``gain`` are the
    correlation of changes and what of it is new against the baseline, None where there is too little to say.
    ``p_value`` is adjusted for the pairs tried; ``strength`` goes from 0 to 1.
    """

    model: int
    ingestion: int
    lag_slots: int
    doubt_slots: float
    strength: float
    p_value: float | None
    episodes: Sequence[tuple[Episode, bool]]
    hits: int
    of: int
    now: float | None
    gain: float | None
    cells: Cells


def couplings(
    grid: Grid,
    signals: Sequence[Signal],
    moves: Moves,
    pairs: Collection[tuple[int, int]] | None,
    onset_from: int,
) -> list[Coupling]:
    """Couplings of the window, strongest first.

    ``pairs`` are (model row, ingestion row) that the topology declares, None where it knows nothing. ``onset_from`` is
    the slot at which the trouble began: episodes count that reach beyond it, correlations before it are baseline.
    O(pairs x slots log slots); pairs are at most 50 x 50.
    """
    slots = grid.values.shape[1]
    start = max(0, min(grid.first, slots - _CIRCLE))
    start += (slots - start) % _EVEN if slots - start > 4 * _EVEN else 0
    split = min(max(onset_from, 0), slots)
    near = frozenset(pairs or ())
    model = side(grid, signals, moves, Pane.MODELS, max(split, start))
    ingestion = side(grid, signals, moves, Pane.INGESTION, max(split, start))
    lags = max(1, min(round(MOST_LAG_S * 1000 / grid.step_ms), (slots - start) // 6))
    view = _View(grid, signals, moves, near, start, split, lags)
    found = _together(view, model, ingestion) + _hidden(view, _still(view))
    return sorted(found, key=lambda one: (-one.strength, one.model, one.ingestion))


def declared_pairs(signals: Sequence[Signal], reach: Reach) -> set[tuple[int, int]]:
    """Pairs (model row, ingestion row) between whose entities a short known way leads; the shortest ways first, where
    there are more than can be looked at."""
    rows: dict[Pane, dict[EntityRef, list[int]]] = {Pane.MODELS: {}, Pane.INGESTION: {}}
    for row, one in enumerate(signals):
        if one.pane in rows and reach.knows(one.entity):
            rows[one.pane].setdefault(one.entity, []).append(row)
    near = [
        (hops, model, ingestion)
        for model in rows[Pane.MODELS]
        for ingestion, hops in reach.near(model, _MOST_HOPS).items()
        if ingestion in rows[Pane.INGESTION]
    ]
    found: set[tuple[int, int]] = set()
    for _, model, ingestion in sorted(near, key=lambda each: each[0]):
        if len(found) >= _MOST_DECLARED:
            break
        found |= {(a, b) for a in rows[Pane.MODELS][model] for b in rows[Pane.INGESTION][ingestion]}
    return found


def inside_limits(signal: Signal, values: Floats) -> bool:
    """Whether no value crossed a limit that somebody published for the signal. Without one there is none to cross."""
    limits = [limit for limit in (signal.warn_at, signal.bad_at) if limit is not None and not math.isnan(limit)]
    seen = values[~np.isnan(values)]
    if not limits or not len(seen):
        return True
    down = signal.bad is Bad.DOWN or (
        signal.bad is Bad.EITHER and signal.warn_at is not None and signal.bad_at is not None
        and signal.bad_at < signal.warn_at
    )  # fmt: skip
    return bool(seen.min() > max(limits)) if down else bool(seen.max() < min(limits))


def sentence(one: Coupling, grid: Grid, signals: Sequence[Signal], moves: Moves, names: Mapping[EntityRef, str]) -> str:
    """The coupling in words: "answer-8b quality falls 40 s after DOCS/indexer pending rises, in 4 of 4 episodes"."""
    model, ingestion = signal_name(signals[one.model], names), signal_name(signals[one.ingestion], names)
    lag_s = one.lag_slots * grid.step_ms / 1000
    late = "at the same moment as" if one.lag_slots <= one.doubt_slots else f"{duration(lag_s)} after"
    if one.of:
        share = f"in {one.hits} of {one.of} episode{'s' if one.of != 1 else ''}"
        return f"{model} {_verb(moves, one.model)} {late} {ingestion} {_verb(moves, one.ingestion)}, {share}"
    now = one.now or 0.0
    was = now - (one.gain or 0.0)
    when = "at the same moment" if late.startswith("at") else f"{duration(lag_s)} later"
    return f"{model} follows the changes of {ingestion} {when}: r {now:+.2f}, was {was:+.2f}"


def _verb(moves: Moves, row: int) -> str:
    return "falls" if moves.way[row] < 0 else "rises"


class _View(NamedTuple):
    """What both kinds of evidence look at: the circle begins at ``start``, the trouble at ``split``."""

    grid: Grid
    signals: Sequence[Signal]
    moves: Moves
    near: frozenset[tuple[int, int]]
    start: int
    split: int
    lags: int


def _together(view: _View, model: Side, ingestion: Side) -> list[Coupling]:
    """Pairs that both have episodes."""
    if not model.rows or not ingestion.rows:
        return []
    circle = view.grid.values.shape[1] - view.start
    half, fed = np.array(model.half)[:, None], np.array(ingestion.half)[None, :]
    doubt = 1.0 + half + fed
    # Half a rate window is how late a beginning shows; the difference of both is no lag.
    slack = np.maximum(np.rint(doubt - (half - fed)), 0).astype(np.int64)
    own = [moved(each, view.start) for each in model.episodes]
    follows = shape(own, circle)
    jitter = max(1, round(_JITTER_S * 1000 / view.grid.step_ms))
    leads = shape([moved(each, view.start) for each in ingestion.episodes], circle, jitter)
    p_value = chances(follows, leads, view.lags, slack)
    likely = np.argwhere(p_value <= _LIKELY)
    likely = likely[np.argsort(p_value[tuple(likely.T)], kind="stable")][:_MOST_PAIRS]
    met = {}
    for a, b in likely.tolist():
        one = meet(model, ingestion, a, b, view.lags)
        if one is not None:
            met[a, b] = one, _fit(view, (model.rows[a], ingestion.rows[b]), one)
    best = sorted(met, key=lambda at: -met[at][1])[:_MOST_TOLD]
    _refine(p_value, best[:_REFINED], own, leads, view.lags, slack)
    adjusted = discoveries(p_value.ravel()).reshape(p_value.shape)
    rise = _rises(view, [(model.rows[a], ingestion.rows[b]) for a, b in best])
    return [
        _coupling(view, (model.rows[a], ingestion.rows[b]), met[a, b][0], float(adjusted[a, b]), rise, place,
                  met[a, b][1])
        for place, (a, b) in enumerate(best)
    ]  # fmt: skip


def _hidden(view: _View, pairs: Sequence[tuple[int, int]]) -> list[Coupling]:
    """Declared pairs neither of which left its range, whose changes have come to depend on each other."""
    rise = _rises(view, pairs)
    adjusted = discoveries(rise.p_value)
    found = []
    for place, pair in enumerate(pairs):
        if adjusted[place] <= _HIDDEN and rise.now[place] > abs(rise.before[place]) + _RISE:
            doubt = 1.0 + sum(view.signals[row].window_s for row in pair) * 500.0 / view.grid.step_ms
            one = Met([], int(rise.lag[place]), doubt, 0.0, 0.0, 1.0)
            found.append(_coupling(view, pair, one, float(adjusted[place]), rise, place, _standing(view, pair)))
    return found


def _still(view: _View) -> list[tuple[int, int]]:
    """Declared pairs neither of which left its range since the trouble began; of many those that strayed most. What
    did leave it changed in few places, and correlates with all else that did."""
    calm = np.flatnonzero(view.moves.usable & ~view.moves.beyond[:, view.split :].any(axis=1)).tolist()
    told = {row for row in calm if view.signals[row].bad is not Bad.EITHER} if view.near else set()
    still = sorted(pair for pair in view.near if pair[0] in told and pair[1] in told)
    if len(still) > _MOST_STILL:
        rows = sorted({row for pair in still for row in pair})
        far = np.nan_to_num(np.abs(view.moves.z[rows, view.split :]), nan=0.0).sum(axis=1)
        strayed = dict(zip(rows, far.tolist(), strict=True))
        still = sorted(still, key=lambda at: -min(strayed[at[0]], strayed[at[1]]))[:_MOST_STILL]
    return still


def _refine(
    p_value: Floats, best: Sequence[tuple[int, int]], own: Sequence[Sequence[Episode]], leads: Shape, lags: int,
    slack: Slots,
) -> None:  # fmt: skip
    """Shuffle too for the pairs that fit best; of fewer than three episodes there is nothing to shuffle."""
    patterns: dict[int, Shape] = {}
    for a, b in best:
        if len(own[a]) < 3:
            continue
        if a not in patterns:
            patterns[a] = shuffled(own[a], leads.slots)
        p_value[a, b] = refined(patterns[a], leads, b, lags, int(slack[a, b]))


def _rises(view: _View, at: Sequence[tuple[int, int]]) -> Risen:
    return risen(view.moves.bad, at, view.split, view.lags // 2)


def _fit(view: _View, pair: tuple[int, int], one: Met) -> float:
    """How well two troubles go together, whatever chance says; 0 to 1."""
    peak = min(view.moves.peak[pair[0]], view.moves.peak[pair[1]])
    hits = sum(inside for _, inside in one.episodes)
    again = hits / (hits + 0.5)
    size = math.sqrt(1 - math.exp(-max(float(peak), 0.0) / 8))
    return _standing(view, pair) * size * one.share * math.sqrt(one.followed) * again * (0.6 + 0.4 * one.steady)


def _standing(view: _View, pair: tuple[int, int]) -> float:
    """What is known of the two signals themselves: whose bad way is declared, whose time is sharp, who is linked."""
    standing = 1.0 if not view.near or pair in view.near else 0.8
    for one in (view.signals[pair[0]], view.signals[pair[1]]):
        standing *= (0.8 if one.bad is Bad.EITHER else 1.0) * (0.9 if one.guessed else 1.0)
        standing *= 1 - min(max(one.rank, 0), 500) / 5000 - min(one.window_s, 300.0) / 600
    return standing


def _coupling(view: _View, pair: tuple[int, int], one: Met, p: float, rise: Risen, place: int, fit: float) -> Coupling:
    now, before = float(rise.now[place]), float(rise.before[place])
    told = math.isfinite(now) and math.isfinite(before)
    gain = now - before if told else None
    alike = max(0.0, min(1.0, gain)) if gain is not None else 0.0
    sure = 1 - min(1.0, 2 * p)
    strength = fit * (0.75 * sure + 0.25 * alike) if one.episodes else 0.6 * fit * alike * sure
    return Coupling(
        *pair, one.lag, one.doubt, min(1.0, max(0.0, strength)), p, one.episodes,
        sum(inside for _, inside in one.episodes), len(one.episodes), now if told else None, gain,
        _cells(view, pair, one.lag),
    )  # fmt: skip


def _cells(view: _View, pair: tuple[int, int], lag: int) -> Cells:
    model, fed = view.moves.beyond[pair[0], view.split :], view.moves.beyond[pair[1]]
    moved = np.concatenate([np.zeros(min(lag, len(fed)), np.bool_), fed[: max(0, len(fed) - lag)]])[view.split :]
    both, alone, all_fed = int((model & moved).sum()), int((model & ~moved).sum()), int(moved.sum())
    return Cells(both, alone, all_fed - both, len(model) - all_fed - alone)
