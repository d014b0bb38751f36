"""The shelf: all declaring files of an installation as they last were good, looked at every two seconds.

Times, sizes and inodes are compared rather than waiting for the kernel's word: that holds on network folders too, and
whatever way an editor or a checkout replaces a file. A look at a thousand files takes milliseconds.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from console.declared.read import NOT_OURS, read_file
from console.declared.shapes import Contents, Declared, DeclaredError
from console.feeds.catalog.find import Root, Seen, Stamp, look_under_all

log = logging.getLogger(__name__)

LOOK_S = 2.0
_NOTHING = Contents()

Reader = Callable[[Path, bool], Contents]


class Away(NamedTuple):
    """A file or folder that cannot be seen just now, and why; ``kept`` are its files that stay in force."""

    path: Path
    why: str
    kept: int
    given: bool


def read_declared(path: Path, named: bool) -> Contents:
    """Read one file; ``named`` says that somebody named this very file. Raises DeclaredError."""
    return read_file(path, ours=named)


class _Held(NamedTuple):
    stamp: Stamp
    declared: Declared
    ours: bool
    missed: bool = False  # not there at the last look: an editor may be about to put it back, or it is out of sight


class FileShelf:
    """A Shelf of files and folders; the order of ``roots`` is their precedence.

    What a file last said well stays in force while it is broken or cannot be seen. A file that is deleted from a folder
    is gone at the second look; a folder that vanishes, or is empty where it was not (an unmounted one), keeps all of
    its files. Looks are taken only while somebody waits in ``changed``.
    """

    def __init__(self, roots: Sequence[Root], read: Reader = read_declared, look_s: float = LOOK_S) -> None:
        named: dict[Path, Root] = {}
        for root in roots:
            named.setdefault(root.path, root)
        self.roots = tuple(named.values())
        self._read = read
        self._look_s = look_s
        self._held: dict[str, _Held] = {}
        self._files: tuple[Declared, ...] = ()
        self._away: tuple[Away, ...] = ()
        self._more = False
        self._version = 0
        self._next: asyncio.Task[None] | None = None

    @property
    def version(self) -> int:
        """Another number whenever anything on it is another than before; 0 before the first look."""
        return self._version

    @property
    def files(self) -> Sequence[Declared]:
        """The files that declare something, or are broken, in the order of their precedence."""
        return self._files

    @property
    def away(self) -> Sequence[Away]:
        """What cannot be seen although it was there before, or somebody named it."""
        return self._away

    @property
    def others(self) -> int:
        """How many files are none of ours."""
        return sum(not held.ours for held in self._held.values())

    @property
    def in_sight(self) -> bool:
        """Whether any of its files was there at the last look; what is kept of others is not fresh."""
        return any(held.ours and not held.missed for held in self._held.values())

    @property
    def more(self) -> bool:
        """Whether there are more files than are looked at (see ``find.py``); the others are not read."""
        return self._more

    async def changed(self, version: int) -> int:
        """Wait until its version is another one than that, and return it. May be waited for by several at once."""
        while self._version == version:
            if self._next is None or self._next.done():
                self._next = asyncio.create_task(self._look_next(), name="catalog")
            # Shielded: who stops waiting does not stop the others' look.
            await asyncio.shield(self._next)
        return self._version

    async def _look_next(self) -> None:
        if self._version:
            await asyncio.sleep(self._look_s)
        await asyncio.to_thread(self.look)

    def look(self) -> bool:
        """Look at all files once and read what changed; whether anything did. Blocks on the disk."""
        seen = look_under_all(self.roots)
        held: dict[str, _Held] = {}
        for one in seen:
            for path, stamp in one.files.items():
                before = self._held.get(path)
                same = before is not None and before.stamp == stamp and not before.missed
                held[path] = before if before is not None and same else self._read_one(path, stamp, before, one.named)
        lost = {path: item for path, item in self._held.items() if path not in held}
        away: list[Away] = []
        for one in seen:
            away += self._keep_unseen(one, lost, held)
        for path, item in lost.items():
            if not item.missed:
                held[path] = item._replace(missed=True)
        if lost:
            held = dict(sorted(held.items(), key=lambda item: self._place(item[0])))
        files = tuple(item.declared for item in held.values() if item.ours)
        now = (files, tuple(away), any(one.more for one in seen), len(held))
        changed = self._version == 0 or now != (self._files, self._away, self._more, len(self._held))
        self._held = held
        self._files, self._away, self._more, _ = now
        self._version += changed
        return changed

    def _keep_unseen(self, seen: Seen, lost: dict[str, _Held], held: dict[str, _Held]) -> Iterator[Away]:
        """Keep what lies where nobody can look just now; takes it from ``lost``."""
        places = dict(seen.away)
        if seen.empty:
            places.setdefault(seen.root.path, "is empty; is it mounted?")
        for place, why in places.items():
            kept = [path for path in lost if _is_under(path, place)]
            for path in kept:
                item = lost.pop(path)
                declared = _with_problem(item.declared, why) if path == str(place) else item.declared
                held[path] = item._replace(declared=declared, missed=True)
            if kept or seen.root.given:
                yield Away(place, why, sum(held[path].ours for path in kept), seen.root.given)

    def _place(self, path: str) -> tuple[int, str]:
        """Where a file stands by precedence: by its root, then by its path."""
        return next((at for at, root in enumerate(self.roots) if _is_under(path, root.path)), len(self.roots)), path

    def _read_one(self, name: str, stamp: Stamp, before: _Held | None, named: bool) -> _Held:
        path = Path(name)
        now_ms = time.time_ns() // 1_000_000
        written_ms = stamp.changed_ns // 1_000_000
        try:
            contents = self._read(path, named)
            problem = None
        except DeclaredError as found:
            problem = found
        except Exception:  # a fault of ours must not take the other files with it
            log.exception("%s could not be read", path)
            problem = DeclaredError(path, 0, "could not be read by a fault of this program; see its log")
        if problem is None:
            return _Held(stamp, Declared(path, contents, now_ms, written_ms, None), contents is not NOT_OURS)
        if before is not None and before.declared.read_ms:
            return _Held(stamp, before.declared._replace(problem=problem), True)
        return _Held(stamp, Declared(path, _NOTHING, 0, written_ms, problem), True)


def too_many(shelf: FileShelf) -> str:
    """The sentence about files that are not read, empty where all are."""
    return (
        "the catalogue's folders hold more files than are looked at; those that lie deepest are not read"
        if shelf.more
        else ""
    )


def _with_problem(declared: Declared, why: str) -> Declared:
    """The same file with what is wrong now; the very same where that is known already."""
    known = declared.problem
    if known is not None and known.what == why:
        return declared
    return declared._replace(problem=DeclaredError(declared.path, 0, why))


def _is_under(path: str, root: Path) -> bool:
    top = str(root)
    return path == top or path.startswith(top if top.endswith("/") else f"{top}/")
