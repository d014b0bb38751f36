"""A recorder's memory: what was taken and let go of is back with the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

HELD = """
import threading
from pathlib import Path
from console.recorder.memory import frugal, give_back
frugal()
def taken():
    kept = []
    def work():
        for _ in range(20):
            large = bytes(2_000_000), [bytes(2_000) for _ in range(3_000)]
            kept.append(bytearray(600))
            del large
    threads = [threading.Thread(target=work) for _ in range(6)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    return kept
def resident_kb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4
before, kept = resident_kb(), taken()
give_back()
print(resident_kb() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_of_pages_read_in_several_threads_nothing_stays_taken() -> None:
    done = subprocess.run([sys.executable, "-c", HELD], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 6_000, "kB"
