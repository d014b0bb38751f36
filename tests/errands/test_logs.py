"""Following logs through the errands process, against the double: recorded and generated ones, and every fault."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from typing import Any

import pytest

from console.errands.protocol import Reply
from tests.doubles.nomad import NomadDouble
from tests.errands.conftest import OpenOffice


class Told:
    """What came of one request for logs so far."""

    def __init__(self, replies: queue.Queue[Reply]) -> None:
        self._replies = replies
        self.lines: list[tuple[int, str]] = []
        self.rows: list[list[Any]] = []
        self.states: dict[int, tuple[str, str]] = {}
        self.whose: dict[int, dict[str, str]] = {}
        self.dropped = 0
        self.left = 0
        self.last: Reply | None = None

    def take(self, seconds: float) -> bool:
        try:
            reply = self._replies.get(timeout=seconds)
        except queue.Empty:
            return False
        for source, standing, why, whose in reply.told.get("states", ()):
            self.states[source], self.whose[source] = (standing, why), whose
        self.rows += reply.told.get("lines", ())
        self.lines += [(row[0], row[4]) for row in reply.told.get("lines", ())]
        self.dropped += sum(count for _, count in reply.told.get("dropped", ()))
        self.left = reply.told.get("left", self.left)
        self.last = reply if reply.is_last else None
        return True

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.lines]

    def until(self, text: str, seconds: float = 20) -> None:
        ends = time.monotonic() + seconds
        while not any(text in one for one in self.texts):
            assert time.monotonic() < ends, f"{text!r} did not come: {self.texts[-5:]} {self.states}"
            self.take(0.2)

    def stands(self, standing: str, source: int = 1, seconds: float = 20) -> str:
        ends = time.monotonic() + seconds
        while self.states.get(source, ("",))[0] != standing:
            assert time.monotonic() < ends, f"not {standing}: {self.states}"
            self.take(0.2)
        return self.states[source][1]


@pytest.fixture
def double() -> Iterator[NomadDouble]:
    with NomadDouble.cluster(allocations=12, jobs=4, nodes=2, events_per_s=0) as one:
        yield one


@pytest.fixture
def ids(double: NomadDouble) -> list[tuple[str, str]]:
    """Allocations, each with its task."""
    return [(key, next(iter(row[1]["TaskStates"]))) for key, row in double.world.rows["allocations"].items()]


def test_the_end_of_a_log_and_what_comes(double: NomadDouble, ids: list[tuple[str, str]], office: OpenOffice) -> None:
    allocation, task = ids[0]
    log = double.logs.of(allocation, task)
    log.append(b"".join(b"2026-11-23T04:48:45.044Z WARN line %05d\n" % number for number in range(3000)))
    with office(double) as asking:
        told = Told(asking.begin("logs", allocations=[allocation], tail=1000)[1])
        told.until("line 02999")
        assert told.texts[0] == "2026-11-23T04:48:45.044Z WARN line 02976"  # none is cut at its beginning
        assert told.stands("following") == ""
        assert told.whose[1]["task"] == task
        assert told.rows[0][2:4] == [1_795_409_325_044, "warn"]
        log.append(b"one more\nand part of")
        told.until("one more")
        told.until("and part of")  # shown although it has no end yet


def test_no_line_is_lost_or_told_twice_when_connections_break_and_files_rotate(
    double: NomadDouble, ids: list[tuple[str, str]], office: OpenOffice
) -> None:
    allocation, task = ids[0]
    log = double.logs.of(allocation, task)
    log.append(b"line 0\n")
    with office(double) as asking:
        told = Told(asking.begin("logs", allocations=[allocation])[1])
        told.until("line 0")
        for number in range(1, 9):
            if number % 2:
                double.logs.cut()
            if number % 3 == 0:
                log.rotate()
            log.append(b"line %d of " % number)
            log.append(b"many%s\n" % (b"." * 30_000 * number))
            told.until(f"line {number} of")
        assert [text.split(" of")[0] for text in told.texts] == [f"line {number}" for number in range(9)]


def test_several_at_once_and_no_more_than_twenty(
    double: NomadDouble, ids: list[tuple[str, str]], office: OpenOffice
) -> None:
    wanted = [allocation for allocation, _ in ids]
    with office(double) as asking:
        told = Told(asking.begin("logs", allocations=wanted, stream="both", tail=300)[1])
        while len(told.states) < 20 or any(standing != "following" for standing, _ in told.states.values()):
            assert told.take(10), told.states
        assert told.left == 2 * len(wanted) - 20
        while len({source for source, _ in told.lines}) < 10:
            assert told.take(10)


FAULTS = [
    ("logs_denied", "denied", "read-logs"),
    ("no_path", "away", "cannot be reached"),
    ("hang", "away", "no answer"),
    ("not_nomad", "away", "proxy"),
]


@pytest.mark.parametrize(("fault", "standing", "why"), FAULTS)
def test_one_log_that_cannot_be_read_says_so_and_the_rest_goes_on(
    double: NomadDouble, ids: list[tuple[str, str]], office: OpenOffice, fault: Any, standing: str, why: str
) -> None:
    (bad, _), (good, task) = ids[:2]
    double.logs.of(good, task).append(b"all is well\n")
    double.fault(fault, paths=(f"/v1/client/fs/logs/{bad}",))
    with office(double) as asking:
        told = Told(asking.begin("logs", allocations=[bad, good])[1])
        told.until("all is well")
        source = next(source for source, whose in told.whose.items() if whose["allocation"] == bad)
        assert why in told.stands(standing, source, 30)
        double.clear()
        if standing == "away":
            told.stands("following", source, 30)
        double.logs.of(good, task).append(b"still well\n")
        told.until("still well")


def test_a_task_and_an_allocation_that_are_not_there(
    double: NomadDouble, ids: list[tuple[str, str]], office: OpenOffice
) -> None:
    allocation, task = ids[0]
    with office(double) as asking:
        told = Told(asking.begin("logs", allocations=[allocation], task="nope")[1])
        assert "no such task" in told.stands("failed")
        absent = "00000000-0000-4000-8000-000000000000"
        told = Told(asking.begin("logs", allocations=[absent])[1])
        assert "alloc not found" in told.stands("gone")
        told = Told(asking.begin("logs", allocations=[absent], task=task)[1])
        assert "no longer has it" in told.stands("gone")
        assert "'stream' is one of" in asking.one("logs", allocations=[allocation], stream="tape").why
        assert "list of ids" in asking.one("logs", allocations=allocation).why


def test_a_task_that_has_ended_and_one_that_ends(
    double: NomadDouble, ids: list[tuple[str, str]], office: OpenOffice
) -> None:
    allocation, task = ids[0]
    log = double.logs.of(allocation, task)
    log.append(b"last words\nwithout an end")
    state = double.world.rows["allocations"][allocation][1]["TaskStates"][task]
    double.change("allocations", allocation, ClientStatus="failed", TaskStates={task: {**state, "State": "dead"}})
    with office(double) as asking:
        told = Told(asking.begin("logs", allocations=[allocation])[1])
        assert told.stands("ended") == "the task has ended"
        told.until("without an end")
        while told.last is None:
            assert told.take(10)
        assert told.last.kind == "end"
        log.append(b"\n")
        head = Told(asking.begin("logs", allocations=[allocation], head=5)[1])
        head.until("last words")


def test_a_task_that_has_not_started_is_waited_for(
    double: NomadDouble, ids: list[tuple[str, str]], office: OpenOffice
) -> None:
    allocation, task = ids[0]
    state = double.world.rows["allocations"][allocation][1]["TaskStates"][task]
    double.change("allocations", allocation, TaskStates={task: {**state, "State": "pending", "StartedAt": None}})
    with office(double) as asking:
        told = Told(asking.begin("logs", allocations=[allocation])[1])
        assert "not started" in told.stands("waiting")
        double.change("allocations", allocation, TaskStates={task: state})
        told.stands("following")


def test_ten_megabytes_in_a_line_binary_noise_and_sequences(
    double: NomadDouble, ids: list[tuple[str, str]], office: OpenOffice
) -> None:
    allocation, task = ids[0]
    log = double.logs.of(allocation, task)
    log.append(b"begin\n")
    with office(double) as asking:
        told = Told(asking.begin("logs", allocations=[allocation])[1])
        told.until("begin")
        log.append(b"x" * 10_000_000 + b"\n\x1b[31mred\x1b[0m \x1b]52;c;ZXZpbA==\x07\x00\xff\nafter\n")
        told.until("after")
        row = next(row for row in told.rows if row[4].startswith("xxx"))
        assert len(row[4]) + row[5] == 10_000_000
        assert len(row[4]) == 16_384
        assert "red \ufffd\ufffd" in told.texts
        assert "\x1b" not in "".join(told.texts)


def test_a_flood_is_told_with_what_was_dropped(
    double: NomadDouble, ids: list[tuple[str, str]], office: OpenOffice
) -> None:
    allocation, task = ids[0]
    log = double.logs.of(allocation, task)
    with office(double) as asking:
        told = Told(asking.begin("logs", allocations=[allocation])[1])
        told.stands("following")
        log.append(b"".join(b"line %06d\n" % number for number in range(200_000)))
        told.until("line 199999", 60)
        assert told.dropped + len(told.lines) == 200_000
        numbers = [int(text.split()[1]) for text in told.texts]
        assert numbers == sorted(numbers)


def test_recorded_logs_in_recorded_time(office: OpenOffice) -> None:
    with NomadDouble.recorded(at_s=600, speed=20) as double:
        allocation = double.find("allocations", JobID="answerer", ClientStatus="running")["ID"]
        with office(double) as asking:
            told = Told(asking.begin("logs", allocations=[allocation], tail=500)[1])
            told.until("answer doc=")
            before = len(told.lines)
            while len(told.lines) < before + 20:
                assert told.take(20)
            assert all(row[2] for row in told.rows)
            assert told.rows[-1][2] <= double.clock.now_ms()


@pytest.mark.parametrize("odd", ["..", "../../jobs?x=", "x/../../y#"])
def test_an_id_leads_to_no_other_path(double: NomadDouble, office: OpenOffice, odd: str) -> None:
    with office(double) as asking:
        told = Told(asking.begin("logs", allocations=[odd], task="web")[1])
        while told.last is None:
            assert told.take(20), f"no end: {told.states}"
        assert told.states[1][0] in ("failed", "gone")
    assert all(path.startswith(("/v1/allocation/", "/v1/client/fs/logs/")) for path in double.requests), double.requests
