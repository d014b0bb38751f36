"""From the events of a YAML parser to plain data with lines: bounded in depth, and in what aliases stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from console.declared.shapes import DeclaredError
from console.declared.yamlfile import Lines, Place
from console.declared.yamlscalar import scalar, tagged
from console.plain import plain

MOST_NODES = 200_000
"""Values and keys of one file, each alias counted as all that it stands for."""
MOST_DEEP = 64

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# What YAML allows to stand in a file at all; the parsers say only at which byte they met another one.
_FORBIDDEN = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBERS = frozenset((int, float))
_PLAIN_TAGS = {None, "!"}
_MAP_TAGS = {*_PLAIN_TAGS, "tag:yaml.org,2002:map"}
_LIST_TAGS = {*_PLAIN_TAGS, "tag:yaml.org,2002:seq"}


class Tree(NamedTuple):
    """One document: its data, the line on which it begins, and the lines of what is in it."""

    data: Any
    line: int
    lines: Lines


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
        if problem.context_mark and "end of stream" in (problem.problem or ""):
            # Where what is not closed begins says more than where the file ends.
            mark = problem.context_mark
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
            self._anchors: dict[str, Anchored | None] = {}
            root = self._next()
            line = root.start_mark.line + self._first
            data, place = self._value(root, line, 0)
            self._next()  # the document ends
            yield Tree(data, line, place[1] if isinstance(place, tuple) and isinstance(place[1], dict) else {})

    def _value(self, event: Any, line: int, deep: int) -> tuple[Any, Place]:
        """The value that an event begins, all of its events taken, and its place if its key stands on a line."""
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise self._wrong(event, f"holds more than {MOST_NODES:,} values, aliases counted; split it into several")
        kind = type(event)
        if kind is yaml.ScalarEvent:
            # Most values by far are words without an anchor and a tag.
            if event.tag is None and event.anchor is None and event.implicit[0]:
                text = event.value
                value = scalar(text)
                return value, line if type(value) not in _NUMBERS or str(value) == text else (line, text)
            return self._scalar(event, line)
        if kind is yaml.AliasEvent:
            return self._alias(event), line
        if deep >= MOST_DEEP:
            raise self._wrong(event, f"is nested more than {MOST_DEEP} deep; write it flatter")
        anchor, before = event.anchor, self._nodes
        if anchor is not None:
            self._anchors[anchor] = None
        read = self._mapping if kind is yaml.MappingStartEvent else self._sequence
        value, lines = read(event, deep + 1)
        if anchor is not None:
            self._anchors[anchor] = Anchored(value, self._nodes - before + 1)
        return value, (line, lines)

    def _mapping(self, start: Any, deep: int) -> tuple[Any, Lines]:
        if start.tag not in _MAP_TAGS:
            raise self._tag(start)
        found: dict[str, Any] = {}
        lines: Lines = {}
        merged: list[dict[str, Any]] = []
        take, first, end = self._next, self._first, yaml.MappingEndEvent
        while type(event := take()) is not end:
            key = self._key(event)
            if key == "<<" and event.implicit[0]:
                merged += self._merged(event, deep)
                continue
            line = event.start_mark.line + first
            if key in found:
                place = lines[key]
                before = place if isinstance(place, int) else place[0]
                what = f"the key {plain(key, 60)!r} stands already in line {before}; keep one of them"
                raise self._wrong(event, what)
            found[key], lines[key] = self._value(take(), line, deep)
        for more in merged:
            found.update((key, value) for key, value in more.items() if key not in found)
        return found, lines

    def _sequence(self, start: Any, deep: int) -> tuple[Any, Lines]:
        if start.tag not in _LIST_TAGS:
            raise self._tag(start)
        found: list[Any] = []
        lines: Lines = {}
        take, first, end = self._next, self._first, yaml.SequenceEndEvent
        while type(event := take()) is not end:
            value, lines[len(found)] = self._value(event, event.start_mark.line + first, deep)
            found.append(value)
        return found, lines

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

    def _merged(self, event: Any, deep: int) -> list[dict[str, Any]]:
        """The maps that ``<<`` takes over."""
        value, _ = self._value(self._next(), 0, deep)
        maps = value if isinstance(value, list) else [value]
        if not all(isinstance(one, dict) for one in maps):
            raise self._wrong(event, "<< takes over maps only; name an anchor of a map, as <<: *defaults")
        return maps

    def _scalar(self, event: Any, line: int) -> tuple[Any, Place]:
        text: str = event.value
        if event.tag is not None and event.tag != "!":
            value = self._tagged(event)
        elif not event.implicit[0] or event.tag is not None:
            value = text
        else:
            value = scalar(text)
        if event.anchor is not None:
            self._anchors[event.anchor] = Anchored(value, 1)
        if type(value) in _NUMBERS and str(value) != text:
            return value, (line, text)
        return value, line

    def _tagged(self, event: Any) -> Any:
        try:
            return tagged(event.tag, event.value)
        except KeyError:
            raise self._tag(event) from None
        except ValueError:
            raise self._wrong(event, f"{plain(event.value, 40)!r} is not what its tag says; remove the tag") from None

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
