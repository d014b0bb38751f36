"""What can be wrong with a file that a scene is made from."""

from __future__ import annotations

from pathlib import Path


class FileError(ValueError):
    """A file that cannot be used; ``str()`` is one sentence: where, what, and what would be right."""

    def __init__(self, path: Path, what: str, line: int | None = None) -> None:
        place = f"{path}" if line is None else f"{path}, line {line}"
        super().__init__(f"{place}: {what}")
        self.path = path
        self.line = line
