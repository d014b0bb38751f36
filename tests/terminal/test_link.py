"""When frames go, how large they are and how often data comes, on links that are simulated to the millisecond."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.terminal.link import PATIENCE_S, TICK_S, Link

RTT_S = 0.08


class Wire:
    """A link of a rate and a round trip behind a large buffer."""

    def __init__(self, link: Link, rate: float) -> None:
        self.link, self.rate = link, rate
        self.now_s = 100.0
        self._free_s = 0.0
        self._answers: list[float] = []

    def send(self, size: int) -> None:
        self.link.sent(size, self.now_s)
        self._free_s = max(self._free_s, self.now_s) + size / self.rate
        self._answers.append(self._free_s + RTT_S)

    def wait(self) -> None:
        """Until the next answer."""
        self.now_s = max(self.now_s, self._answers.pop(0))
        self.link.answered(self.now_s)


def known(rate: float) -> Wire:
    """A link that has taken a few frames."""
    wire = Wire(Link(), rate)
    for size in (40, 3000, 900, 3000):
        wire.send(size)
        wire.wait()
        wire.now_s += 1
    return wire


def test_one_frame_of_data_and_one_more_for_a_key() -> None:
    wire = known(20_000)
    assert wire.link.takes(False)
    wire.send(500)
    assert not wire.link.takes(False)
    assert wire.link.takes(True)
    wire.send(100)
    assert not wire.link.takes(True)
    wire.wait()
    assert wire.link.takes(True)


@pytest.mark.parametrize("rate", [5_000, 20_000, 64_000, 200_000])
def test_it_learns_the_rate_and_keeps_frames_short(rate: float) -> None:
    link = known(rate).link
    assert link.rate == pytest.approx(rate, rel=0.2)
    calm, hurried = link.room(False), link.room(True)
    assert calm is not None and hurried is not None
    assert calm <= max(512, rate * 0.05)
    assert calm < hurried <= max(2048, rate * 0.25)


def test_a_fast_terminal_gets_all_at_once() -> None:
    link = known(50_000_000).link
    assert link.room(False) is None
    assert link.room(True) is None


def test_a_link_that_got_faster_is_believed() -> None:
    wire = known(20_000)
    wire.rate = 50_000_000
    wire.send(4000)
    wire.wait()
    assert wire.link.room(False) is None


def test_before_the_first_answer_nothing_is_held_back() -> None:
    link = Link()
    for at_s in (0.0, 0.1, 0.2, 0.3):
        assert link.takes(False)
        link.sent(1000, at_s)


def test_a_terminal_that_never_answers_is_no_longer_waited_for_nor_asked() -> None:
    link = Link()
    link.sent(1000, 1.0)
    assert link.asks(1.0)
    link.lose(1.0 + PATIENCE_S - 0.1)
    seen = [link.answers]
    link.lose(1.0 + PATIENCE_S)
    assert [*seen, link.answers] == [None, False]
    assert link.takes(False)
    assert not link.asks(5.0)
    assert link.asks(90.0)


def test_a_late_answer_is_that_of_a_frame_given_up() -> None:
    wire = known(20_000)
    wire.link.sent(100, wire.now_s)
    wire.link.lose(wire.now_s + PATIENCE_S)
    assert wire.link.takes(False)
    wire.link.sent(100, wire.now_s + PATIENCE_S)
    wire.link.answered(wire.now_s + PATIENCE_S + 1)
    assert not wire.link.takes(False)
    wire.link.answered(wire.now_s + PATIENCE_S + 2)
    assert wire.link.takes(False)
    assert wire.link.answers


def test_a_terminal_that_has_stopped_answering_is_not_waited_for() -> None:
    wire = known(20_000)
    now_s = wire.now_s
    for _ in range(5):
        if wire.link.asks(now_s):
            wire.link.sent(100, now_s)
        now_s += PATIENCE_S
        wire.link.lose(now_s)
    assert wire.link.answers is False
    assert wire.link.takes(False)


def test_data_that_comes_late_comes_less_often_and_recovers() -> None:
    link = known(20_000).link
    assert link.caught_up(RTT_S + 0.1) == TICK_S
    slower = link.caught_up(RTT_S + 0.4)
    assert slower >= 1.0
    assert link.caught_up(60.0) == 5.0
    for _ in range(8):
        link.caught_up(RTT_S + 0.01)
    assert link.tick_s == TICK_S


@given(st.lists(st.tuples(st.sampled_from("sale"), st.floats(0, 5), st.integers(1, 50_000)), max_size=60))
def test_nothing_can_stop_it_for_ever(steps: list[tuple[str, float, int]]) -> None:
    """Whatever answers come, are lost, come twice or unasked: after a while of silence a frame may go."""
    link, now_s = Link(), 0.0
    for what, wait_s, size in steps:
        now_s += wait_s
        if what == "s" and link.takes(True):
            link.sent(size, now_s)
        elif what == "a":
            link.answered(now_s)
        elif what == "l":
            link.lose(now_s)
        room = link.room(False)
        assert room is None or room >= 512
        assert TICK_S <= link.caught_up(wait_s) <= 5.0
    due_s = link.patient_until_s
    while due_s is not None:
        link.lose(due_s)
        due_s = link.patient_until_s
    assert link.takes(False)
