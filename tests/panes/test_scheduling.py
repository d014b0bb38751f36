"""One row a job, and one for each node that does not take work."""

from __future__ import annotations

from typing import Any

import pytest

from console.panes.board import BoardModel
from console.signals import Bad, EntityKind, EntityRef, Health, Pane, Signal
from tests.panes.build import MINUTE, T0, alert, board, feed, group, job, named, node, only, signal

PANE = Pane.SCHEDULING
NOW = T0 + 4 * MINUTE


def deployment(status: str, version: int = 0, **fields: Any) -> dict[str, Any]:
    return {"id": "d1", "status": status, "text": f"Deployment is {status}", "version": version, "healthy": 1,
            "desired": 3, **fields}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "health", "word"),
    [
        ({"groups": {"a": group(3)}}, Health.OK, "3/3 running"),
        ({"groups": {"a": group(3, 2)}}, Health.WARN, "2/3 running"),
        ({"groups": {"a": group(3, 0)}}, Health.BAD, "0/3 running"),
        ({"groups": {"a": group(3, 2, lost=1)}}, Health.BAD, "1 lost"),
        ({"groups": {"a": group(3, 2, failed=1)}}, Health.BAD, "1 failed"),
        ({"groups": {"a": group(3, 2, unknown=1)}}, Health.WARN, "1 disconnected"),
        ({"groups": {"a": group(3, 3, unhealthy=1)}}, Health.WARN, "1 unhealthy"),
        ({"groups": {"a": group(1, 0, queued=1)}}, Health.BAD, "blocked"),
        ({"groups": {"a": group(1, 0, queued=1)}, "type": "batch"}, Health.WARN, "blocked"),
        ({"groups": {"a": group(3, 2, queued=1)}}, Health.WARN, "2/3, blocked"),
        ({"status": "dead", "groups": {"a": group(1, 0)}}, Health.BAD, "dead"),
        ({"status": "dead", "groups": {"a": group(1, 0)}, "type": "batch"}, Health.OK, "done"),
        ({"status": "dead", "groups": {"a": group(1, 0, failed=1)}, "type": "batch"}, Health.BAD, "failed"),
        ({"status": "dead", "groups": {"a": group(1, 0)}, "stopped": True}, Health.OK, "stopped"),
        ({"groups": {"a": group(3, 1, starting=2)}, "deployment": deployment("running")}, Health.OK, "deploying 1/3"),
        ({"groups": {"a": group(3)}, "deployment": deployment("failed")}, Health.WARN, "deploy failed"),
        ({"groups": {"a": group(3, 2)}, "deployment": deployment("failed")}, Health.BAD, "deploy failed"),
        ({"groups": {"a": group(3)}, "deployment": deployment("failed", version=7), "version": 8}, Health.OK,
         "3/3 running"),
        ({"groups": {"a": group(3)}, "deployment": deployment("successful")}, Health.OK, "3/3 running"),
        ({"groups": {"a": group(3, 1)}, "deployment": deployment("paused")}, Health.WARN, "deploy paused 1/3"),
    ],
)  # fmt: skip
def test_how_a_job_stands(fields: dict[str, Any], health: Health, word: str) -> None:
    row = only(board(NOW, [job("llm-prod/answerer", **fields)]), PANE)
    assert (row.health, row.word) == (health, word)


def test_a_job_that_cannot_be_placed_says_why() -> None:
    why = "0 of 4 nodes fit: 2 filtered by class gpu, 2 out of memory"
    blocked = [{"group": "a", "queued": 1, "text": why}]
    row = only(
        board(NOW, [job("ml/finetune", type="batch", groups={"a": group(1, 0, queued=1)}, blocked=blocked)]), PANE
    )
    assert row.note.startswith(why)


def test_a_deployment_that_makes_no_progress_turns_into_a_warning_by_itself() -> None:
    late = job("p/a", groups={"a": group(3, 1)}, deployment=deployment("running", require_progress_by_ms=NOW + 60_000))
    model = board(NOW, [late])
    assert only(model, PANE).health is Health.OK
    assert model.next_change_ms() <= NOW + 60_001
    assert PANE in model.apply(NOW + 60_001)
    assert (only(model, PANE).health, only(model, PANE).word) == (Health.WARN, "deploying 1/3")


