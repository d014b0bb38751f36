"""The shipped recording, judged every half minute against what is known of it (``tests/recordings``, meta.json)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from console.analysis.verdict import judge
from console.findings import VerdictDoc
from console.scenes.tape import scene_of
from console.settings.paths import DEMO_TAPE
from console.tape.store import Store, open_tape
from console.times import parse_time

ROOT = Path(__file__).parent.parent
EVERY_S = 30
QUALITY = "llm_eval_quality_score"
FEED = ("partner", "indexer", "DOCS")  # the feed, what carries it and what works on it


class Check(NamedTuple):
    """Something that must hold at every moment between two seconds of the recording."""

    what: str
    from_s: float
    to_s: float
    holds: Callable[[VerdictDoc], bool]


def _names_the_feed(said: VerdictDoc) -> bool:
    mover = said["first_mover"]
    return mover is not None and mover["pane"] == "ingestion" and any(word in mover["signal"] for word in FEED)


def _misleads(said: VerdictDoc) -> bool:
    alarm = said["first_alarm"]
    return alarm is not None and alarm["what"] == "NodeDown" and said["misleading"]["is"]


def _fix(word: str, effect: str, at_ms: int) -> Callable[[VerdictDoc], bool]:
    def holds(said: VerdictDoc) -> bool:
        return any(
            word in one["what"] and one["effect"] == effect
            for one in said["fixes"]
            if abs(parse_time(one["at"], reference_ms=at_ms) - at_ms) < 15_000
        )

    return holds


def checks_of(begin_ms: int, fell_s: float) -> list[Check]:
    """What the recording must be told as; seconds from its beginning."""
    truth = json.loads((ROOT / "tests/recordings/fourth-signal/meta.json").read_text())["ground_truth"]

    def second(kind: str) -> float:
        return float((next(one for one in truth if one["kind"] == kind)["t_ms"] - begin_ms) / 1000)

    cause, failed = second("root_cause"), second("failed_fix")
    bursts = [(one["t_ms"] - begin_ms) / 1000 for one in truth if one["kind"] == "burst_begin"]
    helped = second("real_fix")
    end = (truth[-1]["t_ms"] - begin_ms) / 1000
    return [
        Check("quiet before anything happened", 0, cause, lambda said: said["state"] == "quiet"),
        Check("first mover is the feed or what it feeds", fell_s + 60, end, _names_the_feed),
        Check("the node that is down is said to mislead", max(fell_s + 60, 13.5 * 60), end, _misleads),
        Check("fourth signal stated (from the second burst on)", bursts[1] + 120, end,
              lambda said: said["fourth_signal"] is not None),
        Check("fix that failed: worse", failed + 90, helped, _fix("indexer", "worse", begin_ms + int(failed * 1000))),
        Check("fix that helped: helped", helped + 150, end,
              _fix("partner-feed", "helped", begin_ms + int(helped * 1000))),
    ]  # fmt: skip


def fell(store: Store, begin_ms: int) -> float:
    """Seconds from the beginning at which quality first fell: out of all it had been before the cause."""
    signal_id = next(number for number, one in store.signals().items() if one.key.startswith(QUALITY))
    times, values = store.samples([signal_id], 0, 2**62)[signal_id][:2]
    row, at = np.asarray(values), np.asarray(times)
    before = row[at < begin_ms + 600_000]
    lowest = float(np.median(before) - 3 * (np.median(before) - before.min()) - 0.02)
    return float((at[(at > begin_ms + 600_000) & (row < lowest)][0] - begin_ms) / 1000)


def report(verbose: bool) -> None:
    """Judge and print."""
    write = sys.stdout.write
    meta = json.loads((ROOT / "tests/recordings/fourth-signal/meta.json").read_text())
    begin_ms, end_ms = int(meta["start_ms"]), int(meta["end_ms"])
    with open_tape(DEMO_TAPE, "read") as store:
        fell_s = fell(store, begin_ms)
        checks = checks_of(begin_ms, fell_s)
        said: dict[int, VerdictDoc] = {}
        before: VerdictDoc | None = None
        for second in range(60, (end_ms - begin_ms) // 1000 + 1, EVERY_S):
            before = said[second] = judge(scene_of(store, begin_ms + second * 1000), before)
    if verbose:
        for at_s, one in said.items():
            write(f"- {at_s / 60:.1f} {one['state']}: {one['headline']}\n")
    write(f"\nquality first fell at minute {fell_s / 60:.1f}; a verdict every {EVERY_S} s\n\n")
    write("| must hold | moments | holds at | not at minute |\n|---|---|---|---|\n")
    for check in checks:
        within = {at_s: one for at_s, one in said.items() if check.from_s <= at_s < check.to_s}
        not_at = [f"{at_s / 60:.1f}" for at_s, one in within.items() if not check.holds(one)]
        write(f"| {check.what} | {len(within)} | {len(within) - len(not_at)} | {', '.join(not_at[:12])} |\n")
