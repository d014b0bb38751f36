"""One row a model: what runs of it, how its life and its KPIs stand, beside its live signals."""

from __future__ import annotations

from typing import Any

import pytest

from console.panes.rows import PaneRow
from console.signals import Bad, EntityKind, EntityRef, Health, Pane, Record, Signal
from tests.panes.build import T0, alert, board, feed, flow, job, named, only, signal, state

PANE = Pane.MODELS
DAY_MS = 86_400_000
META = {"model": "answer-8b", "model_version": "7"}
QUALITY = signal("quality", EntityRef(EntityKind.MODEL, "answer-8b@7"), PANE, "1", Bad.DOWN, rank=1)
CALM = (QUALITY, [0.97] * 600)


def version(name: str, **more: Any) -> dict[str, Any]:
    fields = {"version": name, "aliases": [], "origin": "models.toml:3", "status": "READY", "evaluated_ms": T0 - DAY_MS}
    return {**fields, **more}


def model(name: str = "answer-8b", production: str | None = "7", **more: Any) -> Record:
    versions = more.pop("versions", [version("7")])
    body = {"owner": "ml", "production": production, "aliases": {}, "versions": versions, "origin": "x", **more}
    return state(EntityRef(EntityKind.MODEL, name), body, source="models")


def kpi(name: str, subject: str, **measured: Any) -> Record:
    came = {"at_ms": T0, "from_ms": T0 - DAY_MS, "attainment": 0.99, "budget_left": 0.8, "burn": 0.1, "coverage": 1.0,
            "why": "", **measured}  # fmt: skip
    body = {"title": name, "about": "model output", "subject": subject, "target": 0.95, "window_s": 86_400.0,
            "method": "occurrences", "indicator": {"kind": "ratio"}, "origin": "k:1", "measured": came}  # fmt: skip
    return state(EntityRef(EntityKind.KPI, name), body, source="kpis")


def row(*states: Record, signals: list[tuple[Signal, list[float]]] | None = None, now: int = T0) -> PaneRow:
    return only(board(now, list(states), [CALM] if signals is None else signals), PANE)


def test_a_registry_a_job_and_metrics_speak_of_one_model() -> None:
    reported = signal("errors", EntityRef(EntityKind.JOB, "p/answerer"), PANE, "/s")
    for name in ("answer-8b", "Answer-8B", "acme/answer-8b"):
        found = row(model(name), job("p/answerer", meta=META), signals=[CALM, (reported, [0.0] * 600)])
        assert (found.entity, found.health) == (EntityRef(EntityKind.MODEL, name), Health.OK)
        assert {one.label for one in found.numbers} == {"quality", "errors"}
        assert "served by answerer" in found.note and "7" in found.note


def test_what_runs_is_not_what_the_registry_calls_production() -> None:
    found = row(model(production="8", versions=[version("8"), version("7")]), job("p/a", meta=META))
    assert (found.health, found.word) == (Health.BAD, "runs 7 not 8")
    assert "runs 7, registry says 8" in found.note
    long = {**META, "model_version": "2026-10-r4"}
    found = row(model(production="8", versions=[version("8")]), job("p/a", meta=long), signals=[])
    assert found.word == "unapproved"
    assert "runs 2026-10-r4, which the registry does not know, registry says 8" in found.note


def test_a_rollout_is_allowed_for_as_long_as_the_model_says() -> None:
    new = version("8", promoted_ms=T0 - 60_000)
    doc = model(production="8", versions=[new, version("7")], rollout_s=600.0)
    model_board = board(T0, [doc, job("p/a", meta=META)], [CALM])
    assert only(model_board, PANE).health is Health.OK
    assert "8 is being rolled out" in only(model_board, PANE).note
    model_board.apply(T0 + 600_000)
    assert "registry says 8" in only(model_board, PANE).note


def test_where_no_registry_knows_the_model_nothing_is_claimed() -> None:
    found = row(job("p/a", meta=META))
    assert (found.health, found.word) == (Health.OK, "")


@pytest.mark.parametrize(
    ("doc", "word"),
    [
        (model(inputs=["docs"], versions=[version("7", evaluated_ms=T0 - 3 * DAY_MS)]), "eval outdated"),
        (model(versions=[{**version("7"), "evaluated_ms": T0 - DAY_MS, "stage": "archived"}]), "archived"),
        (model(versions=[{key: value for key, value in version("7").items() if key != "evaluated_ms"}]),
         "not evaluated"),
        (model(versions=[version("7", trained_ms=T0 - 9 * DAY_MS)], retrain_every_s=7 * 86_400.0), "retraining due"),
        (model(versions=[version("7", status="FAILED_REGISTRATION")]), "not ready"),
    ],
)  # fmt: skip
def test_what_is_out_of_order_is_to_be_looked_at(doc: Record, word: str) -> None:
    changed = flow("docs", schema_changed_ms=T0 - 2 * DAY_MS)
    assert (row(doc, changed, job("p/a", meta=META)).word) == word
    assert row(doc, changed, job("p/a", meta=META)).health is Health.WARN


