"""What every part of the analysis shares about how each signal moved."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from console.analysis.scene import Flags, Floats, Slots


class Episode(NamedTuple):
    """Slots ``first`` to ``last`` (both within the episode). ``open`` while it has not recovered at the end."""

    first: int
    last: int
    open: bool


class Moves(NamedTuple):
    """How each signal moved, a row for each signal of the grid.

    ``centre`` and ``scale`` are the baseline's, in the signal's unit; ``usable`` is False where there is too little
    past to say (then nothing else holds for it). ``z`` is the departure in scales, positive is up, NaN where nothing
    was seen. ``bad`` is ``z`` turned so that positive is bad (for a signal whose either way is bad: the distance, with
    the sign of the way its move went). ``beyond`` is True in slots that belong to an episode. ``onset`` is the slot at
    which the first episode of the window likeliest began, ``earliest`` and ``latest`` bound it, -1: none. ``way`` is
    +1 (up), -1 (down) or 0: where it went. ``peak`` is the largest departure within the window's episodes, in scales,
    in the direction ``way``, 0 where there was none.
    """

    centre: Floats
    scale: Floats
    usable: Flags
    z: Floats
    bad: Floats
    beyond: Flags
    onset: Slots
    earliest: Slots
    latest: Slots
    way: npt.NDArray[np.int8]
    peak: Floats
