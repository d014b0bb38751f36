"""What analysis said, as lines of the timeline: each change of its mind, and each onset once. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from console.panes.clocks import UNKNOWN_MS
from console.panes.moments import Moment, What
from console.signals import EntityKind, EntityRef, Health, Record

if TYPE_CHECKING:
    from console.findings import VerdictDoc

SYSTEM = "analysis"
SAME_MS = 120_000  # two verdicts put the onset of one signal no further apart than this
_HEALTH = {"incident": Health.BAD, "suspect": Health.WARN}


class _Spoken(NamedTuple):
    """What is kept of a verdict: its line, what it stands for, and when the first mover left its range."""

    moment: Moment
    stance: object
    quiet: bool
    mover_ms: int | None


class Said:
    """Verdicts taken in any order. ``moments`` gives the lines."""

    def __init__(self) -> None:
        self._verdicts: dict[tuple[int, int], _Spoken] = {}  # not the documents: they are large
        self._onsets: dict[str, list[tuple[int, int, Moment]]] = {}  # signal -> (first said, last said, as last said)

    def take(self, record: Record, doc: VerdictDoc) -> None:
        """Take in a verdict; one that is known already changes nothing."""
        place = (record.at_ms, record.seq)
        if place in self._verdicts:
            return
        mover = doc["first_mover"]
        quiet = doc["state"] == "quiet"
        mover_ms = _unix_ms(mover["onset"]) if mover is not None and not quiet else None
        self._verdicts[place] = _Spoken(_verdict(record, doc), _stance(doc), quiet, mover_ms)
        for onset in _onsets(record, doc):
            held = self._onsets.setdefault(onset.key, [])
            at = next((at for at, one in enumerate(held) if abs(one[2].at_ms - onset.at_ms) <= SAME_MS), None)
            if at is None:
                held.append((record.at_ms, record.at_ms, onset))
            else:
                first, last, known = held[at]
                newest = onset if record.at_ms >= last else known
                held[at] = (min(first, record.at_ms), max(last, record.at_ms), newest)

    def forget(self, before_ms: int) -> None:
        """Drop what lies before a time."""
        self._verdicts = {place: one for place, one in self._verdicts.items() if place[0] >= before_ms}
        kept = {key: [one for one in held if one[2].at_ms >= before_ms] for key, held in self._onsets.items()}
        self._onsets = {key: held for key, held in kept.items() if held}

    def onsets(self) -> list[Moment]:
        """Each onset once, as the newest verdict has it that speaks of it; learned when the first one spoke of it."""
        found = []
        for key, held in self._onsets.items():
            for number, (first_ms, _, onset) in enumerate(held):
                found.append(onset._replace(key=f"onset {key} {number}", seen_ms=max(first_ms, onset.at_ms)))
        return found

    def verdicts(self, until_ms: int) -> list[tuple[Moment, ...]]:
        """Each verdict up to a time that says another thing than the one before, with those that repeat it."""
        found: list[list[Moment]] = []
        before: object = None
        for place in self._up_to(until_ms):
            spoken = self._verdicts[place]
            if not found or spoken.stance != before:
                found.append([])
            found[-1].append(spoken.moment)
            before = spoken.stance
        return [tuple(one) for one in found]

    def _up_to(self, until_ms: int) -> list[tuple[int, int]]:
        return sorted(place for place in self._verdicts if place[0] <= until_ms)

    def first_mover_ms(self, until_ms: int) -> int | None:
        """When the first mover of the newest verdict up to a time left its range; None where that names none."""
        for place in reversed(self._up_to(until_ms)):
            spoken = self._verdicts[place]
            if spoken.quiet or spoken.mover_ms is not None:
                return spoken.mover_ms
        return None


def _stance(doc: VerdictDoc) -> object:
    mover, alarm, fourth = doc["first_mover"], doc["first_alarm"], doc["fourth_signal"]
    return (
        doc["state"],
        mover and mover["signal"],
        alarm and alarm["what"],
        bool(doc["misleading"]["is"]),
        fourth and (fourth["model_signal"], fourth["ingestion_signal"]),
        tuple((fix["what"], fix["effect"]) for fix in doc["fixes"]),
    )


def _verdict(record: Record, doc: VerdictDoc) -> Moment:
    health = _HEALTH.get(doc["state"], Health.OK)
    facts = [("changed its mind", one) for one in doc["changed"]]
    facts.append(("confidence", doc["confidence_word"]))
    return Moment(
        key=str(record.seq or f"verdict {record.at_ms}"),
        at_ms=record.at_ms,
        seen_ms=record.at_ms,  # by our clock, and its writing is no learning
        system=SYSTEM,
        what=What.VERDICT,
        health=health,
        entity=None,
        subject=doc["state"],
        text=doc["headline"],
        facts=tuple(facts),
    )


def _onsets(record: Record, doc: VerdictDoc) -> Iterable[Moment]:
    mover = doc["first_mover"]
    told: dict[str, Mapping[str, Any]] = {one["signal"]: one for one in doc["ranked"]}
    if doc["symptom"] is not None:
        told[doc["symptom"]["signal"]] = doc["symptom"]
    if mover is not None:
        told[mover["signal"]] = mover
    for one in doc["onsets"]:
        at_ms = _unix_ms(one["at"])
        if at_ms is None:
            continue
        first = mover is not None and mover["signal"] == one["signal"]
        more = told.get(one["signal"], {})
        entity = _entity(str(more.get("entity") or ""))
        way = {"up": ", upwards", "down": ", downwards"}.get(str(more.get("direction")), "")
        yield Moment(
            key=one["signal"],
            at_ms=at_ms,
            seen_ms=record.at_ms,
            system=SYSTEM,
            what=What.ONSET,
            health=Health.BAD if first else Health.WARN,
            entity=entity,
            subject=entity.id if entity is not None else one["name"],
            text=f"{one['name']} left its normal range{way}{', before all others' if first else ''}",
            about=(f"signal {one['signal']}",),
            first=first,
            doubt_ms=_doubt_ms(more),
            facts=tuple(_interval(more)),
        )


def _doubt_ms(more: Mapping[str, Any]) -> int:
    """Half of the interval in which it moved."""
    earliest, latest = _unix_ms(more.get("onset_earliest")), _unix_ms(more.get("onset_latest"))
    return UNKNOWN_MS if earliest is None or latest is None else max(0, latest - earliest) // 2


def _interval(more: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    from console.format import clock

    earliest, latest = _unix_ms(more.get("onset_earliest")), _unix_ms(more.get("onset_latest"))
    if earliest is not None and latest is not None:
        yield "between", f"{clock(earliest)} and {clock(latest)}"
    if more.get("why"):
        yield "why", str(more["why"])


def _entity(text: str) -> EntityRef | None:
    kind, _, name = text.partition(":")
    known = {one.value: one for one in EntityKind}
    return EntityRef(known[kind], name) if name and kind in known else None


def _unix_ms(text: object) -> int | None:
    """A time of a document; None where it says none."""
    if not isinstance(text, str):
        return None
    try:
        return round(datetime.fromisoformat(text).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
