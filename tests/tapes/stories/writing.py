"""A story on a tape of its own."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np

from console.signals import Block
from console.tape.store import open_tape
from tests.tapes.stories.model import Story

_AT_ONCE = 5000


def write(told: Story, path: Path, until_ms: int | None = None) -> Path:
    """Write a story onto a new tape, all of it or up to a moment, and return its path."""
    until = told.end_ms if until_ms is None else until_ms
    with open_tape(path, "create") as store:
        records = [one for one in told.records if one.at_ms <= until]
        for start in range(0, len(records), _AT_ONCE):
            store.append(records=records[start : start + _AT_ONCE])
        groups: dict[tuple[str, bytes], list[int]] = defaultdict(list)
        for row, samples in enumerate(told.samples):
            groups[(told.signals[row].source, samples.times_ms.tobytes())].append(row)
        for (source, _), rows in groups.items():
            times = told.samples[rows[0]].times_ms
            times = times[times <= until]
            if len(times):
                values = np.array([told.samples[row].values[: len(times)] for row in rows])
                store.append(
                    blocks=[Block(source, [told.signals[row] for row in rows], times.tolist(), values.tolist())]
                )
    return path
