"""Whether a job refuses more since it was deployed: rejects, dead letters and schema failures, before and after."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from console.analysis.audit.facts import Bump, Deploy, Step
from console.analysis.scene import Floats
from console.analysis.words import signal_name
from console.governance.flowwords import DEAD_LETTERS, REJECTS, SCHEMA, meaning
from console.naming import job_of
from console.scenes.audit.ways import Ways
from console.signals import EntityKind, EntityRef, Signal
from console.tape.shapes import Series
from console.tape.store import Store

BEFORE_MS = 900_000
AFTER_MS = 600_000
_REFUSES = (DEAD_LETTERS, REJECTS, SCHEMA)
_LARGER = 1.5  # than ever before, and
_MORE = 3.0  # so many times as much as before on the whole
_OFTEN = 0.25  # of the samples after it
_FEWEST = 3  # samples, and things refused
_MOST_READ = 40  # deployments: each one is another place of the tape


class Compared(NamedTuple):
    """Of one deployment: whether what it refused before and since was seen, and what rose."""

    seen: bool
    steps: Sequence[Step]


def refuses(signal: Signal) -> bool:
    """Whether it counts, per second, what somebody does not take."""
    found = meaning(signal) if signal.unit == "/s" else None
    return found is not None and found.loss in _REFUSES


class Refusals:
    """Compares deployments; what was compared once is kept, for the past does not change but at its end."""

    def __init__(self) -> None:
        self._done: dict[tuple[str, int, int], Compared] = {}

    def of(self, store: Store, deploys: Sequence[Deploy], ways: Ways, at_ms: int) -> dict[str, Compared]:
        """By job. Call it within ``store.reading()``. Only newer versions of what takes data are compared."""
        wanted = [one for one in deploys if one.consumes and not one.revert and not one.first]
        wanted = sorted(wanted, key=lambda one: -one.at_ms)[:_MOST_READ]
        if not wanted:
            return {}
        signals = store.signals()
        refusing = {one: signal for one, signal in signals.items() if refuses(signal)}
        by_job: dict[str | None, list[int]] = defaultdict(list)
        for one, signal in signals.items():
            by_job[job_of(signal.labels)].append(one)
        found, kept = {}, {}
        for deploy in wanted:
            key = (deploy.job, deploy.version, deploy.at_ms)
            mine = {one: signal for one, signal in refusing.items() if _is_of(deploy, signal, ways)}
            compared = self._done.get(key)
            if compared is None:
                compared = _compared(store, deploy, mine, by_job[deploy.job], at_ms)
            if at_ms >= deploy.at_ms + AFTER_MS:
                kept[key] = compared
            lasting = [step for step in compared.steps if _lasts(store, step, mine, by_job[deploy.job], at_ms)]
            found[deploy.job] = compared._replace(steps=lasting)
        self._done = kept
        return found


def _is_of(deploy: Deploy, signal: Signal, ways: Ways) -> bool:
    """By its labels; a queue of what was refused that has no label by a link."""
    job = job_of(signal.labels)
    if job is not None:
        return job == deploy.job
    entity = EntityRef(EntityKind.JOB, deploy.job)
    return signal.entity == entity or any(
        link.effect == signal.entity and not link.guessed for link in ways.effects(entity)
    )


def _compared(store: Store, deploy: Deploy, mine: Mapping[int, Signal], beside: Sequence[int], at_ms: int) -> Compared:
    from_ms, to_ms = deploy.at_ms - BEFORE_MS, min(at_ms, deploy.at_ms + AFTER_MS)
    series = store.samples([*dict.fromkeys((*mine, *beside))], from_ms, to_ms)
    stamps = [one.times_ms for one in series.values() if len(one.times_ms)]
    # A counter that begins with the first thing refused has no samples before it: the job's others stand for it.
    seen = any(one[0] <= deploy.at_ms for one in stamps) and any(
        len(one) - bisect_right(one, deploy.at_ms) >= _FEWEST for one in stamps
    )
    return Compared(seen, list(_steps(deploy, mine, series)) if seen else [])


def _steps(deploy: Deploy, mine: Mapping[int, Signal], series: Mapping[int, Series]) -> Iterator[Step]:
    for one, signal in mine.items():
        times = np.frombuffer(series[one].times_ms, np.int64)
        values = np.frombuffer(series[one].values)
        before, after = values[times <= deploy.at_ms], values[times > deploy.at_ms]
        rose = _rose(before, after)
        if rose is None:
            continue
        at_ms = int(times[times > deploy.at_ms][rose])
        usual = float(before.mean()) if len(before) else None
        yield Step(deploy.job, signal.key, signal_name(signal, {}),
                   signal.entity.id if signal.entity.kind is EntityKind.FLOW else None,
                   at_ms, usual, float(after[rose:].mean()))  # fmt: skip


def _rose(before: Floats, after: Floats) -> int | None:
    """The sample with which it rose; None where it did not."""
    if len(after) < _FEWEST:
        return None
    most, usual = (float(before.max()), float(before.mean())) if len(before) else (0.0, 0.0)
    above = after > max(_LARGER * most, 1e-9)
    if above.sum() < max(_FEWEST, _OFTEN * len(after)) or after.mean() < _MORE * usual:
        return None
    return int(above.argmax())


def _lasts(store: Store, step: Step, mine: Mapping[int, Signal], beside: Sequence[int], at_ms: int) -> bool:
    """Whether it still refuses as much, so that it is not told of what is over. What is not seen any more is not."""
    if at_ms - step.at_ms <= AFTER_MS:
        return True
    wanted = [one for one, signal in mine.items() if signal.key == step.signal]
    lately = [value for one in store.samples(wanted, at_ms - AFTER_MS, at_ms).values() for value in one.values]
    if not lately:
        return not any(len(one.times_ms) for one in store.samples(beside, at_ms - AFTER_MS, at_ms).values())
    return sum(lately) / len(lately) >= max(_MORE * (step.before or 0.0), 0.1 * step.after)


def bumps_of(store: Store, flows: Sequence[str], from_ms: int, at_ms: int) -> list[Bump]:
    """The versions that the contracts of some flows got in a time. Call it within ``store.reading()``."""
    found = []
    for flow in flows:
        entity = EntityRef(EntityKind.FLOW, flow)
        told = store.records_between(-1, at_ms, entity=entity)
        before: str | None = None
        for one in told:
            if "contract_version" not in one.body and "contract" not in one.body:
                continue
            version = one.body.get("contract_version")
            if version and version != before and one.at_ms > from_ms and one is not told[0]:
                found.append(Bump(flow, one.at_ms, before, str(version)))
            before = str(version) if version else before
    return found
