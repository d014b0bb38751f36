"""Backstage catalogue entries (``catalog-info.yaml``, ``apiVersion: backstage.io/...``; templates have
``scaffolder.backstage.io/...``), of any kind.

Each entry is kept as it stands (ContractDoc, id ``kind:namespace/name``). Groups and users are owners, and Components,
Resources and APIs may be data flows: ``backstageflow.py`` says which. What a catalogue has no word for stands in
annotations ``fourthsignal.io/...``, listed in ``ownkeys.py``.

An entry whose name is still to be filled in (``${{ values.name }}``) is part of a template and declares nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from console.declared.backstageflow import flows_of
from console.declared.backstagepeople import group_of, user_of
from console.declared.backstageref import EntityName
from console.declared.shapes import Contents
from console.declared.withheld import without_secrets
from console.declared.yamlfile import YamlDocument
from console.declared.yamlpart import Part, root
from console.governance.shapes import ContractDoc

VIA = "backstage"
WORD = re.compile(r"""apiVersion["']?\s*:\s*["']?(?:[\w-]+\.)?backstage\.io/""")

_VERSION = re.compile(r"(?:[\w-]+\.)?backstage\.io/(.+)")
_UNFILLED = re.compile(r"\$?\{\{|\$\{|<%")


def mine(data: Mapping[str, Any]) -> bool:
    """Whether a document is a catalogue entry."""
    version = data.get("apiVersion")
    return isinstance(version, str) and _VERSION.fullmatch(version) is not None


def contents_of(document: YamlDocument, path: Path) -> Contents:
    """The entry, and the flow or owner that it is. Raises DeclaredError for what is missing or wrong."""
    entry = root(document)
    kind = entry.needed("kind", "write one, as Component or Resource")
    metadata = entry.part("metadata")
    if metadata is None:
        raise entry.wrong("metadata is missing; each entry needs metadata with a name")
    name = metadata.needed("name", "each entry needs one")
    if _UNFILLED.search(name) or _UNFILLED.search(kind):
        return Contents()
    named = EntityName(kind.casefold(), (metadata.name("namespace") or "default").casefold(), name)
    contract: ContractDoc = {
        "format": VIA,
        "version": entry.needed("apiVersion", "write it as backstage.io/v1alpha1").rpartition("/")[2],
        "body": without_secrets(dict(entry.data)),
        "origin": metadata.origin("name"),
    }
    read = _KINDS.get(named.kind)
    found = read(entry, metadata, named) if read else Contents()
    return found._replace(contracts={str(named): contract})


_KINDS: Mapping[str, Callable[[Part, Part, EntityName], Contents]] = {
    "component": flows_of,
    "resource": flows_of,
    "api": flows_of,
    "group": group_of,
    "user": user_of,
}
