"""Blocks of samples as bytes."""

from __future__ import annotations

import struct
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.tape.codec import Choice, CodecError, decode, encode, parts_of, seen
from console.tape.shapes import Series

values = st.floats(allow_nan=True, allow_infinity=True) | st.sampled_from([0.0, -0.0, 1.0, float("nan")])


@st.composite
def matrices(draw: st.DrawFn) -> tuple[list[int], dict[int, list[float]]]:
    stamps = sorted(
        draw(st.sets(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=draw(st.sampled_from([3, 40]))))
    )
    ids = draw(st.sets(st.integers(1, 2**32 - 1), min_size=1, max_size=5))
    constant = draw(st.booleans())
    width = len(stamps)
    row = st.just([draw(values)] * width) if constant else st.lists(values, min_size=width, max_size=width)
    return stamps, {signal_id: draw(row) for signal_id in sorted(ids)}


def bits(row: array[float] | list[float]) -> list[bytes]:
    return [struct.pack("<d", value) for value in row]


@settings(max_examples=200, deadline=None)
@given(matrices(), st.data())
def test_what_was_seen_comes_back_bit_for_bit(
    matrix: tuple[list[int], dict[int, list[float]]], data: st.DataObject
) -> None:
    stamps, rows = matrix
    body = encode(parts_of({signal_id: seen(stamps, row) for signal_id, row in rows.items()}))
    wanted = data.draw(st.none() | st.frozensets(st.sampled_from(sorted(rows))))
    back: dict[int, Series] = {}
    for part in decode(body, None if wanted is None else Choice(wanted)):
        assert len(part.values) == len(part.times_ms) * len(part.signal_ids)
        for signal_id, found in part.rows():
            assert signal_id not in back
            back[signal_id] = Series(part.times_ms, found)
    for signal_id, row in rows.items():
        pairs = [(at_ms, value) for at_ms, value in zip(stamps, row, strict=True) if value == value]
        if not pairs or (wanted is not None and signal_id not in wanted):
            assert signal_id not in back
            continue
        assert back[signal_id].times_ms.tolist() == [at_ms for at_ms, _ in pairs]
        assert bits(back[signal_id].values) == bits([value for _, value in pairs])


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80), st.integers(0, 10**6), st.integers(0, 255))
def test_damaged_bytes_are_an_error_and_nothing_else(junk: bytes, at: int, byte: int) -> None:
    stamps = list(range(40))
    body = bytearray(encode(parts_of({n: seen(stamps, [float(t % (n + 1)) for t in stamps]) for n in range(1, 4)})))
    body[at % len(body)] = byte
    for raw in (junk, bytes(body), bytes(body[: at % len(body)])):
        try:
            for part in decode(raw):
                assert len(part.values) == len(part.times_ms) * len(part.signal_ids)
        except CodecError:
            continue


def test_what_is_no_block_is_refused() -> None:
    for raw in (b"", b"FB", b"XX\x01\0\0\0\0\0", b"FB\x02\0\0\0\0\0"):
        with pytest.raises(CodecError):
            list(decode(raw))


def test_steady_and_counting_signals_are_stored_small() -> None:
    stamps = list(range(0, 128_000, 1000))
    steady = {n: seen(stamps, [float(n)] * 128) for n in range(100)}
    counting = {n: seen(stamps, [1000.0 + t * n for t in range(128)]) for n in range(100)}
    assert len(encode(parts_of(steady))) < 128 * 8 + 100 * 20
    assert len(encode(parts_of(counting))) < 100 * 128 * 8 / 2
