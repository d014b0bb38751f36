"""The shelf: read once, read again on change, and what it last said well stays while it is broken or out of sight."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.declared.read import NOT_OURS
from console.declared.shapes import Contents, DeclaredError, FlowPart
from console.feeds.catalog.find import Root
from console.feeds.catalog.shelf import FileShelf


class Counting:
    """A reader of files that hold the name of a flow; it counts its readings."""

    def __init__(self) -> None:
        self.read: Counter[str] = Counter()

    def __call__(self, path: Path, named: bool) -> Contents:
        self.read[path.name] += 1
        text = path.read_text()
        if text == "other":
            return NOT_OURS
        if text.startswith("broken"):
            raise DeclaredError(path, 3, "is broken")
        if text == "fault":
            raise ZeroDivisionError
        return Contents(flows=[FlowPart(text, (text,), "flows.toml", 1, {})])


@pytest.fixture
def reader() -> Counting:
    return Counting()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in "abc":
        (tmp_path / f"{name}.yaml").write_text(name)
    return tmp_path


@pytest.fixture
def shelf(folder: Path, reader: Counting) -> Iterator[FileShelf]:
    shelf = FileShelf([Root(folder)], reader, look_s=0.01)
    shelf.look()
    yield shelf


def flows(shelf: FileShelf) -> list[str]:
    return [flow.name for file in shelf.files for flow in file.contents.flows]


def replace(path: Path, text: str) -> None:
    """As an editor or a checkout does: a new file in the place of the old one."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(text)
    new.replace(path)


def test_only_what_changed_is_read_again(shelf: FileShelf, folder: Path, reader: Counting) -> None:
    assert flows(shelf) == ["a", "b", "c"]
    assert not shelf.look()
    version = shelf.version
    (folder / "b.yaml").write_text("b2")
    assert shelf.look()
    assert flows(shelf) == ["a", "b2", "c"]
    assert shelf.version != version
    assert reader.read == {"a.yaml": 1, "b.yaml": 2, "c.yaml": 1}


