"""Several writers at one tape: nothing lost, no number twice; one holder of the lease at a time."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from console.tape.shapes import Holder, Lease, Viewer
from console.tape.store import Store, open_tape
from tests.tape.making import T0, event, signal

WRITER = """
import sys
from console.tape.store import open_tape
from tests.tape.making import T0, event, poll, signal
store = open_tape(sys.argv[1], "create")
sys.stdin.readline()
for number in range(int(sys.argv[3])):
    once = f"shared-{number}" if number % 2 else None
    store.append([event(T0, f"{sys.argv[2]} {number}", once)], [poll([signal(number % 7)], T0 + number, [1.0])])
"""


def test_processes_that_write_at_once(tmp_path: Path) -> None:
    tape, each = tmp_path / "a.tape", 60
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tape), name, str(each)], stdin=subprocess.PIPE, env=env)
        for name in ("ana", "ben", "cem")
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    with open_tape(tape, "read") as store:
        records, blocks = store.records_after(0, 10**6), store.blocks_after(0, 10**6)
        # Every second thing was seen by all three and stands once.
        assert len(records) == 3 * each // 2 + each // 2
        assert len(blocks) == 3 * each
        assert sorted([r.seq for r in records] + [b.seq for b in blocks]) == list(range(1, store.last_seq() + 1))
        assert {one.key for one in store.signals().values()} == {signal(n).key for n in range(7)}
        assert set(store.signals()) == set(range(1, 8))
        assert not list(tmp_path.glob(".a.tape*")), "something is left over from making the tape"


def test_threads_that_write_at_once(tmp_path: Path) -> None:
    tape, each = tmp_path / "a.tape", 40
    open_tape(tape, "create").close()
    faults: list[BaseException] = []

    def write(name: str) -> None:
        try:
            with open_tape(tape, "write") as store:
                for number in range(each):
                    store.append([event(T0 + number, f"{name} {number}")])
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with open_tape(tape, "read") as store:
        found = store.records_after(0)
        assert [record.seq for record in found] == list(range(1, 4 * each + 1))
        for name in "abcd":
            own = [r.body["text"] for r in found if str(r.body["text"]).startswith(name)]
            assert own == [f"{name} {number}" for number in range(each)]


ANA, BEN = Holder("ana-1", 11, "bastion", "ana"), Holder("ben-1", 12, "laptop", "ben")


def test_the_lease_has_one_holder_until_it_expires(tmp_path: Path) -> None:
    with open_tape(tmp_path / "a.tape", "create") as one, open_tape(tmp_path / "a.tape", "write") as other:
        assert one.lease() is None
        assert one.take_lease(ANA, 1000, 500)
        assert not other.take_lease(BEN, 1499, 500)
        assert other.lease() == Lease(ANA, 1000, 1500)
        assert one.renew_lease(ANA, 1400, 500)
        assert not other.take_lease(BEN, 1899, 500)
        assert other.take_lease(BEN, 1900, 500)
        assert one.lease() == Lease(BEN, 1900, 2400)
        assert not one.renew_lease(ANA, 1950, 500)
        assert not one.release_lease(ANA)
        assert other.release_lease(BEN)
        assert one.take_lease(ANA, 1960, 500)


class Leasing(RuleBasedStateMachine):
    """Any order of taking, renewing and giving up, at any pace."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.dir = tempfile.TemporaryDirectory()
        path = Path(self.dir.name) / "a.tape"
        self.stores: dict[Holder, Store] = {who: open_tape(path, "create") for who in (ANA, BEN)}
        self.now = 0
        self.held: tuple[Holder, int] | None = None

    @rule(who=st.sampled_from([ANA, BEN]), later=st.integers(0, 30), ttl=st.integers(1, 40))
    def take(self, who: Holder, later: int, ttl: int) -> None:
        self.now += later
        free = self.held is None or self.held[0] == who or self.held[1] <= self.now
        assert self.stores[who].take_lease(who, self.now, ttl) == free
        if free:
            self.held = (who, self.now + ttl)

    @rule(who=st.sampled_from([ANA, BEN]), ttl=st.integers(1, 40))
    def renew(self, who: Holder, ttl: int) -> None:
        own = self.held is not None and self.held[0] == who
        assert self.stores[who].renew_lease(who, self.now, ttl) == own
        if own:
            self.held = (who, self.now + ttl)

    @rule(who=st.sampled_from([ANA, BEN]))
    def release(self, who: Holder) -> None:
        own = self.held is not None and self.held[0] == who
        assert self.stores[who].release_lease(who) == own
        if own:
            self.held = None

    def teardown(self) -> None:
        for store in self.stores.values():
            store.close()
        self.dir.cleanup()


Leasing.TestCase.settings = settings(max_examples=20, stateful_step_count=15, deadline=None)
TestLeasing = Leasing.TestCase


def test_viewers_come_stay_and_go(tmp_path: Path) -> None:
    ana, ben = Viewer("v1", "ana", "bastion", 11), Viewer("v2", "ben", "bastion", 12)
    with open_tape(tmp_path / "a.tape", "create") as store:
        store.check_in(ben, 50, 100)
        store.check_in(ana, 40, 100)
        assert [v.user for v in store.viewers(60)] == ["ana", "ben"]
        store.check_in(ana, 130, 100)
        assert store.viewers(160) == [ana._replace(since_ms=40, seen_ms=130)]
        store.check_out(ana)
        assert store.viewers(160) == []
