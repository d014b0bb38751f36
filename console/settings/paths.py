"""Where the console keeps its files (XDG), and how addresses are told without their credentials."""

from __future__ import annotations

import re
from binascii import crc32
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from console.settings.secret import Secret

DEMO_TAPE = Path(__file__).resolve().parent.parent / "demo" / "fourth-signal.tape"


def config_dir(env: Mapping[str, str]) -> Path:
    """``$XDG_CONFIG_HOME/fourthsignal``; a relative XDG path is ignored, as the specification says."""
    return _xdg(env, "XDG_CONFIG_HOME", ".config")


def state_dir(env: Mapping[str, str]) -> Path:
    """``$XDG_STATE_HOME/fourthsignal``: tapes and logs."""
    return _xdg(env, "XDG_STATE_HOME", ".local/state")


def log_file(env: Mapping[str, str]) -> Path:
    """The log that a fault is written to."""
    return state_dir(env) / "log" / "fourthsignal.log"


def _xdg(env: Mapping[str, str], name: str, otherwise: str) -> Path:
    given = env.get(name, "")
    if given.startswith("/"):
        return Path(given) / "fourthsignal"
    home = env.get("HOME", "")
    return (Path(home) if home.startswith("/") else Path.home()) / otherwise / "fourthsignal"


def default_tape(env: Mapping[str, str], addresses: Sequence[str | None]) -> Path:
    """The tape of one installation: named after its Nomad (the first address), told apart by all of them."""
    # crc32, since each start comes by here and hashlib takes longer to import than all other settings.
    host = urlsplit(addresses[0] or "").netloc or "tape"
    slug = re.sub(r"[^a-z0-9.]+", "-", host.lower()).strip("-.")[:60] or "tape"
    digest = crc32("\n".join(address or "" for address in addresses).encode())
    return state_dir(env) / "tapes" / f"{slug}-{digest:08x}.tape"


def split_credentials(url: str) -> tuple[str, Secret | None]:
    """An address without ``user:password@``, and these as ``user:password`` where they were given."""
    parts = urlsplit(url)
    userinfo, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, None
    return urlunsplit(parts._replace(netloc=host)), Secret(unquote(userinfo)) if userinfo else None


def shown_address(address: str) -> str:
    """An address or database URL fit to be shown: without credentials, query and fragment."""
    if "://" not in address:
        return address
    try:
        bare, _ = split_credentials(address)
        return urlunsplit(urlsplit(bare)._replace(query="", fragment=""))
    except ValueError:
        return "(not an address)"
