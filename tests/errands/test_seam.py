"""Frames out of any chunks, and going on after a break without a byte twice or missing."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errands.following.frames import Frame, FrameError, Frames
from console.errands.following.seam import GapError, Seam


def raw(**frame: object) -> bytes:
    return json.dumps(frame, separators=(",", ":")).encode()


@given(st.lists(st.binary(max_size=60), max_size=6), st.integers(1, 50))
def test_frames_out_of_any_chunks(pieces: list[bytes], size: int) -> None:
    sent = b"{}" + b"{}".join(
        raw(Data=base64.b64encode(one).decode(), File="alloc/logs/é{}.stdout.0", Offset=7) for one in pieces
    )
    frames = Frames()
    found = [frame for at in range(0, len(sent), size) for frame in frames.feed(sent[at : at + size])]
    assert [one.data for one in found if one.file] == pieces


@pytest.mark.parametrize("junk", [b"<html>", b'{"Data":"###"}', b"[1]", b'{"a":"' + b"x" * 2_000_000])
def test_what_is_no_frame(junk: bytes) -> None:
    with pytest.raises(FrameError):
        Frames().feed(junk)


def frames_from(files: list[bytes], start: int, size: int, lag: int) -> list[Frame]:
    """What Nomad sends from a byte of all files on. ``lag``: by how much the first offset is too low."""
    frames: list[Frame] = []
    for number, file in enumerate(files):
        at = max(0, start)
        start -= len(file)
        while at < len(file):
            data = file[at : at + size]
            at += len(data)
            low = min(lag, len(data) - 1) if not frames else 0
            frames.append(Frame(data, f"alloc/logs/t.stdout.{number}", at - low))
    return frames


@given(
    first=st.binary(min_size=1, max_size=300),
    grown=st.binary(max_size=300),
    rotated=st.binary(max_size=100),
    overlap=st.integers(1, 400),
    sizes=st.tuples(st.integers(1, 400), st.integers(1, 400)),
)
def test_a_break_leaves_no_gap_and_nothing_twice(
    first: bytes, grown: bytes, rotated: bytes, overlap: int, sizes: tuple[int, int]
) -> None:
    seam = Seam()
    seam.connected()
    got = b"".join(seam.new(frame) for frame in frames_from([first], 0, sizes[0], 0))
    assert got == first
    files = [first + grown, rotated] if rotated else [first + grown]
    start = max(0, sum(map(len, files)) - overlap)
    seam.connected(strict=True)
    more: list[bytes] = []
    try:
        for frame in frames_from(files, start, sizes[1], 0):
            more.append(seam.new(frame))
    except GapError:
        assert start > len(first)
        return
    if start <= len(first):
        assert b"".join(more) == grown + rotated


def test_an_offset_that_is_too_low_is_seen_through() -> None:
    """Nomad gives the offset of the first part of what it put into one frame."""
    lines = b"".join(b"line %d\n" % number for number in range(200))
    for lag in (0, 7, 8, 80):
        seam = Seam()
        seam.connected()
        for frame in frames_from([lines[:900]], 0, 4096, 0):
            seam.new(frame)
        seam.connected(strict=True)
        more = b"".join(seam.new(frame) for frame in frames_from([lines], 500, 4096, lag))
        assert more == lines[900:], lag


def test_a_gap_that_cannot_be_closed_is_counted() -> None:
    seam = Seam()
    seam.connected()
    seam.new(Frame(b"abc\n", "t.stdout.0", 4))
    seam.connected(strict=True)
    with pytest.raises(GapError):
        seam.new(Frame(b"xyz\n", "t.stdout.0", 104))
    seam.connected()
    assert seam.new(Frame(b"xyz\n", "t.stdout.0", 104)) == b"xyz\n"
    assert seam.missed == 96
    seam.connected()
    assert seam.new(Frame(b"new\n", "t.stdout.3", 4)) == b"new\n"
    assert seam.missed == -1


def test_a_file_that_was_truncated_begins_anew() -> None:
    seam = Seam()
    seam.connected()
    seam.new(Frame(b"abcdef\n", "t.stdout.0", 7))
    assert seam.new(Frame(b"", "t.stdout.0", 0, "file truncated")) == b""
    assert seam.new(Frame(b"g\n", "t.stdout.0", 2)) == b"g\n"
    seam.connected()
    assert seam.new(Frame(b"g\nh\n", "t.stdout.0", 4)) == b"h\n"