def test_numbers_of_a_job() -> None:
    row = only(
        board(NOW, [job("p/a", version=7, groups={"a": group(2, restarts=3), "b": group(1, oom_kills=2)})]), PANE
    )
    assert [(one.label, one.text) for one in row.numbers] == [
        ("run", "3/3"), ("", ""), ("", ""), ("restarts", "3"), ("oom", "2"), ("since", "4m"),
    ]  # fmt: skip
    assert row.note == "3 restarts · killed for memory 2x · v7"


def test_memory_and_cpu_stand_in_the_same_columns_of_every_row() -> None:
    def use(name: str, of: str, **more: float) -> Signal:
        return signal(name, EntityRef(EntityKind.JOB, of), PANE, "1", Bad.UP, **more)

    many = [(use(name, "p/a"), [0.2]) for name in ("running", "cpu", "lost", "memory")]
    model = board(NOW, [job("p/a"), job("p/b")], [*many, (use("cpu", "p/b"), [0.3])])
    assert [[one.label for one in row.numbers] for row in model.rows(PANE)] == [
        ["run", "memory", "cpu", "since"],
        ["run", "", "cpu", "since"],
    ]
    full = board(NOW, [job("p/a")], [(use("disk", "p/a", bad_at=0.9), [0.95]), (use("cpu", "p/a"), [0.1])])
    assert [one.label for one in only(full, PANE).numbers] == ["run", "", "cpu", "disk", "since"]


def test_what_is_not_to_run_says_why_in_place_of_how_much_of_it_runs() -> None:
    row = only(board(NOW, [job("p/a", stopped=True, groups={"a": group(0)})]), PANE)
    assert (row.health, row.numbers[0].label, row.numbers[0].text) == (Health.OK, "", "stopped")


def test_resource_use_stands_on_the_row_and_only_a_limit_makes_it_bad() -> None:
    entity = EntityRef(EntityKind.JOB, "p/a")
    use = signal("mem", entity, PANE, "1", Bad.UP)
    row = only(board(NOW, [job("p/a")], [(use, [0.2] * 600 + [0.99] * 5)]), PANE)
    assert (row.health, row.numbers[1].text, row.signals) == (Health.OK, "99%", (use.key,))
    limited = signal("mem", entity, PANE, "1", Bad.UP, bad_at=0.95)
    row = only(board(NOW, [job("p/a")], [(limited, [0.2] * 600 + [0.99] * 5)]), PANE)
    assert (row.health, row.word) == (Health.BAD, "mem 99%")


def test_periodic_runs_are_rolled_into_their_parent() -> None:
    parent = job("p/nightly", type="batch", periodic=True, groups={"a": group(0)})
    done = job("p/nightly/periodic-1", type="batch", status="dead", parent="nightly", groups={"a": group(1, 0)})
    assert only(board(NOW, [parent, done]), PANE).health is Health.OK
    failed = job("p/nightly/periodic-2", type="batch", status="dead", parent="p/nightly", submitted_ms=T0 + 1,
                 groups={"a": group(1, 0, failed=1)})  # fmt: skip
    row = only(board(NOW, [done, failed, parent]), PANE)
    assert (row.name, row.health, row.word) == ("nightly", Health.BAD, "run failed")


def test_a_run_that_comes_before_its_parent_gives_its_row_up() -> None:
    model = board(NOW, [job("p/nightly/periodic-1", type="batch", parent="nightly")])
    assert only(model, PANE).name == "nightly/periodic-1"
    model.apply(NOW, [job("p/nightly", type="batch", periodic=True, groups={})])
    assert only(model, PANE).name == "nightly"


def test_jobs_of_one_name_are_told_apart_by_namespace() -> None:
    model = board(NOW, [job("blue/api"), job("blue/web")])
    model.apply(NOW, [job("green/api")])
    assert [row.name for row in model.rows(PANE)] == ["blue/api", "green/api", "web"]


