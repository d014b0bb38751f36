"""Starts a recorder that outlives whoever started it, and keeps its last words."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from console.config import Settings


_MOST_KEPT = 64 * 1024
_MOST_READ = 8 * 1024


class StartedRecorder:
    """A recorder that was started just now, as its starter sees it."""

    def __init__(self, process: subprocess.Popen[bytes], words: int, begun: int) -> None:
        self._process = process
        self._words = words
        self._begun = begun

    def __del__(self) -> None:
        os.close(self._words)

    def failure(self) -> str | None:
        """Why it has ended already, in its own last sentence; None while it runs, or when it left as it should.

        Empty when it ended badly without a word.
        """
        if self._process.poll() in (None, 0):
            return None
        size = os.fstat(self._words).st_size
        start = max(self._begun, size - _MOST_READ)
        said = os.pread(self._words, max(0, size - start), start).decode("utf-8", "replace")
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        return lines[-1].removeprefix("fourthsignal: ") if lines else ""


def start_recorder(settings: Settings) -> StartedRecorder:
    """Start ``fourthsignal record`` in a session of its own, with nothing of the caller's terminal. Raises OSError.

    It records until nobody has watched for ``settings.linger_s``: an SSH drop must not cost evidence. Several viewers
    may start one at the same time: the lease on the tape decides which stays. What it writes to stderr is kept beside
    its log.
    """
    arguments, env = handed_on(settings, os.environ)
    words = _open_words(settings.state_dir / "log" / "recorder.err")
    begun = os.fstat(words).st_size
    process = subprocess.Popen(
        [sys.executable, "-m", "console", "record", "--until-unwatched", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=words,
        start_new_session=True,
        close_fds=True,
        cwd="/",
        env=env,
    )
    return StartedRecorder(process, words, begun)


def _open_words(path: Path) -> int:
    """A private file for the last words of recorders; one that is nowhere where that cannot be made."""
    how = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        words = os.open(path, how, 0o600)
        if os.fstat(words).st_size > _MOST_KEPT:
            os.ftruncate(words, 0)
        return words
    except OSError:
        return _nameless()


def _nameless() -> int:
    from tempfile import TemporaryFile

    with TemporaryFile() as file:
        return os.dup(file.fileno())


def handed_on(settings: Settings, env: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """The arguments and the environment with which a recorder has the same settings as its viewer.

    What was given by a flag goes by the environment where it can, since addresses may hold credentials and arguments
    are readable by everybody on a machine. Whatever the flag won over does not go with it.
    """
    from console.settings.options import BY_NAME, OPTIONS

    profiles = any(nomad.profile for nomad in settings.nomads)

    arguments: list[str] = []
    handed = {**env, "FOURTHSIGNAL_TAPE": settings.tape}
    if settings.config_file is not None:
        handed["FOURTHSIGNAL_CONFIG"] = str(settings.config_file)
    for option in OPTIONS:
        if settings.origin(option.name).kind != "flag" or option.name in ("tape", "theme"):
            continue
        value = _as_text(_value(settings, option.name))
        if option.env and not (profiles and option.name == "nomad.namespace"):  # of profiles only a flag is meant
            handed[option.env] = value
        else:
            arguments += [option.flags[0], value]
        for rival in _RIVALS.get(option.name, ()):
            handed.pop(BY_NAME[rival].env, None)
    return arguments, handed


# What one of these says by a flag rules out what others say by the environment.
_RIVALS = {
    "nomad.address": ("cluster",),
    "nomad.region": ("nomad.regions",),
    "nomad.regions": ("nomad.region",),
}


def _value(settings: Settings, name: str) -> Any:
    """A setting by its name, with the credentials of an address in it again."""
    from console.config import with_credentials

    nomad = settings.nomad
    addresses = {
        "nomad.address": (nomad.address, nomad.http_auth),
        "prometheus_url": (settings.prometheus_url, settings.prometheus_auth),
        "alertmanager_url": (settings.alertmanager_url, settings.alertmanager_auth),
        "mlflow_tracking_uri": (settings.mlflow_tracking_uri, settings.mlflow_auth),
    }
    if name in addresses:
        address, auth = addresses[name]
        return with_credentials(address or "", auth)
    if name in ("nomad.regions", "cluster"):
        return ",".join(settings.places)
    if name == "nomad.token_file":
        return nomad.token.path
    if name == "packs":
        return settings.pack_dirs
    if name.startswith("nomad."):
        part = name.removeprefix("nomad.")
        return getattr(nomad if hasattr(nomad, part) else nomad.tls, part)
    return getattr(settings, name if hasattr(settings, name) else f"{name}_s")


def _as_text(value: Any) -> str:
    """A value as a person would give it by a flag or a variable."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value!r}s"
    if isinstance(value, tuple):
        return ":".join(str(part) for part in value)
    return str(value)