def test_retraining_falls_due_by_time_alone() -> None:
    doc = model(versions=[version("7", trained_ms=T0 - DAY_MS)], retrain_every_s=86_400.0 + 30)
    found = board(T0, [doc, job("p/a", meta=META)], [CALM])
    assert only(found, PANE).health is Health.OK
    assert found.next_change_ms() <= T0 + 30_001
    found.apply(T0 + 30_001)
    assert only(found, PANE).word == "retraining due"


def test_nobody_says_which_version_runs() -> None:
    found = row(model(), job("p/a", meta={"model": "answer-8b"}), signals=[])
    assert found.health is Health.UNKNOWN
    assert "nobody says which version runs" in found.note


def test_a_registered_model_that_nothing_runs() -> None:
    found = row(model(production=None), signals=[])
    assert (found.health, found.numbers[0].text) == (Health.OK, "not running")
    assert (row(model(), signals=[]).health, row(model(), signals=[]).word) == (Health.UNKNOWN, "not seen to run")
    gone = state(EntityRef(EntityKind.MODEL, "answer-8b"), {"removed": True}, T0 + 1)
    assert board(T0 + 1, [model(), gone], []).rows(PANE) == []


def test_a_bad_signal_stays_the_number_and_its_life_the_word() -> None:
    quality = signal("quality", EntityRef(EntityKind.MODEL, "answer-8b@7"), PANE, "1", Bad.DOWN, bad_at=0.9)
    found = row(model(production="8", versions=[version("8"), version("7")]), job("p/a", meta=META),
                signals=[(quality, [0.4] * 600)])  # fmt: skip
    assert (found.word, found.numbers[0].label, found.numbers[0].health) == ("runs 7 not 8", "quality", Health.BAD)


def test_the_worst_kpi_stands_among_the_numbers() -> None:
    found = row(kpi("right", "model:answer-8b", budget_left=0.4), kpi("fast", "job:p/a"), job("p/a", meta=META))
    assert (found.health, found.numbers[1].label, found.numbers[1].text) == (Health.OK, "budget", "40%")
    assert "right: 99% of 95%, budget 40%" in found.note and "fast: 99%" in found.note
    found = row(kpi("right", "model:answer-8b"), kpi("fast", "job:p/a", budget_left=-0.1), job("p/a", meta=META))
    assert (found.health, found.word, found.numbers[1].text) == (Health.WARN, "budget spent", "spent")


def test_a_kpi_that_was_not_measured_is_unknown_and_one_of_long_ago_stale() -> None:
    unknown = row(kpi("right", "model:answer-8b", attainment=None, why="nothing came"))
    assert (unknown.health, unknown.numbers[1].text) == (Health.UNKNOWN, "unknown")
    assert "right: nothing came" in unknown.note
    old = row(kpi("right", "model:answer-8b", at_ms=T0 - 30 * 60_000))
    assert (old.health, old.word) == (Health.STALE, "KPI 30m old")


def test_a_kpi_about_nothing_on_the_board_has_its_own_row() -> None:
    found = row(kpi("mails", "service:mailer"), signals=[])
    assert (found.entity.kind, found.name, found.numbers[0].text) == (EntityKind.KPI, "mails", "80%")
    assert "service:mailer, which is not known here" in found.note
    service = signal("p95", EntityRef(EntityKind.SERVICE, "default/mailer"), PANE, "s")
    found = row(kpi("mails", "service:mailer"), signals=[(service, [0.1] * 600)])
    assert (found.entity.id, found.numbers[1].label) == ("default/mailer", "budget")


def test_a_measurement_changes_its_row_and_links_nothing_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    found = board(T0, [kpi("right", "model:answer-8b"), model(), job("p/a", meta=META)], [CALM])
    monkeypatch.setattr("console.panes.board.links.link", lambda world: pytest.fail("linked anew"))
    later = kpi("right", "model:answer-8b", budget_left=0.5)
    assert found.apply(T0 + 1, [later._replace(at_ms=T0 + 1)]) == {PANE}
    assert only(found, PANE).numbers[1].text == "50%"


def test_a_new_version_of_the_job_is_seen_on_the_model() -> None:
    doc = model(production="8", versions=[version("8"), version("7")])
    found = board(T0, [doc, job("p/a", meta=META)], [])
    assert only(found, PANE).health is Health.BAD
    found.apply(T0 + 1, [job("p/a", T0 + 1, meta={**META, "model_version": "8"})])
    assert only(found, PANE).health is Health.UNKNOWN  # nothing measures it


def test_a_registry_that_cannot_be_seen_is_told_with_its_time() -> None:
    lost = feed("models", "down", T0 - 60_000, why="no route")
    found = row(model(), job("p/a", meta=META), lost)
    assert (found.health, "registry as of 04:47Z" in found.note) == (Health.OK, True)


def test_an_alert_marks_a_model_that_nothing_measures() -> None:
    fires = alert("AnswersWrong", {"model_name": "answer-8b"}, severity="critical")
    found = board(T0, [fires, job("p/a", meta=META)], [])
    assert [one.name for one in found.rows(PANE)] == ["answer-8b"]
    assert named(found, PANE, "answer-8b").word == "AnswersWrong"
