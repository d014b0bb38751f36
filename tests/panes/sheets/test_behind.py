"""Times in which a flow was behind, from what was seen of its signals."""

from __future__ import annotations

from collections.abc import Sequence

from console.governance.counting import Counted
from console.governance.shapes import FlowDoc
from console.panes.sheets.behind import backlogs
from console.signals import Bad, EntityKind, EntityRef, Pane, Signal
from tests.panes.sheets.known import FLOW

STEP = 5_000
LAG = Signal("freshness{flow='docs'}", "freshness", EntityRef(EntityKind.FLOW, "docs"), Pane.INGESTION, "s", Bad.UP,
             "prometheus", step_s=5.0)  # fmt: skip
PENDING = LAG._replace(key="pending", name="pending", unit="", warn_at=100.0)


def seen(signal: Signal, values: Sequence[float], times: Sequence[int] = ()) -> Counted:
    return Counted(signal, list(times) or [at * STEP for at in range(len(values))], list(values))


def doc(freshness_s: float | None) -> FlowDoc:
    return {**FLOW, "freshness_s": freshness_s}


def test_it_is_behind_while_it_is_older_than_promised() -> None:
    found = backlogs("docs", doc(60.0), [seen(LAG, (10, 70, 90, 20, 10))], 5 * STEP)
    assert [(one.from_ms, one.until_ms) for one in found] == [(STEP, 3 * STEP)]
    assert "up to 1m30s, over 1m00s" in found[0].text


def test_one_that_lasts_has_no_end() -> None:
    found = backlogs("docs", doc(60.0), [seen(LAG, (10, 70, 90))], 2 * STEP)
    assert found[0].until_ms is None


def test_what_was_not_seen_is_not_behind() -> None:
    found = backlogs("docs", doc(60.0), [seen(LAG, (70, 80, 75), (0, STEP, 40 * STEP))], 41 * STEP)
    assert [(one.from_ms, one.until_ms) for one in found] == [(0, STEP), (40 * STEP, None)]


def test_a_queue_is_behind_by_a_limit_that_somebody_set_and_by_no_other() -> None:
    assert backlogs("docs", None, [seen(PENDING, (50, 150, 50))], 3 * STEP)
    assert not backlogs("docs", None, [seen(PENDING._replace(warn_at=None), (50, 150, 50))], 3 * STEP)
    assert not backlogs("docs", doc(None), [seen(LAG, (50, 1e9, 50))], 3 * STEP)
