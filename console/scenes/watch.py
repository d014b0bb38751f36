"""Scenes of a tape that grows: what was read for the last one is kept, so that each costs only what is new."""

from __future__ import annotations

from console.analysis.scene import Scene
from console.scenes.facts import facts_of, scene_from
from console.scenes.plan import plan
from console.scenes.states import States
from console.scenes.tape import PAST_MS, WINDOW_MS, load
from console.scenes.told import Told
from console.scenes.window import Window
from console.tape.store import Store

_DESCRIBED_AGAIN = 20  # scenes after which descriptions of signals are read again: they seldom change
_NEVER_MS = 2**62


class Watch:
    """Makes the same scenes as ``scene_of``; used by one thread, as its store is. Give times that rise: an earlier
    one is no fault, but everything is read again. Raises TapeError."""

    def __init__(self, store: Store, window_ms: int = WINDOW_MS, past_ms: int = PAST_MS) -> None:
        self._store = store
        self._window_ms = window_ms
        self._past_ms = past_ms
        self._window: Window | None = None
        self._told: Told | None = None
        self._states: States | None = None
        self._seq = 0
        self._scenes = 0

    def scene(self, at_ms: int) -> Scene:
        """What was known at a time."""
        from_ms = at_ms - self._window_ms
        with self._store.reading():
            window = self._window
            if window is None or at_ms < window.until_ms:
                self._told = self._states = None
                window = self._load(at_ms)
            else:
                self._extend(window, at_ms)
            suited = plan(at_ms, self._window_ms, self._past_ms, *window.seen_in(from_ms))
            if not window.plan.covers(suited):
                window = self._load(at_ms)
                suited = window.plan
            begin_ms = from_ms - self._past_ms
            if self._told is None:
                self._told = Told(self._store, begin_ms)
            if self._states is None:
                self._states = States(self._store)
            told, states = self._told.until(begin_ms, at_ms), self._states.at(at_ms)
            facts = facts_of(self._store, at_ms, begin_ms, told, states)
        return scene_from(window, suited, facts, from_ms)

    def _load(self, at_ms: int) -> Window:
        self._seq = self._store.last_seq()
        window = self._window = load(self._store, at_ms, self._window_ms, self._past_ms)
        # What a source with a clock ahead of ours has told of a time to come is there to be taken in then.
        window.take_all(one for one in self._store.blocks_between(at_ms, _NEVER_MS) if one.from_ms > at_ms)
        return window

    def _extend(self, window: Window, at_ms: int) -> None:
        self._scenes += 1
        known = 0 if self._scenes % _DESCRIBED_AGAIN == 0 else max(window.signals, default=0)
        window.name(self._store.signals(known))
        window.move(at_ms)
        more = True
        while more:
            blocks = self._store.blocks_after(self._seq)
            window.take_all(blocks)
            more = bool(blocks)
            if blocks:
                self._seq = blocks[-1].seq
