"""Where the weights of ``console/analysis/member.py`` come from: ``python -m bench.membership [--seeds 0-199]``.

Judges generated stories (those for tuning), collects for every signal that moved what spoke for it and whether it truly
belonged to the trouble, and fits a logistic rule by Newton's method with a small ridge. Each scene counts the same
however many signals moved in it. Prints the weights, to be rounded by hand, and how well they tell the two apart.
"""

from __future__ import annotations

import argparse
import math
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import numpy.typing as npt

from console.analysis.movement import moves_of
from console.analysis.reach import Reach
from console.analysis.verdict import weigh
from console.signals import Bad
from tests.tapes.stories import scene, story

Array = npt.NDArray[np.float64]
NAMES = ("at once", "size", "met", "followed", "alike", "early", "lasting", "up", "same or down", "none", "load")
AFTER_S = (60, 180, 420, 900, 1500)
_RIDGE = 0.5


def collect(seed: int) -> list[tuple[Array, Array]]:
    """Of each moment of a story: traits of the signals that moved, and whether they belonged."""
    told = story(seed)
    truth = told.truth
    found = []
    for after_s in () if truth.quiet else AFTER_S:
        at_ms = truth.symptom_ms + after_s * 1000
        if at_ms > told.end_ms:
            break
        seen = scene(told, at_ms)
        judged = weigh(seen, moves_of(seen.grid, seen.signals), Reach(seen.topology))
        symptom = judged.symptom
        if symptom is None or seen.signals[symptom.row].key not in truth.affected | truth.symptoms:
            continue
        rows, belonged = [], []
        for one in judged.found:
            if one.chain is None:
                continue
            signal = seen.signals[one.row]
            lasting = abs(math.log((one.chain.slots + 1) / (symptom.chain.slots + 1)))
            rows.append([
                1.0, math.log1p(min(one.chain.peak, 100.0)) / math.log1p(100.0), one.hits / max(1, one.of),
                one.followed, min(1.0, abs(one.r)), min(max(one.lead, 0.0), 900.0) / 300, min(1.0, lasting / 3),
                one.way == "up", one.way in ("same", "down"), one.way == "none", signal.bad is Bad.EITHER,
            ])  # fmt: skip
            belonged.append(signal.key in truth.affected | truth.causes)
        if rows:
            found.append((np.array(rows, np.float64), np.array(belonged, np.float64)))
    return found


def fit(traits: Array, belonged: Array, weight: Array) -> Array:
    """Weights of the logistic rule."""
    weights = np.zeros(traits.shape[1])
    for _ in range(50):
        said = 1 / (1 + np.exp(-traits @ weights))
        slope = traits.T @ ((said - belonged) * weight) + _RIDGE * weights
        bend = (traits * (weight * said * (1 - said))[:, None]).T @ traits + _RIDGE * np.eye(len(weights))
        weights -= np.linalg.solve(bend, slope)
    return weights


def main() -> None:
    """Print the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seeds", default="0-199", help="A-B")
    first, last = map(int, parser.parse_args().seeds.split("-"))
    with ProcessPoolExecutor(2) as pool:
        scenes = [each for found in pool.map(collect, range(first, last + 1), chunksize=4) for each in found]
    traits = np.concatenate([each for each, _ in scenes])
    belonged = np.concatenate([each for _, each in scenes])
    weight = np.concatenate([np.full(len(each), 1 / len(each)) for each, _ in scenes])
    weights = fit(traits, belonged, weight / weight.mean())
    for name, value in zip(NAMES, weights, strict=True):
        print(f"{name:14}{value:7.2f}")
    said = traits @ weights
    places = np.argsort(np.argsort(said))
    mine = belonged == 1
    apart = (places[mine].mean() - (mine.sum() - 1) / 2) / (~mine).sum()
    print(f"{len(scenes)} scenes, {len(said)} signals that moved; told apart: {apart:.3f} (area under the curve)")


if __name__ == "__main__":
    main()
