"""What a declaring file holds once it is read: parts, each field with its line; and the shelf of all files in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from console.governance.auditshapes import WaiverDoc
from console.governance.kpis import Op
from console.governance.shapes import ContractDoc, DoubtDoc, KpiDoc, ModelVersionDoc, OwnerDoc


class DeclaredError(Exception):
    """A file that cannot be used. ``line`` is 0 where the fault has none; ``what`` is one sentence without a stop."""

    def __init__(self, path: Path, line: int, what: str) -> None:
        super().__init__(path, line, what)
        self.path = path
        self.line = line
        self.what = what

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}: {self.what}" if self.line else f"{self.path}: {self.what}"


class Told(NamedTuple):
    """The value of a field, and the line on which it stands (0: unknown)."""

    value: Any
    line: int


class FlowPart(NamedTuple):
    """What one file says of one data flow. ``fields`` are those of FlowDoc; ``names`` all by which it is known."""

    name: str
    names: tuple[str, ...]
    via: str  # odcs, backstage, flows.toml
    line: int
    fields: Mapping[str, Told]
    doubts: tuple[DoubtDoc, ...] = ()


class ModelPart(NamedTuple):
    """What one file says of one model. ``fields`` are those of ModelDoc but for its versions."""

    name: str
    via: str  # models.toml, model card
    line: int
    fields: Mapping[str, Told]
    versions: tuple[ModelVersionDoc, ...] = ()
    doubts: tuple[DoubtDoc, ...] = ()


class RotaTurn(NamedTuple):
    """An override: who is on call from one time to another (unix ms), whatever the rotation says."""

    who: str
    from_ms: int
    until_ms: int
    line: int
    level: int = 1


class Rotation(NamedTuple):
    """People taking turns: each for ``every_s`` by the wall clock of ``zone``, the first from ``start`` on.

    ``start`` is a local time, ``2026-11-02T09:00``; days have 23 or 25 hours where the clock is set. ``level`` 1 is
    called first. Where ``hours`` are given it holds only between these two minutes of the day (over midnight where the
    second is not after the first), and only on ``days`` (0: Monday) where some are given. Of several rotations of one
    level the one that stands last wins.
    """

    level: int
    people: tuple[str, ...]
    start: str
    every_s: float
    zone: str
    line: int
    hours: tuple[int, int] | None = None
    days: tuple[int, ...] = ()


class RotaPart(NamedTuple):
    """One schedule of a rota file."""

    name: str
    names: tuple[str, ...]
    rotations: tuple[Rotation, ...]
    overrides: tuple[RotaTurn, ...]
    line: int


class IndicatorPart(NamedTuple):
    """An indicator of OpenSLO as its file has it; ``queries`` by what they are (good, bad, total, raw, value).

    ``origins`` say where each stands. ``source`` is the type of the system that answers them, empty where it is not
    said, and ``source_ref`` the name of a declared data source. ``unread`` says why it cannot be read at all. ``tags``
    are its annotations and labels.
    """

    name: str
    queries: Mapping[str, str]
    origins: Mapping[str, str]
    counter: bool
    failure: bool  # raw is the share of failures
    source: str
    source_ref: str
    unread: str
    tags: Mapping[str, str]
    origin: str
    doubts: tuple[DoubtDoc, ...] = ()


class ObjectivePart(NamedTuple):
    """One objective of OpenSLO before its indicator is looked up. ``doc`` is the KPI without its indicator."""

    name: str
    doc: KpiDoc
    indicator: IndicatorPart | None
    indicator_ref: str
    op: Op | None
    limit: float | None
    service: str
    tags: Mapping[str, str]


class SloParts(NamedTuple):
    """What files of OpenSLO declare of one another: names lead from one file into another."""

    objectives: Sequence[ObjectivePart] = ()
    indicators: Mapping[str, IndicatorPart] = {}
    sources: Mapping[str, str] = {}  # name of a data source -> its type
    services: Mapping[str, Mapping[str, str]] = {}  # name of a service -> its annotations and labels


class Contents(NamedTuple):
    """All that one file declares."""

    flows: Sequence[FlowPart] = ()
    contracts: Mapping[str, ContractDoc] = {}
    owners: Mapping[str, OwnerDoc] = {}
    models: Sequence[ModelPart] = ()
    kpis: Mapping[str, KpiDoc] = {}
    rotas: Sequence[RotaPart] = ()
    waivers: Sequence[WaiverDoc] = ()
    slo: SloParts = SloParts()


class Declared(NamedTuple):
    """A file on the shelf: what it last said well, when that was read and written (unix ms), what is wrong now."""

    path: Path
    contents: Contents
    read_ms: int
    written_ms: int
    problem: DeclaredError | None


class Shelf(Protocol):
    """All declaring files of an installation, read again when they change."""

    @property
    def version(self) -> int:
        """Another number whenever anything on it is another than before; 0 before the first look."""
        ...

    @property
    def files(self) -> Sequence[Declared]:
        """In the order of their precedence."""
        ...

    async def changed(self, version: int) -> int:
        """Wait until its version is another one than that, and return it."""
        ...
