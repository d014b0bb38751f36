"""Evaluations that a registry forgot: it keeps the last value of a metric, so what came before is ours to keep."""

from __future__ import annotations

from console.governance.shapes import ModelDoc, ModelVersionDoc

MOST = 20  # the first that was ever seen, and the newest


def with_earlier_evaluations(before: ModelDoc | None, after: ModelDoc) -> ModelDoc:
    """The new document, whose versions know when they were evaluated before as well, as far as anybody saw it."""
    if before is None:
        return after
    known = {one["version"]: one for one in before["versions"]}
    return {**after, "versions": [_carried(known.get(one["version"]), one) for one in after["versions"]]}


def _carried(before: ModelVersionDoc | None, after: ModelVersionDoc) -> ModelVersionDoc:
    times = sorted({*_times(before), *_times(after)}) if before is not None else _times(after)
    if len(times) < 2:
        return after
    kept = times if len(times) <= MOST else [times[0], *times[-(MOST - 1) :]]
    return {**after, "evaluations_ms": kept}


def _times(one: ModelVersionDoc) -> list[int]:
    return [*one.get("evaluations_ms", ()), *([one["evaluated_ms"]] if "evaluated_ms" in one else [])]
