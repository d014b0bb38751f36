"""A model's life beside that of its data and that of its jobs: stages on one axis, and where their order is wrong.

Three clocks run side by side: data (its schema changes, its contract gets a version, it backs up), model (trained,
evaluated, promoted) and operations (deployed, healthy, rolled back, failed). In order they are: schema change, train,
evaluate, promote, deploy. What is told of that order is told only where it is certain: a time that is known to the day
counts as that whole day. Pure, and moved in time it says the same.
"""

from __future__ import annotations

from console.governance.disorder import violations_of
from console.governance.lifeshapes import (
    Backlog,
    Clock,
    DataChange,
    Deploy,
    Lifecycle,
    LifecycleFacts,
    Promotion,
    Stage,
    Violation,
)
from console.governance.stages import stages_of

__all__ = [
    "Backlog",
    "Clock",
    "DataChange",
    "Deploy",
    "Lifecycle",
    "LifecycleFacts",
    "Promotion",
    "Stage",
    "Violation",
    "lifecycle",
]


def lifecycle(facts: LifecycleFacts) -> Lifecycle:
    """The stages of a model's life, and the violations of their order. Each deployment is judged as of its own time,
    and what runs now as of now."""
    stages = stages_of(facts)
    return Lifecycle(stages, violations_of(facts, stages))
