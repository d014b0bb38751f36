"""Between the vocabulary and the rows of the tape.

Text from outside can hold what a database refuses (NUL for PostgreSQL, half of a surrogate pair for any): in names and
ids such characters become visible escapes (``\\x00``, ``\\udc80``); in bodies JSON's own escapes keep them exactly.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from console.signals import Bad, EntityKind, EntityRef, Pane, Record, RecordKind, Signal

Row = tuple[Any, ...]
Params = dict[str, Any]

_BATCH = 250  # at once, for nothing else runs meanwhile
_MOST = 2**63 - 1
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
_encode_ascii = json.JSONEncoder(ensure_ascii=True, check_circular=False, separators=(",", ":")).encode
_RECORD_KINDS = {kind.value: kind for kind in RecordKind}
_ENTITY_KINDS = {kind.value: kind for kind in EntityKind}


def text(value: str) -> str:
    """The form of a name or an id that every database keeps; unchanged for all ordinary text."""
    if value.isascii():
        return value if "\0" not in value else value.replace("\0", "\\x00")
    return value.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


def compact(body: Mapping[str, Any]) -> str:
    """A body as JSON without blanks."""
    plain = body if isinstance(body, dict) else dict(body)
    written = _encode(plain)
    if written.isascii():
        return written
    try:
        written.encode("utf-8")
    except UnicodeEncodeError:
        return _encode_ascii(plain)
    return written


def whole(value: int) -> int:
    """A time as the database holds it: 64 bits; what is beyond is as far as it goes."""
    return max(-_MOST, min(_MOST, int(value)))


def record_params(record: Record) -> Params:
    """The parameters of ADD_RECORD, but for ``seq``."""
    until = record.body.get("to_ms") if record.kind is RecordKind.GAP else None
    return {
        "kind": record.kind.value,
        "source": text(record.source),
        "entity_kind": record.entity.kind.value,
        "entity_id": text(record.entity.id),
        "name": text(record.name),
        "at_ms": whole(record.at_ms),
        "seen_ms": whole(record.seen_ms),
        "until_ms": None if until is None else whole(until),
        "once": None if record.once is None else text(record.once),
        "body": compact(record.body),
    }


def records(rows: Sequence[Row]) -> list[Record]:
    """Records of rows in the order of the columns that every reading statement has."""
    found: list[Record] = []
    for start in range(0, len(rows), _BATCH):
        found.extend(_records(rows[start : start + _BATCH]))
    return found


def _records(rows: Sequence[Row]) -> Iterator[Record]:
    # One call of the JSON reader for many bodies is faster than one for each, and equal keys become one string.
    bodies = json.loads(f"[{','.join([row[9] for row in rows])}]")
    for row, body in zip(rows, bodies, strict=True):
        seq, kind, source, entity_kind, entity_id, name, at_ms, seen_ms, once, _ = row
        entity = EntityRef(_ENTITY_KINDS[entity_kind], entity_id)
        yield Record(_RECORD_KINDS[kind], source, entity, name, at_ms, seen_ms, body, once, seq)


def signal_params(signal: Signal) -> Params:
    """The parameters of ADD_SIGNAL and SET_SIGNAL, but for ``id``."""
    return {
        "key": text(signal.key),
        "name": text(signal.name),
        "entity_kind": signal.entity.kind.value,
        "entity_id": text(signal.entity.id),
        "pane": signal.pane.value,
        "unit": text(signal.unit),
        "bad": signal.bad.value,
        "source": text(signal.source),
        "rank": signal.rank,
        "warn_at": signal.warn_at,
        "bad_at": signal.bad_at,
        "step_s": signal.step_s,
        "window_s": signal.window_s,
        "guessed": int(signal.guessed),
        "labels": compact(signal.labels),
        "expr": text(signal.expr),
    }


def signal(row: Row) -> Signal:
    """The signal of a row of SIGNALS without its id."""
    key, name, entity_kind, entity_id, pane, unit, bad, source, rank, warn_at, bad_at, *rest = row
    step_s, window_s, guessed, labels, expr = rest
    return Signal(
        key=key,
        name=name,
        entity=EntityRef(_ENTITY_KINDS[entity_kind], entity_id),
        pane=Pane(pane),
        unit=unit,
        bad=Bad(bad),
        source=source,
        rank=rank,
        warn_at=warn_at,
        bad_at=bad_at,
        step_s=step_s,
        window_s=window_s,
        guessed=bool(guessed),
        labels=json.loads(labels),
        expr=expr,
    )
