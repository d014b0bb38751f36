"""Text is harmless and of exact width, whatever it was."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from widgets.text import ODD, Span, clean, fit, fit_spans, width_of, wrap

ANYTHING = st.text(st.characters(), max_size=60)  # surrogates, control and format characters included


def harmful(text: str) -> list[str]:
    return [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


@given(ANYTHING)
@example("\x1b]52;c;ZXZpbA==\x07")
@example("e\u0301\u0301\u0301\u0301\u0301")
def test_nothing_harmful_comes_through(text: str) -> None:
    assert not harmful(clean(text))
    clean(text).encode("utf-8")


@given(ANYTHING, st.integers(0, 40), st.sampled_from(["left", "right"]))
@example("漢字漢字", 3, "left")
@example("👩‍👩‍👧‍👦 family", 5, "left")
@example("❤️", 1, "left")
def test_fit_is_exact(text: str, width: int, align: str) -> None:
    fitted = fit(text, width, "right" if align == "right" else "left")
    assert cell_len(fitted) == width
    assert not harmful(fitted)


@given(st.lists(st.builds(Span, ANYTHING, st.just("ok")), max_size=5), st.integers(0, 40))
def test_spans_never_take_more_than_they_may(spans: list[Span], width: int) -> None:
    assert sum(cell_len(span.text) for span in fit_spans(spans, width)) <= width


@given(ANYTHING, st.integers(1, 30))
def test_wrapped_lines_fit(text: str, width: int) -> None:
    assert all(cell_len(line) <= width for line in wrap(text, width))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\nc\r\nd", "a b c  d"),
        ("\x1b[31mred", "␛[31mred"),
        ("\x9b31m", f"{ODD}31m"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("abc\u202etxt.exe", f"abc{ODD}txt.exe"),
        ("ad\u200bmin", f"ad{ODD}min"),
        ("nul\x00del\x7f", "nul␀del␡"),
        ("\U0001f1e9\U0001f1ea", "DE"),
        ("[bold]not markup[/]", "[bold]not markup[/]"),
        ("bad \ud800 half", f"bad {ODD} half"),
    ],
)
def test_what_stands_in_its_place(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_letters_with_marks_stay_and_smears_go() -> None:
    assert clean("e\u0301") == "é"
    assert width_of("Z" + "\u0335" * 50) == 1
    assert len(clean("Z" + "\u0335" * 50)) == 3


def test_cut_text_says_so() -> None:
    assert fit("partner-feed", 8) == "partner…"
    assert fit("partner-feed", 8, more="~") == "partner~"
    assert fit("漢字漢字", 4) == "漢… "
    assert fit("7ms", 5, "right") == "  7ms"
    assert [s.text for s in fit_spans([Span("abc"), Span("defg")], 5)] == ["abc", "d…"]
    assert [s.text for s in fit_spans([Span("abc"), Span("d")], 3)] == ["ab…"]


def test_wrap_breaks_between_words() -> None:
    assert wrap("the shelf cannot be reached", 12) == ["the shelf", "cannot be", "reached"]
    assert wrap("abcdefgh", 3) == ["abc", "def", "gh"]
