"""OpenSLO v1 as people write it: all kinds, all methods, names that lead into other files, and what is unclear."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.declared.objectives import resolved
from console.declared.openslo import contents_of
from console.declared.read import NOT_OURS, read_file
from console.declared.shapes import DeclaredError
from console.declared.yamlfile import YamlDocument
from tests.declared.slofiles import kpis, one, slo, threshold, why

WHOLE = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: answers-right
  displayName: Answers are right
  labels:
    team: [ml-quality, answers]
  annotations:
    fourthsignal.io/about: model-output
    fourthsignal.io/subject: model:answer-8b
    fourthsignal.io/last-reviewed: 2026-10-01
    fourthsignal.io/review-every: 90d
    other.io/thing: 1
spec:
  description: long words
  service: answers
  indicator:
    metadata:
      name: right
      displayName: Right
    spec:
      description: x
      ratioMetric:
        counter: true
        good:
          metricSource:
            type: Prometheus
            metricSourceRef: main
            spec:
              query: sum(answers_total{verdict="ok"})
              extra: [1, 2]
        total:
          metricSource:
            metricSourceRef: main
            type: Prometheus
            spec: { query: sum(answers_total) }
  timeWindow:
    - duration: 28d
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - displayName: Good
      targetPercent: 99.5
    - displayName: SLA
      target: 0.99
      unknown: 7
  alertPolicies:
    - alertPolicyRef: page
"""


def test_an_slo_with_all_its_fields(tmp_path: Path) -> None:
    found = kpis(tmp_path, slo=WHOLE)
    assert list(found) == ["answers-right/Good", "answers-right/SLA"]
    good = found["answers-right/Good"]
    path = tmp_path / "slo.yaml"
    assert good["title"] == "Answers are right: Good"
    assert good["about"] == "model output" and good["subject"] == "model:answer-8b"
    assert good["owner"] == "ml-quality"
    assert good["target"] == pytest.approx(0.995) and found["answers-right/SLA"]["target"] == 0.99
    assert good["window_s"] == 28 * 86_400 and "calendar" not in good
    assert good["method"] == "occurrences"
    assert good["review_every_s"] == 90 * 86_400 and good["last_review_ms"] == 1_790_812_800_000
    assert "doubts" not in good
    assert good["indicator"] == {
        "kind": "ratio",
        "good": 'sum(answers_total{verdict="ok"})',
        "total": "sum(answers_total)",
        "counter": True,
        "origins": {"good": f"{path}:30", "total": f"{path}:36"},
    }
    assert good["origin"] == f"{path}:42"


def test_a_list_of_documents_is_read_as_several_with_their_lines(tmp_path: Path) -> None:
    """As OpenSLO's own tools write them."""
    alone = slo(threshold(), metadata="{name: first}"), slo(threshold(), metadata="{name: second}")
    listed = "".join("- " + "\n  ".join(text.rstrip().split("\n")) + "\n" for text in alone)
    found = kpis(tmp_path, both=listed)
    assert list(found) == ["first", "second"]
    path = tmp_path / "both.yaml"
    origins = [doc["origin"] for doc in found.values()]
    assert origins[0].startswith(f"{path}:") and origins[1].startswith(f"{path}:")
    lines = [int(origin.rpartition(":")[2]) for origin in origins]
    height = alone[0].count("\n")
    assert lines[1] - lines[0] == height
    with pytest.raises(DeclaredError) as broken:
        kpis(tmp_path, broken=listed.replace("name: second", "name: [1]"))
    assert broken.value.line > height


def test_kinds_that_hold_no_kpi(tmp_path: Path) -> None:
    for kind in ("AlertPolicy", "AlertCondition", "AlertNotificationTarget"):
        text = f"apiVersion: openslo/v1\nkind: {kind}\nmetadata: {{name: x}}\nspec: {{anything: [1]}}\n"
        assert kpis(tmp_path, a=text) == {}
    path = tmp_path / "other.yaml"
    path.write_text("apiVersion: v1\nkind: Service\n")
    assert read_file(path) is NOT_OURS


@pytest.mark.parametrize(
    ("method", "objective", "wanted"),
    [
        ("Timeslices", "{target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 5m}", ("timeslices", 300.0, 0.95)),
        ("Timeslices", "{target: 0.99, timeSliceTarget: 1, timeSliceWindow: 5}", ("timeslices", 300.0, 1.0)),
        ("RatioTimeslices", "{target: 0.99, timeSliceWindow: 2h}", ("ratio timeslices", 7200.0, None)),
    ],
)
def test_methods(tmp_path: Path, method: str, objective: str, wanted: tuple[Any, ...]) -> None:
    kpi = one(tmp_path, a=slo(threshold(), method=method, objective=objective.replace("{", "{op: lte, value: 30, ")))
    assert (kpi["method"], kpi["slice_s"], kpi.get("slice_target")) == wanted
    assert kpi["indicator"]["op"] == "lte" and kpi["indicator"]["limit"] == 30


@pytest.mark.parametrize(
    ("window", "calendar"),
    [
        ("[{duration: 1M, calendar: {startTime: 2022-01-01 12:00:00, timeZone: America/New_York}, isRolling: false}]",
         "every 1 month from 2022-01-01T12:00 America/New_York"),
        ("[{duration: 1Q, calendar: {startTime: 2022-01-01 00:00:00, timeZone: UTC}}]",
         "every 1 quarter from 2022-01-01T00:00 UTC"),
    ],
)  # fmt: skip
def test_calendars(tmp_path: Path, window: str, calendar: str) -> None:
    kpi = one(tmp_path, a=slo(threshold(), window=window, objective="{target: 0.9, op: gt, value: 1}"))
    assert kpi.get("calendar") == calendar and "unread" not in kpi["indicator"]


