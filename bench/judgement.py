"""How good the verdict is: known stories judged at many moments, beside the rankers that everybody has at hand.

``python -m bench.judgement`` prints Markdown tables. ``--seeds tune`` (0-199), ``held`` (1000-1399, never tuned on) or
A-B; ``--only recording,stories,withheld,quiet,speed``; ``--verbose`` a line a story, ``--brief`` the totals only.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from multiprocessing import Pool
from statistics import median
from typing import TypeVar

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from bench.naive import RANKERS
from bench.telling import Quiet, Told, listen, tell

SEEDS = {"tune": (0, 199), "held": (1000, 1399)}
PARTS = ("recording", "stories", "withheld", "quiet", "speed")
_Result = TypeVar("_Result")
_write = sys.stdout.write


def side_by_side(work: Callable[[int], _Result], seeds: Sequence[int]) -> list[_Result]:
    """The work on every seed, two at a time, in the order of seeds."""
    with Pool(2) as pool:
        return pool.map(work, seeds, chunksize=2)


def seeds_of(text: str) -> range:
    """The seeds of a word or of A-B."""
    if text in SEEDS:
        first, last = SEEDS[text]
    else:
        head, _, tail = text.partition("-")
        first, last = int(head), int(tail or head)
    return range(first, last + 1)


def share(flags: Iterable[bool]) -> float:
    """Share of those that hold; nan of nothing."""
    found = list(flags)
    return sum(found) / len(found) if found else math.nan


def of_stories(stories: Sequence[Told], value: Callable[[Told], float]) -> float:
    """The mean over stories, each counting once."""
    found = [got for got in map(value, stories) if not math.isnan(got)]
    return sum(found) / len(found) if found else math.nan


def percent(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.0%}"


def top(most: int, ranker: int | None = None) -> Callable[[Told], float]:
    """Of the moments that count of one story, in how many the true first mover stood that high."""

    def value(told: Told) -> float:
        ranks = (one.rank if ranker is None else one.naive[ranker] for one in told.moments if one.counted)
        return share(rank <= most for rank in ranks)

    return value


def middle(values: Iterable[float | None]) -> float:
    found = [one for one in values if one is not None]
    return median(found) if found else math.nan


def table_of(groups: dict[str, list[Told]]) -> None:
    """A line a group of stories."""
    _write(
        "| stories | n | top-1 | top-3 | named right | named wrong | onset error | in steps | settled after | early |\n"
    )
    _write("|---|---|---|---|---|---|---|---|---|---|\n")
    for name, told in groups.items():
        counted = [one for each in told for one in each.moments if one.counted]
        wrong = of_stories(told, lambda each: share(
            one.named is not None and not one.right for one in each.moments if one.counted))  # fmt: skip
        right = of_stories(told, lambda each: share(
            one.right for one in each.moments if one.counted))  # fmt: skip
        error, steps = middle(one.onset_error_s for one in counted), middle(one.error_steps for one in counted)
        settled = median([each.settled_s for each in told])
        _write(f"| {name} | {len(told)} | {percent(of_stories(told, top(1)))} | {percent(of_stories(told, top(3)))} | "
               f"{percent(right)} | {percent(wrong)} | {error:.0f} s | {steps:.1f} | {settled:.0f} s | "
               f"{sum(each.early for each in told)} |\n")  # fmt: skip


def stories(seeds: range, verbose: bool, brief: bool) -> None:
    """Stories whose cause is on the tape."""
    told = [one for one in side_by_side(tell, seeds) if one is not None and not one.withheld]
    if verbose:
        each_story(told)
    groups: dict[str, list[Told]] = defaultdict(list)
    for one in told if not brief else ():
        groups[one.kind].append(one)
        groups[f"({one.shape})"].append(one)
        groups["(topology told)" if one.known else "(topology not told)"].append(one)
        groups[f"(step {one.step_s} s)"].append(one)
    table_of({**dict(sorted(groups.items())), "**all**": told})
    _write("\n| ranker | top-1 | top-3 |\n|---|---|---|\n")
    _write(f"| **verdict** | {percent(of_stories(told, top(1)))} | {percent(of_stories(told, top(3)))} |\n")
    for number, name in enumerate(RANKERS):
        _write(
            f"| {name} | {percent(of_stories(told, top(1, number)))} | {percent(of_stories(told, top(3, number)))} |\n"
        )
    _write("\n| also | |\n|---|---|\n")
    after = sorted({one.after_s for each in told for one in each.moments})
    at = {s: share(one.right for each in told for one in each.moments if one.after_s == s) for s in after}
    _write("| named right, seconds after the symptom | " + ", ".join(f"{s}: {percent(at[s])}" for s in after) + " |\n")
    alarms = [one.alarm for each in told for one in each.moments if one.counted and one.alarm is not None]
    _write(f"| first alarm judged rightly | {percent(share(alarms))} of {len(alarms)} moments |\n")
    fourth = [each for each in told if each.fourth]
    again = [each for each in fourth if each.shape in ("sporadic", "pulses")]
    stated, again_stated = (percent(share(said_fourth(each) for each in some)) for some in (fourth, again))
    _write(f"| fourth signal stated in the end | {stated} of {len(fourth)} "
           f"(where it comes and goes: {again_stated} of {len(again)}) |\n")  # fmt: skip
    fixes = [pair for each in told for pair in each.fixes]
    for effect in ("helped", "no change", "worse"):
        mine = [said for true, said in fixes if true == effect]
        _write(f"| fixes that truly: {effect} | {percent(share(said == effect for said in mine))} of {len(mine)} "
               f"({counts(mine)}) |\n")  # fmt: skip
    times = [one.ms for each in told for one in each.moments]
    _write(f"| a verdict | median {median(times):.0f} ms, at most {max(times):.0f} ms |\n")


def said_fourth(told: Told) -> bool:
    return any(one.fourth for one in told.moments[-2:])


def counts(words: Sequence[str]) -> str:
    return ", ".join(f"{word} {words.count(word)}" for word in sorted(set(words)))


def each_story(told: Sequence[Told]) -> None:
    """A line a story."""
    _write(
        "| seed | kind | shape | signals | topology | step | sigmas | lead | top-1 | top-3 | settled | last named |\n"
    )
    _write("|---|---|---|---|---|---|---|---|---|---|---|---|\n")
    for one in told:
        last = one.moments[-1] if one.moments else None
        said = "-" if last is None else ("right " if last.right else "") + str(last.named or last.headline[:60])
        _write(f"| {one.seed} | {one.kind} | {one.shape} | {one.signals} | {'told' if one.known else '-'} | "
               f"{one.step_s} | {one.sigmas:.0f} | {one.lead_s:.0f} | {percent(top(1)(one))} | "
               f"{percent(top(3)(one))} | {one.settled_s:.0f} | {said} |\n")  # fmt: skip
    _write("\n")


def withheld(seeds: range, verbose: bool) -> None:
    """Stories whose cause is not on the tape."""
    told = [one for one in side_by_side(tell, seeds) if one is not None and one.withheld]
    if verbose:
        each_story(told)
    _write("| withheld | n | abstains | names the next of the chain | names a wrong cause |\n|---|---|---|---|---|\n")
    for what in ("all", "cause"):
        mine = [one for one in told if one.withheld == what]

        def value(check: Callable[[str | None, bool], bool], mine: list[Told] = mine) -> str:
            return percent(of_stories(mine, lambda each: share(
                check(one.named, one.right) for one in each.moments if one.counted)))  # fmt: skip

        _write(f"| {'all but the symptom' if what == 'all' else 'the cause'} | {len(mine)} | "
               f"{value(lambda named, right: named is None)} | {value(lambda named, right: right)} | "
               f"{value(lambda named, right: named is not None and not right)} |\n")  # fmt: skip


def quiet(seeds: range, verbose: bool) -> None:
    """Stories in which nothing is wrong."""
    some = list(seeds)[: max(4, len(seeds) // 8)]
    told: list[Quiet] = side_by_side(listen, some)
    hours = sum(one.hours for one in told)
    false = sum(len(one.false) for one in told)
    _write("| quiet | |\n|---|---|\n")
    _write(f"| stories (seeds {some[0]}-{some[-1]}), a verdict a minute | {len(told)}, {hours:.0f} h |\n")
    _write(f"| false verdicts | {false}, **{false * 24 / hours:.1f} in 24 h** |\n")
    for one in told if verbose or false <= 12 else ():
        for second, state, headline in one.false:
            _write(f"| seed {one.seed}, second {second} | {state}: {headline[:140]} |\n")


def main() -> None:
    """Judge and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="tune", help="tune, held, or A-B")
    parser.add_argument("--only", default=",".join(PARTS), help=f"parts, of {', '.join(PARTS)}")
    parser.add_argument("--verbose", action="store_true", help="a line a story")
    parser.add_argument("--brief", action="store_true", help="totals of stories, withheld and quiet only")
    asked = parser.parse_args()
    seeds = seeds_of(asked.seeds)
    parts = asked.only.split(",")
    if asked.brief and asked.only == ",".join(PARTS):
        parts = ["stories", "withheld", "quiet"]
    _write(f"{platform.machine()}, Python {platform.python_version()}, seeds {seeds[0]}-{seeds[-1]}\n")
    for part in parts:
        _write(f"\n## {part}\n\n")
        if part == "recording":
            from bench import recorded

            recorded.report(asked.verbose)
        elif part == "stories":
            stories(seeds, asked.verbose, asked.brief)
        elif part == "withheld":
            withheld(seeds, asked.verbose)
        elif part == "quiet":
            quiet(seeds, asked.verbose)
        elif part == "speed":
            from bench import judgespeed

            judgespeed.report()
        else:
            parser.error(f"no part {part}")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
