"""Putting things on the tape: one transaction for each call, numbers without holes."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from console.signals import Block, Record, RecordKind, Signal
from console.tape import statements as sql
from console.tape.codec import encode, parts_of, seen
from console.tape.errors import TapeUnfit
from console.tape.rows import Params, record_params, signal, signal_params, text, whole
from console.tape.shapes import Part, Series
from console.tape.sqlite import Database

_MOST_TIMES = 512  # in one block: a longer one (backfill) is cut, so that reading a part of it stays cheap


class Writer:
    """Appends to one database. Knows the ids of the signals it has met."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._signals: dict[str, tuple[int, Signal]] = {}

    def append(self, records: Sequence[Record], blocks: Sequence[Block], pulses: Mapping[str, int]) -> int:
        """See Store.append."""
        rows = [(record.kind is RecordKind.STATE, record_params(record)) for record in records]
        met: dict[str, tuple[int, Signal]] = {}
        with self._db.writing():
            seq = before = int(self._db.one(sql.LOCK_COUNTER, {"name": "seq"}))
            for is_state, row in rows:
                row["seq"] = seq + 1
                if self._db.run(sql.ADD_RECORD, row) == 1:
                    seq += 1
                    if is_state:
                        self._db.run(sql.SET_HEAD, _head(row))
            for block in blocks:
                ids = self._register(block.signals, met)
                for parts in _pieces(block, ids):
                    seq += 1
                    add_block(self._db, seq, text(block.source), parts)
            if seq != before:
                self._db.run(sql.SET_COUNTER, {"name": "seq", "value": seq})
            for source, at_ms in pulses.items():
                self._db.run(sql.SET_PULSE, {"source": text(source), "at_ms": whole(at_ms)})
        self._signals.update(met)
        return seq

    def _register(self, signals: Iterable[Signal], met: dict[str, tuple[int, Signal]]) -> list[int]:
        """The ids of signals; new ones are entered, changed ones brought up to date."""
        ids = []
        for one in signals:
            known = met.get(one.key) or self._signals.get(one.key)
            if known is None or (known[1] is not one and known[1] != one):
                known = met[one.key] = self._enter(one)
            ids.append(known[0])
        return ids

    def _enter(self, one: Signal) -> tuple[int, Signal]:
        params = signal_params(one)
        rows = self._db.rows(sql.SIGNAL_BY_KEY, {"key": params["key"]})
        if not rows:
            params["id"] = int(self._db.one(sql.LOCK_COUNTER, {"name": "signal"})) + 1
            self._db.run(sql.ADD_SIGNAL, params)
            self._db.run(sql.SET_COUNTER, {"name": "signal", "value": params["id"]})
        else:
            params["id"] = rows[0][0]
            if signal(rows[0][1:]) != one:
                self._db.run(sql.SET_SIGNAL, params)
        return params["id"], one


def add_block(db: Database, seq: int, source: str, parts: Sequence[Part]) -> None:
    """Put one block on the tape, inside a write transaction."""
    params = {
        "seq": seq,
        "source": source,
        "from_ms": min(part.times_ms[0] for part in parts),
        "to_ms": max(part.times_ms[-1] for part in parts),
        "length": max(len(part.times_ms) for part in parts),
        "body": encode(parts),
    }
    db.run(sql.ADD_BLOCK, params)


def _head(row: Params) -> Params:
    return {name: row[name] for name in ("entity_kind", "entity_id", "at_ms", "seq")}


def _pieces(block: Block, ids: Sequence[int]) -> Iterable[list[Part]]:
    """The parts of a block, in pieces of bounded length; nothing for a block in which nothing was seen."""
    times = array("q", block.times_ms)
    if any(later <= earlier for earlier, later in pairwise(times)):
        raise TapeUnfit("the times of a block do not rise", f"source {block.source}", "report this as a fault")
    for start in range(0, len(times), _MOST_TIMES):
        cut = slice(start, start + _MOST_TIMES)
        parts = parts_of(_series(ids, times[cut], [row[cut] for row in block.values]))
        if parts:
            yield parts


def _series(ids: Sequence[int], times: Sequence[int], values: Sequence[Sequence[float]]) -> dict[int, Series]:
    return {signal_id: seen(times, row) for signal_id, row in zip(ids, values, strict=True)}
