"""Keeping a tape small and quick: forgetting what is old, merging small blocks, making a finished copy."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from pathlib import Path

from console.signals import Record, RecordKind
from console.tape import statements as sql
from console.tape.codec import CodecError, decode, parts_of
from console.tape.errors import TapeError
from console.tape.rows import records
from console.tape.shapes import PruneResult, Series
from console.tape.sqlite import Database, open_database
from console.tape.writing import add_block

_BATCH = 5000  # deleted in one transaction, so that an append never waits long
_MERGE_TO = 128  # times; a block of this length is not merged again
_MOST_ROWS = 256  # blocks merged in one transaction
_SPAN_MS = 6 * 3600 * 1000  # a merged block holds no more than this, so that retention can drop it in time
_SETTLED_MS = _SPAN_MS  # what is older than this is merged even where it does not fill a block

_FORGOTTEN = (RecordKind.EVENT, RecordKind.FINDING)


def prune(db: Database, before_ms: int, ended: Callable[[Record], bool] | None) -> PruneResult:
    """See Store.prune."""
    cut: dict[str, int | str] = {"before_ms": before_ms, "limit": _BATCH}
    count = 0
    for kind in _FORGOTTEN:
        count += _delete(db, sql.OLD_RECORDS, sql.DELETE_RECORD, cut | {"kind": kind.value})
    for choose in (sql.OLD_STATES, sql.OLD_GAPS, sql.OVER_GAPS):
        count += _delete(db, choose, sql.DELETE_RECORD, cut)
    if ended is not None:
        count += _forget_ended(db, before_ms, ended)
    blocks = _delete(db, sql.OLD_BLOCKS, sql.DELETE_BLOCK, cut)
    newest = db.one(sql.LAST_BLOCK)
    merged = 0 if newest is None else compact(db, newest - 60_000)
    db.reclaim()
    return PruneResult(count, blocks, merged)


def _delete(db: Database, choose: str, delete: str, params: dict[str, int | str]) -> int:
    count = 0
    while True:
        with db.writing():
            chosen = [{"seq": seq} for (seq,) in db.rows(choose, params)]
            db.run_each(delete, chosen)
        count += len(chosen)
        if len(chosen) < _BATCH:
            return count


def _forget_ended(db: Database, before_ms: int, ended: Callable[[Record], bool]) -> int:
    gone = [record for record in records(db.rows(sql.OLD_HEADS, {"before_ms": before_ms})) if ended(record)]
    count = 0
    for start in range(0, len(gone), _BATCH):
        with db.writing():
            for record in gone[start : start + _BATCH]:
                head = {"entity_kind": record.entity.kind.value, "entity_id": record.entity.id, "seq": record.seq}
                # Only while it is still the newest: somebody may have appended since it was chosen.
                if db.run(sql.DELETE_HEAD, head) == 1:
                    count += db.run(sql.DELETE_RECORD, {"seq": record.seq})
    return count


def compact(db: Database, before_ms: int) -> int:
    """See Store.compact."""
    rows = db.rows(sql.SMALL_BLOCKS, {"length": _MERGE_TO, "before_ms": before_ms})
    count = 0
    group: list[int] = []
    length, source, start, end = 0, "", 0, 0
    for seq, its_source, from_ms, to_ms, its_length in rows:
        if its_source != source or to_ms - start > _SPAN_MS or length >= _MERGE_TO or len(group) >= _MOST_ROWS:
            count += _merge(db, source, group, length >= _MERGE_TO or end < before_ms - _SETTLED_MS)
            group, length, source, start = [], 0, its_source, from_ms
        group.append(seq)
        length += its_length
        end = to_ms
    return count + _merge(db, source, group, length >= _MERGE_TO or end < before_ms - _SETTLED_MS)


def _merge(db: Database, source: str, seqs: list[int], ripe: bool) -> int:
    """Put blocks together under the highest of their seqs, so that a follower never misses a sample."""
    if len(seqs) < 2 or not ripe:
        return 0
    with db.writing():
        bodies = [db.one(sql.BLOCK_BODY, {"seq": seq}) for seq in sorted(seqs)]
        if None in bodies:  # another hand has merged or dropped some of them meanwhile
            return 0
        try:
            series = _together(bodies)
        except CodecError as error:
            raise TapeError(str(error), str(db.path), "restore a copy of the tape") from error
        db.run_each(sql.DELETE_BLOCK, [{"seq": seq} for seq in seqs])
        add_block(db, max(seqs), source, parts_of(series))
    return len(seqs)


def _together(bodies: Iterable[bytes]) -> dict[int, Series]:
    """All samples of bodies; where two hold the same time of a signal, the later body counts."""
    found: dict[int, dict[int, float]] = {}
    for body in bodies:
        for part in decode(body):
            for signal_id, values in part.rows():
                found.setdefault(signal_id, {}).update(zip(part.times_ms, values, strict=True))
    series = {}
    for signal_id, samples in found.items():
        stamps = sorted(samples)
        series[signal_id] = Series(array("q", stamps), array("d", [samples[at_ms] for at_ms in stamps]))
    return series


def finish(db: Database, target: Path) -> None:
    """See Store.finish."""
    if target.exists():
        raise TapeError("there is a file already", str(target), "name another")
    db.copy_into(target)
    copy = open_database(target, "write", finished=True)
    try:
        with copy.writing():
            copy.run(sql.CLEAR_LEASE)
            copy.run(sql.CLEAR_VIEWERS)
    finally:
        copy.close()
