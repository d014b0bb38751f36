"""A Nomad object without what is nobody else's business: taken out before it leaves the process that asked for it.

Rather too much is hidden than too little: values of environments, templates, headers and payloads, whatever is called
a secret, credentials in addresses, and all that looks like a signed token.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from console.feeds.nomad.redact import HIDDEN, redacted

_JWT = re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*")
_IN_QUERY = re.compile(r"(?i)([?&][^=&#\s]*(?:secret|token|passw|key|signature|sig|credential)[^=&#\s]*=)[^&#\s]+")
_OPTION = re.compile(r"^(--?[A-Za-z][\w.-]*)(=?)(.*)$", re.DOTALL)
# In the middle of a text, as of a command that a shell is given: NAME=value, "name": "value", --name value.
_TELLING = re.compile(r"(?i)pass|pwd|secret|token|key|credential|auth|bearer|basic ")
_BEARER = re.compile(r"(?i)\b(bearer|basic)( +)[\w.~+/=-]{6,}")
_GIVEN = re.compile(r"(?<![\w.-])([A-Za-z_-][\w.-]*)([\"']?\s*[=:]\s*[\"']?)([^\s\"'&;,]+)")
_FLAG = re.compile(r"((?<!\S)--?[A-Za-z][\w.-]*)(\s+)([^\s\"';&-][^\s\"';&]*)")
_VARIABLE = re.compile(r"^([A-Za-z_]\w*)=(.+)$", re.DOTALL)


def without_secrets(value: Any) -> Any:
    """The same JSON with each secret replaced by ``(hidden)``; names and the order of keys stay."""
    return _under("", value)


def shown(key: str, value: str) -> str:
    """The value of one field as far as it may be shown."""
    if not value:
        return value
    if is_secret(key):
        return HIDDEN
    # An object may hold ten thousand texts: what most of them have nothing of is not looked for with expressions.
    if "eyJ" in value:
        value = _JWT.sub(HIDDEN, value)
    if "=" in value:
        value = _IN_QUERY.sub(rf"\1{HIDDEN}", value)
    if _TELLING.search(value):
        value = _BEARER.sub(rf"\1\2{HIDDEN}", value)
        for given in (_GIVEN, _FLAG):
            value = given.sub(_hidden_in, value)
    return redacted("", value) if "://" in value else value


def _hidden_in(found: re.Match[str]) -> str:
    """A name, what stands between and a value, which is left out where the name is that of a secret."""
    return f"{found[1]}{found[2]}{HIDDEN}" if is_secret(found[1]) else found[0]


@lru_cache(maxsize=4096)
def is_secret(key: str) -> bool:
    """Whether what has this name is hidden whatever it is."""
    return key in _ALL_BELOW or redacted(key, "x") == HIDDEN


def _under(key: str, value: Any) -> Any:
    if key in _ALL_BELOW:
        return _hide(value)
    if isinstance(value, Mapping):
        return {name: _under(str(name), inner) for name, inner in value.items()}
    if isinstance(value, list):
        return _words(key, value) if value and all(isinstance(one, str) for one in value) else _each(key, value)
    if isinstance(value, str):
        return shown(key, value)
    return HIDDEN if isinstance(value, (int, float)) and not isinstance(value, bool) and is_secret(key) else value


def _each(key: str, values: list[Any]) -> list[Any]:
    return [_under(key, one) for one in values]


def _words(key: str, words: list[str]) -> list[str]:
    """A list of words, as of a command line: ``--token X``, ``--token=X`` and ``TOKEN=X`` lose their X."""
    kept: list[str] = []
    follows = False
    for word in words:
        if follows and not word.startswith("-"):
            kept.append(HIDDEN)
            follows = False
            continue
        option, variable = _OPTION.match(word), _VARIABLE.match(word)
        follows = bool(option) and is_secret(option[1]) and not option[2] if option else False
        found = option if option and option[2] else None
        if found is not None and is_secret(found[1]):
            kept.append(f"{found[1]}={HIDDEN}")
        elif variable is not None and is_secret(variable[1]):
            kept.append(f"{variable[1]}={HIDDEN}")
        else:
            kept.append(shown(key, word))
    return kept


def _hide(value: Any) -> Any:
    """All that is below, with the names that it has."""
    if isinstance(value, Mapping):
        return {name: _hide(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_hide(one) for one in value]
    return value if value is None or value == "" or isinstance(value, bool) else HIDDEN


_ALL_BELOW: frozenset[str] = frozenset(
    (
        "Env",
        "EmbeddedTmpl",
        "Payload",
        "Header",
        "GetterHeaders",
        "GetterOptions",
        "SignedIdentities",
        "VaultToken",
        "ConsulToken",
        "NomadTokenID",
        "DispatchIdempotencyToken",
        "SecretID",
        "LeaderACL",
        "Authorization",
        "authorization",
        "auth",
    )
)
