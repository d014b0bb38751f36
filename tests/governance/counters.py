"""Counters as Prometheus tells them, and flows, for tests of what came of a data flow."""

from __future__ import annotations

import math
from typing import cast

from console.governance.counting import Counted
from console.governance.shapes import FlowDoc
from console.signals import EntityKind, EntityRef, Pane, Signal

STEP_S, STEP = 5.0, 5_000


def signal(metric: str, unit: str = "/s", entity: str = "flow:price", window_s: float = 0.0, **labels: str) -> Signal:
    kind, _, name = entity.partition(":")
    inside = ",".join(f'{key}="{value}"' for key, value in sorted(labels.items()))
    words = metric.removesuffix("_total").split("_")
    return Signal(
        f"{metric}{{{inside}}}", " ".join(words[1:]), EntityRef(EntityKind(kind), name), Pane.INGESTION, unit,
        step_s=STEP_S, window_s=window_s, labels=labels,
    )  # fmt: skip


def rated(metric: str, values: list[float], job: str = "indexer", begin: int = 0, **more: object) -> Counted:
    """Rates by time, one each step; NaN leaves a hole."""
    kept = [(begin + (at + 1) * STEP, value) for at, value in enumerate(values) if not math.isnan(value)]
    made = signal(metric, nomad_job=job, namespace="llm", **more)  # type: ignore[arg-type]
    return Counted(made, [at for at, _ in kept], [value for _, value in kept])


def flow(**fields: object) -> FlowDoc:
    base: dict[str, object] = {
        "owner": None,
        "on_call": None,
        "contract": None,
        "producer": None,
        "consumers": [],
        "origin": "f",
    }
    return cast(FlowDoc, {**base, **fields})


NAN = math.nan
MINUTE = [10.0] * 12
