"""How the text or TOML value of a setting becomes a value; each reader says what it wants in its error."""

# No postponed annotations here: NamedTuple would compile each of them at every start.
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

Value = str | float | int | bool | Path | tuple[Path, ...] | tuple[str, ...]

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_DURATION = r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)"  # compiled when a duration is given
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_TRUE = frozenset({"1", "t", "true", "yes", "on"})
_FALSE = frozenset({"0", "f", "false", "no", "off"})


class WrongValueError(Exception):
    """A value that is not of its kind: what it is, and what would be right."""

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(what, todo)
        self.what = what
        self.todo = todo


class Context(NamedTuple):
    """What relative paths are relative to, and the user's home."""

    base: Path
    home: Path


Reader = Callable[[object, Context], Value]


def text(value: object, context: Context) -> str:
    """One line of text."""
    if not isinstance(value, str):
        raise WrongValueError(f"must be text, not {_kind(value)}", "put it in quotes")
    if not value.strip() or not value.isprintable():
        raise WrongValueError("must be one line of printable text", "leave the setting out if there is nothing to say")
    return value.strip()


def address(value: object, context: Context) -> str:
    """An http or https address, without a trailing slash. Credentials are still in it."""
    given = text(value, context)
    todo = "write it as http://host:port or https://host:port"
    try:
        parts = urlsplit(given)
        port = parts.port
    except ValueError:
        raise WrongValueError("is not an address", todo) from None
    if parts.scheme == "unix":
        raise WrongValueError("is a unix socket, which is not supported", "give the address of the HTTP API")
    if parts.scheme not in ("http", "https"):
        raise WrongValueError("has no http:// or https:// in front", todo)
    if not parts.hostname or port == 0 or " " in given:
        raise WrongValueError("names no host", todo)
    if parts.query or parts.fragment:
        raise WrongValueError("has a query or fragment", todo)
    return given.rstrip("/")


def not_http(given: str) -> str:
    """What a text is where it is no address of HTTP by any reading: ``sqlite: and no http``, ``a path or a name``.
    Empty where it is one, or one with ``http://`` forgotten. No more of it is told, since it may hold a password."""
    given = given.strip()
    if re.match(r"https?://", given, re.IGNORECASE) or re.fullmatch(r"[^/:\\\s]+:\d+(/.*)?", given):
        return ""
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]{1,30}):", given)
    return f"{scheme[1].lower()}: and not http" if scheme else "a path or a name and no address"


def path(value: object, context: Context) -> Path:
    """A path; relative ones are relative to the file that names them, or to the working directory."""
    return _resolve(text(value, context), context)


def paths(value: object, context: Context) -> tuple[Path, ...]:
    """A list of paths; as text, separated by colons."""
    items = value.split(":") if isinstance(value, str) else value
    if not isinstance(items, list):
        raise WrongValueError(f"must be a list of paths, not {_kind(value)}", 'write it as ["one.toml", "two.toml"]')
    return tuple(path(item, context) for item in items if item != "")


def tape(value: object, context: Context) -> str:
    """``demo``, a database URL, or the path of a file."""
    given = text(value, context)
    return given if given == "demo" or "://" in given else str(_resolve(given, context))


def duration(value: object, context: Context) -> float:
    """Seconds: a number, or ``90s``, ``5m``, ``1h30m``, ``14d``."""
    todo = 'write it as "30s", "5m" or "2h"'
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise WrongValueError(f"must be a duration, not {_kind(value)}", todo)
    seconds = _seconds(value) if isinstance(value, str) else float(value)
    if seconds is None or not math.isfinite(seconds) or not 0 < seconds <= 10 * 365 * 86400:
        raise WrongValueError("is not a duration above zero", todo)
    return seconds


def days(value: object, context: Context) -> int:
    """A whole number of days, at least one."""
    todo = 'write it as 14 or "14d"'
    if isinstance(value, str) and value.strip().isdigit():
        value = int(value)
    if isinstance(value, str):
        seconds = _seconds(value)
        value = int(seconds // 86400) if seconds is not None and seconds % 86400 == 0 else None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 36500:
        raise WrongValueError("must be a whole number of days, at least 1", todo)
    return value


def switch(value: object, context: Context) -> bool:
    """True or false."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in _TRUE | _FALSE:
        return value.strip().lower() in _TRUE
    raise WrongValueError(f"must be true or false, not {_kind(value)}", "write true or false")


def one_of(*words: str) -> Reader:
    """Reads one of some words."""

    def read(value: object, context: Context) -> str:
        given = text(value, context).lower()
        if given not in words:
            raise WrongValueError(f"is not one of {', '.join(words)}", f"write {' or '.join(words[:2])}")
        return given

    return read


def command(value: object, context: Context) -> tuple[str, ...]:
    """A program and its arguments: a list, or text split as a shell would (without running one)."""
    if isinstance(value, str):
        from shlex import split  # most users have no command

        try:
            value = split(value)
        except ValueError:
            raise WrongValueError(
                "has a quote that is not closed", "close it, or write the command as a list"
            ) from None
    if not isinstance(value, list) or not value or not all(isinstance(part, str) and part for part in value):
        raise WrongValueError("must be a program and its arguments", 'write it as ["program", "argument"]')
    return tuple(value)


def names(value: object, context: Context) -> tuple[str, ...]:
    """Names of regions or clusters, each once: a list, or text with commas between."""
    todo = 'write them as ["eu", "us"], or eu,us'
    given = value.split(",") if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise WrongValueError(f"must be names, not {_kind(value)}", todo)
    found = tuple(dict.fromkeys(name.strip() for name in given))
    wrong = next((name for name in found if not re.fullmatch(_NAME, name)), None)
    if wrong is not None or not found:
        what = "has a name that is empty" if not wrong else f"has {wrong!r}, which is not a name"
        raise WrongValueError(what, todo)
    return found


def parse_duration(given: str) -> float | None:
    """Seconds of ``5m`` or ``1h30m``; None when it is no duration."""
    return _seconds(given)


def _seconds(given: str) -> float | None:
    given = given.strip()
    found = re.findall(_DURATION, given)
    if not found or re.sub(_DURATION, "", given).strip():
        return None
    return sum(float(number) * _SECONDS[unit] for number, unit in found)


def _resolve(given: str, context: Context) -> Path:
    if given == "~" or given.startswith("~/"):
        return context.home / given[2:]
    return context.base / given


def _kind(value: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table", str: "text"}
    return names.get(type(value), "a date or time")