@pytest.mark.parametrize(
    ("fields", "health", "word"),
    [
        ({"status": "down"}, Health.BAD, "down"),
        ({"status": "disconnected"}, Health.BAD, "disconnected"),
        ({"status": "initializing"}, Health.WARN, "initializing"),
        ({"drain": True, "eligibility": "ineligible"}, Health.WARN, "draining"),
        ({"eligibility": "ineligible"}, Health.WARN, "ineligible"),
        ({"unhealthy_drivers": ["docker"]}, Health.WARN, "driver down"),
    ],
)
def test_a_node_that_takes_no_work_has_a_row(fields: dict[str, Any], health: Health, word: str) -> None:
    row = only(board(NOW, [node("fra1-gpu-01"), node("fra1-gpu-02", **fields)]), PANE)
    assert (row.name, row.health, row.word) == ("fra1-gpu-02", health, word)


def test_a_node_that_comes_back_leaves() -> None:
    model = board(NOW, [node("fra1-gpu-02", status="down")])
    model.apply(NOW + 1000, [node("fra1-gpu-02", NOW + 1000)])
    assert model.rows(PANE) == []


def test_a_node_that_left_the_cluster_is_missed_by_nobody() -> None:
    model = board(NOW, [node("fra1-gpu-01"), node("fra1-gpu-02", status="down")])
    model.apply(NOW + 1000, [node("fra1-gpu-02", NOW + 1000, status="gone")])
    assert model.rows(PANE) == []
    assert (model.header().nodes_ready, model.header().nodes) == (1, 1)


def test_an_alert_marks_the_row_of_what_it_is_about() -> None:
    states = [node("fra1-gpu-02"), job("llm-prod/answerer")]
    down = alert("NodeDown", {"node": "fra1-gpu-02", "job": "nomad"}, severity="critical")
    row = named(board(NOW, [*states, down]), PANE, "fra1-gpu-02")
    assert (row.health, row.word) == (Health.BAD, "NodeDown")
    assert "NodeDown fires 4m" in row.note
    restarts = alert("AllocRestarts", {"namespace": "llm-prod", "nomad_job": "answerer", "task": "main"})
    row = only(board(NOW, [*states, restarts]), PANE)
    assert (row.name, row.health, row.word) == ("answerer", Health.WARN, "AllocRestarts")


def test_an_alert_about_nothing_known_has_a_row_of_its_own() -> None:
    row = only(board(NOW, [alert("DiskFull", {"device": "sda"}, severity="page")]), PANE)
    assert (row.name, row.health, row.word, row.note) == ("DiskFull", Health.BAD, "firing", "DiskFull!")
    assert only(board(NOW, [alert("KafkaLag", {})]), Pane.INGESTION).word == "firing"
    assert only(board(NOW, [alert("QualityLow", {})]), Pane.MODELS).word == "firing"


def test_a_silenced_alert_is_told_and_does_not_shout() -> None:
    model = board(NOW, [job("p/a"), alert("X", {"namespace": "p", "nomad_job": "a"}, state="suppressed")])
    assert only(model, PANE).health is Health.OK
    assert "X silenced" in only(model, PANE).note


def test_an_alert_that_is_over_goes() -> None:
    model = board(NOW, [alert("DiskFull", {})])
    model.apply(NOW + 1, [alert("DiskFull", {}, NOW + 1, state="resolved")])
    assert model.rows(PANE) == []


def test_what_was_well_when_nomad_was_lost_is_stale_and_what_was_bad_stays_bad() -> None:
    states = [feed("nomad"), job("p/a"), job("p/b", groups={"a": group(1, 0)})]
    model: BoardModel = board(NOW, states, pulses={"nomad": NOW})
    assert [row.health for row in model.rows(PANE)] == [Health.BAD, Health.OK]
    model.apply(NOW + 1000, [feed("nomad", "down", NOW + 1000, why="Nomad does not answer.", todo="Check NOMAD_ADDR.")])
    assert [row.health for row in model.rows(PANE)] == [Health.BAD, Health.STALE]
    assert all("as of 04:" in row.note for row in model.rows(PANE))
    assert model.notice(PANE) == "Nomad does not answer. Check NOMAD_ADDR."
