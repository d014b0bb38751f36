"""A scene from a tape: what was known at a moment, read in one consistent view."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from console.analysis.scene import Scene, Slots
from console.scenes.facts import facts_of, scene_from
from console.scenes.plan import plan
from console.scenes.states import states_at
from console.scenes.told import told_between
from console.scenes.window import Window
from console.tape.store import Store

WINDOW_MS = 2_400_000
PAST_MS = 6 * 3_600_000


def scene_of(
    store: Store, at_ms: int, *, window_ms: int = WINDOW_MS, past_ms: int = PAST_MS, symptom: str | None = None
) -> Scene:
    """All that was known at ``at_ms`` about the ``window_ms`` before it, with up to ``past_ms`` before that as past.

    Nothing with a later source time has any influence, but for what a signal is called: a tape keeps one description
    of each. Raises TapeError when the tape cannot be read.
    """
    with store.reading():
        window = load(store, at_ms, window_ms, past_ms)
        begin_ms = at_ms - window_ms - past_ms
        facts = facts_of(store, at_ms, begin_ms, told_between(store, begin_ms, at_ms), states_at(store, at_ms))
    return scene_from(window, window.plan, facts, at_ms - window_ms, symptom)


def load(store: Store, at_ms: int, window_ms: int, past_ms: int) -> Window:
    """The samples up to a time, on the grid that suits them. Call it within ``store.reading()``."""
    from_ms = at_ms - window_ms
    recent = list(store.blocks_between(from_ms, at_ms))
    signals = store.signals()
    ids: set[int] = set()
    times: dict[str, list[Slots]] = defaultdict(list)
    for block in recent:
        for part in block.parts:
            stamps = np.frombuffer(part.times_ms, np.int64)
            stamps = stamps[(stamps > from_ms) & (stamps <= at_ms)]
            if len(stamps):
                ids.update(part.signal_ids)
                times[block.source].append(stamps)
    counts: dict[str, int] = defaultdict(int)
    for signal_id in ids:
        counts[signals[signal_id].source] += 1
    suited = plan(at_ms, window_ms, past_ms, {one: np.concatenate(several) for one, several in times.items()}, counts)
    window = Window(suited, at_ms)
    window.name(signals)
    # A block that reaches over the beginning of the window is read twice; the second time in its right order.
    window.take_all(store.blocks_between(suited.begin_ms, from_ms))
    window.take_all(recent)
    return window
