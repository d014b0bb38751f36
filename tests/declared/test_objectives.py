"""Objectives with the indicators, sources and services that they name, and what is guessed where nobody says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.declared.slofiles import kpis, one, slo, threshold, why


@pytest.mark.parametrize(("counter", "taken"), [("", True), ("counter: false, ", False)])
def test_counters_that_nobody_calls_counters(tmp_path: Path, counter: str, taken: bool) -> None:
    """Many leave ``counter`` out; what counters stand at is no number of events."""
    good, total = (
        f"{part}: {{metricSource: {{type: Prometheus, spec: {{query: '{query}'}}}}}}"
        for part, query in (("good", 'a_total{ok="1"}'), ("total", "a_total"))
    )
    kpi = one(tmp_path, a=slo(f"indicator: {{spec: {{ratioMetric: {{{counter}{good}, {total}}}}}}}"))
    assert kpi["indicator"]["counter"] is taken
    assert any("taken for counters" in doubt["why"] for doubt in kpi["doubts"]) is taken


def test_an_indicator_a_source_and_a_service_of_other_files(tmp_path: Path) -> None:
    sli = """
apiVersion: openslo/v1
kind: SLI
metadata: {name: ref}
spec:
  ratioMetric:
    bad: {metricSource: {metricSourceRef: main, spec: {promql: 'sum(rate(errors_total[5m]))'}}}
    total: {metricSource: {metricSourceRef: main, spec: {promql: 'sum(rate(all_total[5m]))'}}}
"""
    source = "apiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: main}\nspec: {type: Prometheus}\n"
    service = "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: answers, labels: {owner: search}}\nspec: {}\n"
    kpi = one(tmp_path, a=slo(), b=sli + "---\n" + source, c=service)
    assert kpi["indicator"]["bad"] == "sum(rate(errors_total[5m]))"
    assert kpi["indicator"]["counter"] is False and "unread" not in kpi["indicator"]
    assert kpi["owner"] == "search" and kpi["subject"] == "service:answers"
    alone = one(tmp_path, a=slo())
    assert alone["indicator"]["unread"] == "its indicator 'ref' is declared in no file"
    sourceless = one(tmp_path, a=slo(), b=sli)
    assert "data source 'main' is declared in no file" in sourceless["indicator"]["unread"]


def test_a_ratio_that_is_there_already(tmp_path: Path) -> None:
    source = "{metricSource: {type: Thanos, spec: {query: share}}}"
    raw = f"indicator: {{spec: {{ratioMetric: {{rawType: failure, raw: {source}}}}}}}"
    kpi = one(tmp_path, a=slo(raw))
    assert kpi["indicator"]["bad"] == "(share)" and kpi["indicator"]["total"] == "(share) * 0 + 1"


def test_no_limit_for_a_threshold(tmp_path: Path) -> None:
    assert "no op and value" in one(tmp_path, a=slo(threshold()))["indicator"]["unread"]


def test_parts_of_a_composite_are_read_and_say_so(tmp_path: Path) -> None:
    part = "{target: 0.9, op: gt, value: 1, displayName: %s, " + threshold()[:-1] + "}}"
    text = slo("description: all of it", objective=f"{part % 'a'}, {part % 'b'}")
    found = kpis(tmp_path, a=text)
    assert list(found) == ["it/a", "it/b"]
    assert all(any("composite" in said for said in why(kpi)) for kpi in found.values())


@pytest.mark.parametrize(
    ("query", "about", "subject"),
    [
        ('avg(llm_eval_groundedness{gen_ai_request_model="answer-8b"})', "model output", "model:answer-8b"),
        ('max(ingest_event_lag_seconds{source="price"})', "model input", "flow:price"),
        ('sum(gateway_up{nomad_job="gateway",namespace="llm"})', "system", "job:llm/gateway"),
        ("sum(gateway_up)", "system", "service:answers"),
    ],
)
def test_what_nobody_says_is_guessed_with_a_doubt(tmp_path: Path, query: str, about: str, subject: str) -> None:
    indicator = threshold(query="QUERY").replace("'QUERY'", '"' + query.replace('"', '\\"') + '"')
    kpi = one(tmp_path, a=slo(indicator, objective="{target: 0.9, op: gt, value: 1}"))
    assert (kpi["about"], kpi["subject"]) == (about, subject)
    assert any("nobody says what it is about" in said for said in why(kpi))


def test_two_of_one_name(tmp_path: Path) -> None:
    text = slo(threshold(), objective="{target: 0.9, op: gt, value: 1}")
    kpi = one(tmp_path, a=text, b=text.replace("0.9", "0.8"))
    assert kpi["target"] == 0.9
    assert any("b.yaml" in said and "left out" in said for said in why(kpi))
