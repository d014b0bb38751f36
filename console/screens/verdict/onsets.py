"""The onsets that verdicts spoke of: those around a place in time, and the next one before or after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from console.findings import VerdictDoc
from console.screens.verdict.told import Onset
from console.tape.store import Store
from console.tape.verdicts import doc_of, unix_ms, verdicts_between

SAME_MS = 120_000  # two verdicts put the onset of one signal no further apart than this
HINDSIGHT_MS = 2_400_000  # a verdict speaks of onsets in the window before it
MOST_READ = 200
_PAGE = 10


def onsets_of(doc: VerdictDoc) -> Iterator[tuple[str, Onset]]:
    """Signal and onset of each move that belongs to a verdict; what cannot be read is left out."""
    mover = doc["first_mover"]
    for one in doc["onsets"]:
        try:
            at_ms = unix_ms(one["at"])
        except (ValueError, TypeError, KeyError):
            continue
        first = mover is not None and mover["signal"] == one["signal"]
        yield one["signal"], Onset(at_ms, one["name"], one["pane"], first)


class Onsets:
    """Onsets by signal, each as the newest verdict has it that spoke of it."""

    def __init__(self) -> None:
        self._of: dict[str, list[tuple[int, Onset]]] = {}
        self._sorted: tuple[Onset, ...] | None = ()

    def add(self, said_ms: int, doc: VerdictDoc) -> None:
        """Take in what a verdict of ``said_ms`` says."""
        for signal, onset in onsets_of(doc):
            held = self._of.setdefault(signal, [])
            same = next((place for place, one in enumerate(held) if abs(one[1].at_ms - onset.at_ms) <= SAME_MS), None)
            if same is None:
                held.append((said_ms, onset))
            elif held[same][0] <= said_ms:
                held[same] = (said_ms, onset)
            self._sorted = None

    def between(self, from_ms: int, to_ms: int) -> tuple[Onset, ...]:
        """Onsets from one time to another, in order."""
        if self._sorted is None:
            self._sorted = tuple(sorted(onset for held in self._of.values() for _, onset in held))
        return tuple(one for one in self._sorted if from_ms <= one.at_ms <= to_ms)


def next_onset(store: Store, after_ms: int, before_ms: int) -> Onset | None:
    """The first onset between two times (both excluded), as the first verdict has it that speaks of one."""
    from_ms, read = after_ms, 0
    while read < MOST_READ:
        found = verdicts_between(store, from_ms, before_ms + HINDSIGHT_MS, limit=_PAGE)
        for record in found.verdicts:
            inside = [one for one in _told(doc_of(record)) if after_ms < one.at_ms < before_ms]
            if inside:
                return min(inside)
            from_ms = record.at_ms
        if found.read < _PAGE or not found.verdicts:
            return None
        read += found.read
    return None


def previous_onset(store: Store, before_ms: int, after_ms: int) -> Onset | None:
    """The last onset between two times (both excluded), as the newest verdict has it that speaks of one."""
    found = verdicts_between(store, after_ms, before_ms + HINDSIGHT_MS, limit=MOST_READ, newest_first=True)
    known = Onsets()
    for record in found.verdicts:
        doc = doc_of(record)
        if doc is not None:
            known.add(record.at_ms, doc)
    inside = known.between(after_ms + 1, before_ms - 1)
    return inside[-1] if inside else None


def _told(doc: VerdictDoc | None) -> Iterable[Onset]:
    return () if doc is None else (onset for _, onset in onsets_of(doc))
