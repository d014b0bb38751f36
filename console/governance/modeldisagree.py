"""Where the sources of a model disagree: registry, models.toml, cards. The console does not choose for them. Pure."""

from __future__ import annotations

from typing import Any

from console.governance.disagree import Disagreement
from console.governance.modelnames import same_version, version_named
from console.governance.shapes import ModelDoc

_WORDS = {
    "on_call": "on-call",
    "retrain_every_s": "retraining",
    "evaluation_max_age_s": "age of evaluations",
    "rollout_s": "rollout",
    "trained_ms": "trained",
    "evaluated_on": "evaluated on",
}


def model_disagreements(doc: ModelDoc) -> list[Disagreement]:
    """The fields of a model that its sources disagree about, with all that was said, the one in force first."""
    found = []
    for field, items in doc.get("said", {}).items():
        if len(items) < 2:
            continue
        version, _, part = field.rpartition(".")
        same = _SAME.get(part, _alike)
        if any(not same(doc, items[0]["value"], other["value"]) for other in items[1:]):
            word = _WORDS.get(part, part)
            found.append(Disagreement(field, f"{version} {word}".strip(), tuple(items)))
    return found


def _alike(doc: ModelDoc, one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    return str(one).casefold() == str(other).casefold() if isinstance(one, str) else bool(one == other)


def _same_production(doc: ModelDoc, one: Any, other: Any) -> bool:
    first, second = version_named(doc, str(one)), version_named(doc, str(other))
    return same_version(str(one), str(other)) or (first is not None and first is second)


def _same_day(doc: ModelDoc, one: Any, other: Any) -> bool:
    """A file may know the day only."""
    return abs(int(one) - int(other)) < 86_400_000


_SAME = {"production": _same_production, "trained_ms": _same_day}
