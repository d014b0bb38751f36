"""A map somewhere in a YAML document, read key by key: what is not there is None, what is of another kind is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from console.declared.shapes import DeclaredError
from console.declared.yamlfile import YamlDocument, shown
from console.plain import UNSAFE
from console.tomlfile import KeyPath

_LONGEST = 500


class Part(NamedTuple):
    """One map of a document and where it stands."""

    document: YamlDocument
    at: KeyPath
    data: Mapping[str, Any]

    def line(self, *key: str | int) -> int:
        return self.document.line_of(*self.at, *key)

    def origin(self, *key: str | int) -> str:
        return self.document.origin(*self.at, *key)

    def wrong(self, what: str, *key: str | int) -> DeclaredError:
        """An error about a key: ``team.members.0: must be ...``."""
        path = ".".join(str(part) for part in (*self.at, *key))
        return self.document.error(f"{path}: {what}" if path else what, *self.at, *key)

    def text(self, key: str) -> str | None:
        """The text of a key as it was written, numbers and switches too; None where it says nothing."""
        value = self.data.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            return value.strip() or None
        if isinstance(value, (dict, list)):
            raise self.wrong(f"must be text, not {_KINDS[type(value)]}", key)
        return (self.document.text(*self.at, key) or "").strip() or None

    def name(self, key: str) -> str | None:
        """A text that names something: one line, nothing in it that a terminal would act on."""
        text = self.text(key)
        if text is not None and (len(text) > _LONGEST or (not text.isprintable() and UNSAFE.search(text))):
            raise self.wrong(f"{shown(text)} must be one line of printable text, at most {_LONGEST} characters", key)
        return text

    def needed(self, key: str, todo: str) -> str:
        """The name at a key that must be there."""
        text = self.name(key)
        if text is None:
            raise self.wrong(f"is missing; {todo}", key)
        return text

    def part(self, key: str) -> Part | None:
        """The map at a key."""
        value = self.data.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.wrong(f"must be a map of keys, not {_KINDS.get(type(value), 'text')}", key)
        return Part(self.document, (*self.at, key), value)

    def parts(self, key: str) -> list[Part]:
        """The maps of the list at a key; one map without a list is a list of one."""
        value = self.data.get(key)
        if not value and (value is None or isinstance(value, list)):
            return []
        if isinstance(value, dict):
            return [Part(self.document, (*self.at, key), value)]
        if not isinstance(value, list):
            raise self.wrong("must be a list of maps, each begun with a dash", key)
        for at, one in enumerate(value):
            if not isinstance(one, dict):
                raise self.wrong(f"must be a map of keys, not {_KINDS.get(type(one), 'text')}", key, at)
        return [Part(self.document, (*self.at, key, at), one) for at, one in enumerate(value)]

    def names(self, key: str) -> list[str]:
        """The names in a list at a key, each once; one text without a list is a list of one."""
        value = self.data.get(key)
        if value is None or value == "":
            return []
        if not isinstance(value, list):
            return [self.needed(key, "write a name")]
        found = []
        for at, one in enumerate(value):
            if not isinstance(one, str) or not one.strip() or UNSAFE.search(one) or len(one) > _LONGEST:
                raise self.wrong(f"{shown(one)} must be one line of printable text", key, at)
            found.append(one.strip())
        return list(dict.fromkeys(found))


def root(document: YamlDocument) -> Part:
    """The map that a document is. Raises DeclaredError for any other."""
    if not isinstance(document.data, dict):
        raise document.error("must be a map of keys")
    return Part(document, (), document.data)


_KINDS = {dict: "a map", list: "a list", bool: "true or false", int: "a number", float: "a number"}
