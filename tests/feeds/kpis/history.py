"""A history of samples whose truth is known, put into a real Prometheus by promtool."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from tests.servers import need, prometheus

END_MS = 1_795_392_000_000
"""2026-11-23T00:00:00Z: samples end here."""


class Sample(NamedTuple):
    """One sample; ``labels`` as in ``{code="200"}``."""

    metric: str
    labels: str
    at_ms: int
    value: float


def counter(metric: str, labels: str, growth: Mapping[int, float], born: float = 0.0) -> Iterator[Sample]:
    """A counter that grows by so much at each time (unix ms)."""
    value = born
    for at, more in sorted(growth.items()):
        value += more
        yield Sample(metric, labels, at, value)


@contextmanager
def holding(directory: Path, samples: Iterator[Sample] | list[Sample]) -> Iterator[str]:
    """A Prometheus that holds these samples; yields its address."""
    ordered = sorted(samples, key=lambda one: (one.metric, one.labels, one.at_ms))
    text = directory / "history.om"
    with text.open("w") as file:
        for metric, of_metric in groupby(ordered, key=lambda one: one.metric):
            file.write(f"# TYPE {metric} gauge\n")
            file.writelines(f"{metric}{one.labels} {one.value!r} {one.at_ms / 1000}\n" for one in of_metric)
        file.write("# EOF\n")
    data = directory / "history"
    subprocess.run(
        [need("promtool"), "tsdb", "create-blocks-from", "openmetrics", str(text), str(data)],
        check=True,
        capture_output=True,
    )
    with prometheus(directory, data) as address:
        yield address
