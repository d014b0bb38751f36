"""Answers to a block of samples: one row a signal, NaN where nothing was seen, and what absence means for counters."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from console.feeds.prometheus.ask import Ask
from console.feeds.prometheus.batch import MOST_SERIES
from console.feeds.prometheus.client import Row
from console.feeds.prometheus.entity import job_id
from console.signals import Signal


class Rows:
    """The signals of a feed as they turn up; bounded per expression. Remembers which jobs were scraped when."""

    def __init__(self, source: str, step_s: float) -> None:
        self._source = source
        self._step_s = step_s
        self._signals: dict[tuple[str, tuple[tuple[str, str], ...]], Signal] = {}
        self._per_ask: dict[str, int] = {}
        self._counts: dict[str, Signal] = {}
        self.left_out: dict[str, int] = {}

    def signal(self, ask: Ask, labels: Mapping[str, str]) -> Signal | None:
        """The signal of a series; None when its expression has too many."""
        key = (ask.key, tuple(sorted(labels.items())))
        signal = self._signals.get(key)
        if signal is not None and signal.expr == ask.expr:
            return signal
        if signal is None:
            count = self._per_ask.get(ask.key, 0)
            if count >= MOST_SERIES:
                self.left_out[ask.key] = self.left_out.get(ask.key, 0) + 1
                return None
            self._per_ask[ask.key] = count + 1
        signal = self._signals[key] = ask.signal(labels, self._source, self._step_s)
        if ask.counts:
            self._counts[signal.key] = signal
        return signal

    def table(
        self, asks: Mapping[int, Ask], answers: Mapping[int, Sequence[Row]], times_ms: range
    ) -> dict[str, tuple[Signal, list[float]]]:
        """Values by signal key on the given instants. Samples off the grid (a server that aligns itself) are left."""
        step = times_ms.step
        table: dict[str, tuple[Signal, list[float]]] = {}
        for number, rows in answers.items():
            for row in rows:
                signal = self.signal(asks[number], row.labels)
                if signal is None:
                    continue
                line = table.setdefault(signal.key, (signal, [math.nan] * len(times_ms)))[1]
                for at, value in zip(row.times_ms, row.values, strict=True):
                    slot, off = divmod(at - times_ms.start, step)
                    if off == 0 and 0 <= slot < len(line):
                        line[slot] = value
        return table

    def counters(self) -> list[Signal]:
        """The signals seen so far that count failures."""
        return list(self._counts.values())


Table = dict[str, tuple[Signal, list[float]]]


def scraped(table: Table, width: int) -> dict[str, list[bool]]:
    """Per job (``namespace/job``): at which instants any of its other signals had a value."""
    jobs: dict[str, list[bool]] = {}
    for signal, values in table.values():
        job = job_id(signal.labels)
        if job:
            line = jobs.setdefault(job, [False] * width)
            for slot, value in enumerate(values):
                if value == value:
                    line[slot] = True
    return jobs


def born_at_zero(table: Table, counters: Sequence[Signal], jobs: Mapping[str, Sequence[bool]], width: int) -> None:
    """Failures that were not counted are none: fill with 0 where the process was scraped.

    A client library creates the series of a failure counter (with its ``source`` or ``reason``) at the first failure,
    and a new process begins without it. While other series of the same job are read, the absence of this one says
    that nothing failed. Where the job itself was not scraped nothing is known, and it stays NaN.
    """
    for signal in counters:
        line = jobs.get(job_id(signal.labels) or "")
        if line is None:
            continue
        values = table.setdefault(signal.key, (signal, [math.nan] * width))[1]
        for slot in range(width):
            if values[slot] != values[slot] and line[slot]:
                values[slot] = 0.0


def blank(table: Table, seen: Sequence[bool]) -> None:
    """Where Prometheus itself scraped nothing, what it still answers from before (it looks back five minutes) is no
    observation."""
    for _, values in table.values():
        for slot, ok in enumerate(seen):
            if not ok:
                values[slot] = math.nan
