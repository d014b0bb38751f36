"""Opening what is not there, not a tape, damaged, of another version, or where nothing may be written."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from console.tape.errors import TapeBusy, TapeError, TapeMissing, TapeSchemaError
from console.tape.sqlite import explain
from console.tape.store import open_tape
from tests.tape.making import T0, event, poll, signal


def told(path: Path | str, mode: str = "read") -> str:
    with pytest.raises(TapeError) as caught:
        open_tape(path, "read" if mode == "read" else "write" if mode == "write" else "create")
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    return text


def full_tape(path: Path) -> Path:
    with open_tape(path, "create") as store:
        for number in range(50):
            store.append([event(T0 + number, "x" * 500)], [poll([signal(1)], T0 + number, [1.0])])
    return path


def test_what_is_not_there(tmp_path: Path) -> None:
    for mode in ("read", "write"):
        assert "there is no tape" in told(tmp_path / "none.tape", mode)
    with pytest.raises(TapeMissing):
        open_tape(tmp_path / "none.tape", "read")
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_a_tape(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a tape, " * 100)
    (tmp_path / "empty").touch()
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE meta (key, value)")
        other.commit()
    for name in ("notes.txt", "empty", "other.db"):
        for mode in ("read", "write", "create"):
            assert "this file is not a tape" in told(tmp_path / name, mode)
    assert "directory" in told(tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "not a tape, " * 100


def test_a_database_server_is_not_supported_and_its_password_not_said() -> None:
    text = told("postgresql://ana:hunter2@db.example/tape")
    assert "hunter2" not in text
    assert "files only" in text


def test_a_place_where_none_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be made" in told(tmp_path / "file" / "a.tape", "create")


@pytest.mark.parametrize(("version", "what"), [("2", "newer version"), ("0", "older version"), ("x", "older version")])
def test_another_schema(tmp_path: Path, version: str, what: str) -> None:
    tape = full_tape(tmp_path / "a.tape")
    with closing(sqlite3.connect(tape)) as raw:
        raw.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (version,))
        raw.commit()
    for mode in ("read", "write", "create"):
        assert what in told(tape, mode)
    with pytest.raises(TapeSchemaError):
        open_tape(tape, "read")
    with pytest.raises(TapeError):
        open_tape(full_tape(tmp_path / "b.tape"), "write").set_meta("schema", "2")


def test_a_tape_that_is_cut_short(tmp_path: Path) -> None:
    tape = full_tape(tmp_path / "a.tape")
    whole = tape.read_bytes()
    for size in (100, 4096, len(whole) // 2, len(whole) - 4096):
        tape.write_bytes(whole[:size])
        assert "cut short" in told(tape)


def test_a_tape_with_damaged_pages_says_so_wherever_it_is_met(tmp_path: Path) -> None:
    tape = full_tape(tmp_path / "a.tape")
    whole = bytearray(tape.read_bytes())
    for at in range(4096, len(whole), 4096):
        whole[at : at + 64] = b"\xff" * 64
    tape.write_bytes(whole)
    with pytest.raises(TapeError, match="damaged"), open_tape(tape, "read") as store:
        store.records_after(0)
    with pytest.raises(TapeError, match="damaged"), open_tape(tape, "write") as store:
        store.append([event(T0)])


def test_a_damaged_block_is_named(tmp_path: Path) -> None:
    tape = full_tape(tmp_path / "a.tape")
    with closing(sqlite3.connect(tape)) as raw:
        raw.execute("UPDATE blocks SET body = x'00'")
        raw.commit()
    with open_tape(tape, "read") as store, pytest.raises(TapeError, match="block"):
        store.samples([1], 0, 2**60)


def test_reading_changes_nothing(tmp_path: Path) -> None:
    tape = full_tape(tmp_path / "a.tape")
    before = tape.read_bytes()
    with open_tape(tape, "read") as store:
        assert store.grows
        assert len(store.records_after(0)) == 50
        with pytest.raises(TapeError, match="not allowed"):
            store.append([event(T0)])
    assert tape.read_bytes() == before


def test_a_finished_tape_is_read_but_not_written(tmp_path: Path) -> None:
    with open_tape(full_tape(tmp_path / "a.tape"), "write") as store:
        store.set_meta("title", "the night")
        store.finish(tmp_path / "b.tape")
        with pytest.raises(TapeError, match="a file already"):
            store.finish(tmp_path / "b.tape")
        before = store.records_after(0)
    (tmp_path / "b.tape").chmod(0o400)
    with open_tape(tmp_path / "b.tape", "read") as store:
        assert not store.grows
        assert store.records_after(0) == before
        assert store.meta() == {"schema": "1", "title": "the night"}
        assert len(store.samples([1], 0, 2**60)[1].times_ms) == 50
    assert "finished" in told(tmp_path / "b.tape", "write")
    assert sorted(path.name for path in tmp_path.glob("b*")) == ["b.tape"]


READ = """
import sys
from console.tape.errors import TapeError
from console.tape.store import open_tape
try:
    with open_tape(sys.argv[1], "read") as store:
        print(len(store.records_after(0)), store.grows)
except TapeError as error:
    print(error)
"""


def read_without_rights(path: Path) -> str:
    """What a process reads that may not write to the tape's directory, root or not."""
    command = [sys.executable, "-c", READ, str(path)]
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("needs setpriv to give up root's right to write anywhere")
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    path.parent.chmod(0o555)
    try:
        env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=True).stdout.strip()
    finally:
        path.parent.chmod(0o755)


def test_a_directory_where_nothing_may_be_written(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    tape = full_tape(tmp_path / "d" / "a.tape")
    assert read_without_rights(tape) == "50 False"


def test_a_log_that_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    with open_tape(tmp_path / "live.tape", "create") as store:
        store.append([event(T0)])
        # As a copy of a running recorder's files, or as the files of a killed one, without the shared memory.
        shutil.copy(tmp_path / "live.tape", tmp_path / "d" / "a.tape")
        shutil.copy(tmp_path / "live.tape-wal", tmp_path / "d" / "a.tape-wal")
    assert "writable directory" in read_without_rights(tmp_path / "d" / "a.tape")
    with open_tape(tmp_path / "d" / "a.tape", "read") as store:
        assert len(store.records_after(0)) == 1


def test_a_tape_that_somebody_holds_is_busy(tmp_path: Path) -> None:
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
    assert isinstance(explain(busy, tmp_path), TapeBusy)


def test_no_heavy_import_stands_before_the_first_data() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import console.tape.store, console.tape.follow, sys; print(*sys.modules)"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not {"numpy", "sqlalchemy", "textual", "httpx", "ctypes", "hashlib", "logging.handlers"} & set(said)


def test_opening_a_second_time_leaves_the_first_its_locks(tmp_path: Path) -> None:
    tape = full_tape(tmp_path / "a.tape")
    with open_tape(tape, "read") as first:
        for mode in ("read", "write"):
            open_tape(tape, "read" if mode == "read" else "write").close()
        script = "import sys; from tests.tape.test_opening import full_tape, Path; full_tape(Path(sys.argv[1]))"
        env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        for times in (2, 3):
            subprocess.run([sys.executable, "-c", script, str(tape)], env=env, check=True, timeout=60)
            assert first.last_seq() == times * 100
