"""Everybody else: jobs, consumers and nodes that have nothing to do with the trouble, and what stirs them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from console.signals import Bad, EntityKind, EntityRef, Pane, Signal
from tests.tapes.stories.cast import Cast
from tests.tapes.stories.model import Floats


class Stir(NamedTuple):
    """Something that moves signals of one target for a reason of its own, ``size`` standard deviations high.
    ``ramp``: it grows over its time."""

    target: str
    names: tuple[str, ...]
    begin_s: float
    end_s: float
    size: float
    ramp: bool = False


class Other(NamedTuple):
    """A signal of somebody else: its level on a good day, how far it strays, how much it goes with the traffic."""

    signal: Signal
    target: str
    level: float
    sigma: float
    noise: str
    follows: float
    trend: float


_JOB = (  # metric, name, unit, bad, level, stray, follows
    ("nomad_job_cpu_percent_of_asked", "cpu", "%", Bad.UP, (8, 60), 0.08, 0.6),
    ("nomad_job_memory_percent_of_limit", "memory", "%", Bad.UP, (20, 75), 0.01, 0.0),
    ("nomad_nomad_job_summary_running", "running", "", Bad.DOWN, (1, 6), 0.0, 0.0),
    ("nomad_nomad_job_summary_queued", "queued", "", Bad.UP, (0, 0), 0.0, 0.0),
    ("nomad_job_restarts", "restarts", "/s", Bad.UP, (0, 0), 0.0, 0.0),
    ("http_requests_total", "requests", "/s", Bad.EITHER, (2, 400), 0.05, 1.0),
    ("http_request_duration_seconds", "p95", "s", Bad.UP, (0.02, 0.9), 0.06, 0.1),
    ("http_requests_failed", "errors", "1", Bad.UP, (0.001, 0.01), 0.4, 0.0),
    ("work_queue_depth", "queue", "", Bad.UP, (0, 12), 0.3, 0.5),
)
_NODE = (
    ("node_cpu", "cpu", "1", Bad.UP, (0.1, 0.5), 0.08, 0.5),
    ("node_memory", "memory", "1", Bad.UP, (0.2, 0.7), 0.01, 0.0),
    ("node_load1", "load", "", Bad.UP, (0.5, 6), 0.1, 0.5),
    ("node_filesystem_avail_bytes", "disk free", "By", Bad.DOWN, (2e10, 9e11), 0.0005, 0.0),
)
_NOISES = ("gaussian", "ar1", "heavy", "gaussian", "walk")


def everybody_else(rng: np.random.Generator, cast: Cast, count: int, window_s: float, taken: set[str]) -> list[Other]:
    """About ``count`` signals, none of those that are ``taken``."""
    made: list[Other] = []
    for number, job in enumerate((cast.indexer, cast.server, cast.helper, *cast.producers, *cast.others)):
        stranger = job in cast.others
        for metric, name, unit, bad, level, stray, follows in _JOB if stranger else _JOB[:5]:
            pane = Pane.SCHEDULING
            if name in ("requests", "p95", "errors") and number % 3 == 0:
                pane = Pane.MODELS
            elif name == "queue" and number % 2:
                pane = Pane.INGESTION
            labels = {"namespace": cast.namespace, "nomad_job": job} if cast.known else {"instance": job}
            made.append(_other(rng, metric, name, cast.job(job), pane, unit, bad, level, stray, follows, labels, job,
                               window_s))  # fmt: skip
    for number, node in enumerate(cast.nodes):
        for metric, name, unit, bad, level, stray, follows in _NODE:
            made.append(_other(rng, metric, name, cast.node(number), Pane.SCHEDULING, unit, bad, level, stray,
                               follows, {"node": node}, node, window_s))  # fmt: skip
    for job in cast.others[: len(cast.others) // 5]:
        labels = {"stream_name": job.upper(), "consumer_name": f"{job}-worker"}
        entity = EntityRef(EntityKind.CONSUMER, f"{job.upper()}/{job}-worker")
        made.append(_other(rng, "jetstream_consumer_num_pending", "pending", entity, Pane.INGESTION, "", Bad.UP,
                           (1, 40), 0.3, 0.4, labels, job, window_s))  # fmt: skip
    return [one for one in made if one.signal.key not in taken][:count]


def _other(
    rng: np.random.Generator, metric: str, name: str, entity: EntityRef, pane: Pane, unit: str, bad: Bad,
    level: tuple[float, float], stray: float, follows: float, labels: dict[str, str], target: str, window_s: float,
) -> Other:  # fmt: skip
    inside = ",".join(f'{key}="{value}"' for key, value in sorted(labels.items()))
    window = window_s if unit == "/s" or name in ("p95", "errors") else 0.0
    source = "nomad" if metric.startswith("nomad_job_") else "prometheus"
    signal = Signal(f"{metric}{{{inside}}}", name, entity, pane, unit, bad, source, 50, window_s=window, labels=labels)
    at = float(rng.uniform(*level))
    whole = name in ("running", "queued", "queue", "pending")
    noise = (
        "count" if whole else "zeros" if name == "restarts" else "ratio" if unit == "1" else str(rng.choice(_NOISES))
    )
    noise = "walk" if name == "memory" and rng.random() < 0.7 else noise
    trend = float(rng.uniform(-0.02, 0.02)) if name in ("memory", "disk free") and rng.random() < 0.4 else 0.0
    at = float(round(at)) if name in ("running", "queued") else at
    return Other(signal, target, at, stray * max(at, 1e-9), noise, follows, trend)


def level_of(one: Other, seconds: Floats, traffic: Floats, total_s: float, stirs: list[Stir]) -> Floats:
    """What truly was, at those seconds."""
    row = one.level * (1 + one.follows * (traffic - 1) + one.trend * seconds / 3600)
    unit = max(one.sigma, 1.0 if one.noise == "count" else 0.0, 0.01 if one.noise == "zeros" else 0.0)
    for stir in stirs:
        if stir.target == one.target and one.signal.name in stir.names:
            inside = (seconds >= stir.begin_s) & (seconds < stir.end_s)
            grown = (seconds - stir.begin_s) / max(1.0, stir.end_s - stir.begin_s) if stir.ramp else 1.0
            sign = -1.0 if one.signal.bad is Bad.DOWN else 1.0
            size = 1.0 if one.noise == "count" and one.sigma < 1 else stir.size
            row = row + sign * size * unit * inside * grown
    return np.asarray(np.maximum(0.0, row))
