"""The ranking where a graph of calls is known: who keeps the excess counts more than who moved when.

Synchronous calls make everybody on a path slow at the same moment, so order says little there, and conservation says
who of them is the source (see ``conserve.py``). What the rest of the evidence says still breaks ties.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from console.analysis.conserve import Shares, shares
from console.analysis.moves import Moves
from console.analysis.rank import Candidate
from console.analysis.reach import Reach
from console.analysis.scene import Scene
from console.analysis.symptom import Symptom

_LEAST = 0.1  # confidence below which conservation has no say
_SAY = 0.8  # of the score


def along_calls(
    scene: Scene, moves: Moves, symptom: Symptom, found: Sequence[Candidate], begun: tuple[int, int, int], reach: Reach
) -> list[Candidate]:
    """The ranking with conservation in it; as it was where there is no graph of calls, or it says too little.

    ``begun`` is the symptom's onset (likeliest, earliest, latest): signals that were not seen to move by themselves
    are told with it.
    """
    trouble = np.zeros(len(scene.grid.times_ms), np.bool_)
    for episode in symptom.chain.episodes:
        trouble[episode.first : episode.last + 1] = True
    kept = shares(scene.grid, scene.signals, moves, scene.topology, symptom.row, trouble if trouble.any() else None)
    if kept is None or kept.confidence < _LEAST:
        return list(found)
    scores = kept.scores.copy()
    scores[symptom.row] = kept.share.get(scene.signals[symptom.row].entity, 0.0)
    known = {one.row: one for one in found}
    told = [
        _with_share(known.get(row) or _unmoved(row, scene, moves, symptom, begun, reach), scores[row], kept)
        for row in range(len(scene.signals))
        if row in known or scores[row] > 0
    ]
    return sorted(told, key=lambda one: (-one.score, one.row))


def _with_share(one: Candidate, share: float, kept: Shares) -> Candidate:
    score = _SAY * float(share) + (1 - _SAY) * one.score
    return one._replace(score=min(1.0, score), share=float(share), said=kept.why[one.row])


def _unmoved(
    row: int, scene: Scene, moves: Moves, symptom: Symptom, begun: tuple[int, int, int], reach: Reach
) -> Candidate:
    hops, way = reach.to(scene.signals[row].entity, scene.signals[symptom.row].entity)
    onset, earliest, latest = begun
    with np.errstate(invalid="ignore"):
        leaned = np.nan_to_num(moves.z[row, max(onset, 0) :])
    direction = -1 if len(leaned) and leaned[np.argmax(np.abs(leaned))] < 0 else 1
    chain = symptom.chain if row == symptom.row else None
    doubt, of = scene.grid.step_ms / 1000, len(symptom.chain.episodes)
    return Candidate(
        row, chain, onset, earliest, latest, 0.0, doubt, 0, of, 0.0, 0.0, 0.0, 1.0, hops, way, direction, 0.0
    )
