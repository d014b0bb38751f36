"""From the events of a YAML parser to plain data with lines: bounded in depth, and in what aliases stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from console.declared.shapes import DeclaredError
from console.declared.yamlscalar import NUMBER_STARTS, scalar, tagged
from console.plain import plain
from console.tomlfile import KeyPath

MOST_NODES = 200_000
"""Values and keys of one file, each alias counted as all that it stands for."""
MOST_DEEP = 64

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# What YAML allows to stand in a file at all; the parsers say only at which byte they met another one.
_FORBIDDEN = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLAIN_TAGS = {None, "!"}
_MAP_TAGS = {*_PLAIN_TAGS, "tag:yaml.org,2002:map"}
_LIST_TAGS = {*_PLAIN_TAGS, "tag:yaml.org,2002:seq"}


class Tree(NamedTuple):
    """One document: its data, the line on which it begins, the lines of its keys, numbers as they were written."""

    data: Any
    line: int
    lines: dict[KeyPath, int]
    written: dict[KeyPath, str]


class Anchored(NamedTuple):
    """What an alias stands for, and how many values that are."""

    value: Any
    nodes: int


def documents(path: Path, text: str, first_line: int) -> Iterator[Tree]:
    """All documents of a text. Raises DeclaredError."""
    if found := _FORBIDDEN.search(text):
        line = text.count("\n", 0, found.start()) + first_line
        what = f"holds the character U+{ord(found[0]):04X}, which no YAML may hold; remove it"
        raise DeclaredError(path, line, what)
    loader = _LOADER(text)
    try:
        yield from _Builder(path, loader, first_line).documents()
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line = mark.line + first_line if mark else 0
        said = plain(", ".join(part for part in (problem.context, problem.problem) if part), 200)
        raise DeclaredError(path, line, f"is not valid YAML ({said}); correct the line or the one before") from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise DeclaredError(path, 0, "is not valid YAML; check it with a YAML linter") from None
    finally:
        loader.dispose()


class _Builder:
    """Goes through the events of one file."""

    def __init__(self, path: Path, loader: Any, first_line: int) -> None:
        self._path = path
        self._next = loader.get_event
        self._first = first_line
        self._nodes = 0

    def documents(self) -> Iterator[Tree]:
        self._next()  # the stream begins
        while True:
            event = self._next()
            if isinstance(event, yaml.StreamEndEvent):
                return
            self._lines: dict[KeyPath, int] = {}
            self._written: dict[KeyPath, str] = {}
            self._anchors: dict[str, Anchored | None] = {}
            root = self._next()
            line = root.start_mark.line + self._first
            data = self._value(root, (), 0)
            self._next()  # the document ends
            yield Tree(data, line, self._lines, self._written)

    def _value(self, event: Any, path: KeyPath, deep: int) -> Any:
        """The value that an event begins, all of its events taken."""
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise self._wrong(event, f"holds more than {MOST_NODES:,} values, aliases counted; split it into several")
        kind = type(event)
        if kind is yaml.AliasEvent:
            return self._alias(event)
        if kind is yaml.ScalarEvent:
            value = self._scalar(event, path)
            if event.anchor is not None:
                self._anchors[event.anchor] = Anchored(value, 1)
            return value
        if deep >= MOST_DEEP:
            raise self._wrong(event, f"is nested more than {MOST_DEEP} deep; write it flatter")
        anchor, before = event.anchor, self._nodes
        if anchor is not None:
            self._anchors[anchor] = None
        if kind is yaml.MappingStartEvent:
            value = self._mapping(event, path, deep + 1)
        else:
            value = self._sequence(event, path, deep + 1)
        if anchor is not None:
            self._anchors[anchor] = Anchored(value, self._nodes - before + 1)
        return value

    def _mapping(self, start: Any, path: KeyPath, deep: int) -> dict[str, Any]:
        if start.tag not in _MAP_TAGS:
            raise self._tag(start)
        found: dict[str, Any] = {}
        merged: list[dict[str, Any]] = []
        lines, first, end = self._lines, self._first, yaml.MappingEndEvent
        while type(event := self._next()) is not end:
            key = self._key(event)
            here = (*path, key)
            if key == "<<" and event.implicit[0]:
                merged += self._merged(event, here, deep)
                continue
            if key in found:
                line = lines[here]
                raise self._wrong(event, f"the key {plain(key, 60)!r} stands already in line {line}; keep one of them")
            lines[here] = event.start_mark.line + first
            found[key] = self._value(self._next(), here, deep)
        for more in merged:
            found.update((key, value) for key, value in more.items() if key not in found)
        return found

    def _sequence(self, start: Any, path: KeyPath, deep: int) -> list[Any]:
        if start.tag not in _LIST_TAGS:
            raise self._tag(start)
        found: list[Any] = []
        lines, first, end = self._lines, self._first, yaml.SequenceEndEvent
        while type(event := self._next()) is not end:
            here = (*path, len(found))
            lines[here] = event.start_mark.line + first
            found.append(self._value(event, here, deep))
        return found

    def _key(self, event: Any) -> str:
        """A key as text, whatever it looks like: ``2024-01-01``, ``1.10`` and ``true`` are keys as they are written."""
        self._nodes += 1
        if type(event) is yaml.ScalarEvent:
            if event.anchor is not None:
                self._anchors[event.anchor] = Anchored(event.value, 1)
            if event.tag not in _PLAIN_TAGS and event.tag != "tag:yaml.org,2002:str":
                raise self._tag(event)
            return str(event.value)
        if type(event) is yaml.AliasEvent and isinstance(named := self._alias(event), str):
            return named
        raise self._wrong(event, "a key must be text, not a list or a map; write the key as text")

    def _merged(self, event: Any, path: KeyPath, deep: int) -> list[dict[str, Any]]:
        """The maps that ``<<`` takes over."""
        value = self._value(self._next(), path, deep)
        maps = value if isinstance(value, list) else [value]
        if not all(isinstance(one, dict) for one in maps):
            raise self._wrong(event, "<< takes over maps only; name an anchor of a map, as <<: *defaults")
        return maps

    def _scalar(self, event: Any, path: KeyPath) -> Any:
        text: str = event.value
        if event.tag not in _PLAIN_TAGS:
            try:
                return tagged(event.tag, text)
            except KeyError:
                raise self._tag(event) from None
            except ValueError:
                raise self._wrong(event, f"{plain(text, 40)!r} is not what its tag says; remove the tag") from None
        if not event.implicit[0] or event.tag is not None:
            return text
        value = scalar(text)
        if text[:1] in NUMBER_STARTS and not isinstance(value, str) and str(value) != text:
            self._written[path] = text
        return value

    def _alias(self, event: Any) -> Any:
        if event.anchor not in self._anchors:
            raise self._wrong(
                event, f"*{plain(event.anchor, 40)} stands for nothing; there is no &{event.anchor} before"
            )
        anchored = self._anchors[event.anchor]
        if anchored is None:
            raise self._wrong(event, f"*{plain(event.anchor, 40)} stands for what it is part of; write it out")
        self._nodes += anchored.nodes
        if self._nodes > MOST_NODES:
            what = f"its aliases stand for more than {MOST_NODES:,} values; write out what is meant"
            raise self._wrong(event, what)
        return anchored.value

    def _tag(self, event: Any) -> DeclaredError:
        return self._wrong(
            event, f"the tag {plain(str(event.tag), 60)!r} is not known here; write the value without it"
        )

    def _wrong(self, event: Any, what: str) -> DeclaredError:
        return DeclaredError(self._path, event.start_mark.line + self._first, what)