def test_a_window_of_one_m_is_no_guess(tmp_path: Path) -> None:
    aligned = "[{duration: 1m, calendar: {startTime: 2022-01-01 12:00:00, timeZone: UTC}}]"
    kpi = one(tmp_path, a=slo(threshold(), window=aligned, objective="{target: 0.9, op: gt, value: 1}"))
    assert "months to many who write it" in kpi["indicator"]["unread"]
    rolls = one(tmp_path, a=slo(threshold(), window="[{duration: 30m, isRolling: true}]",
                                objective="{target: 0.9, op: gt, value: 1}"))  # fmt: skip
    assert rolls["window_s"] == 1800 and any("months to many" in said for said in why(rolls))
    assert any(doubt["origin"].endswith("a.yaml:7") for doubt in rolls.get("doubts", []))


@pytest.mark.parametrize(
    ("indicator", "said"),
    [
        (threshold("type: Datadog, "), "read from Datadog"),
        (threshold("type: Prometheus, ", ""), "has no query"),
        (threshold("metricSourceRef: nowhere, "), "declared in no file"),
        ("indicator: {spec: {ratioMetric: {total: {metricSource: {type: Mimir, spec: {query: a}}}}}}", "good or bad"),
        ("indicator: {spec: {ratioMetric: {raw: {metricSource: {type: Mimir, spec: {query: a}}}}}}", "raw ratio"),
        ("indicator: {spec: {ratioMetric: {good: {metricSource: {type: Datadog, spec: {query: a}}}, "
         "total: {metricSource: {type: Prometheus, spec: {query: b}}}}}}", "different sources"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(tmp_path: Path, indicator: str, said: str) -> None:
    kpi = one(tmp_path, a=slo(indicator, objective="{target: 0.9, op: gt, value: 1}"))
    assert said in kpi["indicator"]["unread"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (slo().replace("openslo/v1", "openslo/v1alpha"), 1, "openslo/v1alpha"),
        (slo().replace("kind: SLO", "kind: Slow"), 2, "no kind of OpenSLO"),
        (slo(metadata="{}"), 3, "is missing"),
        (slo(objective="{target: 99.9}"), 9, "targetPercent"),
        (slo(objective="{target: 1}"), 9, "below 1"),
        (slo(objective="{targetPercent: 100}"), 9, "below 100"),
        (slo(objective="{displayName: x}"), 9, "no target"),
        (slo(objective="{target: 0.9, op: above}"), 9, "lt, lte, gt or gte"),
        (slo(objective="{target: much}"), 9, "not a number"),
        (slo(window="[{duration: 28 days}]"), 7, "28d"),
        (slo(window="[{duration: 1d}, {duration: 2d}]"), 7, "keep one"),
        (slo(window="[{duration: 1d, calendar: {startTime: soon, timeZone: UTC}}]"), 7, "no time"),
        (slo(window="[{duration: 1d, calendar: {startTime: 2026-01-01 00:00:00, timeZone: Mars}}]"), 7, "time zone"),
        (slo(method="Often"), 8, "Occurrences"),
        (slo(method="Timeslices"), 9, "timeSliceWindow"),
        (slo(method="Timeslices", objective="{target: 0.9, timeSliceWindow: 5m, timeSliceTarget: 2}"), 9, "at most 1"),
        (slo("indicator: {spec: {}}"), 6, "either a ratioMetric or a thresholdMetric"),
    ],
)
def test_faults_are_named_with_their_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(DeclaredError) as fault:
        read_file(path)
    assert fault.value.line == line, str(fault.value)
    assert said in str(fault.value)


def test_what_a_data_source_connects_with_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "source.yaml"
    path.write_text(
        "apiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: main}\n"
        "spec: {type: Prometheus, connectionDetails: {secretAccessKey: hush-hush}}\n"
    )
    assert read_file(path).slo.sources == {"main": "Prometheus"}
    assert "hush" not in repr(read_file(path))


KEYS = ("metadata", "spec", "name", "displayName", "labels", "annotations", "indicator", "indicatorRef", "timeWindow",
        "duration", "calendar", "startTime", "timeZone", "isRolling", "budgetingMethod", "objectives", "target", "op",
        "value", "timeSliceTarget", "timeSliceWindow", "ratioMetric", "thresholdMetric", "good", "total", "raw",
        "rawType", "metricSource", "type", "query", "service")  # fmt: skip
values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-5, 5), st.sampled_from(["1h", "x", "", "Prometheus", "UTC", "0.9"])
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)),
    max_leaves=12,
)


@given(st.sampled_from(["SLO", "SLI", "DataSource", "Service"]), st.dictionaries(st.sampled_from(KEYS), values))
def test_nothing_that_stands_there_breaks_the_reader(kind: str, body: dict[str, Any]) -> None:
    data = {"apiVersion": "openslo/v1", "kind": kind, "metadata": {"name": "x"}, **body}
    try:
        found = contents_of(YamlDocument(Path("x.yaml"), data, {}, 1), Path("x.yaml"))
    except DeclaredError as fault:
        assert fault.what and "\n" not in fault.what
    else:
        resolved([found])
