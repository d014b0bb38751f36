"""An address out of the settings: bare, with its credentials apart, and these only from where nobody else reads."""

# No postponed annotations here: NamedTuple would compile each of them at every start.
from pathlib import Path
from typing import cast

from console.settings.errors import ConfigError
from console.settings.gather import FoundValue
from console.settings.paths import split_credentials
from console.settings.secret import Secret, is_private


def bare_address(name: str, found: FoundValue | None, file: Path | None) -> tuple[str | None, Secret | None]:
    """The address and its ``user:password``; Nones where nobody gave one. ``file`` is the one that settings were read
    from. Raises ConfigError when it holds a password and others can read it."""
    if found is None:
        return None, None
    bare, auth = split_credentials(cast(str, found.value))
    if auth and found.origin.kind == "file" and file is not None and not is_private(file):
        todo = f"run chmod 600 {file}, or give the address by the environment"
        raise ConfigError(f"{name} holds a password and others can read the file", found.origin.where, todo)
    return bare, auth
