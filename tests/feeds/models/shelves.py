"""A shelf that a test fills by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from console.declared.read import read_file
from console.declared.shapes import Contents, Declared, DeclaredError


class HandShelf:
    """Files as they are put; ``version`` rises with each."""

    def __init__(self, *files: Declared) -> None:
        self.files: Sequence[Declared] = files
        self.version = 0
        self._news = asyncio.Event()

    def put(self, *files: Declared) -> None:
        self.files = files
        self.version += 1
        self._news.set()

    async def changed(self, version: int) -> int:
        if self.version == 0:
            self.version = 1
        while self.version == version:
            self._news.clear()
            await self._news.wait()
        return self.version


def declared(path: Path, text: str, at_ms: int = 0) -> Declared:
    """A file as it would stand on the shelf."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return Declared(path, read_file(path), at_ms, at_ms, None)


def broken(path: Path) -> Declared:
    """A file that could not be read since the start."""
    return Declared(path, Contents(), 0, 0, DeclaredError(path, 1, "is broken"))
