"""OpenSLO files as tests write them, and the KPIs that come of them."""

from __future__ import annotations

from pathlib import Path

from console.declared.objectives import resolved
from console.declared.read import read_file
from console.governance.shapes import KpiDoc


def one(tmp_path: Path, **files: str) -> KpiDoc:
    found = kpis(tmp_path, **files)
    assert len(found) == 1, list(found)
    return next(iter(found.values()))


def kpis(tmp_path: Path, **files: str) -> dict[str, KpiDoc]:
    contents = []
    for name, text in files.items():
        path = tmp_path / f"{name}.yaml"
        path.write_text(text)
        contents.append(read_file(path))
    return resolved(contents)


def slo(
    indicator: str = "indicatorRef: ref",
    window: str = "[{duration: 1h, isRolling: true}]",
    objective: str = "{target: 0.9}",
    method: str = "Occurrences",
    metadata: str = "{name: it}",
) -> str:
    return (
        f"apiVersion: openslo/v1\nkind: SLO\nmetadata: {metadata}\nspec:\n  service: answers\n  {indicator}\n"
        f"  timeWindow: {window}\n  budgetingMethod: {method}\n  objectives: [{objective}]\n"
    )


def threshold(source: str = "type: Prometheus, ", query: str = "max(lag_seconds)") -> str:
    return f"indicator: {{spec: {{thresholdMetric: {{metricSource: {{{source}spec: {{query: '{query}'}}}}}}}}}}"


def why(kpi: KpiDoc) -> list[str]:
    return [doubt["why"] for doubt in kpi.get("doubts", [])]
