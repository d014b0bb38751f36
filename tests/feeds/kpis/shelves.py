"""A shelf whose files a test writes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from console.declared.shapes import Contents, Declared, DeclaredError
from console.governance.shapes import KpiDoc


class HeldShelf:
    """Holds what ``put`` says."""

    def __init__(self, **kpis: KpiDoc) -> None:
        self._files: tuple[Declared, ...] = ()
        self._version = 0
        self._changed = asyncio.Condition()
        self._set(kpis)

    def _set(self, kpis: dict[str, KpiDoc], problem: DeclaredError | None = None) -> None:
        written = 0 if problem and not kpis else 1_795_391_000_000
        self._files = (Declared(Path("kpis.toml"), Contents(kpis=kpis), 1, written, problem),)
        self._version += 1

    async def put(self, problem: DeclaredError | None = None, **kpis: KpiDoc) -> None:
        async with self._changed:
            self._set(kpis, problem)
            self._changed.notify_all()

    @property
    def version(self) -> int:
        return self._version

    @property
    def files(self) -> Sequence[Declared]:
        return self._files

    async def changed(self, version: int) -> int:
        async with self._changed:
            await self._changed.wait_for(lambda: self._version != version)
            return self._version
