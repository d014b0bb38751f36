"""What the user is told when something breaks, and the log that keeps the details."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from time import gmtime
from typing import cast

from console import exits
from console.settings.paths import log_file
from console.settings.secret import known_values
from console.tape.errors import TapeError
from console.times import TimeTextError
from console.tomlfile import TomlError

_LOG_BYTES = 1024 * 1024
_KEPT_LOGS = 3
_HIDDEN = "(hidden)"
_SECRET_VARIABLES = ("NOMAD_TOKEN", "NOMAD_HTTP_AUTH")
_CREDENTIALS = re.compile(r"(?<=://)[^\s/@'\"]+@")
_HEADERS = re.compile(
    r"((?:x-nomad-token|authorization|proxy-authorization|cookie)['\"]?\s*[:=,]\s*b?['\"]?)"
    r"(?:(?:bearer|basic)\s+)?[^\s'\",)]+",
    re.IGNORECASE,
)


def explain(fault: Exception, env: Mapping[str, str]) -> tuple[str, int]:
    """One sentence for the user and the exit code. A fault of ours is written to the log, which the sentence names."""
    from themes import ThemeError  # the recorder logs by this module, too, and draws nothing

    if isinstance(fault, (TapeError, TimeTextError, TomlError, ThemeError)):
        return str(fault), exits.USAGE
    name = type(fault).__name__
    try:
        path = open_log(env)
        logging.getLogger("console").error("unexpected fault", exc_info=fault)
    except OSError as problem:
        told = hide_secrets(str(fault), env) or "no details"
        return (
            f"the console itself broke ({name}: {told}), and its log cannot be written ({problem.strerror})",
            exits.FAULT,
        )
    return f"the console itself broke ({name}); the details are in {path}", exits.FAULT


def hide_secrets(text: str, env: Mapping[str, str]) -> str:
    """Text without the secrets that we know, credentials in addresses, or the values of telling headers."""
    values = known_values() | {env[name] for name in _SECRET_VARIABLES if env.get(name)}
    for value in sorted(values, key=len, reverse=True):
        if len(value) >= 4:
            text = text.replace(value, _HIDDEN)
    return _HEADERS.sub(rf"\1{_HIDDEN}", _CREDENTIALS.sub(f"{_HIDDEN}@", text))


def open_log(env: Mapping[str, str]) -> Path:
    """Send the log of this process to its file (0600, rotated) unless it goes there already. Raises OSError."""
    path = log_file(env)
    root = logging.getLogger()
    if not any(isinstance(handler, PrivateLog) and handler.path == path for handler in root.handlers):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = PrivateLog(path)
        handler.setFormatter(_HidingFormatter(env))
        root.addHandler(handler)
    return path


class PrivateLog(RotatingFileHandler):
    """A rotated log file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(path, maxBytes=_LOG_BYTES, backupCount=_KEPT_LOGS, encoding="utf-8", errors="backslashreplace")

    def _open(self) -> TextIOWrapper:
        # Made with its mode from the start: between making a file and changing its mode others could open it.
        number = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return cast(TextIOWrapper, os.fdopen(number, self.mode, encoding=self.encoding, errors=self.errors))


class _HidingFormatter(logging.Formatter):
    """Hides secrets in the whole of a log entry, its traceback included."""

    def __init__(self, env: Mapping[str, str]) -> None:
        super().__init__(
            "%(asctime)s.%(msecs)03dZ %(process)d %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S"
        )
        self.converter = gmtime
        self._env = env

    def format(self, record: logging.LogRecord) -> str:
        return hide_secrets(super().format(record), self._env)
