"""The verdict in force at a place in time, with all that the screen shows of it. Used by the reader of the tape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from console.format import age
from console.screens.frame import Place
from console.screens.verdict.told import Fourth, Told
from console.signals import Bad, EntityKind, EntityRef, Record, RecordKind, Signal
from console.tape.store import Store
from console.tape.verdicts import ANALYSIS, doc_of, is_verdict, unix_ms, verdict_at, verdicts_between

if TYPE_CHECKING:
    from console.findings import FourthSignalDoc, VerdictDoc
    from console.screens.verdict.onsets import Onsets

LATE_MS = 60_000  # live: analysis has not looked for so long
LATE_PAST_MS = 390_000  # of a recording: a verdict that finds something is said again every five minutes
LATE_QUIET_MS = 1_890_000  # and a quiet one every half hour
CELLS = 40
FRESH_MS = 15_000  # how often the fourth signal's course is read anew while time goes on
_PAGE = 20
_FEED = EntityRef(EntityKind.FEED, ANALYSIS)


class Verdicts:
    """Keeps the verdict of a place in time. ``in_force`` is its record, None where none has been said."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.in_force: Record | None = None
        self.doc: VerdictDoc | None = None
        self._health: Mapping[str, Any] = {}
        self._onsets: Onsets | None = None
        self._unread: tuple[int, int] | None = None
        self._window = (0, -1)
        self._fourth: tuple[object, Fourth | None] = (None, None)

    @property
    def more(self) -> bool:
        """Whether earlier verdicts are still to be read."""
        return self._unread is not None

    def load(self, at_ms: int | None, states: Iterable[Record]) -> None:
        """Stand at a time (None: live), with the states in force there."""
        self.in_force = self.doc = None
        self._health = next((state.body for state in states if state.entity == _FEED), {})
        found = verdict_at(self._store, at_ms)
        if found is not None:
            self._take(found)

    def take(self, records: Sequence[Record], now_ms: int) -> None:
        """Go on with what was added, or what came next while playing, up to a time."""
        for record in records:
            if record.at_ms > now_ms:
                continue
            if is_verdict(record):
                held = self.in_force
                if held is None or (held.at_ms, held.seq) < (record.at_ms, record.seq):
                    self._take(record)
            elif record.entity == _FEED and record.kind is RecordKind.STATE:
                self._health = record.body

    def _take(self, record: Record) -> None:
        self.in_force, self.doc = record, doc_of(record)
        self._note(record, self.doc)

    def _note(self, record: Record, doc: VerdictDoc | None) -> None:
        if doc is None or not (doc["onsets"] or self._onsets):
            return
        if self._onsets is None:
            from console.screens.verdict.onsets import Onsets

            self._onsets = Onsets()
        self._onsets.add(record.at_ms, doc)

    def aim(self, window: tuple[int, int], *, live: bool) -> None:
        """Be about a stretch of time, the time strip's; live, what is added to it is taken as it comes."""
        known = self._window
        if known[0] <= window[0] and (live or window[1] <= known[1]) and known[1] >= 0:
            return
        self._window = window
        held = self.in_force
        none_yet = held is None or held.at_ms <= window[0]
        # On a tape without verdicts nothing is due.
        none = none_yet and (live or not verdicts_between(self._store, *window, limit=_PAGE).verdicts)
        self._unread = None if none else window

    def read_on(self) -> None:
        """Read another page of verdicts that lie on the time strip: their onsets stand there, too."""
        if self._unread is None:
            return
        from_ms, to_ms = self._unread
        found = verdicts_between(self._store, from_ms, to_ms, limit=_PAGE, newest_first=True)
        for record in found.verdicts:
            self._note(record, doc_of(record))
        ended = found.read < _PAGE or not found.verdicts
        self._unread = None if ended else (from_ms, found.verdicts[-1].at_ms - 1)

    def told(self, place: Place, window: tuple[int, int], signals: Mapping[int, Signal],
             pulses: Mapping[str, int], now_ms: int) -> Told:  # fmt: skip
        """What goes with the verdict on the screen; ``window`` is that of the time strip."""
        self.aim(window, live=place.live)
        return Told(
            late=self._late(place, pulses.get(ANALYSIS), now_ms),
            fault=str(self._health.get("why") or "") if self._health.get("state", "ok") != "ok" else "",
            signals=len(signals),
            fourth=self._fourth_of(place, signals),
            onsets=self._onsets.between(*window) if self._onsets is not None else (),
        )

    def _late(self, place: Place, ran_ms: int | None, now_ms: int) -> str:
        held = self.in_force
        if held is None:
            return ""
        if place.live:
            late_ms, limit_ms = now_ms - max(ran_ms or 0, held.at_ms), LATE_MS
        else:
            quiet = self.doc is not None and self.doc["state"] == "quiet"
            late_ms, limit_ms = place.at_ms - held.at_ms, LATE_QUIET_MS if quiet else LATE_PAST_MS
        return age(late_ms / 1000) if late_ms > limit_ms else ""

    # -- the fourth signal -------------------------------------------------------------------------------------------

    def _fourth_of(self, place: Place, signals: Mapping[int, Signal]) -> Fourth | None:
        said = self.doc["fourth_signal"] if self.doc is not None else None
        if said is None:
            return None
        held = self.in_force
        key = (held.seq if held is not None else 0, place.at_ms // FRESH_MS)
        if key != self._fourth[0]:
            self._fourth = (key, self._read_fourth(said, place, signals))
        return self._fourth[1]

    def _read_fourth(self, said: FourthSignalDoc, place: Place, signals: Mapping[int, Signal]) -> Fourth:
        from console.screens.drill.traces import bins

        by_key = {one.key: (number, one) for number, one in signals.items()}
        number, model = by_key.get(said["model_signal"], (0, None))
        _, ingestion = by_key.get(said["ingestion_signal"], (0, None))
        names = (_name(model, said["model_signal"]), _name(ingestion, said["ingestion_signal"]))
        rising = model is None or model.bad is not Bad.DOWN
        if model is None:
            return Fourth(*names, (), None, rising)
        from_ms, to_ms = self._span(place)
        step_ms = max(1, (to_ms - from_ms) // CELLS)
        series = self._store.samples([number], from_ms, to_ms)[number]
        values = tuple(series.values)
        bounds = (min(values), max(values)) if values else None
        return Fourth(*names, bins(series, from_ms, step_ms, CELLS, rising=rising), bounds, rising)

    def _span(self, place: Place) -> tuple[int, int]:
        """The verdict's window, moved on to the place."""
        length_ms = 2_400_000
        if self.doc is not None and self.doc["window"]["to"]:
            try:
                length_ms = unix_ms(self.doc["window"]["to"]) - unix_ms(self.doc["window"]["from"])
            except ValueError:
                length_ms = 2_400_000
        return place.at_ms - max(CELLS, length_ms), place.at_ms


def _name(signal: Signal | None, key: str) -> str:
    return key if signal is None else signal.name
