"""How a signal's newest value stands: against limits that somebody set, and against its own past.

What the person at 3 a.m. is told, and why:

- A limit that is known decides at once: beyond ``bad_at`` is bad, beyond ``warn_at`` a warning. Inside its limits a
  signal can still be far from where it always was; that is a warning at most, since its limits say it is well.
- A signal without limits is held against its own past hour, without the newest minute: median, and the median
  deviation with a floor for each unit, so that a signal that never moved does not shout at its first breath. The
  newest two samples must both be out (one outlier is no news). Far out in its bad direction is bad. A signal for which
  both directions are bad (a rate, a load) is at most a warning: more traffic is not a failure.
- A signal without limits and without enough past is unknown, not ok: nobody can tell.
- Nothing seen for three of its steps (at least 15 s) is stale, and so is everything from a source that is not seen.
- What was bad and is over leaves a trace for as long as the sparkline shows it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from console.panes.history import BIN_MS, History
from console.signals import Bad, Health, Signal

STALE_MS = 15_000
STALE_STEPS = 3
PAST_BINS = 300  # 50 minutes
SKIPPED_BINS = 6  # the newest minute is what is judged, not what it is judged by
ENOUGH_BINS = 12
_EPOCH_MS = 60_000  # the past is looked at anew once a minute
_WARN_SCALES = 4.0
_BAD_SCALES = 10.0


class Floor(NamedTuple):
    """The least spread that is taken for a signal's own: a share of its median, and an amount in its unit."""

    share: float
    amount: float


_FLOORS: dict[tuple[str, Bad], Floor] = {
    ("s", Bad.UP): Floor(0.1, 0.15),
    ("1", Bad.UP): Floor(0.1, 0.02),
    ("1", Bad.DOWN): Floor(0.02, 0.02),
    ("/s", Bad.UP): Floor(0.2, 0.1),
    ("By", Bad.UP): Floor(0.1, float(2**24)),
    ("%", Bad.UP): Floor(0.05, 2.0),
    ("", Bad.UP): Floor(0.15, 3.0),
}
# Where falling is bad or either way is: wider, for these are loads and totals more often than failures.
_WIDE: dict[str, Floor] = {
    "s": Floor(0.25, 0.5),
    "1": Floor(0.1, 0.05),
    "/s": Floor(0.25, 0.25),
    "By": Floor(0.25, float(2**26)),
    "%": Floor(0.1, 5.0),
}
_FLOOR = Floor(0.25, 3.0)


class Range(NamedTuple):
    """Where a value is well; outside of the inner bounds is a warning, outside of the outer ones bad."""

    bad_low: float
    warn_low: float
    warn_high: float
    bad_high: float

    def health(self, value: float) -> Health:
        """How a value stands. Reaching a bound is crossing it."""
        if value >= self.bad_high or value <= self.bad_low:
            return Health.BAD
        return Health.WARN if value >= self.warn_high or value <= self.warn_low else Health.OK


class Verdict(NamedTuple):
    """How a signal stands at an instant.

    ``bad_ms`` is the age of its last bad moment while that lies within the sparkline and is over, else None.
    ``gone`` tells a signal that ended a while ago from one that is late. ``until_ms``: see ``rows.Placed``.
    """

    health: Health
    value: float
    age_ms: int
    bad_ms: int | None
    gone: bool
    until_ms: float


def fresh_ms(signal: Signal) -> int:
    """For how long after it was seen a value of the signal is not old."""
    return max(STALE_MS, round(signal.step_s * STALE_STEPS * 1000))


def limits(signal: Signal) -> Range | None:
    """The range that the published or configured limits of a signal leave, None where there are none."""
    warn_at, bad_at = signal.warn_at, signal.bad_at
    if warn_at is None and bad_at is None:
        return None
    low = signal.bad is Bad.DOWN or (
        signal.bad is Bad.EITHER and warn_at is not None and bad_at is not None and bad_at < warn_at
    )
    if low:
        bad = -math.inf if bad_at is None else bad_at
        return Range(bad, bad if warn_at is None else max(warn_at, bad), math.inf, math.inf)
    bad = math.inf if bad_at is None else bad_at
    return Range(-math.inf, -math.inf, bad if warn_at is None else min(warn_at, bad), bad)


