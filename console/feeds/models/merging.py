"""Registry and files as one document a model, made anew only where something is another than before.

A large registry is thousands of versions, and the recorder has other things to do: between two models it gets its turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from console.declared.shapes import Shelf
from console.feeds.models.docs import said_by_registry
from console.feeds.models.reading import Model
from console.feeds.models.shelved import said_by_files
from console.governance.models import ModelSaid, by_model, merged_model
from console.governance.shapes import ModelDoc


class Merging:
    """Keeps what it made: the very same document is returned for a model as long as none of its sources changed.

    ``address`` is that of the registry, without credentials.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._said: dict[str, tuple[Model, ModelSaid]] = {}
        self._files: tuple[int, list[ModelSaid]] = (0, [])
        self._docs: dict[str, tuple[list[ModelSaid], ModelDoc]] = {}

    async def documents(self, models: Mapping[str, Model], shelf: Shelf) -> dict[str, ModelDoc]:
        """All models by name, as registry and files have them now."""
        if self._files[0] != shelf.version:
            self._files = (shelf.version, said_by_files(shelf))
        said: dict[str, tuple[Model, ModelSaid]] = {}
        for name, model in models.items():
            held = self._said.get(name)
            said[name] = held if held is not None and held[0] is model else await self._read(model)
        self._said = said
        docs: dict[str, tuple[list[ModelSaid], ModelDoc]] = {}
        for name, parts in by_model([*(one for _, one in said.values()), *self._files[1]]).items():
            kept = self._docs.get(name)
            docs[name] = kept if kept is not None and _same(kept[0], parts) else await self._merge(parts)
        self._docs = docs
        return {name: doc for name, (_, doc) in docs.items()}

    async def _read(self, model: Model) -> tuple[Model, ModelSaid]:
        await asyncio.sleep(0)
        return model, said_by_registry(model, self._address)

    async def _merge(self, parts: list[ModelSaid]) -> tuple[list[ModelSaid], ModelDoc]:
        await asyncio.sleep(0)
        return parts, merged_model(parts)


def _same(one: list[ModelSaid], other: list[ModelSaid]) -> bool:
    return len(one) == len(other) and all(first is second for first, second in zip(one, other, strict=True))
