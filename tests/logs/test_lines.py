"""Lines out of bytes: the same however they come in, harmless whatever they hold, bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.logs.severity import severity_of
from console.logs.splitter import LONGEST, Cut, Splitter
from console.logs.when import time_of
from console.plain import UNSAFE
from console.times import parse_time

NOW_MS = 1_795_411_605_000  # 2026-11-23T05:26:45Z

PIECES = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from([b"\n", b"\r", b"\r\n", b"\x1b[31m", b"\x1b]52;c;", b"\x07", b"\x1b\\", b"\x1bP", b"\t",
                         b"\x00", "é☃".encode(), b"\xf0\x9f", b"\x9b1m", "\u202e".encode(), b"plain text", b"x" * 50]),
    ),
    max_size=30,
)  # fmt: skip


@given(PIECES, st.lists(st.integers(0, 400), max_size=12))
def test_any_chunks_give_the_same_lines_and_nothing_a_terminal_acts_on(pieces: list[bytes], cuts: list[int]) -> None:
    data = b"".join(pieces)
    whole = Splitter(longest=64)
    expected = [*whole.feed(data), whole.flush()]
    parts = Splitter(longest=64)
    lines: list[Cut] = []
    ends = sorted({min(cut, len(data)) for cut in cuts} | {len(data)})
    for start, end in zip([0, *ends], ends, strict=False):
        lines += parts.feed(data[start:end])
        assert len(parts._kept) <= 64
    lines.append(parts.flush())
    assert lines == expected
    assert len(lines) == data.count(b"\n") + 1
    for line in lines:
        assert not UNSAFE.search(line.text)
        assert "\x1b" not in line.text
        assert len(line.text) <= 64 * 4


def test_ten_megabytes_without_a_line_break_are_never_held() -> None:
    splitter = Splitter()
    for _ in range(160):
        assert splitter.feed(b"a" * 65_536) == []
        assert len(splitter._kept) <= LONGEST
    (line,) = splitter.feed(b"\n")
    assert line == Cut("a" * LONGEST, 160 * 65_536 - LONGEST)
    assert splitter.feed(b"next\n") == [Cut("next")]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\x1b[1;31mERROR\x1b[0m it broke", "ERROR it broke"),
        (b"\x1b]0;title\x07after", "after"),
        (b"\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        (b"\x1b]52;c;cGFzdGU=\x07x", "x"),
        (b"\x1bPq#0;2;0;0;0\x1b\\y", "y"),
        (b"\x1b]2;never ends, and the rest is read", "2;never ends, and the rest is read"),
        (b"10%\r50%\r100%", "100%"),
        (b"dos line\r", "dos line"),
        (b"a\tb", "a   b"),
        (b"bell\x07 null\x00 del\x7f", "bell\ufffd null\ufffd del\ufffd"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        ("abc\u202ecba".encode(), "abc\ufffdcba"),
    ],
)
def test_what_a_terminal_would_act_on(raw: bytes, text: str) -> None:
    assert Splitter().feed(raw + b"\n") == [Cut(text)]


def test_a_character_that_is_cut_at_the_bound_is_left_out() -> None:
    assert Splitter(longest=4).feed("abcé and more\n".encode()) == [Cut("abc", 10)]


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-11-23T04:48:45.044Z INFO  answerer", "2026-11-23T04:48:45.044Z"),
        ("[3814] 2026/11/23 04:44:01.487569 [INF] Starting", "2026-11-23T04:44:01.487Z"),
        ("2026-11-23 06:44:01,487 +02:00 x", "2026-11-23T04:44:01.487Z"),
        ("1795409065 x", "2026-11-23T04:44:25Z"),
        ("1795409065044 x", "2026-11-23T04:44:25.044Z"),
        ('level=warn ts=2026-11-23T04:44:25Z msg="x"', "2026-11-23T04:44:25Z"),
        ('{"level":"info","ts":1795409065.044,"msg":"x"}', "2026-11-23T04:44:25.044Z"),
        ('{"msg":"x","time":"2026-11-23T04:44:25Z"}', "2026-11-23T04:44:25Z"),
        ('{"@timestamp": "2026-11-23T04:44:25.5Z"}', "2026-11-23T04:44:25.500Z"),
        ("Nov 23 04:44:25 host sshd", "2026-11-23T04:44:25Z"),
        ("Dec 31 23:59:59 host sshd", "2025-12-31T23:59:59Z"),
        ("E1123 04:44:25.123456 1 main.go:1] x", "2026-11-23T04:44:25.123Z"),
        ('1.2.3.4 - - [23/Nov/2026:04:44:25 +0000] "GET /"', "2026-11-23T04:44:25Z"),
        ("no time here", None),
        ("2026-02-31T04:44:25Z is no day", None),
        ("9999999999 is no time yet", None),
        ("", None),
    ],
)
def test_the_time_of_a_line(text: str, when: str | None) -> None:
    expected = None if when is None else parse_time(when, reference_ms=NOW_MS)
    assert time_of(text, NOW_MS) == expected


@given(st.text(max_size=300))
def test_any_text_has_a_time_or_none(text: str) -> None:
    found = time_of(text, NOW_MS)
    assert found is None or 0 <= found <= NOW_MS + 86_400_000
    assert severity_of(text) in ("", "warn", "bad")


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("2026-11-23T04:48:45.044Z ERROR answerer broke", "bad"),
        ("2026-11-23T04:48:45.044Z INFO  no ERROR was seen", ""),
        ("[3814] 2026/11/23 04:44:01.48 [WRN] slow", "warn"),
        ("level=error msg=x", "bad"),
        ('{"level":"warning","msg":"x"}', "warn"),
        ("E1123 04:44:25.123456 1 main.go:1] x", "bad"),
        ("Traceback (most recent call last):", "bad"),
        ("an error occurred in an error handler", ""),
        ("error: no such file", "bad"),
        ("terror and warnings of errands", ""),
    ],
)
def test_how_bad_a_line_says_it_is(text: str, severity: str) -> None:
    assert severity_of(text) == severity
