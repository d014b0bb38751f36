"""Reading the tape: at its end, at a moment, between two moments."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from console.signals import EntityKind, EntityRef, Record, RecordKind, Signal
from console.tape import statements as sql
from console.tape.codec import CodecError, decode
from console.tape.errors import TapeError
from console.tape.rows import Params, records, signal, text, whole
from console.tape.shapes import Changes, Gap, Part, Series, StoredBlock
from console.tape.sqlite import Database, Row


def records_after(db: Database, seq: int, limit: int) -> list[Record]:
    return records(db.rows(sql.RECORDS_AFTER, {"seq": seq, "limit": limit}))


def blocks_after(db: Database, seq: int, limit: int) -> list[StoredBlock]:
    return [_block(db, row) for row in db.rows(sql.BLOCKS_AFTER, {"seq": seq, "limit": limit})]


def changes_after(db: Database, seq: int, limit: int) -> Changes:
    """Records and blocks in one consistent view; where the limit cuts one of them short, both end there."""
    with db.reading():
        last = int(db.one(sql.COUNTER, {"name": "seq"}))
        if last <= seq:
            return Changes([], [], seq, False)
        new_records, new_blocks = records_after(db, seq, limit), blocks_after(db, seq, limit)
    ends = [found[-1].seq for found in (new_records, new_blocks) if len(found) == limit]
    if not ends:
        return Changes(new_records, new_blocks, last, False)
    end = min(ends)
    new_records = [record for record in new_records if record.seq <= end]
    new_blocks = [block for block in new_blocks if block.seq <= end]
    return Changes(new_records, new_blocks, end, end < last)


def records_between(
    db: Database,
    from_ms: int,
    to_ms: int,
    kinds: Sequence[RecordKind],
    sources: Sequence[str],
    entity: EntityRef | None,
    limit: int,
) -> list[Record]:
    statement = sql.RECORDS_BETWEEN
    params: Params = {"from_ms": whole(from_ms), "to_ms": whole(to_ms)}
    if entity is not None:
        statement += sql.OF_ENTITY
        params |= {"entity_kind": entity.kind.value, "entity_id": text(entity.id)}
    if sources:
        statement += f" AND {sql.one_of('r.source', len(sources), 'source')}"
        params |= {f"source{at}": text(source) for at, source in enumerate(sources)}
    statement += sql.IN_ORDER
    if limit:
        statement += sql.LIMITED
        params["limit"] = limit
    found: list[Row] = []
    wanted = tuple(dict.fromkeys(kinds)) or tuple(RecordKind)
    with db.reading():
        for kind in wanted:
            found += db.rows(statement, params | {"kind": kind.value})
    if len(wanted) > 1:
        found.sort(key=lambda row: (row[6], row[0]))  # at_ms, seq
    return records(found[:limit] if limit else found)


def states_at(db: Database, at_ms: int | None, kinds: Sequence[EntityKind]) -> list[Record]:
    statement = sql.STATES_NEWEST if at_ms is None else sql.STATES_AT
    params: Params = {} if at_ms is None else {"at_ms": whole(at_ms)}
    if kinds:
        statement += f" WHERE {sql.one_of('h.entity_kind', len(kinds), 'kind')}"
        params |= {f"kind{at}": kind.value for at, kind in enumerate(kinds)}
    return records(db.rows(statement, params))


def span(db: Database) -> tuple[int, int] | None:
    with db.reading():
        firsts = [db.one(sql.FIRST_RECORD, {"kind": kind.value}) for kind in RecordKind] + [db.one(sql.FIRST_BLOCK)]
        lasts = [db.one(sql.LAST_RECORD, {"kind": kind.value}) for kind in RecordKind] + [db.one(sql.LAST_BLOCK)]
    known = [at_ms for at_ms in firsts if at_ms is not None]
    return (min(known), max(at_ms for at_ms in lasts if at_ms is not None)) if known else None


def signals(db: Database, after_id: int) -> dict[int, Signal]:
    return {row[0]: signal(row[1:]) for row in db.rows(sql.SIGNALS, {"after_id": after_id})}


def samples(db: Database, signal_ids: Iterable[int], from_ms: int, to_ms: int) -> dict[int, Series]:
    wanted = frozenset(signal_ids)
    pieces: dict[int, list[Series]] = {signal_id: [] for signal_id in sorted(wanted)}
    for row in db.rows(sql.BLOCKS_BETWEEN, {"from_ms": whole(from_ms), "to_ms": whole(to_ms)}):
        for part in _parts(db, row[4], wanted):
            first = bisect_right(part.times_ms, from_ms)
            last = bisect_right(part.times_ms, to_ms)
            times = part.times_ms[first:last]
            if not times:
                continue
            width = len(part.times_ms)
            for at, signal_id in enumerate(part.signal_ids):
                start = at * width
                pieces[signal_id].append(Series(times, part.values[start + first : start + last]))
    return {signal_id: _joined(found) for signal_id, found in pieces.items()}


def _joined(pieces: list[Series]) -> Series:
    """One series of pieces in the order of their seq; where two hold the same time the later piece counts."""
    in_order = sorted(pieces, key=lambda piece: piece.times_ms[0])
    if all(a.times_ms[-1] < b.times_ms[0] for a, b in pairwise(in_order)):
        times: array[int] = array("q")
        values: array[float] = array("d")
        for piece in in_order:
            times.extend(piece.times_ms)
            values.extend(piece.values)
        return Series(times, values)
    merged: dict[int, float] = {}
    for piece in pieces:
        merged.update(zip(piece.times_ms, piece.values, strict=True))
    stamps = sorted(merged)
    return Series(array("q", stamps), array("d", [merged[at_ms] for at_ms in stamps]))


def gaps(db: Database, from_ms: int, to_ms: int) -> list[Gap]:
    """Gaps that touch the time, those of one source that meet or overlap as one, in order of source and beginning."""
    found: list[Gap] = []
    for source, start, end, body in db.rows(sql.GAPS, {"from_ms": whole(from_ms), "to_ms": whole(to_ms)}):
        why = str(json.loads(body).get("why", ""))
        last = found[-1] if found else None
        if last is None or last.source != source or (last.to_ms is not None and start > last.to_ms):
            found.append(Gap(source, start, end, why))
            continue
        until = None if end is None or last.to_ms is None else max(end, last.to_ms)
        reasons = last.why if not why or why in last.why else f"{last.why}; {why}" if last.why else why
        found[-1] = Gap(source, last.from_ms, until, reasons)
    return found


def _parts(db: Database, body: bytes, wanted: frozenset[int] | None) -> Iterable[Part]:
    try:
        yield from decode(body, wanted)
    except CodecError as error:
        raise TapeError(str(error), str(db.path), "restore a copy of the tape") from error


def _block(db: Database, row: Row) -> StoredBlock:
    seq, source, from_ms, to_ms, body = row
    return StoredBlock(seq, source, from_ms, to_ms, tuple(_parts(db, body, None)))
