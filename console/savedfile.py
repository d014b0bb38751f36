"""What is saved from a screen: where it goes, and lists as CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from console.plain import UNSAFE, plain
from console.privatefile import write_new

_RUN = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the beginning of a formula
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?%?")
_MOST_ALIKE = 99


class Saved(NamedTuple):
    """What a screen hands out to be saved: what it is (``allocation 3f2a91bc``), the ending of the file, the text."""

    what: str
    ending: str
    text: str


class SaveError(Exception):
    """Why nothing was saved, in one sentence."""


def save(saved: Saved, state_dir: Path, named: str = "", *, at_s: float | None = None) -> Path:
    """Write to the file that was named, or else to one of its own under ``saved`` in the state directory; its path.

    No file is ever written over. ``at_s`` is the time (unix seconds) in the name. Raises SaveError.
    """
    data = saved.text.encode("utf-8", "replace")
    own = f"{slug(saved.what)}-{time.strftime('%Y%m%d-%H%M%S', time.gmtime(at_s))}"
    path = _named(named) if named else state_dir / "saved" / f"{own}.{saved.ending}"
    if named and (named.endswith("/") or os.path.isdir(path)):  # noqa: PTH112 - which says no of any odd name
        path, named = path / f"{own}.{saved.ending}", ""
    for count in range(1, _MOST_ALIKE + 1):
        beside = path if count == 1 else path.with_name(f"{path.stem}-{count}{path.suffix}")
        try:
            write_new(beside, data)
        except FileExistsError:
            if named:
                raise SaveError(f"{plain(str(path))} is there already and stays; name another file.") from None
        except (OSError, ValueError) as error:
            raise SaveError(_why(beside, error)) from None
        else:
            return beside
    raise SaveError(f"{plain(str(path))} and {_MOST_ALIKE - 1} more of its kind are there already; name a file.")


def _named(given: str) -> Path:
    try:
        return Path(given).expanduser().absolute()
    except (RuntimeError, OSError):
        raise SaveError(f"{plain(given)} names a home directory that is not there; name another file.") from None


def _why(path: Path, error: OSError | ValueError) -> str:
    why = error.strerror if isinstance(error, OSError) and error.strerror else "it is no name of a file"
    return f"{plain(str(path))} cannot be written ({why}); ':save FILE' names another place."


def slug(what: str) -> str:
    """The name of a file that says what is in it, whatever that is called."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", what).strip("-.")[:80] or "saved"


def csv_text(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table as CSV (RFC 4180, lines end in a line feed)."""
    into = io.StringIO()
    writer = csv.writer(into, lineterminator="\n")
    writer.writerows([[cell(text) for text in row] for row in (columns, *rows)])
    return into.getvalue()


def cell(text: str) -> str:
    """One cell: a line without control characters, and never a formula: these get an apostrophe before them."""
    safe = plain(text, longest=32_000)
    return f"'{safe}" if safe.startswith(_RUN) and not _NUMBER.fullmatch(safe) else safe


def inert(lines: Sequence[str]) -> str:
    """Lines as a text that does nothing to the terminal on which somebody looks at it later."""
    return "".join(UNSAFE.sub("\ufffd", line.rstrip()) + "\n" for line in lines)
