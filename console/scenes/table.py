"""A table of numbers over time, as a CSV file holds it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from console.analysis.scene import Floats, Slots
from console.scenes.errors import FileError
from console.scenes.header import is_open
from console.scenes.lines import rows_of
from console.times import TimeTextError, parse_time

TIME = "time"
_NOTHING = frozenset({"", "nan", "null", "none", "na", "n/a"})
_DATE = re.compile(r"\d{4}-\d\d-\d\d[Tt ]")
_LAST_S = 253_402_214_400
_SHOWN = 60


class Table(NamedTuple):
    """``headers`` of the columns after the first, and ``values`` rows x columns, NaN where a cell says nothing; values
    may be infinite. ``times_ms`` are in the order of the file and may repeat."""

    headers: Sequence[str]
    times_ms: Slots
    values: Floats


def read_table(path: Path) -> Table:
    """Read a file whose first column is ``time``. Raises FileError, which names the line."""
    rows = rows_of(path)
    first = next(rows, None)
    if first is None:
        raise FileError(path, f"is empty; its first line is to be {TIME} and the name of each series")
    headers = _headers(path, *first)
    times: list[int] = []
    values: list[Floats] = []
    for line, cells in rows:
        if len(cells) != len(headers) + 1:
            raise FileError(path, _count(len(cells), len(headers) + 1), line)
        times.append(_time(path, line, cells[0]))
        values.append(np.array(_numbers(path, line, cells, headers)))
    matrix = np.stack(values) if values else np.empty((0, len(headers)))
    return Table(headers, np.array(times, np.int64), matrix)


def _headers(path: Path, line: int, cells: Sequence[str]) -> list[str]:
    if cells[0].strip().lower() != TIME:
        raise FileError(path, f"the first column is {_shown(cells[0])}, and it is to be {TIME}", line)
    headers: list[str] = []
    for cell in cells[1:]:
        if headers and is_open(headers[-1]):  # a comma between labels that nobody put in quotes
            headers[-1] += f",{cell}"
        else:
            headers.append(cell.strip())
    if not headers:
        raise FileError(path, "there is no series beside the time", line)
    seen: set[str] = set()
    for at, header in enumerate(headers, 2):
        if not header:
            raise FileError(path, f"column {at} has no name", line)
        if header in seen:
            raise FileError(path, f"the column {_shown(header)} is there twice", line)
        seen.add(header)
    return headers


def _count(cells: int, wanted: int) -> str:
    few = "few" if cells < wanted else "many"
    return f"the row has too {few} cells: {cells}, and the header has {wanted}"


def _time(path: Path, line: int, cell: str) -> int:
    given = cell.strip()
    try:
        if _DATE.match(given):
            return parse_time(given, reference_ms=0)
        seconds = float(given)
    except TimeTextError as problem:
        raise FileError(path, str(problem), line) from None
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= _LAST_S or "_" in given:
        hint = "milliseconds are to be seconds" if _LAST_S < seconds < _LAST_S * 1000 else "known forms are"
        hint += " 2026-11-23T14:05:00Z and unix seconds" if hint.endswith("are") else ""
        raise FileError(path, f"{_shown(cell)} is not a time; {hint}", line)
    return round(seconds * 1000)


def _numbers(path: Path, line: int, cells: Sequence[str], headers: Sequence[str]) -> list[float]:
    try:
        if "_" not in "".join(cells):  # Python takes 1_000 for a number
            return list(map(float, cells[1:]))
    except ValueError:
        pass
    return [_number(path, line, cell, header) for cell, header in zip(cells[1:], headers, strict=True)]


def _number(path: Path, line: int, cell: str, header: str) -> float:
    try:
        if "_" not in cell:
            return float(cell)
    except ValueError:
        if cell.strip().lower() in _NOTHING:
            return math.nan
    raise FileError(path, f"{_shown(cell)} is not a number (column {_shown(header)})", line)


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")
