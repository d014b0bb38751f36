"""Documents as of a time, without what they say of later times: a file may name any date, and was read when it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from console.governance.shapes import FlowDoc, KpiDoc, ModelDoc

_DAY_MS = 86_400_000
_ZONES_MS = 14 * 3_600_000  # a day begins so much earlier where it begins first
_OF_FLOW = ("schema_changed_ms", "last_review_ms")
_OF_KPI = ("last_review_ms",)
_OF_VERSION = ("created_ms", "trained_ms", "evaluated_ms", "promoted_ms")

T = TypeVar("T", bound=Mapping[str, Any])


def flow_as_of(doc: FlowDoc, at_ms: int) -> FlowDoc:
    """A flow whose schema has not changed yet, and that was not reviewed yet, says so."""
    return _without(doc, _OF_FLOW, at_ms)


def kpi_as_of(doc: KpiDoc, at_ms: int) -> KpiDoc:
    """A KPI without a review that is still to come."""
    return _without(doc, _OF_KPI, at_ms)


def model_as_of(doc: ModelDoc, at_ms: int) -> ModelDoc:
    """A model whose versions were trained, evaluated and promoted by then, or not at all."""
    versions = [_without(one, _OF_VERSION, at_ms) for one in doc["versions"]]
    return (
        {**doc, "versions": versions}
        if any(a is not b for a, b in zip(versions, doc["versions"], strict=True))
        else doc
    )


def _without(doc: T, fields: tuple[str, ...], at_ms: int) -> T:
    later = [field for field in fields if _is_later(doc.get(field), at_ms)]
    return cast(T, {name: value for name, value in doc.items() if name not in later}) if later else doc


def _is_later(value: int | None, at_ms: int) -> bool:
    """A date alone, which is read as UTC, has begun as soon as that day began anywhere."""
    if value is None:
        return False
    return value > at_ms + (_ZONES_MS if value % _DAY_MS == 0 else 0)
