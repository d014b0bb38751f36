"""What a KPI is about, guessed from the series that its queries read where nobody says it. Pure.

The rules are generic and each guess is told as a doubt:

- queries that read an evaluation (groundedness, quality, drift, feedback ...: the words of
  ``console/metricnames/words.py``) measure a *model's output*;
- else queries whose series belong to ingestion by their names (lag, freshness, dead letters ...), or that single out
  one data flow by a label, measure a *model's input*;
- all others measure a *system*.

The subject is the model, data flow or job that the labels of the queries single out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from console.metricnames import words
from console.metricnames.classify import read_name
from console.metricnames.expression import Selector, read_expression
from console.metricnames.labels import FLOW_LABELS, MODEL_LABELS
from console.naming import job_of
from console.signals import EntityKind, Pane

About = Literal["model output", "model input", "system"]
ABOUTS: tuple[About, ...] = ("model output", "model input", "system")
KINDS = ("model", "flow", "job", "service", "topic", "consumer")


class Guess(NamedTuple):
    """What a KPI is about as far as its queries tell, and why that is thought."""

    about: About
    subject: str
    why: str


def guessed(queries: Iterable[str], service: str = "") -> Guess:
    """A guess from queries; ``service`` is the subject where no label names any."""
    selectors = [one for query in queries for one in read_expression(query).selectors]
    about, metric = _about(selectors)
    subject = _subject(selectors, about) or (f"service:{service}" if service else "")
    read = f"it reads {metric}" if metric else "it reads no metric of a known kind"
    return Guess(about, subject, f"nobody says what it is about; taken for {about}, since {read}")


def about_of(text: str) -> About | None:
    """One of the three, however it is spelled (``model-output``); None for anything else."""
    folded = " ".join(text.replace("-", " ").replace("_", " ").casefold().split())
    return next((about for about in ABOUTS if about == folded), None)


def subject_of(text: str) -> str | None:
    """``kind:name`` of a kind that a KPI can be about; None for anything else."""
    kind, _, name = text.partition(":")
    return f"{kind}:{name.strip()}" if kind in KINDS and name.strip() else None


def _about(selectors: Sequence[Selector]) -> tuple[About, str]:
    metrics = [one.metric for one in selectors if one.metric]
    for metric in metrics:
        if set(words.words_of(metric)) & words.EVALUATION:
            return "model output", metric
    for one in selectors:
        reading = read_name(one.metric, labels=one.labels) if one.metric else None
        if reading is not None and reading.pane is Pane.INGESTION:
            return "model input", one.metric
    return "system", metrics[0] if metrics else ""


def _subject(selectors: Sequence[Selector], about: About) -> str:
    """Of the labels that single something out those first that fit what it is about."""
    order = (_model, _flow, _job) if about != "model input" else (_flow, _model, _job)
    for find in order:
        for one in selectors:
            if subject := find(one.labels):
                return subject
    return ""


def _model(labels: Mapping[str, str]) -> str:
    name = next((labels[label] for label in MODEL_LABELS if labels.get(label)), "")
    return f"{EntityKind.MODEL}:{name}" if name else ""


def _flow(labels: Mapping[str, str]) -> str:
    name = next((labels[label] for label in FLOW_LABELS if labels.get(label)), "")
    return f"{EntityKind.FLOW}:{name}" if name else ""


def _job(labels: Mapping[str, str]) -> str:
    job = job_of(labels)
    return f"{EntityKind.JOB}:{job}" if job else ""
