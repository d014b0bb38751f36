"""One entry of a list of tables in our own TOML files, read key by key; every error names file, line and key."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from console.governance.shapes import DoubtDoc
from console.governance.units import Ambiguous, doubt, duration_s, moment_ms, ratio
from console.plain import plain
from console.settings.errors import nearest
from console.tomlfile import KeyPath, TomlError, TomlFile

_LONGEST = 500


class TomlEntry(NamedTuple):
    """One ``[[table]]``: where it stands, what a person calls it (``a flow``), and its keys.

    The readers take a key of it and return its value. ``doubts`` is filled where a value was taken with a doubt.
    """

    file: TomlFile
    at: KeyPath
    kind: str
    data: Mapping[str, Any]
    doubts: list[DoubtDoc]

    def known(self, keys: Iterable[str]) -> None:
        """Raise TomlError for a key that is none of these."""
        keys = tuple(keys)
        for key in self.data:
            if key not in keys:
                near = nearest(key, keys)
                told = f"did you mean {near}?" if near else f"known keys are {', '.join(keys)}"
                raise self.wrong(key, f"is not a key of {self.kind}; {told}")

    def line(self, *key: str | int) -> int:
        return self.file.line_of(*self.at, *key)

    def origin(self, *key: str | int) -> str:
        line = self.line(*key)
        return f"{self.file.path}:{line}" if line else str(self.file.path)

    def wrong(self, key: str, what: str) -> TomlError:
        """An error about a key; about the entry itself where the key is empty."""
        if not key:
            return self.file.error(what, *self.at)
        return self.file.error(f"{plain(key, 60)}: {what}", *self.at, key)

    def said(self, key: str) -> bool:
        """Whether the key says anything; an empty text does not."""
        return key in self.data and self.data[key] != ""

    def text(self, key: str) -> str | None:
        """A line of text; None where there is none, or an empty one."""
        return self.checked(key, self.data[key]) if self.said(key) else None

    def checked(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            raise self.wrong(key, "must be text in quotes")
        if not value.strip() or not value.isprintable() or len(value) > _LONGEST:
            raise self.wrong(key, f"must be one line of printable text, at most {_LONGEST} characters")
        return value.strip()

    def texts(self, key: str) -> list[str]:
        """A list of texts."""
        return self.list_of(key, self.data.get(key, []))

    def list_of(self, key: str, value: object) -> list[str]:
        if not isinstance(value, list):
            raise self.wrong(key, 'must be a list, as ["one", "two"]')
        return [self.checked(key, item) for item in value]

    def text_or_texts(self, key: str) -> list[str]:
        value = self.data.get(key, [])
        return [self.checked(key, value)] if isinstance(value, str) else self.list_of(key, value)

    def job(self, key: str) -> str | None:
        name = self.text(key)
        return None if name is None else self.job_id(key, name)

    def jobs(self, key: str) -> list[str]:
        return [self.job_id(key, name) for name in self.texts(key)]

    def job_id(self, key: str, name: str) -> str:
        """``namespace/job``; without a namespace it is in default."""
        parts = name.split("/") if "/" in name else ["default", name]
        if len(parts) != 2 or not all(parts) or " " in name:
            raise self.wrong(key, f"{plain(name, 60)!r} is not a job; write namespace/job")
        return "/".join(parts)

    def seconds(self, key: str) -> float:
        """A duration with its unit; ``m`` is minutes."""
        value = self.data[key]
        seconds = duration_s(value) if isinstance(value, str) else None
        if seconds is None or isinstance(seconds, Ambiguous):
            raise self.wrong(key, 'must be a duration with a unit, as "30s", "5m" or "2h"')
        return seconds

    def moment(self, key: str) -> int:
        """Unix ms of a date or a date and time, as TOML has them or as text."""
        value = self.data[key]
        # In UTC when it has a zone: a zone may have seconds, which is no form that is read here.
        if isinstance(value, datetime) and value.tzinfo is not None:
            value = value.astimezone(UTC)
        moment = moment_ms(value.isoformat() if isinstance(value, date) else value)
        if isinstance(moment, Ambiguous):
            raise self.wrong(key, "must be a date or a time with its zone, as 2026-11-23 or 2026-11-23T14:05:00Z")
        if moment.doubt:
            self.doubts.append(doubt(key, moment.doubt, self.origin(key)))
        return moment.at_ms

    def ratio(self, key: str) -> float:
        value = self.data[key]
        found = ratio(value) if not isinstance(value, float) or math.isfinite(value) else None
        if found is None or isinstance(found, Ambiguous):
            raise self.wrong(key, 'must be a ratio from 0 to 1, as 0.999 or "99.9%"')
        return found

    def labels(self, key: str) -> dict[str, list[str]]:
        """Labels, each with its possible values."""
        value = self.data[key]
        if not isinstance(value, dict) or not value:
            raise self.wrong(key, 'must be labels, as { feed = "catalog" }')
        return {
            self.checked(key, label): [self.checked(key, item)] if isinstance(item, str) else self.list_of(key, item)
            for label, item in value.items()
        }

    def entries(self, key: str, kind: str) -> list[TomlEntry]:
        """The entries of a list of tables within this one, ``[[table.key]]``; their doubts are those of this one."""
        found = self.data.get(key, [])
        if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
            names = ".".join(part for part in (*self.at, key) if isinstance(part, str))
            raise self.wrong(key, f"must be written as [[{names}]], once for each")
        return [TomlEntry(self.file, (*self.at, key, at), kind, entry, self.doubts) for at, entry in enumerate(found)]


def entries_of(file: TomlFile, table: str, kind: str) -> list[TomlEntry]:
    """The entries of ``[[table]]``. ``kind`` is what one is called, as ``a flow``. Raises TomlError."""
    found = file.data.get(table, [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        noun = kind.partition(" ")[2]
        raise file.error(f"{table} must be written as [[{table}]], once for each {noun}", table)
    return [TomlEntry(file, (table, at), kind, entry, []) for at, entry in enumerate(found)]


def named_entries(file: TomlFile, table: str, kind: str, keys: Sequence[str]) -> Iterator[tuple[str, TomlEntry]]:
    """The entries of ``[[table]]`` with their names, each of them once and with known keys. ``kind`` as for
    ``entries_of``. Raises TomlError."""
    called = kind.partition(" ")[2]
    first: dict[str, int] = {}
    for entry in entries_of(file, table, kind):
        name = entry.text("name")
        if name is None:
            raise file.error(f'this {called} has no name; write name = "..." in it', *entry.at)
        if name in first:
            raise entry.wrong(
                "name", f"the {called} {name!r} is already declared in line {first[name]}; keep one of them"
            )
        entry.known(keys)
        first[name] = entry.line("name")
        yield name, entry


Read = Callable[[TomlEntry, str], Any]
"""A method of TomlEntry as tables of keys name it: ``TomlEntry.text``."""
