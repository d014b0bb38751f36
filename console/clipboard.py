"""How a text gets to the clipboard of whoever sits at the terminal, and what can be promised about that.

Inside tmux its own buffer always works, and tmux hands it on to the terminal that it runs in. Anywhere else the
terminal itself is asked, by the sequence OSC 52; it never says whether it did.
"""

from __future__ import annotations

import os
import subprocess
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from shutil import which
from typing import NamedTuple

from console.privatefile import write_new

WAYS = ("auto", "tmux", "osc52", "file", "off")
MOST_OSC52 = 74_994  # bytes; 100,000 letters of base64 are what the terminals that know OSC 52 take
TMUX_TIMEOUT_S = 3.0
_SCREEN_CHUNK = 76  # letters of a device control string that GNU screen is sure to pass on


class Copied(NamedTuple):
    """What became of a text. ``how`` ends the sentence "Copied ..." (empty: nothing was), ``problem`` is a sentence of
    its own, ``sequence`` what the terminal must still be sent."""

    how: str = ""
    problem: str = ""
    sequence: str = ""


def way(setting: str, env: Mapping[str, str]) -> str:
    """The way that is used: what was set, or for ``auto`` the one that suits the terminal."""
    if setting != "auto":
        return setting
    return "tmux" if env.get("TMUX") and which("tmux", path=env.get("PATH")) else "osc52"


def copy(text: str, by: str, env: Mapping[str, str], state_dir: Path) -> Copied:
    """Copy by one of the ways but ``auto``. May wait for tmux; nothing is raised."""
    return {"tmux": _by_tmux, "osc52": _by_osc52, "file": _by_file, "off": _not_at_all}[by](text, env, state_dir)


def _by_tmux(text: str, env: Mapping[str, str], state_dir: Path) -> Copied:
    if not env.get("TMUX"):
        return Copied(problem="This is not inside tmux; FOURTHSIGNAL_CLIPBOARD=osc52 asks the terminal itself.")
    failed = _load_buffer(text, env, "-w")
    if failed is None:
        return Copied("to tmux's buffer and, if it allows, the terminal's clipboard")
    if "-w" in failed or "unknown option" in failed or "usage" in failed:  # tmux before 3.2
        failed = _load_buffer(text, env)
        if failed is None:
            return Copied("to tmux's buffer; this tmux is too old to hand it on to the terminal (3.2 does)")
    return Copied(problem=f"tmux did not take it: {failed}; FOURTHSIGNAL_CLIPBOARD=file writes it to a file.")


def _load_buffer(text: str, env: Mapping[str, str], *options: str) -> str | None:
    """Fill tmux's buffer; why that failed, None when it did not."""
    try:
        done = subprocess.run(
            ["tmux", "load-buffer", *options, "-"],
            input=text.encode("utf-8", "replace"), capture_output=True, timeout=TMUX_TIMEOUT_S, check=False, env=env,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"no answer in {TMUX_TIMEOUT_S:g} s"
    except OSError as error:
        return error.strerror or "it cannot be run"
    if done.returncode == 0:
        return None
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return said[0].rstrip(".") if said else f"it ended with {done.returncode}"


def _by_osc52(text: str, env: Mapping[str, str], state_dir: Path) -> Copied:
    data = text.encode("utf-8", "replace")
    if len(data) > MOST_OSC52:
        size, most = len(data) // 1000, MOST_OSC52 // 1000
        return Copied(problem=f"That is {size} kB and terminals take {most} kB; '^s' saves it to a file.")
    sequence = osc52(data, screen=bool(env.get("STY")))
    return Copied(f"to the terminal's clipboard, if it allows{_between(env)}", sequence=sequence)


def _between(env: Mapping[str, str]) -> str:
    """What else has to let the sequence through, as far as that can be seen from here."""
    if env.get("TMUX") or env.get("TERM", "").startswith("tmux"):
        return " (tmux passes it on only with 'set -g set-clipboard on')"
    return " (through screen)" if env.get("STY") else ""


def osc52(data: bytes, *, screen: bool = False) -> str:
    """The sequence that puts bytes on a terminal's clipboard. ``screen``: wrapped so that GNU screen passes it on."""
    sequence = f"\x1b]52;c;{b64encode(data).decode('ascii')}\x07"
    if not screen:
        return sequence
    chunks = (sequence[at : at + _SCREEN_CHUNK] for at in range(0, len(sequence), _SCREEN_CHUNK))
    return "".join(f"\x1bP{chunk}\x1b\\" for chunk in chunks)


def _by_file(text: str, env: Mapping[str, str], state_dir: Path) -> Copied:
    path = state_dir / "clipboard"
    beside = path.with_name(f"clipboard.{os.getpid()}")
    try:
        beside.unlink(missing_ok=True)
        write_new(beside, text.encode("utf-8", "replace"))
        beside.replace(path)
    except OSError as error:
        return Copied(problem=f"{path} cannot be written ({error.strerror}); name a writable XDG_STATE_HOME.")
    return Copied(f"to {path}")


def _not_at_all(text: str, env: Mapping[str, str], state_dir: Path) -> Copied:
    shown = text if len(text) <= 80 and "\n" not in text else ""
    return Copied(problem=f"Copying is off (FOURTHSIGNAL_CLIPBOARD). {shown}".strip())
