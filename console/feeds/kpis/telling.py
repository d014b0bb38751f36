"""Records about KPIs: their states, changed promises, and budgets that are used up or kept again. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from console.format import duration
from console.governance.kpis import used_up
from console.governance.shapes import KpiDoc, MeasuredDoc
from console.plain import plain
from console.signals import EntityKind, EntityRef, Pane, Record, RecordKind

SOURCE = "kpis"
TELL_EVERY_MS = 15 * 60_000
PANES = {"model output": Pane.MODELS, "model input": Pane.INGESTION, "system": Pane.OWNERSHIP}


def state(name: str, kpi: KpiDoc, at_ms: int, seen_ms: int) -> Record:
    """A KPI as it stands."""
    digest = hashlib.sha256(json.dumps(kpi, sort_keys=True).encode()).hexdigest()[:16]
    once = f"kpi:{name}:{at_ms}:{digest}"
    return Record(RecordKind.STATE, SOURCE, EntityRef(EntityKind.KPI, name), "kpi", at_ms, seen_ms, {**kpi}, once)


def defined(name: str, before: KpiDoc | None, after: KpiDoc, now_ms: int) -> Iterator[Record]:
    """What is told of a definition that is new or another: a promise that moves is worth a line."""
    if before is None or before.get("removed"):
        text = f"{plain(after['title'])} is promised: {_promise(after)}"
        yield _event("kpi declared", name, after, text, "info", now_ms)
    elif _promise(before) != _promise(after):
        text = f"{plain(after['title'])} is promised anew: {_promise(before)} -> {_promise(after)}"
        yield _event("kpi changed", name, after, text, "info", now_ms)


def removed(name: str, before: KpiDoc, now_ms: int) -> Iterator[Record]:
    """A KPI that no file names any more."""
    gone: KpiDoc = {**before, "removed": True}
    text = f"{plain(before['title'])} is no longer promised (it was in {plain(before['origin'])})"
    yield _event("kpi removed", name, gone, text, "warn", now_ms)
    yield state(name, gone, now_ms, now_ms)


def crossing(name: str, kpi: KpiDoc, measured: MeasuredDoc, before: bool | None) -> tuple[bool | None, list[Record]]:
    """Whether its budget counts as used up now, and the event where that is another than ``before``.

    None before its budget was told for the first time: it may have been used up long ago, which is no news of now.
    """
    left, share = measured["budget_left"], measured["attainment"]
    if left is None or share is None:
        return before, []
    now = used_up(left, bool(before))
    if before is None or now == before:
        return now, []
    came = f"{plain(kpi['title'])}: {percent(share)} good of the {percent(kpi['target'])} promised"
    over = f"in {kpi.get('calendar') or duration(kpi['window_s'])}"
    at_ms = measured["at_ms"]
    if now:
        return now, [_event("budget used up", name, kpi, f"{came} {over}, its error budget is used up", "bad", at_ms)]
    kept = f"{came} {over}, {left:.0%} of its error budget is left again"
    return now, [_event("budget kept", name, kpi, kept, "ok", at_ms)]


def worth_telling(before: MeasuredDoc | None, after: MeasuredDoc) -> bool:
    """Whether a reader would see another number, or none was put for long."""
    return before is None or _seen(before) != _seen(after) or after["at_ms"] - before["at_ms"] >= TELL_EVERY_MS


def percent(share: float) -> str:
    """``99.95%``: as many digits as tell it from all."""
    return f"{share * 100:.4g}%" if share < 0.999 else f"{share * 100:.5g}%"


def _seen(measured: MeasuredDoc) -> tuple[object, ...]:
    share, left, burn = measured["attainment"], measured["budget_left"], measured["burn"]
    return (
        None if share is None else percent(share),
        None if left is None else round(left, 2),
        None if burn is None else round(burn),
        round(measured["coverage"], 1),
        measured["why"],
    )


def _promise(kpi: KpiDoc) -> str:
    indicator = kpi["indicator"]
    held = f" at {indicator['op']} {indicator['limit']:g}" if "op" in indicator and "limit" in indicator else ""
    return f"{percent(kpi['target'])}{held} in {kpi.get('calendar') or duration(kpi['window_s'])}"


def _event(what: str, name: str, kpi: KpiDoc, text: str, severity: str, at_ms: int) -> Record:
    body = {"text": text, "severity": severity, "pane": str(PANES[kpi["about"]]), "origin": kpi["origin"]}
    once = f"{what}:{name}:{at_ms}"
    return Record(RecordKind.EVENT, SOURCE, EntityRef(EntityKind.KPI, name), what, at_ms, at_ms, body, once)
