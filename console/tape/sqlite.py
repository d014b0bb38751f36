"""The SQLite dialect: all that is not portable SQL.

Durability: WAL with ``synchronous=NORMAL``. A commit is in the operating system's cache when it returns, so a process
that is killed, at whatever point, loses nothing that it committed, and the next to open the tape replays the log. Only
a machine that loses power can lose the last commits (never the older ones, and the tape stays whole); for that price a
commit needs no fsync, and ten a second cost next to nothing on any disk.

A tape is made under another name and put in its place when complete, so nobody ever meets half of one. SQLite gives
``-wal`` and ``-shm`` the mode of the tape itself: 0600.

The file of a tape is never opened here but by SQLite: closing any other descriptor of it would, by POSIX, drop the
locks of every connection of this process, and a writer that leaves would then take the log away from its readers.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from console.tape.errors import TapeBusy, TapeError, TapeFull, TapeMissing
from console.tape.statements import SCHEMA

Mode = Literal["read", "write", "create"]
Row = tuple[Any, ...]

APPLICATION_ID = 0x46535450  # "FSTP", in the file's header
_TYPES = {"SEQ": "INTEGER", "BLOB": "BLOB", "REAL": "REAL", "CLUSTERED": "WITHOUT ROWID"}
_WAIT_MS = 5000
_FULL = {sqlite3.SQLITE_FULL, getattr(sqlite3, "SQLITE_IOERR_SHMSIZE", -1)}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_DENIED = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}


def explain(error: sqlite3.Error, path: Path) -> TapeError:
    """What SQLite says, as an error of the tape."""
    code = getattr(error, "sqlite_errorcode", 0)
    where = str(path)
    if code in _FULL or code & 0xFF == sqlite3.SQLITE_FULL:
        return TapeFull("there is no room to write", where, "free space on its disk")
    if code & 0xFF in _BUSY:
        return TapeBusy("another program holds it", where, "wait for it, or stop it")
    if code & 0xFF in _DAMAGED:
        return TapeError("it is damaged or cut short", where, "restore a copy, or move it away and record anew")
    if code & 0xFF in _DENIED:
        return TapeError("writing is not allowed", where, "check the permissions of the file and its directory")
    if code & 0xFF == sqlite3.SQLITE_CANTOPEN:
        return TapeError("it cannot be opened", where, "check the permissions of the file and its directory")
    return TapeError(f"the database says {str(error)!r}", where, "check the disk; move the tape away if this stays")


class Database:
    """One connection to a tape's file. Every error of SQLite comes out as a TapeError."""

    def __init__(self, path: Path, connection: sqlite3.Connection, grows: bool) -> None:
        self.path = path
        self.grows = grows
        self._connection = connection

    def rows(self, statement: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        """All rows of a reading statement."""
        try:
            return self._connection.execute(statement, params or {}).fetchall()
        except sqlite3.Error as error:
            raise explain(error, self.path) from error

    def each(self, statement: str, params: Mapping[str, Any] | None = None, at_once: int = 250) -> Iterator[list[Row]]:
        """The rows of a reading statement, so many at once: where all of them would take much room."""
        try:
            cursor = self._connection.execute(statement, params or {})
            while found := cursor.fetchmany(at_once):
                yield found
        except sqlite3.Error as error:
            raise explain(error, self.path) from error

    def one(self, statement: str, params: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row; None without a row."""
        rows = self.rows(statement, params)
        return rows[0][0] if rows else None

    def run(self, statement: str, params: Mapping[str, Any] | None = None) -> int:
        """Run a writing statement; how many rows it touched."""
        try:
            return self._connection.execute(statement, params or {}).rowcount
        except sqlite3.Error as error:
            raise explain(error, self.path) from error

    def run_each(self, statement: str, params: Sequence[Mapping[str, Any]]) -> int:
        """Run a writing statement once for each; how many rows were touched."""
        try:
            return self._connection.executemany(statement, params).rowcount
        except sqlite3.Error as error:
            raise explain(error, self.path) from error

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A write transaction: all of it or nothing."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            self._back()
            raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A consistent view over several statements. Inside a transaction it is part of it."""
        if self._connection.in_transaction:
            yield
            return
        self.run("BEGIN")
        try:
            yield
        finally:
            self._back()

    def _back(self) -> None:
        if self._connection.in_transaction:  # on some errors SQLite has rolled back by itself
            self.run("ROLLBACK")

    def reclaim(self) -> None:
        """Give room that deleting freed back to the disk, at most 16 MB at a time so that nobody waits long."""
        try:
            # A script, because this pragma works in steps and only a script takes them all.
            self._connection.executescript("PRAGMA incremental_vacuum(4096)")
        except sqlite3.Error as error:
            raise explain(error, self.path) from error
        self.rows("PRAGMA wal_checkpoint(PASSIVE)")

    def copy_into(self, target: Path) -> None:
        """Write a copy without free space to a new file, which needs no log and no right to write to be read."""
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        self.run("VACUUM INTO :target", {"target": str(target)})

    def close(self) -> None:
        self._connection.close()


def open_database(where: Path, mode: Mode, finished: bool = False) -> Database:
    """Open the file of a tape; with mode ``create`` make it first when there is none.

    A finished tape opens for reading only, unless ``finished`` says that its maker is at work.
    """
    path = where.expanduser()
    if mode == "create" and not path.exists():
        _create(path)
    _look(path)
    if mode != "read":
        db = _connect(path, "rw")
        if not db.grows and not finished:
            db.close()
            raise TapeError("this tape is finished and takes no more", str(path), "record to another tape")
        return db
    try:
        return _connect(path, "ro")
    except TapeError as error:
        # A log needs files beside the tape. Without one, in a directory where none can be made, nobody writes either.
        if isinstance(error, TapeBusy | TapeFull) or os.access(path.parent, os.W_OK):
            raise
        if _size(path.with_name(path.name + "-wal")):
            raise TapeError(
                "its last part is in a log that needs a writable directory to be read",
                str(path),
                "copy the tape and its -wal file to a directory of yours and open that",
            ) from error
        return _connect(path, "ro", immutable=True)


def _connect(path: Path, access: str, immutable: bool = False) -> Database:
    uri = f"{path.absolute().as_uri()}?mode={access}{'&immutable=1' if immutable else ''}"
    connection = None
    try:
        connection = sqlite3.connect(
            uri, uri=True, timeout=_WAIT_MS / 1000, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA cache_size=-4096")
        if access == "rw":
            # Entities come in no order, so each commit touches many pages: a longer log writes them back less often.
            connection.execute("PRAGMA wal_autocheckpoint=2000")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA journal_size_limit=16777216")
        else:
            connection.execute("PRAGMA query_only=ON")
        is_tape = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        # A finished tape has no log.
        grows = not immutable and connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_NOTADB:
            raise _not_a_tape(path) from error
        raise explain(error, path) from error
    if not is_tape:
        connection.close()
        raise _not_a_tape(path)
    return Database(path, connection, grows)


def _not_a_tape(path: Path) -> TapeError:
    return TapeError("this file is not a tape", str(path), "name a tape, or another place for a new one")


def _create(path: Path) -> None:
    new = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise TapeError(f"it cannot be made ({error.strerror})", str(path), "name a place you may write to") from error
    try:
        connection = sqlite3.connect(new, isolation_level=None)
        try:
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")  # counts only before anything is written
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute("BEGIN")
            for statement in SCHEMA:
                connection.execute(statement.format_map(_TYPES))
            connection.execute("COMMIT")
            connection.execute("PRAGMA journal_mode=WAL")
        finally:
            connection.close()
        os.link(new, path)
    except FileExistsError:
        pass  # somebody made it meanwhile: theirs is as good
    except sqlite3.Error as error:
        raise explain(error, path) from error
    except OSError as error:
        raise TapeError(f"it cannot be made ({error.strerror})", str(path), "name a place you may write to") from error
    finally:
        for left in (new, new.with_name(new.name + "-wal"), new.with_name(new.name + "-shm")):
            left.unlink(missing_ok=True)


def _look(path: Path) -> None:
    """Say in plain words what SQLite would say in its own."""
    where = str(path)
    if path.is_dir():
        raise TapeError("this is a directory, not a tape", where, "name a file in it")
    if not path.exists():
        raise TapeMissing("there is no tape", where, "record one, or name another")
    if not os.access(path, os.R_OK):
        raise TapeError("it may not be read", where, "check its permissions")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
