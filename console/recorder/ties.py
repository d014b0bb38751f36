"""Which of several Nomads a series or an alert from elsewhere is about, by the labels that it carries.

A Prometheus may scrape several clusters. Its labels ``nomad_cluster`` and ``cluster`` name a profile, ``nomad_region``
and ``region`` a region; what names none of those that are watched is tied to the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.config import NomadSettings
from console.documents import FeedDoc
from console.feeds.outlet import Clock, Feed, Outlet
from console.naming import PLACE_LABEL, job_of, placed
from console.signals import Block, EntityKind, EntityRef, Record, Signal

CLUSTER_LABELS = ("nomad_cluster", "cluster")
REGION_LABELS = ("nomad_region", "region")
APART = (*CLUSTER_LABELS, *REGION_LABELS)
"""Labels that a sum over series must not lose where several Nomads are watched."""

_OF_JOBS = (EntityKind.JOB, EntityKind.GROUP)


def place_named(labels: Mapping[str, str], nomads: Sequence[NomadSettings]) -> str:
    """The place that labels name; that of the first Nomad where they name none."""
    left = list(nomads)
    for names, of in ((CLUSTER_LABELS, _called), (REGION_LABELS, _regions)):
        said = {labels[name].casefold() for name in names if labels.get(name)}
        left = [nomad for nomad in left if said & of(nomad)] or left
    return left[0].name


def _called(nomad: NomadSettings) -> set[str]:
    return {nomad.name.casefold(), nomad.profile.casefold()} - {""}


def _regions(nomad: NomadSettings) -> set[str]:
    return {(nomad.region or nomad.name).casefold()}


class TiedFeed:
    """A feed whose jobs are those of several Nomads."""

    def __init__(self, feed: Feed, nomads: Sequence[NomadSettings]) -> None:
        self._feed = feed
        self._nomads = nomads

    @property
    def name(self) -> str:
        return self._feed.name

    async def run(self, out: Outlet) -> None:
        await self._feed.run(TiedOutlet(out, self._nomads))


class TiedOutlet:
    """Passes everything on; what is about a job says of which Nomad."""

    def __init__(self, out: Outlet, nomads: Sequence[NomadSettings]) -> None:
        self._out = out
        self._nomads = nomads
        self._signals: dict[str, tuple[Signal, Signal]] = {}  # key -> as it came, as it goes on

    @property
    def clock(self) -> Clock:
        return self._out.clock

    async def records(self, records: Sequence[Record]) -> None:
        await self._out.records([tied(record, self._nomads) for record in records])

    async def samples(self, block: Block) -> None:
        await self._out.samples(block._replace(signals=[self._signal(signal) for signal in block.signals]))

    async def health(self, feed: str, doc: FeedDoc) -> None:
        await self._out.health(feed, doc)

    async def gap(self, feed: str, from_ms: int, to_ms: int, why: str) -> None:
        await self._out.gap(feed, from_ms, to_ms, why)

    def seen(self, feed: str) -> None:
        self._out.seen(feed)

    def _signal(self, signal: Signal) -> Signal:
        known = self._signals.get(signal.key)
        if known is None or known[0] is not signal:
            known = self._signals[signal.key] = (signal, tied_signal(signal, self._nomads))
        return known[1]


def tied_signal(signal: Signal, nomads: Sequence[NomadSettings]) -> Signal:
    """A signal that is about a job, or whose labels name one, with the place of that job. Its key stays."""
    if signal.entity.kind not in _OF_JOBS and job_of(signal.labels) is None:
        return signal
    place = place_named(signal.labels, nomads)
    entity = signal.entity
    if entity.kind in _OF_JOBS:
        entity = EntityRef(entity.kind, placed(entity.id, place))
    return signal._replace(entity=entity, labels={**signal.labels, PLACE_LABEL: place})


def tied(record: Record, nomads: Sequence[NomadSettings]) -> Record:
    """A record about an alert: its labels name the place of the job or node that it is about."""
    labels = record.body.get("labels")
    if not isinstance(labels, Mapping):
        return record
    said = {str(name): str(value) for name, value in labels.items()}
    body: dict[str, Any] = {**record.body, "labels": {**labels, PLACE_LABEL: place_named(said, nomads)}}
    return record._replace(body=body)


def untied(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels as their source gave them."""
    return {name: value for name, value in labels.items() if name != PLACE_LABEL}
