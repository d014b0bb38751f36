"""Waits between attempts are bounded, jittered and short again after success."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.feeds.backoff import Backoff


class RecordingClock:
    """A clock that only notes how long it was asked to sleep."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now_ms(self) -> int:
        return 0

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@given(first=st.floats(0.2, 5), most=st.floats(5, 120), failures=st.integers(1, 200))
def test_a_wait_stays_between_its_bounds(first: float, most: float, failures: int) -> None:
    backoff = Backoff(first_s=first, most_s=most, least_s=0.1)
    for n in range(failures):
        wait = backoff.next_s()
        assert 0.1 <= wait <= min(most, first * 2**n) + 1e-9
    assert backoff.failures == failures


def test_waits_grow_and_differ() -> None:
    late = []
    for _ in range(50):
        backoff = Backoff(first_s=1, most_s=64)
        late.append([backoff.next_s() for _ in range(7)][-1])
    assert max(late) > 16
    assert len({round(wait, 6) for wait in late}) > 40


def test_reset_makes_the_next_wait_short() -> None:
    backoff = Backoff(first_s=1, most_s=60)
    for _ in range(10):
        backoff.next_s()
    backoff.reset()
    assert backoff.next_s() <= 1
    assert backoff.failures == 1


async def test_wait_sleeps_on_the_given_clock() -> None:
    clock = RecordingClock()
    waited = await Backoff().wait(clock)
    assert clock.slept == [waited]


def test_senseless_bounds_are_refused() -> None:
    with pytest.raises(ValueError, match="least_s"):
        Backoff(first_s=10, most_s=5)
