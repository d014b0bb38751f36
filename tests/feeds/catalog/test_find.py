"""Which files a catalogue has: bounded, hidden ones left out, circles of links ended."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from console.feeds.catalog import find
from console.feeds.catalog.find import Root, look_under, look_under_all


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def names(root: Path, top: Path | None = None) -> list[str]:
    return [os.path.relpath(path, top or root) for path in look_under(Root(root)).files]


def test_files_of_known_kinds_in_order_of_their_path(tmp_path: Path) -> None:
    for name in ("b.yaml", "a/z.yml", "a/card.md", "flows.toml", "UPPER.YAML", "notes.txt", "Makefile", "x.json"):
        write(tmp_path / name)
    assert names(tmp_path) == ["UPPER.YAML", "a/card.md", "a/z.yml", "b.yaml", "flows.toml"]


def test_hidden_folders_and_files_are_left_out(tmp_path: Path) -> None:
    for name in (".git/config.yaml", ".hidden.yaml", "a/.venv/b.yaml", "a/b.yaml", "~b.yaml.swp"):
        write(tmp_path / name)
    assert names(tmp_path) == ["a/b.yaml"]


def test_a_circle_of_links_ends_and_a_linked_folder_is_read_once(tmp_path: Path) -> None:
    write(tmp_path / "a/one.yaml")
    (tmp_path / "a/up").symlink_to(tmp_path)
    (tmp_path / "twin").symlink_to(tmp_path / "a")
    (tmp_path / "nowhere.yaml").symlink_to(tmp_path / "missing.yaml")
    assert names(tmp_path) == ["a/one.yaml"]


def test_a_mounted_configuration_is_links_to_a_hidden_folder(tmp_path: Path) -> None:
    write(tmp_path / "..2026_11_23/flows.toml")
    (tmp_path / "..data").symlink_to("..2026_11_23")
    (tmp_path / "flows.toml").symlink_to("..data/flows.toml")
    assert names(tmp_path) == ["flows.toml"]


def test_too_deep_and_too_many(tmp_path: Path) -> None:
    write(tmp_path.joinpath(*"abcdefghijklmnopqrst", "deep.yaml"))
    for i in range(5):
        write(tmp_path / f"{i}.yaml")
    assert names(tmp_path) == [f"{i}.yaml" for i in range(5)]
    few = look_under(Root(tmp_path), most=3)
    assert (len(few.files), few.more) == (3, True)


def test_a_folder_of_very_many_files_of_other_kinds_is_not_gone_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "flows.toml")
    for i in range(20):
        write(tmp_path / "build" / f"{i}.o")
    write(tmp_path / "build/z/deep.yaml")
    assert not look_under(Root(tmp_path)).more
    monkeypatch.setattr(find, "MOST_ENTRIES", 10)
    few = look_under(Root(tmp_path))
    assert (list(few.files), few.more, few.empty) == ([str(tmp_path / "flows.toml")], True, False)


def test_folders_of_tools_are_left_out(tmp_path: Path) -> None:
    for name in ("node_modules/x/README.md", "a/node_modules/y.yaml", "a/__pycache__/z.yaml", "a/b.yaml"):
        write(tmp_path / name)
    assert names(tmp_path) == ["a/b.yaml"]


def test_a_bound_for_all_roots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "MOST_FILES", 3)
    for i in range(4):
        write(tmp_path / "a" / f"{i}.yaml")
        write(tmp_path / "b" / f"{i}.yaml")
    seen = look_under_all([Root(tmp_path / "a"), Root(tmp_path / "b")])
    assert [len(one.files) for one in seen] == [3, 0]
    assert seen[0].more


def test_a_file_under_two_roots_counts_under_the_first(tmp_path: Path) -> None:
    path = write(tmp_path / "a/flows.toml")
    first, second = look_under_all([Root(path), Root(tmp_path)])
    assert list(first.files) == [str(path)]
    assert not second.files
    assert not second.empty


@pytest.mark.parametrize(
    ("name", "why"),
    [("none.toml", "there is no such file"), ("none", "there is no such file or folder")],
)
def test_a_root_that_is_not_there(tmp_path: Path, name: str, why: str) -> None:
    assert look_under(Root(tmp_path / name)).away == {tmp_path / name: why}


def test_what_would_wait_for_a_writer_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert look_under(Root(tmp_path)).files == {}
    assert "no file" in look_under(Root(tmp_path / "pipe.yaml")).away[tmp_path / "pipe.yaml"]


def test_names_that_no_file_can_have(tmp_path: Path) -> None:
    assert look_under(Root(Path("a\0b"))).away
    assert look_under(Root(tmp_path / ("x" * 300))).away
