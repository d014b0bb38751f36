"""When a version was trained and when it was evaluated, as far as MLflow tells. Pure.

*Trained*, the first of these that there is:

1. the version's tag ``fourthsignal.io/trained-at``, ``trained_at`` or ``training_end_time``;
2. the same tags of the run that it was registered from;
3. the end of that run, where it finished.

*Evaluated*, the newest of all of these (each metric has a time of its own, and MLflow keeps the last value only):

1. the tag ``fourthsignal.io/evaluated-at``, ``evaluated_at`` or ``evaluation_time`` of the version or of its run;
2. the end and the metrics of the run that its tag ``fourthsignal.io/evaluation-run`` or ``evaluation_run_id`` names;
3. metrics of its logged model (MLflow 3) that another run than the one that trained it logged, or that name a data set;
4. metrics of its own run and logged model whose name says that they judge it: one of its words is eval, test, val,
   validation, holdout, golden, benchmark, or the name of a score as MLflow's evaluators give it, and none is train.
   What the run that trained it logged of itself counts as said when that run ended, as its training did.

The revision of the data is the digest (else the name) of the data set of the newest of these metrics, or the tag
``fourthsignal.io/evaluated-on`` or ``evaluated_on``. Tags hold unix seconds, unix ms, or ISO 8601; one that is none of
these is a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from console.declared.modelsfile import is_day
from console.feeds.models.answers import Logged, Metric, Run, Version
from console.governance.units import Ambiguous, moment_ms

TRAINED_TAGS = ("fourthsignal.io/trained-at", "trained_at", "training_end_time")
EVALUATED_TAGS = ("fourthsignal.io/evaluated-at", "evaluated_at", "evaluation_time")
EVALUATED_ON_TAGS = ("fourthsignal.io/evaluated-on", "evaluated_on")
EVALUATION_RUN_TAGS = ("fourthsignal.io/evaluation-run", "evaluation_run_id")
PROMOTED_TAGS = ("fourthsignal.io/promoted-at", "promoted_at")

_ENDED = ("FINISHED", "")
_JUDGING = frozenset(["eval", "evaluation", "test", "val", "valid", "validation", "holdout", "golden", "benchmark"])
_SCORES = frozenset(
    [
        *("accuracy", "precision", "recall", "f1", "auc", "roc", "rouge", "bleu", "meteor", "rmse", "mae", "mse", "r2"),
        *(
            "mape",
            "ndcg",
            "mrr",
            "map",
            "exact",
            "perplexity",
            "wer",
            "cer",
            "toxicity",
            "groundedness",
            "faithfulness",
        ),
        *("relevance", "correctness", "quality", "score", "similarity"),
    ]
)
_NOT = frozenset(["train", "training", "system", "lr", "learning", "epoch", "step", "grad", "gradient"])
_BETWEEN = re.compile(r"[^a-z0-9]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_UNIX = re.compile(r"\d{9,13}(?:\.\d+)?")


class Times(NamedTuple):
    """When (unix ms, None unknown), on what data, by which metrics, and what could not be read."""

    trained_ms: int | None
    evaluated_ms: int | None
    promoted_ms: int | None
    evaluated_on: str
    metrics: Mapping[str, float]
    whole_days: tuple[str, ...]
    doubts: tuple[str, ...]


def times_of(version: Version, run: Run | None, logged: Logged | None, evaluation: Run | None) -> Times:
    """By the rules above. ``evaluation`` is the run that the version's tag names."""
    doubts: list[str] = []
    days: list[str] = []
    run_tags = run.tags if run else {}
    trained = _tagged(TRAINED_TAGS, "trained_ms", (version.tags, run_tags), days, doubts)
    if trained is None and run and run.ended_ms and run.status in _ENDED:
        trained = run.ended_ms
    judged = list(_judging(run, logged, evaluation))
    newest = max(judged, key=lambda metric: metric.at_ms, default=None)
    evaluated = _tagged(EVALUATED_TAGS, "evaluated_ms", (version.tags, run_tags), days, doubts)
    by_metrics = [newest.at_ms] if newest and newest.at_ms else []
    if evaluation and evaluation.ended_ms and evaluation.status in _ENDED:
        by_metrics.append(evaluation.ended_ms)
    if by_metrics and (evaluated is None or max(by_metrics) > evaluated):
        evaluated = max(by_metrics)
        days = [field for field in days if field != "evaluated_ms"]
    promoted = _tagged(PROMOTED_TAGS, "promoted_ms", (version.tags,), days, doubts)
    on = next((version.tags[tag] for tag in EVALUATED_ON_TAGS if version.tags.get(tag)), "")
    if not on and newest is not None:
        on = newest.digest or newest.dataset
    metrics = {metric.name: metric.value for metric in sorted(judged, key=lambda one: one.at_ms)}
    return Times(trained, evaluated, promoted, on, metrics, tuple(days), tuple(doubts))


def evaluation_run(version: Version) -> str:
    """The run that evaluated a version, as its tag says; empty where it has none."""
    return next((version.tags[tag].strip() for tag in EVALUATION_RUN_TAGS if version.tags.get(tag, "").strip()), "")


def judges(name: str) -> bool:
    """Whether a metric's name says that it judges the model, rather than tells how its training went."""
    words = set(_BETWEEN.split(_HUMP.sub("_", name).casefold()))
    words |= {word.rstrip("0123456789") for word in words}
    return bool(words & (_JUDGING | _SCORES)) and not words & _NOT


def _judging(run: Run | None, logged: Logged | None, evaluation: Run | None) -> Iterator[Metric]:
    own = run.id if run else logged.run if logged else ""
    ended_ms = run.ended_ms if run else 0
    if evaluation is not None:
        yield from evaluation.metrics
    for metric in (*(logged.metrics if logged else ()), *(run.metrics if run else ())):
        by_another = metric.run not in ("", own)
        if by_another or metric.dataset or judges(metric.name):
            yield metric if by_another else metric._replace(at_ms=max(metric.at_ms, ended_ms))


def _tagged(
    keys: Sequence[str], field: str, sources: Iterable[Mapping[str, str]], days: list[str], doubts: list[str]
) -> int | None:
    for tags in sources:
        for key in keys:
            given = tags.get(key, "").strip()
            if not given:
                continue
            if _UNIX.fullmatch(given):
                number = float(given)
                return round(number if number >= 1e11 else number * 1000)
            moment = moment_ms(given)
            if isinstance(moment, Ambiguous):
                doubts.append(f"tag {key}: {moment.why}")
                continue
            if moment.doubt:
                doubts.append(f"tag {key}: {moment.doubt}")
            if is_day(given):
                days.append(field)
            return moment.at_ms
    return None
