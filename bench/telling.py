"""One story, judged at many moments, against what is true of it."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import NamedTuple

from bench.naive import RANKERS, rank_of
from console.analysis.scene import Scene
from console.analysis.verdict import judge
from console.findings import RankedDoc, VerdictDoc
from console.times import parse_time
from tests.tapes.stories import Story, scene, story

AFTER_S = (15, 30, 45, 60, 90, 120, 180, 240, 300, 420, 600, 900, 1200)
BEFORE_S = (-900, -300, -60)
QUIET_EVERY_S = 60
JOINED_S = 600  # false verdicts closer than that are one


class Moment(NamedTuple):
    """What was said at one moment, ``after_s`` seconds after the symptom showed. It is ``counted`` once the symptom
    has shown for a minute in all: then a verdict is expected. ``rank`` is that of the best of the
    true first movers (inf: not listed). ``naive`` are the ranks by other rankers. ``alarm`` is whether the verdict on
    the first alarm was right, None where there was none to judge."""

    after_s: int
    counted: bool
    state: str
    named: str | None
    right: bool
    rank: float
    onset_error_s: float | None
    error_steps: float | None
    naive: tuple[float, ...]
    alarm: bool | None
    fourth: bool
    ms: float
    headline: str


class Told(NamedTuple):
    """One story and what was said of it. ``settled_s``: from when on the verdict was right and stayed so, inf: never.
    ``fixes`` are pairs of what a fix did and what was said."""

    seed: int
    kind: str
    shape: str
    signals: int
    known: bool
    step_s: int
    withheld: str
    sigmas: float
    fourth: bool
    lead_s: float
    moments: Sequence[Moment]
    settled_s: float
    early: int  # moments before the onset at which something was said
    fixes: Sequence[tuple[str, str]]


def tell(seed: int, kind: str | None = None) -> Told | None:
    """Judge a story after its symptom and a little before; None for a quiet one."""
    told = story(seed, kind)
    true = told.truth
    if true.quiet:
        return None
    last = min(told.end_ms, true.end_ms + 60_000)
    moments: list[Moment] = []
    before: VerdictDoc | None = None
    for after_s in AFTER_S:
        at_ms = true.symptom_ms + after_s * 1000
        if at_ms > last:
            break
        one, before = _moment(told, at_ms, after_s, before)
        moments.append(one)
    early = sum(_early(told, second) for second in BEFORE_S)
    fixes = [pair for fix in true.fixes for pair in _fix(told, fix.at_ms, fix.effect, str(fix.entity))]
    settled: float = math.inf
    for one in reversed(moments):
        if not one.right:
            break
        settled = one.after_s
    steps = sorted(one.step_s for one in told.signals)
    return Told(seed, told.kind, true.shape, len(told.signals), "known" in true.varied, round(steps[len(steps) // 10]),
                true.withheld, true.sigmas, true.fourth, (true.symptom_ms - true.seen_ms) / 1000, moments, settled,
                early, fixes)  # fmt: skip


def _moment(told: Story, at_ms: int, after_s: int, before: VerdictDoc | None) -> tuple[Moment, VerdictDoc]:
    true = told.truth
    looked = scene(told, at_ms)
    began = time.perf_counter()
    said = judge(looked, before)
    took = (time.perf_counter() - began) * 1000
    mover = said["first_mover"]
    named = None if mover is None else mover["signal"]
    right = named in true.causes
    error = steps = None
    if mover is not None and right:
        step_s = next(one.step_s for one in looked.signals if one.key == named)
        error = abs(parse_time(mover["onset"], reference_ms=at_ms) - true.seen_ms) / 1000
        steps = error / step_s
    one = Moment(after_s, at_ms >= true.shown_ms, said["state"], named, right, ranked_at(said["ranked"], true.causes),
                 error, steps, _naive(looked, told), _alarm(told, said, at_ms), said["fourth_signal"] is not None,
                 took, said["headline"])  # fmt: skip
    return one, said


def ranked_at(ranked: Sequence[RankedDoc], wanted: frozenset[str]) -> float:
    """Where the best of the wanted stands in a list; those of equal rank count as if broken at random."""
    mine = [one["rank"] for one in ranked if one["signal"] in wanted]
    if not mine:
        return math.inf
    best = min(mine)
    tied, right = sum(one["rank"] == best for one in ranked), mine.count(best)
    return sum(one["rank"] < best for one in ranked) + (tied + 1) / (right + 1)


def _naive(looked: Scene, told: Story) -> tuple[float, ...]:
    at = next((at for at, one in enumerate(looked.signals) if one.key in told.truth.symptoms), None)
    if at is None:
        return tuple(math.inf for _ in RANKERS)
    return tuple(rank_of(looked, ranker(looked, at), told.truth.causes) for ranker in RANKERS.values())


def _alarm(told: Story, said: VerdictDoc, at_ms: int) -> bool | None:
    """Whether the verdict on the first alarm is right: whatever is not about the symptom misleads here."""
    onset = told.truth.onset_ms
    if said["state"] == "quiet" or told.truth.withheld:
        return None
    near = [one for one in told.alarms if onset - 900_000 <= one.at_ms <= at_ms]
    if any(one.until_ms is not None and one.until_ms < onset + 60_000 for one in near):
        return None  # over when it began: whether people still had it in mind is a matter of taste
    first = min(near, key=lambda one: one.at_ms, default=None)
    return None if first is None else said["misleading"]["is"] == (first.what != "QualityLow")


def _early(told: Story, second: int) -> bool:
    at_ms = told.truth.onset_ms + second * 1000
    return at_ms > told.from_ms + 600_000 and judge(scene(told, at_ms))["state"] != "quiet"


def _fix(told: Story, fix_ms: int, effect: str, entity: str) -> list[tuple[str, str]]:
    at_ms = fix_ms + 420_000
    if at_ms > told.end_ms:
        return []
    said = judge(scene(told, at_ms))
    found = [one["effect"] for one in said["fixes"]
             if abs(parse_time(one["at"], reference_ms=at_ms) - fix_ms) < 5000]  # fmt: skip
    return [(effect, found[0] if found else "not listed")]


class Quiet(NamedTuple):
    """A quiet story: how long it was, and every false verdict with the second of its first saying."""

    seed: int
    hours: float
    false: Sequence[tuple[int, str, str]]


def listen(seed: int) -> Quiet:
    """Judge a quiet story every minute."""
    told = story(seed, "quiet")
    false: list[tuple[int, str, str]] = []
    before: VerdictDoc | None = None
    last_s = -JOINED_S
    seconds = (told.end_ms - told.from_ms) // 1000
    for second in range(900, seconds, QUIET_EVERY_S):
        before = judge(scene(told, told.from_ms + second * 1000), before)
        if before["state"] != "quiet":
            if second - last_s > JOINED_S:
                false.append((second, before["state"], before["headline"]))
            last_s = second
    return Quiet(seed, (seconds - 900) / 3600, false)
