"""A document without what nobody else may know, before it goes onto a tape: keys to services, credentials in addresses.

A contract or a catalogue entry should hold none; where one does, the key stays and its value is ``(hidden)``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from console.declared.shapes import Contents, Told

HIDDEN = "(hidden)"

_SECRET = re.compile(
    r"(?:password|passwd|pwd|secret|token|credentials?|(?:integration|api|access|private|routing|service|signing)key)"
)
# A short name alone, as git@, is no secret; a long one alone is a token.
_CREDENTIALS = re.compile(r"(?<=://)(?:[^/\s@]*:[^/\s@]*|[^/\s@:]{16,})(?=@)")
_IN_QUERY = re.compile(r"(?i)([?&][^=&#\s]*(?:secret|token|passw|key|signature|sig|credential)[^=&#\s]*=)[^&#\s]+")
# The path of such an address is the key itself.
_HOOK = re.compile(
    r"(https?://(?:hooks\.slack\.com|[\w.-]+\.webhook\.office\.com|discord(?:app)?\.com/api/webhooks)/)\S+"
)


def of_contents(contents: Contents) -> Contents:
    """What a file declares of flows, owners and models, each secret in it replaced. (Whole documents were already.)"""
    return contents._replace(
        flows=tuple(part._replace(fields=_fields(part.fields)) for part in contents.flows),
        owners={name: without_secrets(doc) for name, doc in contents.owners.items()},
        models=tuple(part._replace(fields=_fields(part.fields)) for part in contents.models),
    )


def _fields(fields: Mapping[str, Told]) -> dict[str, Told]:
    return {field: told._replace(value=without_secrets(told.value)) for field, told in fields.items()}


def without_secrets(value: Any, key: str = "") -> Any:
    """The same data with each secret replaced by ``(hidden)``; the very same where it holds none."""
    return _hidden(value, key) if _tells(value, key) else value


def _tells(value: Any, key: str) -> bool:
    """Whether there is anything to hide; most documents have nothing, and there may be thousands of them."""
    waiting: list[tuple[str, Any]] = [(key, value)]
    for name, one in waiting:
        if isinstance(one, str):
            if "://" in one or is_secret(name):
                return True
        elif isinstance(one, dict):
            if is_secret(_property(one)):
                return True
            waiting += one.items()
        elif isinstance(one, list):
            waiting += [(name, inner) for inner in one]
    return False


def _property(data: dict[str, Any]) -> str:
    """The key of a custom property, which is written as ``property`` and ``value``."""
    said = data.get("property")
    return said if isinstance(said, str) else ""


def _hidden(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        said = _property(value)
        return {
            name: _hidden(inner, said if name == "value" and is_secret(said) else name) for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_hidden(inner, key) for inner in value]
    return shown(key, value) if isinstance(value, str) else value


def shown(key: str, value: str) -> str:
    """A text as far as it may be told. What a template puts in later (``${{ secrets.x }}``) is no secret yet."""
    if value and is_secret(key) and not value.startswith("$"):
        return HIDDEN
    if "://" not in value:
        return value
    value = _CREDENTIALS.sub(HIDDEN, value)
    return _HOOK.sub(rf"\1{HIDDEN}", _IN_QUERY.sub(rf"\1{HIDDEN}", value))


@lru_cache(maxsize=4096)
def is_secret(key: str) -> bool:
    """Whether a key's name says that its value is a secret: ``pagerduty.com/integration-key``, ``apiKey``."""
    name = "".join(letter for letter in key.rpartition("/")[2].casefold() if letter.isalnum())
    return (found := _SECRET.search(name)) is not None and found.end() == len(name)
