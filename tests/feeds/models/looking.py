"""What a test of the models feed looks at."""

from __future__ import annotations

from typing import Any

from console.governance.shapes import ModelDoc
from console.signals import EntityKind, RecordKind
from tests.doubles.outlet import QuickOutlet, until

NOW = 1_795_442_400_000
SOON = 20.0


def document(out: QuickOutlet, name: str = "answer-8b") -> dict[str, Any]:
    return out.state(EntityKind.MODEL, name) or {}


def states(out: QuickOutlet, name: str = "answer-8b") -> list[ModelDoc]:
    return [dict(r.body) for r in out.kept if r.kind is RecordKind.STATE and r.entity.id == name]  # type: ignore[misc]


def health(out: QuickOutlet) -> str:
    return out.feeds["mlflow"]["state"] if "mlflow" in out.feeds else ""


async def seen(out: QuickOutlet) -> None:
    await until(lambda: health(out) == "ok", SOON, "MLflow")
