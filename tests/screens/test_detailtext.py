"""Signals of a detail as rows: what is old is not called well, what shares a name is told apart."""

from __future__ import annotations

from array import array

import pytest

from console.screens.drill.text import trace_rows
from console.screens.drill.traces import trace
from console.signals import Bad, EntityKind, EntityRef, Health, Pane, Signal
from console.tape.shapes import Series

JOB = EntityRef(EntityKind.JOB, "prod/a")


def signal(key: str, source: str) -> Signal:
    return Signal(key, "cpu", JOB, Pane.SCHEDULING, unit="1", bad=Bad.UP, source=source, step_s=5.0)


@pytest.mark.parametrize(("age_ms", "health"), [(5_000, Health.OK), (60_000, Health.STALE)])
def test_a_value_that_is_old_is_not_called_well(age_ms: int, health: Health) -> None:
    at_ms = 10_000_000
    series = Series(array("q", [at_ms - age_ms - 5_000, at_ms - age_ms]), array("d", [0.2, 0.3]))
    assert trace(signal("cpu", "nomad"), series, at_ms, None, JOB).health is health


def test_signals_of_one_name_are_told_apart() -> None:
    series = Series(array("q", [1_000]), array("d", [0.5]))
    both = [trace(signal(f"cpu_{who}", who), series, 2_000, None, JOB) for who in ("nomad", "prometheus")]
    leads = ["".join(span.text for span in row.lead) for row in trace_rows(both)]
    assert leads == ["cpu nomad", "cpu prometheus"]
    assert ["".join(span.text for span in row.lead) for row in trace_rows(both[:1])] == ["cpu"]
