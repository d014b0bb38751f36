"""The models of an installation: an MLflow registry polled, files and cards watched, both as one document a model."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

from console.declared.shapes import Shelf
from console.documents import FeedDoc
from console.feeds.backoff import Backoff
from console.feeds.http import SourceError
from console.feeds.models.access import MlflowAccess, opened
from console.feeds.models.carried import with_earlier_evaluations
from console.feeds.models.merging import Merging
from console.feeds.models.reading import MOST_MODELS, Registry
from console.feeds.models.shelved import written_ms
from console.feeds.models.told import SOURCE, Look, changes
from console.feeds.outlet import Outlet
from console.governance.models import REGISTRY, by_registry, comparable, removed_model
from console.governance.shapes import ModelDoc
from console.signals import EntityKind, EntityRef, Record, RecordKind

POLL_S = 30.0


class ModelsFeed:
    """One MLflow (None: none), and the models on the shelf.

    ``known`` are the documents of models that earlier recorders left on the tape, ``since_ms`` until when they saw the
    registry: an alias that moved while nobody looked is told as that. What was made at most ``horizon_s`` before the
    start is told of models that are new here. While MLflow is away what it said last stays in force. ``no_registry``
    is why none is asked although somebody names one.
    """

    def __init__(
        self,
        mlflow: MlflowAccess | None,
        shelf: Shelf,
        known: Mapping[str, ModelDoc] | None = None,
        since_ms: int | None = None,
        horizon_s: float = 7200.0,
        poll_s: float = POLL_S,
        no_registry: str = "",
    ) -> None:
        self._mlflow = mlflow
        self._shelf = shelf
        self._known: dict[str, ModelDoc] = dict(known or {})
        self._last_ms = since_ms or 0
        self._horizon_s = horizon_s
        self._poll_s = poll_s
        self._no_registry = f"{no_registry}, so no registry is asked" if no_registry else ""
        self._registry = Registry()
        self._merging = Merging(mlflow.address if mlflow else "")
        self._told: dict[str, ModelDoc] = {}
        self._heard = mlflow is None  # whether the registry has answered since the start
        self._tried = mlflow is None  # whether it was asked at all
        self._looked = False  # whether the files have been looked at
        self._start_ms = 0
        self._lock = asyncio.Lock()

    @property
    def name(self) -> str:
        return SOURCE

    async def run(self, out: Outlet) -> None:
        """Poll and watch until cancelled; whatever happens to MLflow or to a file is told and survived."""
        self._start_ms = out.clock.now_ms()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch(out))
            if self._mlflow is not None:
                group.create_task(self._poll(out, self._mlflow))
            else:
                group.create_task(self._pulse(out))

    async def _watch(self, out: Outlet) -> None:
        version = 0
        while True:
            version = await self._shelf.changed(version)
            self._looked = True
            await self._tell(out)
            if self._mlflow is None:
                await out.health(SOURCE, self._without_registry())

    async def _pulse(self, out: Outlet) -> None:
        """Files that say what they said are fresh. With a registry models are as fresh as its last answer."""
        while True:
            if self._looked and self._known:
                out.seen(SOURCE)
            await out.clock.sleep(self._poll_s)

    async def _poll(self, out: Outlet, access: MlflowAccess) -> None:
        source = opened(access, out.clock.now_ms)
        backoff = Backoff(most_s=max(30.0, self._poll_s))
        problem: SourceError | None = None
        lost_ms = self._start_ms
        await out.health(REGISTRY, self._doc(SourceError("connecting", "", "")))
        try:
            while True:
                try:
                    read = await self._registry.read(source, out.clock.now_ms())
                except SourceError as error:
                    problem = error
                    await out.health(REGISTRY, self._doc(error))
                    if not self._tried:
                        self._tried = True
                        await self._tell(out)
                    await out.clock.sleep(max(error.wait_s, backoff.next_s()))
                    continue
                now_ms = out.clock.now_ms()
                if problem is not None and now_ms - lost_ms > 1.5 * self._poll_s * 1000:
                    await out.gap(REGISTRY, lost_ms, now_ms, problem.why)
                problem, lost_ms = None, now_ms
                backoff.reset()
                if read or not self._heard:
                    self._heard = self._tried = True
                    await self._tell(out)
                self._last_ms = now_ms
                out.seen(REGISTRY)
                out.seen(SOURCE)
                await out.health(REGISTRY, self._doc(self._partly()))
                await out.clock.sleep(self._poll_s)
        finally:
            await source.close()

    def _without_registry(self) -> FeedDoc:
        """Files alone: who looks once must know that they have been read."""
        todo = "set MLFLOW_TRACKING_URI to http://host:port of MLflow, or write models.toml"
        if self._known:
            return {"state": "ok", "why": self._no_registry, "todo": todo if self._no_registry else "", "address": ""}
        why = f"{self._no_registry or 'no registry is asked'} and no file declares a model"
        return {"state": "off", "why": why, "todo": todo, "address": ""}

    def _partly(self) -> SourceError | None:
        if not self._registry.more:
            return None
        why = f"MLflow holds more than the {MOST_MODELS} models that are read"
        return SourceError("degraded", why, "the others are not shown")

    def _doc(self, problem: SourceError | None) -> FeedDoc:
        why = problem.why if problem else ""
        if why and problem and problem.state != "connecting" and self._registry.models:
            why = f"{why}; what it said before stays in force"
        return {
            "state": problem.state if problem else "ok",
            "why": why,
            "todo": problem.todo if problem else "",
            "address": self._mlflow.address if self._mlflow else "",
        }

    async def _tell(self, out: Outlet) -> None:
        """Put what changed. Nothing is told before files and registry were looked at once, or they would seem new."""
        if not (self._looked and self._tried):
            return
        async with self._lock:
            current = await self._documents()
            records = list(self._records(current, out.clock.now_ms()))
            if records:
                await out.records(records)

    def _records(self, current: Mapping[str, ModelDoc], now_ms: int) -> Iterator[Record]:
        since = written_ms(self._shelf)
        horizon_ms = self._start_ms - round(self._horizon_s * 1000)
        look = Look(now_ms, self._last_ms or self._start_ms, horizon_ms)
        for name, found in current.items():
            if self._told.get(name) is found:
                continue
            self._told[name] = found
            before = self._known.get(name)
            doc = with_earlier_evaluations(before, found)
            if comparable(before) == comparable(doc):
                continue
            # What a registry says of a model that only a file named so far is new to us, it did not just happen.
            joined = before is not None and by_registry(doc) and not by_registry(before)
            yield from changes(name, None if joined else before, doc, look)
            self._known[name] = doc
            by_file_only = before is None and name in since and now_ms - self._start_ms < self._poll_s * 1000
            at_ms = min(now_ms, max(since[name], horizon_ms)) if by_file_only else now_ms
            yield _state(name, doc, at_ms, now_ms)
        for name, before in list(self._known.items()):
            if name in current or before.get("removed") or self._may_be_there(before):
                continue
            self._known[name] = gone = removed_model(before)
            self._told.pop(name, None)
            yield from changes(name, before, gone, look)
            yield _state(name, gone, now_ms, now_ms)

    async def _documents(self) -> dict[str, ModelDoc]:
        """All models by what is known now; without those of which the registry has not been heard again yet."""
        docs = await self._merging.documents(self._registry.models, self._shelf)
        return {name: doc for name, doc in docs.items() if self._heard or not by_registry(self._known.get(name))}

    def _may_be_there(self, before: ModelDoc) -> bool:
        """Whether a model that nobody names just now may only be out of sight."""
        if not self._heard and by_registry(before):
            return True
        # A file that could not be read at all since the start may well name what is missing.
        return any(file.problem is not None and not file.read_ms for file in self._shelf.files)


def _state(name: str, doc: ModelDoc, at_ms: int, seen_ms: int) -> Record:
    return Record(RecordKind.STATE, SOURCE, EntityRef(EntityKind.MODEL, name), "model", at_ms, seen_ms, {**doc})