def test_another_file_of_the_same_size_and_time_in_its_place(shelf: FileShelf, folder: Path) -> None:
    times = (folder / "a.yaml").stat()
    replace(folder / "a.yaml", "x")
    os.utime(folder / "a.yaml", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert shelf.look()
    assert flows(shelf) == ["x", "b", "c"]


def test_several_broken_at_once_keep_what_they_said(shelf: FileShelf, folder: Path) -> None:
    for name in "ab":
        (folder / f"{name}.yaml").write_text("broken now")
    assert shelf.look()
    assert flows(shelf) == ["a", "b", "c"]
    assert [str(file.problem) for file in shelf.files if file.problem] == [
        f"{folder}/a.yaml, line 3: is broken",
        f"{folder}/b.yaml, line 3: is broken",
    ]
    (folder / "a.yaml").write_text("a3")
    shelf.look()
    assert flows(shelf) == ["a3", "b", "c"]
    assert sum(file.problem is not None for file in shelf.files) == 1


def test_broken_from_the_start_says_nothing_and_is_named(tmp_path: Path, reader: Counting) -> None:
    (tmp_path / "a.yaml").write_text("broken")
    shelf = FileShelf([Root(tmp_path)], reader)
    shelf.look()
    (file,) = shelf.files
    assert (file.contents, file.read_ms) == (Contents(), 0)
    assert file.problem is not None


def test_a_fault_of_ours_in_a_file_does_not_take_the_others(shelf: FileShelf, folder: Path) -> None:
    (folder / "a.yaml").write_text("fault")
    shelf.look()
    assert flows(shelf) == ["a", "b", "c"]
    assert "fault of this program" in str(shelf.files[0].problem)


def test_files_that_are_not_ours_are_counted_only(shelf: FileShelf, folder: Path) -> None:
    (folder / "d.yaml").write_text("other")
    assert shelf.look()
    assert flows(shelf) == ["a", "b", "c"]
    assert shelf.others == 1


def test_a_deleted_file_is_gone_at_the_second_look(shelf: FileShelf, folder: Path) -> None:
    (folder / "b.yaml").unlink()
    assert not shelf.look()
    assert shelf.look()
    assert flows(shelf) == ["a", "c"]
    (folder / "c.yaml").unlink()
    shelf.look()
    (folder / "c.yaml").write_text("c")  # an editor that unlinks first
    shelf.look()
    assert not shelf.look()
    assert flows(shelf) == ["a", "c"]


def test_a_folder_that_vanishes_keeps_its_files_and_says_so(shelf: FileShelf, folder: Path, reader: Counting) -> None:
    moved = folder.with_name("elsewhere")
    folder.rename(moved)
    assert shelf.look()
    for _ in range(3):
        assert not shelf.look()
    assert flows(shelf) == ["a", "b", "c"]
    (away,) = shelf.away
    assert (away.path, away.why, away.kept) == (folder, "there is no such file or folder", 3)
    moved.rename(folder)
    assert shelf.look()
    assert not shelf.away
    assert all(file.problem is None for file in shelf.files)


def test_an_unmounted_folder_is_empty_and_keeps_its_files(shelf: FileShelf, folder: Path) -> None:
    moved = folder.with_name("disk")
    folder.rename(moved)
    folder.mkdir()
    shelf.look()
    shelf.look()
    assert flows(shelf) == ["a", "b", "c"]
    assert "mounted" in shelf.away[0].why
    (folder / "only.yaml").write_text("only")
    shelf.look()
    shelf.look()
    assert flows(shelf) == ["only"]


def test_a_folder_inside_that_cannot_be_read(folder: Path, reader: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = folder / "inner"
    inner.mkdir()
    (inner / "d.yaml").write_text("d")
    shelf = FileShelf([Root(folder)], reader)
    shelf.look()
    real = os.scandir

    def scandir(path: Path) -> Iterator[os.DirEntry[str]]:
        if Path(path) == inner:
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    shelf.look()
    shelf.look()
    assert flows(shelf) == ["a", "b", "c", "d"]
    assert [(away.path, away.kept) for away in shelf.away] == [(inner, 1)]
    monkeypatch.undo()
    shutil.rmtree(inner)
    shelf.look()
    shelf.look()
    assert flows(shelf) == ["a", "b", "c"]


def test_a_named_file_that_vanishes_stays_with_its_reason(folder: Path, reader: Counting) -> None:
    shelf = FileShelf([Root(folder / "a.yaml")], reader)
    shelf.look()
    (folder / "a.yaml").unlink()
    shelf.look()
    shelf.look()
    assert flows(shelf) == ["a"]
    assert str(shelf.files[0].problem) == f"{folder}/a.yaml: there is no such file"
    (folder / "a.yaml").write_text("a")
    shelf.look()
    assert shelf.files[0].problem is None


def test_only_what_somebody_named_is_missed_from_the_start(tmp_path: Path, reader: Counting) -> None:
    shelf = FileShelf([Root(tmp_path / "usual", given=False), Root(tmp_path / "named")], reader)
    shelf.look()
    assert [away.path for away in shelf.away] == [tmp_path / "named"]


def test_the_order_of_roots_is_the_precedence(folder: Path, reader: Counting) -> None:
    shelf = FileShelf([Root(folder / "c.yaml"), Root(folder), Root(folder / "c.yaml")], reader)
    shelf.look()
    assert flows(shelf) == ["c", "a", "b"]
    (folder / "a.yaml").unlink()
    shelf.look()
    assert flows(shelf) == ["c", "a", "b"]


async def test_several_wait_for_one_look(shelf: FileShelf, folder: Path, reader: Counting) -> None:
    version = shelf.version
    waiting = [asyncio.create_task(shelf.changed(version)) for _ in range(3)]
    await asyncio.sleep(0.05)
    assert not any(task.done() for task in waiting)
    waiting[0].cancel()
    (folder / "a.yaml").write_text("a2")
    assert await asyncio.wait_for(waiting[1], 5) == await asyncio.wait_for(waiting[2], 5) == shelf.version
    assert reader.read["a.yaml"] == 2
    assert await shelf.changed(version) == shelf.version


async def test_nobody_waits_nobody_looks(shelf: FileShelf, folder: Path, reader: Counting) -> None:
    task = asyncio.create_task(shelf.changed(shelf.version))
    await asyncio.sleep(0.03)
    task.cancel()
    await asyncio.sleep(0.05)
    (folder / "a.yaml").write_text("a2")
    await asyncio.sleep(0.05)
    assert reader.read["a.yaml"] == 1
