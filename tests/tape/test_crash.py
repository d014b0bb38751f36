"""A writer that is killed in the middle of its work, many times over."""

from __future__ import annotations

import os
import random
import signal as signals
import subprocess
import sys
import time
from pathlib import Path

from console.tape.store import open_tape
from tests.tape.making import JOB

ROUNDS = 8

WRITER = """
import os, sys
from console.tape.store import open_tape
from tests.tape.making import JOB, T0, event, poll, signal, state
store = open_tape(sys.argv[1], "create")
number = 0
while True:
    number += 1
    puts = [event(T0 + number, "x" * 300), state(JOB, T0 + number, round=sys.argv[2], number=number)]
    seq = store.append(puts, [poll([signal(1), signal(2)], T0 + number, [number, 1.0])])
    os.write(1, b"%d\\n" % seq)
    if number % 40 == 0:
        store.compact(T0 + number)
"""


def test_what_was_committed_survives_a_kill(tmp_path: Path) -> None:
    tape = tmp_path / "a.tape"
    chance = random.Random(4)
    acknowledged = 0
    for number in range(ROUNDS):
        command = [sys.executable, "-c", WRITER, str(tape), str(number)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        ) as writer:
            assert writer.stdout is not None
            said = writer.stdout.readline()  # it writes now
            time.sleep(chance.uniform(0.0, 0.25))
            writer.send_signal(signals.SIGKILL)
            said += writer.stdout.read()
        acknowledged = int(said.split(b"\n")[said.count(b"\n") - 1])
        with open_tape(tape, "write") as store:
            last = store.last_seq()
            # One more may have been committed than was said; never one less.
            assert acknowledged <= last <= acknowledged + 3
            assert last % 3 == 0, "half of an append is on the tape"
            records = store.records_after(0, limit=10**6)
            assert len(records) == last // 3 * 2
            assert len({record.seq for record in records}) == len(records)
            assert [r.body["round"] for r in store.states_at(None) if r.entity == JOB] != []
            taken = {record.seq for record in records}
            assert all(seq % 3 == 0 for seq in set(range(1, last + 1)) - taken), "a hole among the records"
            found = store.samples([1, 2], 0, 2**62)
            numbers = {record.at_ms for record in records}
            assert set(found[1].times_ms) == set(found[2].times_ms) == numbers
    assert acknowledged > ROUNDS * 3
