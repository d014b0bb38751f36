"""Text from outside cannot act on a terminal."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from console.plain import UNSAFE, harmless, harmless_json, plain


@given(st.text())
def test_nothing_is_left_that_a_terminal_acts_on(text: str) -> None:
    made = plain(text)
    made.encode("utf-8")
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in made)
    assert not any(
        unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "PDI") for c in made
    )


def test_readable_text_stays() -> None:
    assert plain("größer ≥ 5\tπ\n") == "größer ≥ 5 π "
    assert plain("a\x1b[31mb") == "a�[31mb"
    assert plain("x" * 50, longest=10) == "x" * 9 + "…"


@given(st.text())
def test_of_several_lines_only_the_lines_stay(text: str) -> None:
    made = harmless(text)
    assert len(made) == len(text) and made.count("\n") == text.count("\n")
    assert set(UNSAFE.findall(made)) <= {"\n"}


@given(st.dictionaries(st.text(), st.text() | st.lists(st.text())))
def test_json_stays_the_same_json(held: dict[str, str | list[str]]) -> None:
    made = harmless_json(json.dumps(held, indent=2, ensure_ascii=False))
    assert json.loads(made) == held
    assert set(UNSAFE.findall(made)) <= {"\n"}
