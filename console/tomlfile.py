"""TOML files whose errors name the file, the line and the key."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

MOST_BYTES = 4 * 1024 * 1024

_TABLE = re.compile(r"^\s*\[(\[)?\s*([^\[\]#]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+)""")
_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)$|\s*\(at end of document\)$")

KeyPath = tuple[str | int, ...]


class TomlError(Exception):
    """A file that cannot be used. ``line`` is 0 when the fault has no line (the file is missing)."""

    def __init__(self, path: Path, line: int, what: str) -> None:
        super().__init__(path, line, what)
        self.path = path
        self.line = line
        self.what = what

    @property
    def where(self) -> str:
        """``file`` or ``file, line n``."""
        return f"{self.path}, line {self.line}" if self.line else str(self.path)

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class TomlFile(NamedTuple):
    """A file that was read: its data, and on which line each key stands."""

    path: Path
    data: dict[str, Any]
    lines: dict[KeyPath, int]

    def line_of(self, *key: str | int) -> int:
        """The line of a key (``"flow", 0, "owner"``), of the nearest table around it otherwise, 0 if none."""
        for end in range(len(key), 0, -1):
            if key[:end] in self.lines:
                return self.lines[key[:end]]
        return 0

    def error(self, what: str, *key: str | int) -> TomlError:
        """An error about a key, with its line."""
        return TomlError(self.path, self.line_of(*key), what)


def read_toml(path: Path) -> TomlFile:
    """Read a file; raises TomlError (missing, unreadable, too big, not UTF-8, not TOML)."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise TomlError(path, 0, "there is no such file") from None
    except OSError as problem:
        raise TomlError(path, 0, f"cannot be read ({problem.strerror})") from None
    if len(raw) > MOST_BYTES:
        raise TomlError(path, 0, f"is larger than {MOST_BYTES // 1024 // 1024} MB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise TomlError(path, raw.count(b"\n", 0, problem.start) + 1, "is not UTF-8 text") from None
    return parse_toml(path, text)


def parse_toml(path: Path, text: str) -> TomlFile:
    """Parse the text of a file; raises TomlError naming the line."""
    import tomllib  # a start without any file must not pay for it

    text = text.replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        message = str(problem)
        found = _AT_LINE.search(message)
        line = int(found[1]) if found and found[1] else text.count("\n") + 1
        raise TomlError(path, line, f"is not valid TOML ({_AT_LINE.sub('', message)})") from None
    except (RecursionError, ValueError):
        raise TomlError(path, 0, "is not valid TOML (nested too deeply or a number too large)") from None
    return TomlFile(path, data, key_lines(text))


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line of each table and key of valid TOML. A key within an inline table has the line of its table only."""
    lines: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    quote = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if quote:
            if line.count(quote) % 2:
                quote = ""
            continue
        if found := _TABLE.match(line):
            table = _descend(_parts(found[2]), counts, new=found[1] is not None)
            for end in range(1, len(table) + 1):
                lines.setdefault(table[:end], number)
        elif found := _KEY.match(line):
            lines.setdefault((*table, *_parts(found[1])), number)
        quote = _opened(line)
    return lines


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(a or b or c for a, b, c in _PART.findall(dotted))


def _descend(parts: tuple[str, ...], counts: dict[KeyPath, int], *, new: bool) -> KeyPath:
    """The path of a table header; the parts that are arrays of tables mean their newest element."""
    path: KeyPath = ()
    for i, part in enumerate(parts):
        path = (*path, part)
        if new and i == len(parts) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _opened(line: str) -> str:
    """The triple quote that a line opens and does not close."""
    for quote in ('"""', "'''"):
        if line.count(quote) % 2:
            return quote
    return ""