def past_range(signal: Signal, past: Sequence[float]) -> Range | None:
    """The range that a signal kept in its past, None when that is too short to say. NaN is where nothing was seen."""
    seen = sorted(value for value in past if value == value)
    if len(seen) < ENOUGH_BINS:
        return None
    middle = _median(seen)
    if not math.isfinite(middle):
        return None
    spread = _median(sorted(abs(value - middle) for value in seen))
    floor = _floor(_unit(signal, seen), signal.bad)
    scale = max(spread * 1.4826, abs(middle) * floor.share, floor.amount)
    warn, bad = scale * _WARN_SCALES * (1 - 1e-9), scale * _BAD_SCALES * (1 - 1e-9)
    if signal.bad is Bad.UP:
        return Range(-math.inf, -math.inf, middle + warn, middle + bad)
    if signal.bad is Bad.DOWN:
        return Range(middle - bad, middle - warn, math.inf, math.inf)
    return Range(-math.inf, middle - warn, middle + warn, math.inf)


def _unit(signal: Signal, ordered: Sequence[float]) -> str:
    """The unit; a number that kept between nothing and one, and is no count, is a share whatever it is called."""
    if signal.unit or ordered[0] < 0 or ordered[-1] > 1 or all(value in (0.0, 1.0) for value in ordered):
        return signal.unit
    return "1"


def _floor(unit: str, bad: Bad) -> Floor:
    return _FLOORS.get((unit, bad)) or _WIDE.get(unit, _FLOOR)


def _median(ordered: Sequence[float]) -> float:
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


