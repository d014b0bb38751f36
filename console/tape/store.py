"""The tape as the other rooms see it: open one, append to it, read it at its end or at any moment.

A Store is cheap to open and is used by one thread at a time; open one for each thread. It stands between the start of
the console and its first picture, so nothing heavy is imported here: no numpy, no database toolkit.

While a tape is open in a process, nothing in that process may open its file by other means (to hash or copy it, say):
closing it would drop the database's locks. ``Store.finish`` makes a copy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from console.signals import Block, EntityKind, EntityRef, Record, RecordKind, Signal
from console.tape import presence, reading
from console.tape import statements as sql
from console.tape.errors import TapeError, TapeSchemaError
from console.tape.rows import text
from console.tape.shapes import Changes, Gap, Holder, Lease, PruneResult, Series, StoredBlock, Viewer
from console.tape.sqlite import Database, Mode, open_database
from console.tape.writing import Writer


def open_tape(where: str | Path, mode: Mode) -> Store:
    """Open a tape.

    ``read`` changes nothing on the tape (SQLite may leave an empty log beside it, which the next writer takes away)
    and also opens a tape in a directory where nothing may be written;
    ``write`` needs a tape that is there; ``create`` makes one (0600, in a directory made 0700) when there is none.
    Raises TapeMissing, TapeSchemaError or another TapeError, each with a sentence for a person.
    """
    if "://" in str(where):
        raise TapeError(
            "this version keeps tapes in files only, not in a database server",
            str(where).partition("://")[0] + "://",
            "name a file",
        )
    db = open_database(Path(where), mode)
    try:
        _check_schema(db)
    except BaseException:
        db.close()
        raise
    return Store(db)


def _check_schema(db: Database) -> None:
    found = str(db.one(sql.META_OF, {"key": "schema"}))
    if found == str(sql.SCHEMA_VERSION):
        return
    where = str(db.path)
    if found.isdecimal() and int(found) > sql.SCHEMA_VERSION:
        what = f"this tape has schema {found}, this version reads schema {sql.SCHEMA_VERSION}"
        raise TapeSchemaError(what, where, "open it with a newer version of the console")
    what = f"this tape has schema {found} of an older version, this one reads schema {sql.SCHEMA_VERSION}"
    raise TapeSchemaError(what, where, "move it away and let a new one be recorded, or open it with that version")


class Store:
    """An open tape. Times are unix ms; every method can raise a TapeError."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._writer = Writer(db)
        self.path = str(db.path)

    @property
    def grows(self) -> bool:
        """False for a finished tape (the bundled one, an archive): nothing will be added to it."""
        return self._db.grows

    def append(
        self,
        records: Sequence[Record] = (),
        blocks: Sequence[Block] = (),
        pulses: Mapping[str, int] = {},
    ) -> int:
        """Put all of this on the tape, or nothing of it; the last seq given out.

        Records and blocks share one order without holes. A record whose ``once`` its source has delivered before is
        skipped. New signals are entered, changed ones brought up to date. ``pulses`` say when sources last answered.
        Raises TapeFull when there is no room, after which the same call can be made again.
        """
        return self._writer.append(records, blocks, pulses)

    def last_seq(self) -> int:
        """The seq of the newest record or block; 0 on an empty tape."""
        return int(self._db.one(sql.COUNTER, {"name": "seq"}))

    def span(self) -> tuple[int, int] | None:
        """The first and the last source time of anything on the tape; None when it is empty."""
        return reading.span(self._db)

    def reading(self) -> AbstractContextManager[None]:
        """One consistent view for all that is read within: ``with store.reading(): ...``. Keep it short."""
        return self._db.reading()

    def records_after(self, seq: int, limit: int = 5000, without: Sequence[EntityKind] = ()) -> list[Record]:
        """The next records in the tape's order; ``without`` the states of these kinds of entities."""
        return reading.records_after(self._db, seq, limit, without)

    def blocks_after(self, seq: int, limit: int = 500) -> list[StoredBlock]:
        """The next blocks in the tape's order. Some may repeat samples that were in smaller blocks before."""
        return reading.blocks_after(self._db, seq, limit)

    def changes_after(self, seq: int, limit: int = 5000, without: Sequence[EntityKind] = ()) -> Changes:
        """Records and blocks after a seq, consistent with each other: what a follower reads each time it wakes.

        ``without`` are kinds of entities whose states nobody needs to read.
        """
        return reading.changes_after(self._db, seq, limit, without)

    def records_between(
        self,
        from_ms: int,
        to_ms: int,
        kinds: Sequence[RecordKind] = (),
        sources: Sequence[str] = (),
        entity: EntityRef | None = None,
        limit: int = 0,
        newest_first: bool = False,
    ) -> list[Record]:
        """Records with ``from_ms < at_ms <= to_ms`` by source time, then seq; the first ``limit`` unless that is 0."""
        return reading.records_between(self._db, from_ms, to_ms, kinds, sources, entity, limit, newest_first)

    def each_between(self, from_ms: int, to_ms: int, kind: RecordKind) -> Iterator[Record]:
        """Records of one kind with ``from_ms < at_ms <= to_ms``, one by one: a busy tape has millions of events.

        By source time, then seq. Read within ``reading``, to the end.
        """
        return reading.each_between(self._db, from_ms, to_ms, kind)

    def states_between(self, from_ms: int, to_ms: int, kind: EntityKind) -> Iterator[Record]:
        """The states of entities of a kind with ``from_ms < at_ms <= to_ms``, by source time, then seq: what became of
        them. Read within ``reading``, to the end."""
        return reading.states_between(self._db, from_ms, to_ms, kind)

    def states_at(self, at_ms: int | None, kinds: Sequence[EntityKind] = ()) -> list[Record]:
        """The state in force of each entity at a moment: its newest by (at_ms, seq) up to then; None: of all."""
        return reading.states_at(self._db, at_ms, kinds)

    def each_state(self, at_ms: int | None, kinds: Sequence[EntityKind] = ()) -> Iterator[Record]:
        """The same one by one, so that ten thousand need not be held at once. Read within ``reading``, to the end."""
        return reading.each_state(self._db, at_ms, kinds)

    def newest_unlike(self, kind: EntityKind, usual: str, unusual: str) -> Iterator[Record]:
        """Of the newest states of a kind those in whose body, as it is written, ``usual`` is not, or ``unusual`` is.

        The texts may hold neither ``%`` nor ``_``. Ten times as fast as reading all of them to find the few.
        Read within ``reading``, to the end.
        """
        return reading.newest_unlike(self._db, kind, usual, unusual)

    def count_newest(self, kind: EntityKind) -> int:
        """Of how many entities of a kind there is a state."""
        return reading.count_newest(self._db, kind)

    def each_state_since(
        self, at_ms: int, after_seq: int, after_ms: int, kinds: Sequence[EntityKind]
    ) -> Iterator[Record]:
        """Of the states in force at a moment those that may not have been in force when the tape ended with
        ``after_seq`` and they were read for ``after_ms``, which is not later. Read within ``reading``, to the end."""
        return reading.each_state_since(self._db, at_ms, after_seq, after_ms, kinds)

    def count_states(self, at_ms: int, kinds: Sequence[EntityKind]) -> int:
        """Of how many entities of these kinds a state is in force at a moment."""
        return reading.count_states(self._db, at_ms, kinds)

    def signals(self, after_id: int = 0) -> dict[int, Signal]:
        """Signals by id, those entered after an id."""
        return reading.signals(self._db, after_id)

    def blocks_between(self, from_ms: int, to_ms: int) -> Iterator[StoredBlock]:
        """Blocks with a sample in ``from_ms < at_ms <= to_ms``, whole, in the tape's order: for who wants all signals.

        They are read now and unpacked one by one.
        """
        return reading.blocks_between(self._db, from_ms, to_ms)

    def samples(self, signal_ids: Sequence[int], from_ms: int, to_ms: int) -> dict[int, Series]:
        """What was seen of signals with ``from_ms < at_ms <= to_ms``; an empty series where nothing was.

        Where a signal was put twice for one time the later value counts, until small blocks are merged: then either.
        """
        return reading.samples(self._db, signal_ids, from_ms, to_ms)

    def gaps(self, from_ms: int, to_ms: int) -> list[Gap]:
        """Gaps that touch the time, by source and beginning; neighbours of one source as one.

        A gap is a GAP record with ``at_ms`` its beginning and a body of ``to_ms`` (None or absent while it lasts) and
        ``why``. It is closed by a second record with the same source and ``at_ms`` that has an end.
        """
        return reading.gaps(self._db, from_ms, to_ms)

    def pulses(self) -> dict[str, int]:
        """When each source last answered."""
        return dict(self._db.rows(sql.PULSES))

    def take_lease(self, holder: Holder, now_ms: int, ttl_ms: int) -> bool:
        """Become the recorder if nobody is, or the one who is has not renewed in time. True when held."""
        return presence.take_lease(self._db, holder, now_ms, ttl_ms)

    def renew_lease(self, holder: Holder, now_ms: int, ttl_ms: int) -> bool:
        """Stay the recorder; False when somebody else has taken over, then stop writing at once."""
        return presence.renew_lease(self._db, holder, now_ms, ttl_ms)

    def release_lease(self, holder: Holder) -> bool:
        """Give the lease up, so that the next need not wait for it to expire."""
        return presence.release_lease(self._db, holder)

    def lease(self) -> Lease | None:
        """The lease as it was last written; it may have expired."""
        return presence.lease(self._db)

    def check_in(self, viewer: Viewer, now_ms: int, ttl_ms: int) -> None:
        """Say that a viewer is here for the next ``ttl_ms``; call again before that."""
        presence.check_in(self._db, viewer, now_ms, ttl_ms)

    def check_out(self, viewer: Viewer) -> None:
        """Say that a viewer has left."""
        presence.check_out(self._db, viewer)

    def viewers(self, now_ms: int) -> list[Viewer]:
        """Who is here, longest first."""
        return presence.viewers(self._db, now_ms)

    def prune(self, before_ms: int, ended: Callable[[Record], bool] | None = None) -> PruneResult:
        """Retention: forget what lies before a time, and merge small blocks.

        What is read at or after that time stays the same: of each entity the state then in force is kept, and gaps
        that reach beyond it. Journal entries are kept always. ``ended`` tells a state whose entity is gone for good
        (a completed allocation): the last state of such an entity is forgotten too once it is old.
        """
        from console.tape import retention

        return retention.prune(self._db, before_ms, ended)

    def compact(self, before_ms: int) -> int:
        """Merge small blocks that ended before a time; how many went into larger ones. Call every few minutes."""
        from console.tape import retention

        return retention.compact(self._db, before_ms)

    def finish(self, target: str | Path) -> None:
        """Copy to a new file that takes no more records and can be read from anywhere (a bundle, an archive)."""
        from console.tape import retention

        retention.finish(self._db, Path(target))

    def meta(self) -> dict[str, str]:
        """Facts about the tape itself; ``schema`` is its version."""
        return dict(self._db.rows(sql.META))

    def set_meta(self, key: str, value: str) -> None:
        """Set a fact about the tape itself."""
        if key == "schema":
            raise TapeError("the schema of a tape is not set by hand", self.path, "leave it")
        with self._db.writing():
            self._db.run(sql.SET_META, {"key": text(key), "value": text(value)})

    def close(self) -> None:
        """Close; a second time does nothing."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
