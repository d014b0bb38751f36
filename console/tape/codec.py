"""How a block of samples lies on the tape.

A body is a short head and one section for each set of times: signals that were seen at the same times share one. A
section holds its times, its signal ids, and one row of values for each signal, so that forty signals out of three
hundred are read without touching the others. Rows of short sections (a live poll has one time) are plain; rows of long
sections are packed one by one: a constant as one value, others with their bytes put in planes (all first bytes, then
all second bytes ...) and deflated, which halves and often quarters them. Everything is little-endian; values are
IEEE doubles and come back bit for bit. A NaN means "not seen": it is not stored.
"""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from struct import Struct

from console.tape.shapes import Part, Series

_HEAD = Struct("<2sBxI")  # magic, format, number of sections
_MAGIC = b"FB"
_FORMAT = 1
_SECTION = Struct("<IIII")  # times, signals, bytes of packed rows (0: rows are plain), reserved
_PACK_FROM = 16  # times; below it packing costs more than it saves
_CONSTANT, _PLAIN, _DEFLATED = 0, 1, 2
_SWAP = sys.byteorder == "big"


class CodecError(ValueError):
    """The bytes are not a block that this version can read."""


def _bytes(numbers: array[int] | array[float]) -> bytes:
    if _SWAP:
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()


def _ints(kind: str, raw: bytes | memoryview) -> array[int]:
    numbers: array[int] = array(kind)
    numbers.frombytes(raw)
    if _SWAP:
        numbers.byteswap()
    return numbers


def _doubles(raw: bytes | memoryview) -> array[float]:
    numbers: array[float] = array("d")
    numbers.frombytes(raw)
    if _SWAP:
        numbers.byteswap()
    return numbers


def _pack(row: bytes) -> tuple[int, bytes]:
    if row[:8] * (len(row) // 8) == row:
        return _CONSTANT, row[:8]
    planes = zlib.compress(b"".join([row[at::8] for at in range(8)]), 1)
    return (_DEFLATED, planes) if len(planes) < len(row) else (_PLAIN, row)


def _unpack(how: int, raw: memoryview, times: int) -> bytes | memoryview:
    if how == _CONSTANT:
        return bytes(raw) * times
    if how == _DEFLATED:
        planes = zlib.decompress(raw)
        if len(planes) != times * 8:
            raise CodecError("a block of samples is damaged")
        row = bytearray(len(planes))
        for at in range(8):
            row[at::8] = planes[at * times : (at + 1) * times]
        return bytes(row)
    return raw


def parts_of(series: Mapping[int, Series]) -> list[Part]:
    """Gather series into parts of equal times."""
    groups: dict[bytes, list[int]] = {}
    for signal_id in sorted(series):
        if series[signal_id].times_ms:
            groups.setdefault(series[signal_id].times_ms.tobytes(), []).append(signal_id)
    parts = []
    for ids in groups.values():
        values: array[float] = array("d")
        for signal_id in ids:
            values.extend(series[signal_id].values)
        parts.append(Part(series[ids[0]].times_ms, array("I", ids), values))
    return parts


def seen(times_ms: Sequence[int], values: Sequence[float]) -> Series:
    """A series of what was seen: without the NaNs."""
    pairs = [(at_ms, float(value)) for at_ms, value in zip(times_ms, values, strict=True) if value == value]
    return Series(array("q", [at_ms for at_ms, _ in pairs]), array("d", [value for _, value in pairs]))


def encode(parts: Iterable[Part]) -> bytes:
    """The body of a block."""
    out = [b""]
    sections = 0
    for times_ms, ids, values in parts:
        sections += 1
        times = len(times_ms)
        if times < _PACK_FROM:
            out += (_SECTION.pack(times, len(ids), 0, 0), _bytes(times_ms), _bytes(ids), _bytes(values))
            continue
        raw = _bytes(values)
        packed = [_pack(raw[at : at + times * 8]) for at in range(0, len(raw), times * 8)]
        rows = b"".join([row for _, row in packed])
        lengths = array("I", [len(row) for _, row in packed])
        out += (_SECTION.pack(times, len(ids), len(rows), 0), _bytes(times_ms), _bytes(ids))
        out += (_bytes(lengths), bytes([how for how, _ in packed]), rows)
    out[0] = _HEAD.pack(_MAGIC, _FORMAT, sections)
    return b"".join(out)


class Choice:
    """Which signals to read. Remembers where they were: block after block holds the same signals in the same order."""

    def __init__(self, signal_ids: Iterable[int]) -> None:
        self._wanted = frozenset(signal_ids)
        self._known: dict[bytes, tuple[list[int], array[int]]] = {}

    def places(self, raw_ids: bytes) -> tuple[list[int], array[int]]:
        """The places among a section's ids that are wanted, and the ids there."""
        found = self._known.get(raw_ids)
        if found is None:
            ids = _ints("I", raw_ids)
            places = [place for place, signal_id in enumerate(ids) if signal_id in self._wanted]
            found = self._known[raw_ids] = (places, array("I", [ids[place] for place in places]))
        return found


def decode(body: bytes, choice: Choice | None = None) -> Iterator[Part]:
    """The parts of a body; with a choice only the chosen signals of them (parts without any are left out).

    Raises CodecError when the bytes are not a block.
    """
    try:
        magic, version, sections = _HEAD.unpack_from(body)
        if magic != _MAGIC or version != _FORMAT:
            raise CodecError("not a block of samples")
        yield from _sections(memoryview(body), sections, choice)
    except CodecError:
        raise
    except (ValueError, zlib.error, IndexError, struct.error) as error:
        raise CodecError("a block of samples is damaged") from error


def _sections(view: memoryview, sections: int, choice: Choice | None) -> Iterator[Part]:
    at = _HEAD.size
    for _ in range(sections):
        times, signals, packed, _ = _SECTION.unpack_from(view, at)
        at += _SECTION.size
        times_at, ids_at, rows_at = at, at + times * 8, at + times * 8 + signals * 4
        at = rows_at + (signals * 5 + packed if packed else signals * times * 8)
        if at > len(view) or not times:
            raise CodecError("a block of samples is cut short")
        places: list[int] | None = None
        if choice is None:
            ids = _ints("I", view[ids_at:rows_at])
        else:
            places, ids = choice.places(bytes(view[ids_at:rows_at]))
            if not places:
                continue
        read = _packed_rows if packed else _plain_rows
        values = read(view[rows_at:at], times, signals, places)
        if len(values) != times * len(ids):
            raise CodecError("a block of samples is damaged")
        yield Part(_ints("q", view[times_at:ids_at]), ids, values)


def _plain_rows(rows: memoryview, times: int, signals: int, places: list[int] | None) -> array[float]:
    if places is None:
        return _doubles(rows)
    if times == 1:
        every = _doubles(rows)
        return array("d", [every[place] for place in places])
    width = times * 8
    return _doubles(b"".join([rows[place * width : (place + 1) * width] for place in places]))


def _packed_rows(rows: memoryview, times: int, signals: int, places: list[int] | None) -> array[float]:
    ends = _ints("I", rows[: signals * 4])
    total = signals * 5
    for place, length in enumerate(ends):
        total += length
        ends[place] = total
    picked = []
    for place in range(signals) if places is None else places:
        start = ends[place - 1] if place else signals * 5
        picked.append(_unpack(rows[signals * 4 + place], rows[start : ends[place]], times))
    return _doubles(b"".join(picked))
