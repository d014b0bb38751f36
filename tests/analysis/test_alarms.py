"""Alarms: one for one failure, with its true beginning and end, about what it is about."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.analysis.alarms import alarms_of
from console.signals import EntityKind, EntityRef, Health, Record, RecordKind

T0 = 1_700_000_000_000
NODE = EntityRef(EntityKind.NODE, "0f1e2d3c-aaaa")
MODEL = EntityRef(EntityKind.MODEL, "answerer@7")
JOB = EntityRef(EntityKind.JOB, "prod/indexer")
FIRES = EntityRef(EntityKind.ALERT, "f1")
LABELS = {"alertname": "QualityLow", "severity": "warning", "model": "answerer"}


def event(
    entity: EntityRef, name: str, at_s: float, severity: str = "bad", source: str = "nomad", **body: Any
) -> Record:
    at_ms = T0 + round(at_s * 1000)
    whole = {"text": f"{name} of it: why", "severity": severity, **body}
    return Record(RecordKind.EVENT, source, entity, name, at_ms, at_ms, whole)


def fires(
    at_s: float, source: str = "prometheus", entity: EntityRef = FIRES, severity: str = "warn", **body: Any
) -> Record:
    whole = {"alertname": LABELS["alertname"], "labels": LABELS, **body}
    return event(entity, "firing", at_s, severity, source, **whole)


def ends(at_s: float, source: str = "prometheus", **body: Any) -> Record:
    return event(FIRES, "resolved", at_s, "ok", source, alertname="QualityLow", labels=LABELS, **body)


def alert(state: str, at_s: float, started_s: float, **doc: Any) -> Record:
    body = {"alertname": "QualityLow", "labels": LABELS, "severity": "warning", "state": state, "summary": "",
            "started_ms": T0 + round(started_s * 1000), **doc}  # fmt: skip
    return Record(RecordKind.STATE, "prometheus", FIRES, "alert", T0 + round(at_s * 1000), T0, body)


def doc(entity: EntityRef, at_s: float = -999, **body: Any) -> Record:
    return Record(RecordKind.STATE, "nomad", entity, entity.kind.value, T0 + round(at_s * 1000), T0, body)


STATES = [doc(NODE, name="fra1-gpu-02", status="ready"), doc(JOB, status="running")]


def alarms(*events: Record, states: list[Record] | None = None, at_s: float = 600, from_s: float = 0) -> list[tuple]:  # type: ignore[type-arg]
    """What, about what, from and until, in seconds."""
    found = alarms_of(
        events, STATES if states is None else states, T0 + round(at_s * 1000), T0 + round(from_s * 1000), {MODEL}
    )
    return [
        (one.what, one.entity, (one.at_ms - T0) / 1000, None if one.until_ms is None else (one.until_ms - T0) / 1000)
        for one in found
    ]


def test_one_alert_that_two_sources_tell_is_one_alarm() -> None:
    told = [fires(12, "alertmanager"), fires(10), ends(100), ends(110, "alertmanager")]
    assert alarms(*told) == [("QualityLow", MODEL, 10, 100)]
    assert alarms(*told, at_s=60) == [("QualityLow", MODEL, 10, None)]


def test_the_same_under_other_labels_is_one_alarm_and_a_second_time_is_a_second() -> None:
    other = EntityRef(EntityKind.ALERT, "f2")
    assert alarms(fires(10), fires(11, "alertmanager", other)) == [("QualityLow", MODEL, 10, None)]
    assert alarms(fires(10), ends(40), fires(100)) == [("QualityLow", MODEL, 10, 40), ("QualityLow", MODEL, 100, None)]


def test_pending_and_what_asks_for_nothing_are_no_alarms() -> None:
    info = fires(10, labels=LABELS | {"severity": "info"}, severity="ok")
    assert alarms(info) == []
    assert alarms(states=[*STATES, alert("pending", 10, 10)]) == []
    # A pending alert that never fired ends in a document that says "resolved".
    assert alarms(states=[*STATES, alert("resolved", 50, 10, ended_ms=T0 + 50_000)]) == []


def test_a_silenced_alert_shouts_to_nobody_and_one_silenced_later_says_so() -> None:
    assert alarms(fires(10, "alertmanager", silenced=True), states=[alert("suppressed", 10, 10)]) == []
    assert alarms(states=[alert("suppressed", 10, 10)]) == []
    silenced = [fires(10), event(FIRES, "silenced", 60, "info")]
    assert alarms(*silenced, states=[alert("suppressed", 60, 10)]) == [("QualityLow (now silenced)", MODEL, 10, None)]


def test_what_began_before_anybody_looked_has_its_true_beginning() -> None:
    assert alarms(states=[alert("firing", -300, -300)]) == [("QualityLow", MODEL, -300, None)]
    assert alarms(ends(30, lasted_s=400)) == [("QualityLow", MODEL, -370, 30)]
    assert alarms(ends(30), states=[alert("resolved", 30, -200)]) == [("QualityLow", MODEL, -200, 30)]


def test_what_was_over_before_the_window_is_left_out() -> None:
    assert alarms(fires(-300), ends(-100)) == []
    assert alarms(fires(-300), ends(100)) == [("QualityLow", MODEL, -300, 100)]


def test_a_node_that_goes_down_takes_its_allocations_and_its_alert_along() -> None:
    lost = [
        event(EntityRef(EntityKind.ALLOCATION, f"a{at}"), "AllocationLost", 100.1, job="prod/indexer", group="indexer",
              alloc=f"a{at}", node=NODE.id) for at in range(3)
    ]  # fmt: skip
    labels = {"alertname": "NomadNodeDown", "severity": "critical", "node": "fra1-gpu-02", "job": "nomad"}
    told = fires(112, labels=labels, alertname="NomadNodeDown", severity="bad")
    over = event(FIRES, "resolved", 290, "ok", "prometheus", labels=labels, alertname="NomadNodeDown")
    down, ready = event(NODE, "NodeDown", 100), event(NODE, "NodeReady", 280, "ok")
    assert alarms(down, *lost, told) == [("NodeDown", NODE, 100, None)]
    assert alarms(down, *lost, told, ready, over) == [("NodeDown", NODE, 100, 290)]
    assert alarms(*lost)[0][:2] == ("AllocationLost", JOB)


def test_an_alert_about_a_node_long_after_it_went_down_is_an_alarm_of_its_own() -> None:
    labels = {"alertname": "NodeDiskFull", "severity": "critical", "node": "fra1-gpu-02"}
    found = alarms(event(NODE, "NodeDown", -2000), fires(100, labels=labels, alertname="NodeDiskFull"))
    assert [one[:3] for one in found] == [("NodeDown", NODE, -2000), ("NodeDiskFull", NODE, 100)]


def test_a_node_that_is_down_with_no_event_is_known_as_of_its_document() -> None:
    down = doc(NODE, -500, name="fra1-gpu-02", status="down")
    assert alarms(states=[down]) == [("NodeDown", NODE, -500, None)]


def test_a_failed_deployment_lasts_until_one_succeeds() -> None:
    failed = event(EntityRef(EntityKind.DEPLOYMENT, "d1"), "DeploymentFailed", 50, job=JOB.id)
    good = event(EntityRef(EntityKind.DEPLOYMENT, "d2"), "DeploymentSuccessful", 200, "ok", job=JOB.id)
    other = event(EntityRef(EntityKind.DEPLOYMENT, "d3"), "DeploymentSuccessful", 100, "ok", job="prod/gateway")
    assert alarms(failed, other) == [("DeploymentFailed", JOB, 50, None)]
    assert alarms(failed, other, good) == [("DeploymentFailed", JOB, 50, 200)]


def test_a_failed_allocation_is_over_when_another_takes_its_place() -> None:
    def of(name: str, at_s: float, alloc: str, group: str, severity: str) -> Record:
        entity = EntityRef(EntityKind.ALLOCATION, alloc)
        return event(entity, name, at_s, severity, job=JOB.id, group=group, alloc=alloc)

    failed = of("AllocationFailed", 50, "a1", "indexer", "bad")
    told = [
        failed,
        of("AllocationPlaced", 60, "a1", "indexer", "info"),
        of("AllocationPlaced", 70, "b1", "web", "info"),
    ]
    assert alarms(*told) == [("AllocationFailed", JOB, 50, None)]
    assert alarms(*told, of("AllocationPlaced", 80, "a2", "indexer", "info")) == [("AllocationFailed", JOB, 50, 80)]


def test_a_failure_whose_name_says_little_is_called_by_its_sentence() -> None:
    assert alarms(event(NODE, "down", 10, "critical", text="fra1-gpu-02 is down: heartbeat missed"))[0][0] == (
        "fra1-gpu-02 is down"
    )


def test_a_task_that_is_killed_again_and_again_is_one_alarm() -> None:
    kills = [
        event(EntityRef(EntityKind.ALLOCATION, f"a{at}"), "OOMKilled", at, job=JOB.id, group="indexer")
        for at in (10, 60, 110, 2000)
    ]
    assert alarms(*kills, at_s=3000) == [("OOMKilled", JOB, 10, 110), ("OOMKilled", JOB, 2000, 2000)]


def test_a_run_of_a_periodic_job_that_fails_is_about_the_job() -> None:
    run = event(
        EntityRef(EntityKind.JOB, "prod/nightly/periodic-17"), "JobFinished", 10, job="prod/nightly/periodic-17"
    )
    assert alarms(run)[0][1] == EntityRef(EntityKind.JOB, "prod/nightly")


def test_an_alert_about_nothing_that_is_known_stands_for_itself() -> None:
    labels = {"alertname": "Watchdog", "severity": "critical", "job": "alertmanager", "instance": "10.0.0.1:9093"}
    assert alarms(fires(10, labels=labels, alertname="Watchdog"))[0][:2] == ("Watchdog", FIRES)


def test_what_a_feed_says_of_itself_is_no_alarm() -> None:
    assert alarms(event(EntityRef(EntityKind.FEED, "nomad"), "down", 10)) == []


kinds = st.sampled_from(["firing", "resolved", "silenced", "NodeDown", "NodeReady", "AllocationLost", "odd"])
odd = st.one_of(
    st.none(), st.text(max_size=5), st.integers(), st.dictionaries(st.text(max_size=3), st.text(max_size=3))
)


@given(
    st.lists(st.tuples(kinds, st.sampled_from([FIRES, NODE, JOB]), st.integers(-900, 900), odd), max_size=15),
    st.integers(0, 600),
)
def test_whatever_is_told_alarms_hold_together(told: list[tuple[str, EntityRef, int, Any]], at_s: int) -> None:
    """In order, within what was known, and without a word of what came later."""
    events = [
        event(entity, name, at, str(value), job=value, node=value, labels=value, lasted_s=value, alertname=value)
        for name, entity, at, value in told
    ]
    at_ms = T0 + at_s * 1000
    odd_docs = [
        doc(
            FIRES,
            at,
            state="firing" if name == "firing" else "resolved",
            started_ms=value,
            ended_ms=value,
            labels=value,
        )
        for name, entity, at, value in told
        if entity == FIRES
    ]
    states = [*STATES, *sorted(odd_docs, key=lambda one: one.at_ms)[-1:]]
    found = alarms_of(events, states, at_ms, T0)
    known_events, known_states = ([one for one in told_ if one.at_ms <= at_ms] for told_ in (events, states))
    assert found == alarms_of(known_events, known_states, at_ms, T0)
    assert [one.at_ms for one in found] == sorted(one.at_ms for one in found)
    for one in found:
        assert one.at_ms <= at_ms
        assert one.health is not Health.OK
        assert one.until_ms is None or max(one.at_ms, T0 + 1) <= one.until_ms <= at_ms


def test_a_promise_that_is_not_kept_is_no_failure() -> None:
    kpi = EntityRef(EntityKind.KPI, "answer-quality")
    assert alarms(event(kpi, "budget used up", 100, source="kpis")) == []
