"""Reading a whole MLflow registry again and again at little cost: one list each time, the rest only where it changed.

The list of models (a page per hundred) has aliases, tags and times, so one request tells that nothing happened. A model
is read deeply when its entry there is another one than before, and in turn with all others every few minutes, since
tags of versions, metrics and evaluations change nothing in that list. Runs and logged models are read for the versions
that matter (named by an alias, in a stage, or among the newest), signatures once, as they never change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote, urlencode

from console.feeds.http import Source, SourceError
from console.feeds.models.answers import (
    Logged,
    Registered,
    Run,
    Version,
    columns_of_history,
    model_versions,
    one_logged,
    one_run,
    one_version,
    registered_models,
)
from console.feeds.models.signature import columns_of_mlmodel
from console.feeds.models.when import evaluation_run

T = TypeVar("T")

API = "/api/2.0/mlflow"
MOST_MODELS = 1000
MOST_VERSIONS = 50  # of a model, and all that aliases name beside them
NEWEST = 5  # versions whose runs are read although no alias names them
AT_ONCE = 8
PAGE = 100
AGAIN_S = 300.0
ROUNDS = 10  # in how many polls all models are looked at again
_NEWEST_FIRST = "version_number DESC"


class Deep(NamedTuple):
    """What is known of one version beside its entry. ``problems`` say what of it could not be read."""

    run: Run | None = None
    logged: Logged | None = None
    evaluation: Run | None = None
    columns: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class Model(NamedTuple):
    """A registered model with its versions, newest first, and what is known of those that matter.

    ``read_ms`` is when it was first read so.
    """

    entry: Registered
    versions: Sequence[Version]
    deep: Mapping[str, Deep]
    read_ms: int
    problems: tuple[str, ...] = ()


class Registry:
    """All models of one MLflow as they were last read. ``more`` says that there are more than are read."""

    def __init__(self, again_s: float = AGAIN_S) -> None:
        self._again_ms = again_s * 1000
        self.models: dict[str, Model] = {}
        self.more = False
        self._looked: dict[str, int] = {}
        self._columns: dict[tuple[str, str, str], tuple[str, ...]] = {}

    async def read(self, source: Source, now_ms: int) -> bool:
        """Bring it up to date; whether anything was read anew. Raises SourceError and leaves everything as it was."""
        listed = await self._list(source)
        due = self._due(listed, now_ms)
        limit = asyncio.Semaphore(AT_ONCE)
        read = await _all([self._model(source, entry, now_ms, limit) for entry in due])
        self._looked |= {model.entry.name: now_ms for model in read}
        found = {model.entry.name: model for model in read if not self._is_known(model)}
        names = [entry.name for entry in listed]
        gone = self.models.keys() - {*names}
        self.models = {name: found.get(name) or self.models[name] for name in names}
        self._looked = {name: self._looked[name] for name in names}
        self._columns = {key: columns for key, columns in self._columns.items() if key[0] in self.models}
        return bool(found or gone)

    async def _list(self, source: Source) -> list[Registered]:
        found: dict[str, Registered] = {}
        token = ""
        while True:
            data = await _get(source, "registered-models/search", max_results=PAGE, page_token=token)
            page, following = _read(source, "registered-models/search", registered_models, data)
            found.update((entry.name, entry) for entry in page)
            self.more = len(found) > MOST_MODELS
            if self.more or not following or following == token:
                return list(found.values())[:MOST_MODELS]
            token = following

    def _due(self, listed: list[Registered], now_ms: int) -> list[Registered]:
        """Those whose entry changed, and of the others the ones that were looked at longest ago, a few at a time."""
        known = self.models
        changed = [entry for entry in listed if entry.name not in known or known[entry.name].entry.raw != entry.raw]
        new = {entry.name for entry in changed}
        old = [
            entry
            for entry in listed
            if entry.name not in new and now_ms - self._looked.get(entry.name, 0) >= self._again_ms
        ]
        old.sort(key=lambda entry: self._looked.get(entry.name, 0))
        return changed + old[: len(listed) // ROUNDS + 1]

    def _is_known(self, model: Model) -> bool:
        known = self.models.get(model.entry.name)
        return known is not None and known._replace(read_ms=model.read_ms) == model

    async def _model(self, source: Source, entry: Registered, now_ms: int, limit: asyncio.Semaphore) -> Model:
        async with limit:
            problems: list[str] = []
            versions = await self._versions(source, entry, problems)
            matter = _that_matter(entry, versions)
            deep = {one.version: await self._deep(source, entry.name, one) for one in matter}
        return Model(entry, versions, deep, now_ms, tuple(problems))

    async def _versions(self, source: Source, entry: Registered, problems: list[str]) -> list[Version]:
        found = {one.version: one for one in entry.latest}
        quoted = _quoted(entry.name)
        if quoted is not None:
            path, of_name = "model-versions/search", f"name={quoted}"
            asked = _get(source, path, filter=of_name, max_results=MOST_VERSIONS, order_by=_NEWEST_FIRST)
            data = await _or_told(asked, problems, "list of versions")
            if data is not None:
                page, _ = _read(source, path, model_versions, data)
                found = {one.version: one for one in (*entry.latest, *page[:MOST_VERSIONS])}
        for version in sorted({*entry.aliases.values()} - found.keys()):
            named = await _or_told(_get(source, "model-versions/get", name=entry.name, version=version), [], "")
            if (one_more := one_version(named)) is not None:
                found[one_more.version] = one_more
        return sorted(found.values(), key=newest_first)

    async def _deep(self, source: Source, model: str, version: Version) -> Deep:
        problems: list[str] = []
        run = logged = evaluation = None
        if version.run:
            run = one_run(await _or_told(_get(source, "runs/get", run_id=version.run), problems, f"run {version.run}"))
        model_id = version.model_id or (run.models[0] if run and len(run.models) == 1 else "")
        if model_id:
            asked = _get(source, f"logged-models/{quote(model_id, safe='')}")
            logged = one_logged(await _or_told(asked, problems, f"logged model {model_id}"))
        if evaluating := evaluation_run(version):
            asked = _get(source, "runs/get", run_id=evaluating)
            evaluation = one_run(await _or_told(asked, problems, f"evaluation run {evaluating}"))
        columns = tuple(columns_of_history(run.tags) if run else ()) or await self._signature(source, model, version)
        return Deep(run, logged, evaluation, columns, tuple(problems))

    async def _signature(self, source: Source, model: str, version: Version) -> tuple[str, ...]:
        """By the file ``MLmodel`` of the version, where the server gives its files away: asked once."""
        key = (model, version.version, str(version.created_ms))
        if key not in self._columns:
            asked = urlencode({"name": model, "version": version.version, "path": "MLmodel"})
            try:
                text = await source.text(f"/model-versions/get-artifact?{asked}")
                self._columns[key] = tuple(columns_of_mlmodel(text))
            except SourceError:  # its store may be anywhere; what the registry itself says is all that is needed
                self._columns[key] = ()
        return self._columns[key]


def newest_first(version: Version) -> tuple[int, int, str]:
    """By number where versions are numbers, otherwise by time."""
    number = int(version.version) if version.version.isdecimal() else -1
    return (-number, -version.created_ms, version.version)


def _that_matter(entry: Registered, versions: Sequence[Version]) -> list[Version]:
    named = {*entry.aliases.values()}
    staged = [one for one in versions if one.stage and one.stage != "Archived"][:NEWEST]
    return [one for at, one in enumerate(versions) if at < NEWEST or one.version in named or one in staged]


def _quoted(name: str) -> str | None:
    """A name as filters have it; None for one that has both kinds of quotes."""
    if "'" not in name:
        return f"'{name}'"
    return f'"{name}"' if '"' not in name else None


async def _get(source: Source, path: str, **query: str | int) -> Any:
    asked = urlencode({key: value for key, value in query.items() if value != ""})
    return (await source.get(f"{API}/{path}" + (f"?{asked}" if asked else ""))).data


def _read(source: Source, path: str, read: Callable[[Any], T], data: Any) -> T:
    try:
        return read(data)
    except ValueError:
        why = f"MLflow at {source.address} answered {API}/{path} with something that MLflow does not answer"
        raise SourceError("degraded", why, "check MLFLOW_TRACKING_URI") from None


async def _or_told(asked: Awaitable[Any], problems: list[str], what: str) -> Any:
    """The answer; None where just this is not to be had, as of a run that was deleted. Raises where all is away."""
    try:
        return await asked
    except SourceError as problem:
        if problem.state == "down":
            raise
        problems.append(f"its {what} cannot be read: {problem.why}")
        return None


async def _all(asked: Sequence[Awaitable[T]]) -> list[T]:
    """All of them, or the first error; what is under way is then cancelled."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_awaited(one)) for one in asked]
    except ExceptionGroup as errors:
        first = next((error for error in errors.exceptions if isinstance(error, SourceError)), errors.exceptions[0])
        raise first from None
    return [task.result() for task in tasks]


async def _awaited(one: Awaitable[T]) -> T:
    return await one
