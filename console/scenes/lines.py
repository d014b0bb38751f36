"""Rows of a CSV file, each with the number of its first line. Python's csv module reads them; nothing is guessed."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from console.scenes.errors import FileError

_LONGEST_CELL = 1_000_000


def rows_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty: (line, cells). UTF-8, with or without a byte order mark.

    Raises FileError, for a file that cannot be read as well as for a line that is no CSV.
    """
    csv.field_size_limit(_LONGEST_CELL)
    try:
        with path.open("rb") as file:
            reader = csv.reader(_text(path, file), strict=True)
            begun = 1
            try:
                for cells in reader:
                    if cells:
                        yield begun, cells
                    begun = reader.line_num + 1
            except csv.Error as problem:
                raise FileError(path, f"this is not CSV ({problem})", begun) from None
    except OSError as problem:
        raise FileError(path, f"cannot be read ({problem.strerror or problem})") from None


def _text(path: Path, lines: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise FileError(path, "is not text in UTF-8", number) from None
        if "\0" in text:
            raise FileError(path, "holds a NUL character; this is not text", number)
        yield text
