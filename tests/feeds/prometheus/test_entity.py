"""Labels to entities and keys; outcomes; what is asked about unknown series."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.feeds.prometheus.choose import choose
from console.feeds.prometheus.entity import EntityRule, entity_of, notation
from console.feeds.prometheus.outcome import bad_matcher, known
from console.signals import EntityKind, Pane

JOB = {"namespace": "prod", "nomad_job": "worker", "job": "worker"}


@pytest.mark.parametrize(
    ("labels", "entity"),
    [
        ({"gen_ai_request_model": "m", "model_version": "3", **JOB}, "model:m@3"),
        ({"model_name": "m", "source": "s", **JOB}, "model:m"),
        ({"stream_name": "DOCS", "consumer_name": "indexer", **JOB}, "consumer:DOCS/indexer"),
        ({"consumergroup": "g", "topic": "t"}, "consumer:t/g"),
        ({"consumer_group": "g"}, "consumer:*/g"),
        ({"queue": "q", **JOB}, "topic:q"),
        ({"source": "partner", **JOB}, "flow:partner"),
        (JOB, "job:prod/worker"),
        ({"exported_job": "x", "exported_namespace": "n", "job": "nomad", "namespace": "default"}, "job:n/x"),
        ({"job": "node"}, "job:default/node"),
        ({}, "service:default/answers"),
    ],
)
def test_the_most_telling_label_decides(labels: dict[str, str], entity: str) -> None:
    assert str(entity_of(labels, "answers:latency:1m")[0]) == entity


def test_templates() -> None:
    rule = EntityRule(EntityKind.MODEL, "{a|b}[@{v}]/{n=default}")
    assert rule.apply({"b": "x"}) == (EntityKind.MODEL, "x/default")
    assert rule.apply({"a": "y", "b": "x", "v": "2", "n": "p"}) == (EntityKind.MODEL, "y@2/p")
    assert rule.apply({"v": "2"}) is None


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(max_size=20), max_size=4))
def test_notation_can_be_read_back(labels: dict[str, str]) -> None:
    text = notation("m", labels)
    found = {
        name: re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], value)
        for name, value in re.findall(r'([a-z_]+)="((?:[^"\\]|\\.)*)"', text, re.DOTALL)
    }
    assert found == labels


@pytest.mark.parametrize(
    ("label", "values", "matcher"),
    [
        ("code", ["200", "503"], 'code=~"5..|429"'),
        ("code", ["200"], 'code=~"5..|429"'),
        ("verdict", ["right", "stale", "ungrounded"], 'verdict!~"right|"'),
        ("outcome", ["http_503", "ok"], 'outcome!~"ok|"'),
        ("error_type", ["timeout"], 'error_type!=""'),
        ("state", ["running", "pending"], None),
        ("status", [], None),
    ],
)
def test_bad_outcomes(label: str, values: list[str], matcher: str | None) -> None:
    assert bad_matcher(label, values) == matcher


def test_a_value_from_outside_stays_inside_its_quotes() -> None:
    assert bad_matcher("result", ['ok "quoted"', "failed\\", "done\nhere"]) == (
        'result!~"done\\\\\\nhere|ok\\\\ \\"quoted\\"|"'
    )


def test_known_outcomes() -> None:
    assert [known(v) for v in ("ok", "http_503", "ValidationError", "Timeout", "blue")] == [
        "good",
        "bad",
        "bad",
        "bad",
        "",
    ]


def ask_about(
    metric: str, *combos: dict[str, str], also: dict[str, list[dict[str, str]]] | None = None
) -> dict[str, str]:
    known_combos = {metric: list(combos), **(also or {})}
    return {ask.key: ask.expr for ask in choose([], set(known_combos), {}, known_combos, 15).asks}


def test_a_verdict_becomes_a_share_that_is_zero_before_the_first_bad_one() -> None:
    asks = ask_about(
        "judge_answers_total", {"model": "m", "verdict": "right", **JOB}, {"model": "m", "verdict": "wrong", **JOB}
    )
    share = asks["judge_answers_total:bad"]
    assert 'verdict!~"right|"' in share
    assert " or 0 * " in share
    assert "> 0)" in share


def test_a_failure_keeps_its_source_and_reason_apart() -> None:
    asks = ask_about("intake_rows_rejected_total", {"source": "a", "reason": "schema", "instance": "i", **JOB})
    expr = "sum by (source,namespace,nomad_job,reason)(rate(intake_rows_rejected_total[60s]))"
    assert asks == {"intake_rows_rejected_total": expr}


def test_a_version_of_the_payload_does_not_break_a_series() -> None:
    combos = ({"feed": "a", "payload": "v1", **JOB}, {"feed": "a", "payload": "v2", **JOB})
    assert "payload" not in ask_about("feed_events_published_total", *combos)["feed_events_published_total"]


def test_the_company_decides_where_the_name_does_not() -> None:
    company = {"loader_rows_stale": [{"namespace": "prod", "nomad_job": "loader"}]}
    both = {"shop_queue_depth": [{"namespace": "prod", "nomad_job": "loader"}], **company}
    asks = choose([], set(both), {}, both, 15).asks
    assert {ask.metric: ask.pane for ask in asks}["shop_queue_depth"] is Pane.INGESTION
    alone = choose([], {"shop_queue_depth"}, {}, {"shop_queue_depth": [dict(JOB)]}, 15).asks
    assert alone[0].pane is Pane.MODELS


def test_time_stamps_are_asked_as_ages() -> None:
    asks = ask_about("sync_last_run_timestamp_seconds", dict(JOB))
    assert asks["sync_last_run_timestamp_seconds"].startswith("time() - max by (namespace,nomad_job)(")
