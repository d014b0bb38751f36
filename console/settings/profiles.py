"""The ``[clusters.NAME]`` tables of the settings: one Nomad each, with the keys of ``[nomad]``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from console.settings.errors import ConfigError, nearest
from console.settings.options import OPTIONS
from console.settings.origin import Origin

if TYPE_CHECKING:
    from console.settings.gather import FoundValue, Values
    from console.tomlfile import TomlFile

_TABLE = "clusters"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
_SECRETS = ("token", "http_auth")
KEYS = tuple(o.name.removeprefix("nomad.") for o in OPTIONS if o.name.startswith("nomad.") and o.in_file)

Read = Callable[[str, object, Origin, str], "FoundValue"]


def profiles_of(file: TomlFile, read: Read) -> dict[str, Values]:
    """The values of each profile, keyed as the options of ``[nomad]`` are. Raises ConfigError with file and line.

    ``read`` makes a value of: an option's name, what stands in the file, its origin, and how to call it.
    """
    tables = file.data[_TABLE]
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise ConfigError(f"{_TABLE} holds a table for each cluster", _at(file).where, f"write [{_TABLE}.NAME]")
    return {name: _profile(file, name, table, read) for name, table in tables.items()}


def _profile(file: TomlFile, name: str, table: dict[str, object], read: Read) -> Values:
    if not _NAME.fullmatch(name):
        todo = "use letters, digits, - and _, at most 40"
        raise ConfigError(f"{name!r} cannot be the name of a cluster", _at(file, name).where, todo)
    values = {}
    for key, raw in table.items():
        origin, said = _at(file, name, key), f"{_TABLE}.{name}.{key}"
        _check(key, said, origin, name)
        values[f"nomad.{key}"] = read(f"nomad.{key}", raw, origin, said)
    if "nomad.address" not in values:
        todo = f'write address = "https://host:4646" under [{_TABLE}.{name}]'
        raise ConfigError(f"the cluster {name} has no address", _at(file, name).where, todo)
    return values


def _check(key: str, said: str, origin: Origin, profile: str) -> None:
    if key in _SECRETS:
        from console.settings.nomads import token_variable

        todo = f"use token_file, token_command or the variable {token_variable(profile)}"
        if key == "http_auth":
            todo = "write it into the address of a file that only you can read (chmod 600)"
        raise ConfigError(f"{said} is a secret and does not belong in this file", origin.where, todo)
    if key not in KEYS:
        near = nearest(key, KEYS)
        todo = f"did you mean {near}?" if near else f"known are {', '.join(KEYS)}"
        raise ConfigError(f"{said!r} is not a setting", origin.where, todo)


def _at(file: TomlFile, *path: str) -> Origin:
    line = file.line_of(_TABLE, *path)
    return Origin("file", f"{file.path}, line {line}" if line else str(file.path))
