"""Which files a catalogue has: named files, and what lies in named folders. Bounded, whatever is in there."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from console.declared.modelcard import RESULTS_FOLDER
from console.declared.read import SUFFIXES

MOST_FILES = 10_000
MOST_ENTRIES = 200_000
"""Files and folders of any kind under one root: they are looked at every two seconds."""
MOST_DEEP = 16
_NOBODYS = frozenset(("node_modules", "__pycache__"))  # folders of tools: very many files, none of them declares


class Root(NamedTuple):
    """A file or folder to read. ``given``: somebody named it, it is not merely looked for where it mostly is."""

    path: Path
    given: bool = True


class Stamp(NamedTuple):
    """What tells that a file is another one than before: an editor or a checkout may keep the time or the size."""

    changed_ns: int
    size: int
    inode: int


class Seen(NamedTuple):
    """What lies under one root just now. ``away``: folders, or the root itself, that cannot be looked into, and why;
    ``more``: there were more files than are looked at."""

    root: Root
    named: bool  # the root is a file itself, or would be one
    files: dict[str, Stamp]
    away: dict[Path, str]
    more: bool = False
    empty: bool = False  # a folder without any file of a kind that is read


def look_under(root: Root, most: int = MOST_FILES) -> Seen:
    """The files of one root, by path in order. Hidden folders and files are left out but for results of
    models' evaluations, so are folders of tools; links are followed once."""
    files: dict[str, Stamp] = {}
    away: dict[Path, str] = {}
    named = False
    try:
        if root.path.is_dir():
            more = False
            for found in _walk(root.path, away):
                if found is None or len(files) >= most:
                    more = True
                    break
                files[found[0]] = found[1]
            return Seen(root, False, dict(sorted(files.items())), away, more, not files)
        named = True
        status = root.path.stat()
        if stat.S_ISREG(status.st_mode):
            files[str(root.path)] = _stamp(status)
        else:
            away[root.path] = "is no file that can be read again"
    except (FileNotFoundError, NotADirectoryError):
        is_file = root.path.suffix.lower() in SUFFIXES
        away[root.path] = "there is no such file" if is_file else "there is no such file or folder"
    except (OSError, ValueError) as problem:
        away[root.path] = f"cannot be read ({getattr(problem, 'strerror', None) or 'its name is none of a file'})"
    return Seen(root, named, files, away)


def look_under_all(roots: Sequence[Root]) -> list[Seen]:
    """What lies under each root; a file under several counts under the first."""
    found: list[Seen] = []
    known: set[str] = set()
    left = MOST_FILES
    for root in roots:
        seen = look_under(root, left)
        own = {path: stamp for path, stamp in seen.files.items() if path not in known}
        known |= own.keys()
        left -= len(own)
        found.append(seen._replace(files=own))
    return found


def _walk(top: Path, away: dict[Path, str]) -> Iterator[tuple[str, Stamp] | None]:
    """Files of kinds that are read, those of upper folders first; None where there is more than may be looked at."""
    left = MOST_ENTRIES
    entered: set[tuple[int, int]] = set()  # folders by device and inode, so that a circle of links ends
    waiting = deque([(top, 0)])
    while waiting:
        folder, deep = waiting.popleft()
        try:
            here = folder.stat()
            if (here.st_dev, here.st_ino) in entered:
                continue
            entered.add((here.st_dev, here.st_ino))
            with os.scandir(folder) as entries:
                ordered = sorted(entries, key=lambda entry: entry.name)
        except OSError as problem:
            away[folder] = f"cannot be read ({problem.strerror})"
            continue
        left -= len(ordered)
        if left < 0:
            yield None
            return
        for entry in ordered:
            if entry.name in _NOBODYS or (entry.name.startswith(".") and entry.name != RESULTS_FOLDER):
                continue
            try:
                if entry.is_dir():
                    if deep < MOST_DEEP:
                        waiting.append((folder / entry.name, deep + 1))
                elif entry.name[entry.name.rfind(".") :].lower() in SUFFIXES and entry.is_file():
                    yield entry.path, _stamp(entry.stat())
            except OSError:
                continue  # a link to nothing, or gone since


def _stamp(found: os.stat_result) -> Stamp:
    return Stamp(found.st_mtime_ns, found.st_size, found.st_ino)
