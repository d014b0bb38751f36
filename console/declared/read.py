"""A declaring file of any kind in, its contents out.

The kind of a file is told by what stands in it, never by its folder: YAML by ``kind`` and ``apiVersion``, TOML by its
tables, Markdown by its front matter. A file of none of these kinds is ``NOT_OURS``; a catalogue may hold any others.

To add a kind of YAML or front matter, write ``<kind>.py`` with ``contents_of(document: YamlDocument, path: Path) ->
Contents`` and add one entry to ``READERS``: its name, a word that all of its files hold somewhere (so that others need
not be parsed), and a function that tells by the data whether it is one of them. To add a table of TOML, write
``<name>file.py`` with ``contents_of(file: TomlFile) -> Contents``, which reads its own table only, and add it to
``TABLES``. All raise DeclaredError or TomlError.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from console.declared import (
    backstage,
    flowsfile,
    kpisfile,
    modelcard,
    modelsfile,
    odcs,
    openslo,
    rotafile,
    waiversfile,
    withheld,
)
from console.declared.merge import merged
from console.declared.shapes import Contents, DeclaredError
from console.declared.yamlfile import YamlDocument, documents_of, front_matter_of, parse_yaml, read_text
from console.plain import plain
from console.settings.errors import nearest
from console.tomlfile import TomlError, TomlFile, parse_toml

NOT_OURS = Contents()
"""What ``read_file`` returns (this very object) for a file that declares nothing of ours."""


class Reader(NamedTuple):
    """How one kind of YAML is known and read."""

    word: re.Pattern[str]
    mine: Callable[[Mapping[str, Any]], bool]
    read: Callable[[YamlDocument, Path], Contents]


READERS: Mapping[str, Reader] = {
    openslo.VERSION: Reader(openslo.WORD, openslo.is_openslo, openslo.contents_of),
    odcs.VIA: Reader(odcs.WORD, odcs.mine, odcs.contents_of),
    backstage.VIA: Reader(backstage.WORD, backstage.mine, backstage.contents_of),
}
CARDS: Mapping[str, Reader] = {
    "model card": Reader(modelcard.WORD, modelcard.is_card, modelcard.contents_of),
}
"""Kinds of front matter in Markdown."""
TABLES: Mapping[str, Callable[[TomlFile], Contents]] = {
    flowsfile.TABLE: flowsfile.contents_of,
    kpisfile.TABLE: kpisfile.contents_of,
    modelsfile.TABLE: modelsfile.contents_of,
    rotafile.TABLE: rotafile.contents_of,
    waiversfile.TABLE: waiversfile.contents_of,
}
FILES = frozenset(("flows.toml", "models.toml", "kpis.toml", "rota.toml", "waivers.toml"))
"""Names of files that are ours whatever stands in them."""
SUFFIXES = frozenset((".toml", ".yaml", ".yml", ".md"))


def read_file(path: Path, *, ours: bool = False) -> Contents:
    """What a file declares; NOT_OURS where it is of no kind that is known here.

    ``ours`` says that somebody named this very file, so that one of no known kind is an error. Raises DeclaredError.
    """
    read = _BY_SUFFIX.get(path.suffix.lower(), _toml if ours else _nothing)
    contents = read(path, ours or path.name in FILES)
    if ours and contents is NOT_OURS:
        kinds = f"{', '.join((*READERS, *CARDS))}, or TOML with {', '.join(f'[[{name}]]' for name in TABLES)}"
        raise DeclaredError(path, 0, f"is of no kind that is known here; known are {kinds}")
    return contents if contents is NOT_OURS else withheld.of_contents(contents)


def _nothing(path: Path, ours: bool) -> Contents:
    return NOT_OURS


def _yaml(path: Path, ours: bool) -> Contents:
    if path.parent.name == modelcard.RESULTS_FOLDER:
        return modelcard.results_of(documents_of(path), path)
    text = _text(path, _always if ours else _one_of(READERS))
    if text is None:
        return NOT_OURS
    return _of_documents(path, parse_yaml(path, text), READERS)


def _markdown(path: Path, ours: bool) -> Contents:
    text = _text(path, _always if ours else _one_of(CARDS))
    if text is None:
        return NOT_OURS
    document = front_matter_of(path, text)
    return _of_documents(path, [document] if document else [], CARDS)


def _toml(path: Path, ours: bool) -> Contents:
    text = _text(path, _always if ours else _has_table)
    if text is None:
        return NOT_OURS
    try:
        return of_toml(parse_toml(path, text))
    except TomlError as problem:
        raise DeclaredError(problem.path, problem.line, problem.what) from None


def of_toml(file: TomlFile, tables: Mapping[str, Callable[[TomlFile], Contents]] = TABLES) -> Contents:
    """What the tables of a TOML file declare. Raises TomlError or DeclaredError."""
    for key in file.data:
        if key not in tables:
            meant = nearest(key, tables) or next(iter(tables))
            raise file.error(f"{plain(key, 60)!r} is not known here; {meant}s are written as [[{meant}]]", key)
    return merged(file.path, [read(file) for name, read in tables.items() if name in file.data])


def _of_documents(path: Path, documents: Sequence[YamlDocument], readers: Mapping[str, Reader]) -> Contents:
    """A document may hold a list of entries: so OpenSLO's own tools write several."""
    found = [
        reader.read(document, path)
        for whole in documents
        for document in whole.each()
        if isinstance(document.data, dict)
        for reader in readers.values()
        if reader.mine(document.data)
    ]
    return merged(path, found) if found else NOT_OURS


def _text(path: Path, looks_ours: Callable[[str], bool]) -> str | None:
    """The text of a file; None where it is not text, or too much of it, and does not look like one of ours."""
    try:
        text = read_text(path)
    except DeclaredError:
        try:
            with path.open("rb") as file:
                # Without the zero bytes, between which UTF-16 has its letters.
                begin = file.read(_LOOKED_AT).decode("latin-1").replace("\0", "")
        except (OSError, ValueError):
            begin = None
        if begin is not None and not looks_ours(begin):
            return None
        raise
    return text if looks_ours(text) else None


def _one_of(readers: Mapping[str, Reader]) -> Callable[[str], bool]:
    return lambda text: any(reader.word.search(text) for reader in readers.values())


def _has_table(text: str) -> bool:
    return any(found[1] in TABLES for found in _TABLE.finditer(text))


def _always(text: str) -> bool:
    return True


_LOOKED_AT = 65_536
_TABLE = re.compile(r"^[ \t]*\[\[?[ \t]*([A-Za-z_-]+)[ \t]*[].]", re.MULTILINE)
_BY_SUFFIX: Mapping[str, Callable[[Path, bool], Contents]] = {
    ".yaml": _yaml,
    ".yml": _yaml,
    ".toml": _toml,
    ".md": _markdown,
}
