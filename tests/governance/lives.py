"""A model's life in few words: versions, changes of schema, deployments, and what is out of order in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.governance.lifecycle import DataChange, Deploy, LifecycleFacts, Violation, lifecycle
from console.governance.running import Running
from console.governance.shapes import ModelDoc, ModelVersionDoc

MODEL, JOB, FLOW = "answer-8b", "llm-prod/answerer", "docs.price"
HOUR = 3_600_000
BASE = 1_795_000_000_123


def version(number: str, **times: Any) -> ModelVersionDoc:
    return {"version": number, "aliases": [], "origin": f"mlflow/{number}", **times}  # type: ignore[typeddict-item]


def model(*versions: ModelVersionDoc, production: str | None = None) -> ModelDoc:
    return {"owner": None, "production": production, "aliases": {}, "versions": list(versions), "origin": "mlflow"}


def schema(at_ms: int, flow: str = FLOW) -> DataChange:
    return DataChange(flow, "schema change", at_ms, f"{flow} changed its schema", "contract.yaml:3")


def deploy(number: str, at_ms: int, job: str = JOB, job_version: int = 1, **more: Any) -> Deploy:
    return Deploy(job, job_version, number, at_ms, f"Nomad: {job}", **more)


def runs(number: str, **more: Any) -> Running:
    return Running(MODEL, number, JOB, None, f"job meta of {JOB}", **more)


def found(**facts: Any) -> Sequence[Violation]:
    given: dict[str, Any] = {"model": MODEL, "now_ms": BASE + 1000 * HOUR, "doc": None, **facts}
    return lifecycle(LifecycleFacts(**given)).violations


def rules(**facts: Any) -> list[str]:
    return [one.rule for one in found(**facts)]
