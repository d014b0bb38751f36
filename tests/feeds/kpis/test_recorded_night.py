"""Objectives measured on the recorded night, against the very samples that were scraped."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest

from console.feeds.prometheus.client import PromClient, Row
from tests.feeds.kpis.measuring import kpi, measured
from tests.servers import END_MS, START_MS, minute, prometheus, unpack_recording


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("night")
    with prometheus(directory, unpack_recording(directory)) as address:
        yield address


def raw(address: str, selector: str, to_ms: int) -> list[Row]:
    """All samples of a selector from the begin to a time, as scraped."""

    async def ask() -> list[Row]:
        client = PromClient(address)
        try:
            return await client.raw(f"{selector}[{(to_ms - START_MS) // 1000 + 60}s]", to_ms)
        finally:
            client.close()

    return asyncio.run(ask())


def grown(rows: Sequence[Row]) -> float:
    """How much counters grew by their samples; one that fell began again."""
    return sum(
        after - before if after >= before else after
        for row in rows
        for before, after in pairwise(row.values)
    )  # fmt: skip


@pytest.mark.parametrize("minutes", [20, 30, 37.5])
def test_right_answers_of_an_hour_that_is_seen_in_part(night: str, minutes: float) -> None:
    now_ms = minute(minutes)
    doc = measured(
        night,
        kpi(
            {
                "good": 'sum(llm_eval_answers_total{verdict="right"})',
                "total": "sum(llm_eval_answers_total)",
                "counter": True,
            }
        ),
        now_ms,
    )
    right = grown(raw(night, 'llm_eval_answers_total{verdict="right"}', now_ms))
    share = right / grown(raw(night, "llm_eval_answers_total", now_ms))
    assert doc["attainment"] == pytest.approx(share, abs=0.01)
    assert doc["budget_left"] == pytest.approx(1 - (1 - share) / 0.1, abs=0.1)
    assert doc["coverage"] == pytest.approx(minutes / 60, abs=0.06)


def test_minutes_in_which_quality_was_kept(night: str) -> None:
    """A minute is good when the worst of the qualities was good enough as it ended."""
    least = 0.9
    objective = {"value": "min(llm_eval_quality_score)", "op": "gte", "limit": least}
    doc = measured(night, kpi(objective, method="timeslices", slice_s=60.0, slice_target=0.9), END_MS)
    rows = raw(night, "llm_eval_quality_score", END_MS)
    kept = []
    for at in range(-(-START_MS // 60_000) * 60_000 + 60_000, END_MS - 2_000, 60_000):
        lately = [max((t, v) for t, v in zip(row.times_ms, row.values, strict=True) if t <= at)[1] for row in rows
                  if any(at - 60_000 < t <= at for t in row.times_ms)]  # fmt: skip
        if lately:
            kept.append(min(lately) >= least)
    assert 0.1 < sum(kept) / len(kept) < 0.95, "it must not be the same all night"
    assert doc["attainment"] == pytest.approx(sum(kept) / len(kept), abs=0.04)
