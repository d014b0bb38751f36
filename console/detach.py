"""Starts a recorder that outlives whoever started it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from console.config import Settings


def start_recorder(settings: Settings) -> None:
    """Start ``fourthsignal record`` in a session of its own, with nothing of the caller's terminal.

    It records until nobody has watched for ``settings.linger_s``: an SSH drop must not cost evidence. Several viewers
    may start one at the same time: the lease on the tape decides which stays.
    """
    arguments, env = handed_on(settings, os.environ)
    subprocess.Popen(
        [sys.executable, "-m", "console", "record", "--until-unwatched", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        close_fds=True,
        cwd="/",
        env=env,
    )


def handed_on(settings: Settings, env: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """The arguments and the environment with which a recorder has the same settings as its viewer.

    What was given by a flag goes by the environment where it can, since addresses may hold credentials and arguments
    are readable by everybody on a machine.
    """
    from console.settings.options import OPTIONS

    arguments: list[str] = []
    handed = {**env, "FOURTHSIGNAL_TAPE": settings.tape}
    if settings.config_file is not None:
        handed["FOURTHSIGNAL_CONFIG"] = str(settings.config_file)
    for option in OPTIONS:
        if settings.origin(option.name).kind != "flag" or option.name in ("tape", "theme"):
            continue
        value = _as_text(_value(settings, option.name))
        if option.env:
            handed[option.env] = value
        else:
            arguments += [option.flags[0], value]
    return arguments, handed


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
