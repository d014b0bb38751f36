"""References between entries of a Backstage catalogue, ``[kind:][namespace/]name``; kind and namespace in any case."""

from __future__ import annotations

import re
from typing import NamedTuple

from console.declared.shapes import DeclaredError
from console.declared.yamlfile import shown
from console.declared.yamlpart import Part

DEFAULT = "default"

_REF = re.compile(r"(?:([A-Za-z][\w.-]*):)?(?:([A-Za-z0-9][\w.-]*)/)?([^:/\s]+)", re.ASCII)


class EntityName(NamedTuple):
    """The full name of an entry. ``str()`` is ``kind:namespace/name``."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.namespace}/{self.name}"

    @property
    def short(self) -> str:
        """``name``, or ``namespace/name`` outside of the default namespace: how owners and flows are called here."""
        return self.name if self.namespace == DEFAULT else f"{self.namespace}/{self.name}"

    @property
    def job(self) -> str:
        """``namespace/name``: as the job of a component is called if it has its name."""
        return f"{self.namespace}/{self.name}"


def ref_at(part: Part, key: str, kind: str, namespace: str) -> EntityName | None:
    """The reference at a key; what it leaves out is the kind and namespace given. Raises DeclaredError."""
    text = part.name(key)
    return None if text is None else _parsed(text, kind, namespace, part, key)


def refs_at(part: Part, key: str, kind: str, namespace: str) -> list[EntityName]:
    """The references in the list at a key."""
    return [_parsed(text, kind, namespace, part, key) for text in part.names(key)]


def parsed(text: str, kind: str, namespace: str) -> EntityName | None:
    """The reference that a text is, None where it is none."""
    found = _REF.fullmatch(text.strip())
    if found is None:
        return None
    return EntityName((found[1] or kind).casefold(), (found[2] or namespace).casefold(), found[3])


def _parsed(text: str, kind: str, namespace: str, part: Part, key: str) -> EntityName:
    ref = parsed(text, kind, namespace)
    if ref is None:
        raise _no_ref(text, part, key)
    return ref


def _no_ref(text: str, part: Part, key: str) -> DeclaredError:
    return part.wrong(f"{shown(text)} is no reference; write it as name, kind:name or kind:namespace/name", key)
