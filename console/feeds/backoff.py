"""How long a feed waits before it tries a source again: exponential, jittered, bounded."""

from __future__ import annotations

from tenacity import RetryCallState, Retrying, wait_random_exponential

from console.feeds.outlet import Clock


class Backoff:
    """Waits between attempts at one source; ``reset`` when it answered.

    A wait is drawn from ``[least_s, min(most_s, first_s * 2**n)]`` for the n-th failure in a row, so that many
    consoles do not come back to a restarted server in the same instant, and none hammers it. Seconds.
    """

    def __init__(self, first_s: float = 1.0, most_s: float = 30.0, least_s: float = 0.2) -> None:
        if not 0 <= least_s <= first_s <= most_s:
            raise ValueError("a backoff needs 0 <= least_s <= first_s <= most_s")
        self._wait = wait_random_exponential(multiplier=first_s, max=most_s, min=least_s)
        self._failures = 0

    @property
    def failures(self) -> int:
        """Failures in a row so far."""
        return self._failures

    def reset(self) -> None:
        """The source answered: the next wait is a short one again."""
        self._failures = 0

    def next_s(self) -> float:
        """Count one more failure and say how many seconds to wait."""
        self._failures += 1
        state = RetryCallState(_RETRYING, None, (), {})
        state.attempt_number = self._failures
        return self._wait(state)

    async def wait(self, clock: Clock) -> float:
        """Count one more failure, wait on the given clock, and return the seconds waited."""
        seconds = self.next_s()
        await clock.sleep(seconds)
        return seconds


_RETRYING = Retrying()