class Judge:
    """Judges one signal at instant after instant; keeps what changes only once a minute.

    ``trace_ms`` is how long a bad moment is remembered. ``silent``: it was zero all through its past, as most counters
    of failures are.
    """

    __slots__ = (
        "_epoch",
        "_limits",
        "_past",
        "_phase",
        "_seen",
        "_trace",
        "_trace_ms",
        "_version",
        "history",
        "signal",
        "silent",
    )

    def __init__(self, signal: Signal, history: History, trace_ms: int) -> None:
        self.signal = signal
        self.history = history
        self._trace_ms = trace_ms
        self._limits = limits(signal)
        self._past: Range | None = None
        # Not all signals in the same moment: ten thousand medians at once would make a key press wait.
        self._phase = sum(signal.key.encode("utf-8", "surrogatepass")) * 997 % _EPOCH_MS
        self._epoch = self._version = -1
        self._seen: tuple[object, ...] = ()
        self._trace: int | None = None
        self.silent = False

    def at(self, now_ms: int, source_seen: bool = True) -> Verdict:
        """The verdict as of ``now_ms``. ``source_seen`` is whether the signal's source can be read just now."""
        history = self.history
        if history.newest_ms < 0:
            return Verdict(Health.UNKNOWN, math.nan, 0, None, True, math.inf)
        age_ms = max(0, now_ms - history.newest_ms)
        fresh = fresh_ms(self.signal)
        self._look_back(now_ms)
        bad_bin = self._last_bad(now_ms)
        if age_ms > fresh or not source_seen:
            gone = age_ms > fresh + self._trace_ms
            turns = history.newest_ms + fresh + self._trace_ms + 1.0
            bad_ms = None if bad_bin is None else max(0, now_ms - (bad_bin + 1) * BIN_MS)
            return Verdict(Health.STALE, history.newest, age_ms, bad_ms, gone, math.inf if gone else turns)
        health = self._health()
        bad_ms = None
        if health is not Health.BAD and bad_bin is not None:
            bad_ms = max(0, now_ms - (bad_bin + 1) * BIN_MS)
        turns = min(history.newest_ms + fresh + 1.0, self._next_epoch(now_ms), (now_ms // BIN_MS + 1.0) * BIN_MS)
        return Verdict(health, history.newest, age_ms, bad_ms, False, turns)

    def newest(self, now_ms: int, source_seen: bool = True) -> Verdict:
        """The newest value against its limits alone: ok without any while it is fresh."""
        history = self.history
        if history.newest_ms < 0:
            return Verdict(Health.UNKNOWN, math.nan, 0, None, True, math.inf)
        age_ms = max(0, now_ms - history.newest_ms)
        fresh = fresh_ms(self.signal)
        gone = age_ms > fresh + self._trace_ms
        if source_seen and age_ms <= fresh:
            health = Health.OK if self._limits is None else self._limits.health(history.newest)
            return Verdict(health, history.newest, age_ms, None, False, history.newest_ms + fresh + 1.0)
        turns = math.inf if gone else history.newest_ms + fresh + self._trace_ms + 1.0
        return Verdict(Health.STALE, history.newest, age_ms, None, gone, turns)

    def edge(self) -> float | None:
        """The value from which on the signal would be called high, None where nothing says so."""
        for known in (self._limits, self._past):
            if known is not None and math.isfinite(known.warn_high):
                return known.warn_high
        return None

    def _health(self) -> Health:
        history, past = self.history, self._past
        if self._limits is not None:
            health = self._limits.health(history.newest)
            if health is not Health.OK or past is None:
                return health
            return Health.OK if self._steady(past) is Health.OK else Health.WARN
        return Health.UNKNOWN if past is None else self._steady(past)

    def _steady(self, past: Range) -> Health:
        """The better of the newest two samples, so that one outlier is no news."""
        history = self.history
        newest = past.health(history.newest)
        if newest is Health.OK or history.before != history.before:
            return Health.OK
        before = past.health(history.before)
        return newest if newest is before else Health.OK if before is Health.OK else Health.WARN

    def _next_epoch(self, now_ms: int) -> float:
        return ((now_ms + self._phase) // _EPOCH_MS + 1.0) * _EPOCH_MS - self._phase

    def _look_back(self, now_ms: int) -> None:
        """Take the measure of the past again when a minute is over, or when the past itself has changed."""
        epoch = (now_ms + self._phase) // _EPOCH_MS
        history = self.history
        if epoch == self._epoch and history.version == self._version:
            return
        self._epoch, self._version = epoch, history.version
        last = (epoch * _EPOCH_MS - self._phase) // BIN_MS - SKIPPED_BINS - 1
        history.sealed = last
        past = history.window(last - PAST_BINS + 1, last)
        self._past = past_range(self.signal, past)
        self.silent = self._past is not None and not any(value for value in past if value == value)

    def _last_bad(self, now_ms: int) -> int | None:
        """Number of the newest bin that was bad within the trace, None when there was none."""
        history = self.history
        now_bin = now_ms // BIN_MS
        bins = history.bins
        if bins is None:
            return None
        seen = (now_bin, self._epoch, history.version, history.changes)
        if seen != self._seen:
            self._seen = seen
            self._trace = self._find_bad(now_bin)
        return self._trace

    def _find_bad(self, now_bin: int) -> int | None:
        first = now_bin - self._trace_ms // BIN_MS + 1
        window = self.history.window(first, now_bin)
        if self._limits is not None:
            bad, needed = self._limits, 1
        elif self._past is not None:
            bad, needed = self._past, 2
        else:
            return None
        run, newest = 0, 0
        for at in range(len(window) - 1, -1, -1):
            value = window[at]
            if value != value:
                continue
            if bad.bad_low < value < bad.bad_high:
                run = 0
                continue
            run += 1
            newest = at if run == 1 else newest
            if run == needed:
                return first + newest
        return None
