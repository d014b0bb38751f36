"""The fourth signal of a verdict: which interaction of a model with its data stands behind the symptom."""

from __future__ import annotations

from collections.abc import Sequence

from console.analysis.coupling import Coupling, couplings, declared_pairs, inside_limits, sentence
from console.analysis.moves import Moves
from console.analysis.rank import Candidate
from console.analysis.reach import Reach
from console.analysis.scene import Scene
from console.analysis.symptom import Symptom
from console.analysis.words import at
from console.findings import FourthSignalDoc
from console.signals import Bad

_LIKELY = 0.2  # chance above which a coupling is not told, unless all episodes fit
_FITS = 0.4  # strength from which all episodes fitting is enough
_OWN = 1.4  # a coupling of the symptom itself says more than one of its neighbour
_LEADING = 1.15  # and so does one with a signal that leads the ranking
_LEADERS = 8
_NEAR = 0.75


def fourth_signal(
    scene: Scene, moves: Moves, symptom: Symptom, order: Sequence[Candidate], began: int, reach: Reach
) -> FourthSignalDoc | None:
    """The coupling that says most about the symptom, None where none stands out. ``began`` is the slot of the trouble's
    beginning, ``order`` the ranking."""
    declared = declared_pairs(scene.signals, reach) if scene.topology.links else None
    found = couplings(scene.grid, scene.signals, moves, declared, began)
    leading = {one.row for one in order[:_LEADERS]}

    def says(one: Coupling) -> float:
        return one.strength * (_OWN if one.model == symptom.row else 1) * (_LEADING if one.ingestion in leading else 1)

    told = [
        one
        for one in found
        if (one.p_value is not None and one.p_value <= _LIKELY) or (0 < one.of == one.hits and one.strength >= _FITS)
    ]
    if not told:
        return None
    best = max(map(says, told))
    # Among couplings that say about as much, the same one from one look to the next: that of the symptom, whose
    # ingestion signal is known for what it is and stands first on its row.
    near = [one for one in told if says(one) >= _NEAR * best]
    return _doc(min(near, key=lambda one: _standing(one, scene, symptom)), scene, moves)


def _standing(one: Coupling, scene: Scene, symptom: Symptom) -> tuple[bool, bool, bool, int, int]:
    ingestion = scene.signals[one.ingestion]
    return (one.model != symptom.row, ingestion.guessed, ingestion.bad is Bad.EITHER, ingestion.rank, one.ingestion)


def _doc(one: Coupling, scene: Scene, moves: Moves) -> FourthSignalDoc:
    grid = scene.grid
    model, ingestion = scene.signals[one.model], scene.signals[one.ingestion]
    window = slice(grid.first, None)
    alarmed = {alarm.entity for alarm in scene.alarms}
    hidden = all(
        inside_limits(scene.signals[row], grid.values[row, window]) and scene.signals[row].entity not in alarmed
        for row in (one.model, one.ingestion)
    )
    return FourthSignalDoc(
        model_signal=model.key,
        ingestion_signal=ingestion.key,
        text=sentence(one, grid, scene.signals, moves, scene.names),
        lag_s=one.lag_slots * grid.step_ms / 1000,
        strength=round(min(1.0, max(0.0, one.strength)), 3),
        p_value=None if one.p_value is None else float(f"{one.p_value:.2g}"),
        hidden=hidden,
        episodes=[
            {"from": at(grid, episode.first), "to": None if episode.open else at(grid, episode.last)}
            for episode, inside in one.episodes
            if inside
        ],
    )
