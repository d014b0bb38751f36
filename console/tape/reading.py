"""Reading the tape: at its end, at a moment, between two moments."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from console.signals import EntityKind, EntityRef, Record, RecordKind, Signal
from console.tape import statements as sql
from console.tape.codec import Choice, CodecError, decode
from console.tape.errors import TapeError
from console.tape.rows import Params, records, signal, text, whole
from console.tape.shapes import Changes, Gap, Part, Series, StoredBlock
from console.tape.sqlite import Database, Row


def records_after(db: Database, seq: int, limit: int, without: Sequence[EntityKind] = ()) -> list[Record]:
    statement = sql.RECORDS_AFTER
    params: Params = {"seq": seq, "limit": limit}
    if without:
        statement += sql.NOT_STATES.format(one_of=sql.one_of("r.entity_kind", len(without), "kind"))
        params |= {f"kind{at}": kind.value for at, kind in enumerate(without)}
    return records(db.rows(statement + sql.IN_SEQUENCE, params))


def blocks_after(db: Database, seq: int, limit: int) -> list[StoredBlock]:
    return [_block(db, row) for row in db.rows(sql.BLOCKS_AFTER, {"seq": seq, "limit": limit})]


def changes_after(db: Database, seq: int, limit: int, without: Sequence[EntityKind] = ()) -> Changes:
    """Records and blocks in one consistent view; where the limit cuts one of them short, both end there."""
    with db.reading():
        last = int(db.one(sql.COUNTER, {"name": "seq"}))
        if last <= seq:
            return Changes([], [], seq, False)
        new_records, new_blocks = records_after(db, seq, limit, without), blocks_after(db, seq, limit)
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
    newest_first: bool = False,
) -> list[Record]:
    statement = sql.RECORDS_BETWEEN
    params: Params = {"from_ms": whole(from_ms), "to_ms": whole(to_ms)}
    if entity is not None:
        statement += sql.OF_ENTITY
        params |= {"entity_kind": entity.kind.value, "entity_id": text(entity.id)}
    if sources:
        statement += f" AND {sql.one_of('r.source', len(sources), 'source')}"
        params |= {f"source{at}": text(source) for at, source in enumerate(sources)}
    statement += sql.NEWEST_FIRST if newest_first else sql.IN_ORDER
    if limit:
        statement += sql.LIMITED
        params["limit"] = limit
    found: list[Row] = []
    wanted = tuple(dict.fromkeys(kinds)) or tuple(RecordKind)
    with db.reading():
        for kind in wanted:
            found += db.rows(statement, params | {"kind": kind.value})
    if len(wanted) > 1:
        found.sort(key=lambda row: (row[6], row[0]), reverse=newest_first)  # at_ms, seq
    return records(found[:limit] if limit else found)


def each_between(db: Database, from_ms: int, to_ms: int, kind: RecordKind) -> Iterator[Record]:
    params: Params = {"from_ms": whole(from_ms), "to_ms": whole(to_ms), "kind": kind.value}
    for rows in db.each(sql.RECORDS_BETWEEN + sql.IN_ORDER, params):
        yield from records(rows)


def states_between(db: Database, from_ms: int, to_ms: int, kind: EntityKind) -> Iterator[Record]:
    params: Params = {"from_ms": whole(from_ms), "to_ms": whole(to_ms), "entity_kind": kind.value}
    for rows in db.each(sql.STATES_BETWEEN, params):
        yield from records(rows)


def states_at(db: Database, at_ms: int | None, kinds: Sequence[EntityKind]) -> list[Record]:
    return records(db.rows(*_states(at_ms, kinds)))


def each_state(db: Database, at_ms: int | None, kinds: Sequence[EntityKind]) -> Iterator[Record]:
    for rows in db.each(*_states(at_ms, kinds)):
        yield from records(rows)


def newest_unlike(db: Database, kind: EntityKind, usual: str, unusual: str) -> Iterator[Record]:
    statement, params = _states(None, (kind,))
    for rows in db.each(statement + sql.UNLIKE, params | {"usual": f"%{usual}%", "unusual": f"%{unusual}%"}):
        yield from records(rows)


def count_newest(db: Database, kind: EntityKind) -> int:
    among, named = _among((kind,))
    return int(db.one(f"{sql.HEADS_COUNT} WHERE {among}", named))


def each_state_since(
    db: Database, at_ms: int, after_seq: int, after_ms: int, kinds: Sequence[EntityKind]
) -> Iterator[Record]:
    params: Params = {"at_ms": whole(at_ms), "after_seq": after_seq, "after_ms": whole(after_ms)}
    among, named = _among(kinds)
    for rows in db.each(f"{sql.STATES_SINCE} AND {among}", params | named):
        yield from records(rows)


def count_states(db: Database, at_ms: int, kinds: Sequence[EntityKind]) -> int:
    among, named = _among(kinds)
    return int(db.one(f"{sql.STATES_COUNT} WHERE {among}", {"at_ms": whole(at_ms)} | named))


def _among(kinds: Sequence[EntityKind]) -> tuple[str, Params]:
    return sql.one_of("h.entity_kind", len(kinds), "kind"), {f"kind{at}": kind.value for at, kind in enumerate(kinds)}


def _states(at_ms: int | None, kinds: Sequence[EntityKind]) -> tuple[str, Params]:
    statement = sql.STATES_NEWEST if at_ms is None else sql.STATES_AT
    params: Params = {} if at_ms is None else {"at_ms": whole(at_ms)}
    if kinds:
        among, named = _among(kinds)
        return f"{statement} WHERE {among}", params | named
    return statement, params


def span(db: Database) -> tuple[int, int] | None:
    with db.reading():
        firsts = [db.one(sql.FIRST_RECORD, {"kind": kind.value}) for kind in RecordKind] + [db.one(sql.FIRST_BLOCK)]
        lasts = [db.one(sql.LAST_RECORD, {"kind": kind.value}) for kind in RecordKind] + [db.one(sql.LAST_BLOCK)]
    known = [at_ms for at_ms in firsts if at_ms is not None]
    return (min(known), max(at_ms for at_ms in lasts if at_ms is not None)) if known else None


def signals(db: Database, after_id: int) -> dict[int, Signal]:
    return {row[0]: signal(row[1:]) for row in db.rows(sql.SIGNALS, {"after_id": after_id})}


def blocks_between(db: Database, from_ms: int, to_ms: int) -> Iterator[StoredBlock]:
    for row in db.rows(sql.BLOCKS_BETWEEN, {"from_ms": whole(from_ms), "to_ms": whole(to_ms)}):
        yield _block(db, row)


def samples(db: Database, signal_ids: Iterable[int], from_ms: int, to_ms: int) -> dict[int, Series]:
    tracks = {signal_id: _Track() for signal_id in signal_ids}
    choice = Choice(tracks)
    for row in db.rows(sql.BLOCKS_BETWEEN, {"from_ms": whole(from_ms), "to_ms": whole(to_ms)}):
        for times, ids, values in _parts(db, row[4], choice):
            width = len(times)
            if width == 1:
                if from_ms < times[0] <= to_ms:
                    for signal_id, value in zip(ids, values, strict=True):
                        tracks[signal_id].add(times[0], value)
                continue
            first, last = bisect_right(times, from_ms), bisect_right(times, to_ms)
            within = times[first:last]
            if within:
                for start, signal_id in zip(range(0, len(values), width), ids, strict=True):
                    tracks[signal_id].extend(within, values[start + first : start + last])
    return {signal_id: track.series() for signal_id, track in tracks.items()}


class _Track:
    """Collects the samples of one signal in the order of seq; where two have the same time the later one counts."""

    __slots__ = ("_last", "_mixed", "_times", "_values")

    def __init__(self) -> None:
        self._times: array[int] = array("q")
        self._values: array[float] = array("d")
        self._last: int | None = None
        self._mixed = False

    def add(self, at_ms: int, value: float) -> None:
        self._mixed = self._mixed or (self._last is not None and at_ms <= self._last)
        self._last = at_ms
        self._times.append(at_ms)
        self._values.append(value)

    def extend(self, times: array[int], values: array[float]) -> None:
        self._mixed = self._mixed or (self._last is not None and times[0] <= self._last)
        self._last = times[-1]
        self._times.extend(times)
        self._values.extend(values)

    def series(self) -> Series:
        if not self._mixed:
            return Series(self._times, self._values)
        found = dict(zip(self._times, self._values, strict=True))
        stamps = sorted(found)
        return Series(array("q", stamps), array("d", [found[at_ms] for at_ms in stamps]))


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


def _parts(db: Database, body: bytes, choice: Choice | None) -> Iterable[Part]:
    try:
        yield from decode(body, choice)
    except CodecError as error:
        raise TapeError(str(error), str(db.path), "restore a copy of the tape") from error


def _block(db: Database, row: Row) -> StoredBlock:
    seq, source, from_ms, to_ms, body = row
    return StoredBlock(seq, source, from_ms, to_ms, tuple(_parts(db, body, None)))
