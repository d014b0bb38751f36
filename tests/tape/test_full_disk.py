"""A disk without room: told as such, nothing committed lost, and on it goes when there is room."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from console.tape.errors import TapeFull
from console.tape.status import RecorderStatus, read_status, write_status
from console.tape.store import open_tape
from tests.tape.making import T0, event, poll, signal


def test_a_tape_that_may_not_grow(tmp_path: Path) -> None:
    with open_tape(tmp_path / "a.tape", "create") as store:
        pages = store._db.one("PRAGMA page_count")
        store._db.rows(f"PRAGMA max_page_count={pages + 30}")
        good = 0
        with pytest.raises(TapeFull) as caught:
            for number in range(1000):
                store.append([event(T0 + number, "x" * 1000)], [poll([signal(number)], T0, [1.0])])
                good += 1
        assert 5 < good < 1000
        assert "no room" in str(caught.value)
        for _ in range(3):
            with pytest.raises(TapeFull):
                store.append([event(T0, "y" * 200_000)])
        assert store.last_seq() == 2 * good
        with open_tape(tmp_path / "a.tape", "read") as reader:
            assert [r.at_ms for r in reader.records_after(0)] == [T0 + number for number in range(good)]
            assert len(reader.signals()) == good
        store._db.rows("PRAGMA max_page_count=1000000")
        assert store.append([event(T0 + 5000, "x" * 1000)], [poll([signal(5000)], T0, [1.0])]) == 2 * good + 2
        assert max(store.signals()) == good + 1


ON_A_SMALL_DISK = """
import os, sys
from pathlib import Path
from console.tape.errors import TapeFull
from console.tape.status import RecorderStatus, read_status, write_status
from console.tape.store import open_tape
from tests.tape.making import T0, event
disk = Path(sys.argv[1])
tape = disk / "a.tape"
write_status(tape, RecorderStatus(1, "here", 1, "ok", "", 0))
(disk / "filler").write_bytes(bytes(400_000))
good = 0
with open_tape(tape, "create") as store:
    try:
        while good < 10_000:
            store.append([event(T0 + good, "x" * 2000)])
            good += 1
    except TapeFull as error:
        print("full", "no room" in str(error))
    with open(disk / "rest", "wb", buffering=0) as rest:
        try:
            while True:
                rest.write(bytes(512))
        except OSError:
            pass
    for _ in range(3):
        try:
            store.append([event(T0, "x" * 2000)])
            print("no error on a full disk")
        except TapeFull:
            pass
    write_status(tape, RecorderStatus(1, "here", 2, "full", "The disk is full", 7))
    print("status", read_status(tape).held_records)
    print("kept", store.last_seq() == good == len(store.records_after(0, 10**6)))
    with open_tape(tape, "read") as reader:
        print("read", reader.last_seq() == good)
    (disk / "rest").unlink()
    (disk / "filler").unlink()
    print("again", store.append([event(T0, "x" * 2000)]) == good + 1)
with open_tape(tape, "write") as store:
    print("reopened", store.last_seq() == good + 1)
"""


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    """On a real file system of two megabytes, where this machine lets us make one."""
    mount = f"mount -t tmpfs -o size=2m tmpfs {tmp_path} && exec "
    unshare = [shutil.which("unshare") or "unshare", "-Urm", "sh", "-c"]
    try:
        subprocess.run([*unshare, f"{mount} true"], check=True, capture_output=True, timeout=30)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine does not let us mount a small file system")
    script = tmp_path.parent / "on_a_small_disk.py"
    script.write_text(ON_A_SMALL_DISK)
    done = subprocess.run(
        [*unshare, f"{mount} {sys.executable} {script} {tmp_path}"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "full True",
        "status 7",
        "kept True",
        "read True",
        "again True",
        "reopened True",
    ]


def test_the_status_is_overwritten_in_place_and_private(tmp_path: Path) -> None:
    tape = tmp_path / "a.tape"
    assert read_status(tape) is None
    first = RecorderStatus(1, "here", 5, "ok", "", 0)
    write_status(tape, first)
    file = tmp_path / "a.tape.status"
    assert (file.stat().st_size, file.stat().st_mode & 0o777) == (4096, 0o600)
    assert read_status(tape) == first
    full = RecorderStatus(1, "here", 9, "full", 'The disk is full: "/var" ü', 12)
    inode = file.stat().st_ino
    write_status(tape, full)
    assert read_status(tape) == full
    assert (file.stat().st_size, file.stat().st_ino) == (4096, inode)
    write_status(tape, full._replace(text="ü" * 10_000))
    found = read_status(tape)
    assert found is not None
    assert found.text.startswith("üüü")
    assert file.stat().st_size == 4096


def test_a_status_that_makes_no_sense_is_none(tmp_path: Path) -> None:
    tape = tmp_path / "a.tape"
    write_status(tape, RecorderStatus(1, "here", 5, "ok", "", 0))
    page = (tmp_path / "a.tape.status").read_bytes()
    for torn in (b"", b"nonsense", page[:30], page[:20] + b"X" + page[21:], b"00000000 {}"):
        (tmp_path / "a.tape.status").write_bytes(torn)
        assert read_status(tape) is None
