"""KPIs measured at a moment of a history, as the feed measures them."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from console.feeds.kpis.measure import Measure
from console.feeds.prometheus.client import PromClient, Row
from console.governance.shapes import IndicatorDoc, KpiDoc, MeasuredDoc


class Watched(PromClient):
    """A client that counts what it is asked: points of each question, and how many there were."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.points: list[int] = []

    async def range(self, expr: str, from_ms: int, to_ms: int, step_s: int) -> list[Row]:
        self.points.append((to_ms - from_ms) // (step_s * 1000) + 1)
        return await super().range(expr, from_ms, to_ms, step_s)


def kpi(indicator: dict[str, Any], window_s: float = 3600.0, target: float = 0.9, **more: Any) -> KpiDoc:
    """A KPI as files declare it."""
    whole = cast(IndicatorDoc, {"kind": "threshold" if "value" in indicator else "ratio", **indicator})
    doc: KpiDoc = {
        "title": "It",
        "about": "system",
        "subject": "",
        "target": target,
        "window_s": window_s,
        "method": "occurrences",
        "indicator": whole,
        "origin": "kpis.toml:7",
    }
    return cast(KpiDoc, {**doc, **more})


def measured(address: str, doc: KpiDoc, now_ms: int) -> MeasuredDoc:
    """What it comes to."""

    async def ask() -> MeasuredDoc:
        client = PromClient(address)
        try:
            return await Measure("it", doc).measure(client, now_ms)
        finally:
            client.close()

    return asyncio.run(ask())
