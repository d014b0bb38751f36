"""Saving: private files, nothing written over, and text from outside that stays text."""

from __future__ import annotations

import csv
import io
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.plain import UNSAFE
from console.savedfile import Saved, SaveError, cell, csv_text, inert, save, slug

TEXT = Saved("allocation 3f2a91bc web.frontend[0]", "txt", "größer\n")
AT_S = 1_795_410_000.0


def test_a_file_of_its_own_is_private_and_says_what_it_is(tmp_path: Path) -> None:
    path = save(TEXT, tmp_path, at_s=AT_S)
    assert path == tmp_path / "saved" / "allocation-3f2a91bc-web.frontend-0-20261123-050000.txt"
    assert path.read_text() == "größer\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_nothing_is_written_over(tmp_path: Path) -> None:
    first = save(TEXT, tmp_path, at_s=AT_S)
    second = save(TEXT._replace(text="other\n"), tmp_path, at_s=AT_S)
    assert second.name == first.name.replace(".txt", "-2.txt")
    assert first.read_text() == "größer\n"
    assert second.read_text() == "other\n"


def test_a_named_file_is_taken_as_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert save(TEXT, tmp_path, "here.log") == tmp_path / "here.log"
    assert save(TEXT, tmp_path, "~/mine/x") == tmp_path / "home" / "mine" / "x"
    with pytest.raises(SaveError, match=r"here\.log is there already and stays; name another file\."):
        save(TEXT, tmp_path, "here.log")
    assert (tmp_path / "here.log").read_text() == "größer\n"
    (tmp_path / "dir").mkdir()
    assert save(TEXT, tmp_path, "dir", at_s=AT_S).parent == tmp_path / "dir"
    assert save(TEXT, tmp_path, "new/", at_s=AT_S).parent == tmp_path / "new"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "precious")
    with pytest.raises(SaveError, match="is there already"):
        save(TEXT, tmp_path, str(tmp_path / "link"))
    assert not (tmp_path / "precious").exists()


@pytest.mark.parametrize("named", ["/proc/none/x", "a/b\0c", "/dev/null/x", "x" * 300, "~nobody-of-that-name/x"])
def test_a_place_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SaveError) as refused:
        save(TEXT, tmp_path, named)
    assert str(refused.value).endswith(".")
    assert str(refused.value).isprintable()


def test_what_does_not_fit_on_the_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, data: object, /) -> int:
            raise OSError(28, "No space left on device")

    def full(number: int, mode: str) -> Full:
        os.close(number)
        return Full()

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(SaveError, match="No space left on device"):
        save(TEXT, tmp_path, str(tmp_path / "x"))
    assert not (tmp_path / "x").exists()


@given(st.text())
def test_any_name_makes_a_name_of_a_file(what: str) -> None:
    made = slug(what)
    assert made
    assert made.isascii()
    assert "/" not in made
    assert not made.startswith((".", "-"))
    assert len(made) <= 80


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "=HYPERLINK(A1)"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-3", "+4.5", "-12%", "12", "web", "", "3/3"])
def test_numbers_and_words_stay(text: str) -> None:
    assert cell(text) == text


@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), max_size=5))
def test_any_cells_come_back_as_cells(rows: list[list[str]]) -> None:
    back = list(csv.reader(io.StringIO(csv_text(["a", "b"], rows))))
    assert back == [["a", "b"], *([cell(text) for text in row] for row in rows)]
    for row in back:
        for text in row:
            assert not UNSAFE.search(text)
            assert text[:1] not in ("=", "@")


@given(st.lists(st.text(max_size=30)))
def test_no_escape_gets_into_a_text(lines: list[str]) -> None:
    made = inert(lines)
    assert "\x1b" not in made
    assert "\x9b" not in made
    assert made.count("\n") == len(lines)
