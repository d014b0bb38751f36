"""A disk that is full while the board is open: told, nothing seen meanwhile lost, and on it goes when there is room."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles.nomad import NomadDouble
from tests.whole.house import House, wait


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes, where this machine lets us mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", str(disk)]
    try:
        subprocess.run(words, check=True, capture_output=True, timeout=30)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine does not let us mount a small file system: a full disk was not seen by a board")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True, capture_output=True, timeout=30)


def fill(file: Path) -> None:
    """Take all the room that is left."""
    with file.open("ab", buffering=0) as filler:
        for piece in (65536, 4096, 512):
            try:
                while filler.write(bytes(piece)) == piece:
                    continue
            except OSError:
                continue


def test_it_is_told_and_all_that_was_seen_meanwhile_comes_onto_the_tape(
    nomad: NomadDouble, tmp_path: Path, small_disk: Path
) -> None:
    house = House(tmp_path, "--nomad-addr", nomad.address, tape=small_disk / "live.tape", size=(160, 40))
    node = nomad.find("nodes")["ID"]
    filler = small_disk / "filler"
    try:
        board = house.board()
        board.until(str(nomad.find("jobs")["ID"]))
        pid = house.recording()
        fill(filler)
        for number in range(400):  # more than fits into what the log of the tape has already
            nomad.change("nodes", node, "NodeStreamEvent", Name=f"fra9-{number:03d}", Status="down")
            time.sleep(0.005)  # Nomad's buffer holds a hundred
        shown = board.until("there is no room to write", 30)
        assert "RECORDER IN TROUBLE" in shown
        assert re.search(r"live\.tape: there is no room to write; free space on its disk; it holds \d+ records", shown)
        board.read(8)  # longer than a lease lives: nobody else is to take over what this one holds
        assert "RECORDER IN TROUBLE" in board.screen()
        os.kill(pid, 0)
        filler.unlink()
        board.until("fra9-399", 30)
        board.without("there is no room", 20)
        assert house.recorder() == pid

        def told() -> bool:
            with house.reading() as store:
                seen = " ".join(str(record.body.get("name")) for record in store.records_after(0, 10**6))
            return "fra9-399" in seen

        wait(told, 15, "everything that was held is on the tape")
        assert house.gaps("nomad") == []
    finally:
        house.close()
