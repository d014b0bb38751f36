"""The line that hurts: flows, a topic, a consumer that indexes, a model that answers from the index. Second by second.

Nothing is painted onto signals: a fault changes what flows arrive, how much work a document is or how fast work goes;
what waits, how old the index is and how good the answers are follows from that. Run once with the fault and once
without it, and what differs is its effect.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tests.tapes.stories.model import Floats
from tests.tapes.stories.shapes import delayed, queue, saturating, settling, trailing

KINDS = ("schema", "surge", "dry", "consumer", "dependency", "node", "memory", "model")
SHARES = (0.22, 0.16, 0.1, 0.12, 0.13, 0.1, 0.07, 0.1)


class Line(NamedTuple):
    """What the line is like. Lags in seconds; ``slow`` is the share of capacity a fault takes, ``force`` how many times
    more of something it makes; ``free`` and ``half`` say how stale documents may be before answers suffer."""

    rates: tuple[float, ...]
    faulty: int  # which flow
    path: str  # index: the fault slows the indexer; answer: it slows answers
    lag_cause_s: int
    lag_index_s: int
    lag_answer_s: int
    headroom: float
    force: float
    slow: float
    heavier: float
    depth: float
    direct: float  # how much bad documents hurt answers by themselves
    busy: int = -1  # another flow that comes in waves of its own, which the consumer copes with
    wave_s: int = 300
    free_s: float = 30.0
    half_s: float = 30.0


def line_of(rng: np.random.Generator, flows: int, kind: str, step_s: int) -> Line:
    """A line at random, its staleness not yet fitted; no lag so short that samples every ``step_s`` would hide it."""
    faulty = int(rng.integers(flows))
    busy = (faulty + 1) % flows if rng.random() < 0.4 else -1
    lags = (5, 8, 12, 20, 30, 45, 70, 110, 170, 240)
    return Line(
        rates=tuple(float(rng.uniform(15, 140)) for _ in range(flows)),
        faulty=faulty,
        path="answer" if kind in ("dependency", "node", "memory") and rng.random() < 0.45 else "index",
        lag_cause_s=max(int(rng.choice(lags[:7])), round(1.3 * step_s)),
        lag_index_s=int(rng.choice(lags[:5])),
        lag_answer_s=max(int(rng.choice(lags)), round(1.3 * step_s)),
        headroom=float(rng.uniform(1.1, 1.9)),
        force=float(rng.uniform(2, 7)),
        slow=float(rng.uniform(0.65, 0.9)),
        heavier=float(rng.uniform(4, 12)),
        depth=float(rng.uniform(0.12, 0.5)),
        direct=float(rng.uniform(0.3, 0.9)) if kind == "schema" and rng.random() < 0.3 else 0.0,
        busy=busy,
        wave_s=int(rng.integers(180, 900)),
    )


def run(line: Line, kind: str, x: Floats, traffic: Floats) -> dict[str, Floats]:
    """Everything that can be measured of the line, by name, at every second. ``traffic`` is 1 on average."""
    found: dict[str, Floats] = {}
    rates = [rate * traffic for rate in line.rates]
    at = line.faulty
    if kind == "surge":
        rates[at] = rates[at] * (1 + line.force * x)
    elif kind == "dry":
        rates[at] = rates[at] * (1 - 0.95 * np.minimum(1.0, x))
    extra = 0.0
    if line.busy >= 0:
        wave = (np.arange(len(x)) + 71) % line.wave_s < line.wave_s // 4
        rates[line.busy] = rates[line.busy] * (1 + 0.6 * trailing(wave.astype(np.float64), 15))
        extra = 0.6 * line.rates[line.busy]
    bad = 0.55 * x if kind == "schema" else np.zeros_like(x)
    for number, rate in enumerate(rates):
        here = number == at
        found[f"out{number}"] = rate
        found[f"bytes{number}"] = rate * 2200 * (1 + (0.8 * bad if here else 0))
        found[f"failures{number}"] = (bad * rate) if here else np.zeros_like(x) + 0.002
        found[f"age{number}"] = _age(x if here and kind == "dry" else None, rate)
    found["in"] = np.sum(rates, axis=0)
    late = [delayed(rate, line.lag_cause_s if kind == "surge" else 2) for rate in rates]
    bad_late = delayed(bad, line.lag_cause_s)
    work = np.sum(late, axis=0) + late[at] * bad_late * line.heavier
    slow = _slowed(line, kind, x) if line.path == "index" else np.zeros_like(x)
    capacity = (sum(line.rates) + extra) * float(traffic.max()) * line.headroom * (1 - slow)
    waiting = queue(work, capacity)
    served = np.minimum(work + np.concatenate([[0.0], waiting[:-1]]), capacity)
    docs = served * np.sum(late, axis=0) / work
    found["pending"] = waiting + 0.4 * work
    found["lag"] = waiting / np.maximum(capacity, 1.0) + 0.3
    found["written"] = docs
    found["batch"] = 0.12 / (1 - slow) * (1 + 2.5 * bad_late)
    found["use"] = np.minimum(1.0, served / np.maximum(capacity, 1.0)) * 70 + 8
    age = 6 + delayed(found["lag"], line.lag_index_s) * 1.0
    if kind == "dry":
        age = age + delayed(found[f"age{at}"], line.lag_index_s)
    found["doc_age"] = settling(age, 4)
    _answers(line, kind, x, bad, found, traffic)
    _machines(line, kind, x, found, traffic)
    return found


def _age(x: Floats | None, rate: Floats) -> Floats:
    """Seconds since the last event of a flow."""
    base = 1 / np.maximum(rate, 0.05)
    if x is None:
        return np.asarray(base)
    out = np.empty_like(rate)
    held = 0.0
    for at, dry in enumerate((x > 0.3).tolist()):
        held = held + 1 if dry else 0.0
        out[at] = held
    return base + out


def _slowed(line: Line, kind: str, x: Floats) -> Floats:
    """The share of what could be done that a fault takes."""
    if kind == "consumer":
        return line.slow * np.minimum(1.0, x)
    if kind in ("dependency", "node"):
        return line.slow * np.minimum(1.0, delayed(x, line.lag_cause_s))
    if kind == "memory":
        return line.slow * np.clip((delayed(x, line.lag_cause_s) - 0.3) / 0.5, 0, 1)
    return np.zeros_like(x)


def _answers(line: Line, kind: str, x: Floats, bad: Floats, found: dict[str, Floats], traffic: Floats) -> None:
    stale = delayed(found["doc_age"], line.lag_answer_s)
    drop = saturating(stale, line.free_s, line.half_s) * 1.25
    drop = drop + line.direct * delayed(bad, line.lag_cause_s + line.lag_answer_s) / 0.55
    found["tokens"] = 40.0 * traffic
    found["empty"] = np.full_like(x, 0.03)
    if kind == "model":
        found["tokens"] = found["tokens"] * (1 - 0.55 * np.minimum(1.0, x))
        found["empty"] = found["empty"] + 0.3 * np.minimum(1.0, x)
        drop = drop + delayed(x, line.lag_answer_s)
    held = _slowed(line, kind, x) if line.path == "answer" else np.zeros_like(x)
    held = delayed(held, line.lag_answer_s // 3)
    found["latency"] = 0.6 / np.maximum(0.12, 1 - held)
    found["errors"] = 0.004 + 0.35 * line.depth * saturating(held, 0.25, 0.3)
    drop = drop + 0.8 * delayed(held, line.lag_answer_s)
    found["quality"] = 0.94 - line.depth * np.minimum(1.0, drop)
    found["wrong"] = 0.03 + 0.8 * line.depth * np.minimum(1.0, drop)
    found["requests"] = 9.0 * traffic


def _machines(line: Line, kind: str, x: Floats, found: dict[str, Floats], traffic: Floats) -> None:
    node = x if kind == "node" else np.zeros_like(x)
    found["load"] = 3.0 * traffic + 14 * node
    found["steal"] = 0.02 + 0.5 * np.minimum(1.0, node)
    helper = x if kind == "dependency" else np.zeros_like(x)
    found["helper_latency"] = 0.035 * (1 + 6 * np.minimum(1.0, helper))
    found["helper_errors"] = 0.003 + 0.12 * np.minimum(1.0, helper)
    leak = x if kind == "memory" else np.zeros_like(x)
    found["memory"] = 48 + 50 * np.minimum(1.0, leak)


def fitted(line: Line, kind: str, x: Floats, traffic: Floats) -> Line:
    """The same line, made so that the fault truly hurts: overloaded where it works by load, and answers that suffer
    from how stale documents become, not from how stale they are on a good day."""
    for _ in range(8):
        well, ill = run(line, kind, np.zeros_like(x), traffic), run(line, kind, x, traffic)
        usual = float(np.quantile(well["doc_age"], 0.999))
        worst = float(np.quantile(ill["doc_age"], 1 - 15 / len(x)))
        if worst > usual * 1.6 + 6 or line.direct or line.path == "answer" or kind == "model":
            break
        line = line._replace(
            force=line.force * 1.5, heavier=line.heavier * 1.5, slow=1 - (1 - line.slow) * 0.6,
            headroom=1 + (line.headroom - 1) * 0.8,
        )  # fmt: skip
    free = usual * 1.15 + 2
    return line._replace(free_s=free, half_s=max(2.0, (worst - free) * 0.3))
