"""YAML files as plain data whose errors name the file, the line and the key.

What is read is YAML as the formats of contracts and catalogues mean it, which is the core schema of YAML 1.2: only
``true`` and ``false`` are switches (``on``, ``off``, ``yes`` and ``no`` are text), dates stay the text they are, and
keys are always text. A number that loses digits as a number (``1.10``, ``007``) is found as it was written by
``YamlDocument.text``. Nothing in a file can run code, and nothing in it can grow: nesting, size and what aliases stand
for are counted while it is read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from console.declared.shapes import DeclaredError
from console.plain import plain
from console.tomlfile import KeyPath

MOST_BYTES = 4 * 1024 * 1024


Place = int | tuple[int, "Lines | str"]
"""The line of a key; with the lines of what is under it, or with a number as it was written where that says more."""
Lines = dict[str | int, Place]


class YamlDocument(NamedTuple):
    """One document of a file: its data, on which line each key stands, and on which the document itself begins.

    ``data`` is plain JSON: dict with text keys, list, str, int, float, bool, None. Aliases are shared, so it must not
    be changed.
    """

    path: Path
    data: Any
    lines: Lines
    line: int

    def line_of(self, *key: str | int) -> int:
        """The line of a key (``"team", "members", 0, "name"``), of the nearest one around it otherwise."""
        line, under = self.line, self.lines
        for part in key:
            place = under.get(part)
            if place is None:
                return line
            if isinstance(place, int):
                return place
            line = place[0]
            if isinstance(place[1], str):
                return line
            under = place[1]
        return line

    def text(self, *key: str | int) -> str | None:
        """What stands at a key as it was written, for numbers and switches too; None where there is no such value."""
        found: Any = self.data
        for part in key:
            try:
                found = found[part]
            except (KeyError, IndexError, TypeError):
                return None
        if isinstance(found, bool):
            return str(found).lower()
        if isinstance(found, (int, float)):
            return self._written(key) or str(found)
        return found if isinstance(found, str) else None

    def _written(self, key: KeyPath) -> str | None:
        place: Any = (0, self.lines)
        for part in key:
            place = place[1].get(part) if isinstance(place, tuple) and isinstance(place[1], dict) else None
        return place[1] if isinstance(place, tuple) and isinstance(place[1], str) else None

    def origin(self, *key: str | int) -> str:
        """``file:line`` of a key."""
        return f"{self.path}:{self.line_of(*key)}"

    def each(self) -> list[YamlDocument]:
        """Its items as documents of their own where it is a list; else itself."""
        if not isinstance(self.data, list):
            return [self]
        places = [self.lines.get(at, self.line) for at in range(len(self.data))]
        return [
            YamlDocument(self.path, item, place[1], place[0])
            if isinstance(place, tuple) and isinstance(place[1], dict)
            else YamlDocument(self.path, item, {}, place if isinstance(place, int) else place[0])
            for item, place in zip(self.data, places, strict=True)
        ]

    def error(self, what: str, *key: str | int) -> DeclaredError:
        """An error about a key, with its line."""
        return DeclaredError(self.path, self.line_of(*key), what)


def documents_of(path: Path) -> list[YamlDocument]:
    """The documents of a file but for empty ones. Raises DeclaredError (missing, unreadable, too big, not YAML)."""
    return parse_yaml(path, read_text(path))


def read_text(path: Path) -> str:
    """The text of a file, with ``\\n`` for each line break. Raises DeclaredError (missing, unreadable, not text)."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise DeclaredError(path, 0, "there is no such file") from None
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or "its name is none that a file can have"
        raise DeclaredError(path, 0, f"cannot be read ({why})") from None
    if len(raw) > MOST_BYTES:
        raise DeclaredError(path, 0, f"is larger than {MOST_BYTES // 1024 // 1024} MB; split it into several files")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        raise DeclaredError(path, line, "is not UTF-8 text; save it as UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse_yaml(path: Path, text: str, first_line: int = 1) -> list[YamlDocument]:
    """The documents of a text that begins on a line of a file, but for empty ones. Raises DeclaredError."""
    from console.declared.yamltree import documents  # yaml is loaded only where there is a file

    return [
        YamlDocument(path, tree.data, tree.lines, tree.line)
        for tree in documents(path, text, first_line)
        if tree.data is not None
    ]


def front_matter_of(path: Path, text: str) -> YamlDocument | None:
    """The YAML between ``---`` and ``---`` at the very top of a Markdown file, None where it has none.

    Raises DeclaredError where it is not closed or is not YAML; lines are those of the file.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return None
    end = next((at for at, line in enumerate(lines[1:], start=1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        raise DeclaredError(path, 1, "the front matter is not closed; end it with a line ---")
    found = parse_yaml(path, "\n".join(lines[1:end]), 2)
    return found[0] if found else None


def shown(value: object, longest: int = 60) -> str:
    """A value of a file in quotes, for a sentence about it."""
    text = value if isinstance(value, str) else str(value)
    return f"'{plain(text, longest)}'"
