"""What is declared, by the thousand: contracts read and read again, an audit of a large installation."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import TypeVar

from bench.measure import Line, Place

T = TypeVar("T")

CONTRACTS, FLOWS, MODELS = 1_000, 1_000, 200
RUNS = 5


def declared(place: Place) -> list[Line]:
    """1,000 data contracts on the shelf beside a plain YAML reader on the same files; then one of them changed."""
    import yaml

    from console.feeds.catalog.find import Root
    from console.feeds.catalog.shelf import FileShelf
    from tests.declared.many import contract, write_contracts

    folder = place.root / "contracts"
    folder.mkdir()
    paths = write_contracts(folder, CONTRACTS)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    plain_s = _median(lambda: [yaml.load(path.read_bytes(), loader) for path in paths])
    first_s = _median(lambda: FileShelf([Root(folder, True)]).look())
    shelf = FileShelf([Root(folder, True)])
    shelf.look()
    again, idle = [], []
    for run in range(RUNS * 4):
        idle.append(_timed(shelf.look))
        paths[run].write_text(contract(CONTRACTS + run))
        again.append(_timed(shelf.look))
    return [
        Line("1,000 contracts read / by a plain YAML reader", "<= 2 s", f"{first_s:.2f} / {plain_s:.2f} s"),
        Line("one of them changed: read again, p50 / worst", "<= 100 ms",
             f"{median(again) * 1000:.0f} / {max(again) * 1000:.0f} ms"),
        Line("nothing changed: a look at all of them", "", f"{median(idle) * 1000:.0f} ms"),
    ]  # fmt: skip


def audit(place: Place) -> list[Line]:
    """The rules held against 1,000 flows and 200 models: what is read of the tape, and the rules alone."""
    from console.analysis.audit.judge import audit as judge
    from console.scenes.audit.facts import facts_at
    from console.tape.store import open_tape
    from tests.analysis.audit.many import AT_MS, many

    tape = many(place.root / "many.tape", FLOWS, MODELS)
    with open_tape(tape, "read") as store:
        whole_s = _median(lambda: judge(facts_at(store, AT_MS)))
        facts = facts_at(store, AT_MS)
        rules_s = _median(lambda: judge(facts))
    return [
        Line("audit of 1,000 flows and 200 models / its rules alone", "<= 1 s", f"{whole_s:.2f} / {rules_s:.2f} s"),
    ]


def _timed(work: Callable[[], T]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _median(work: Callable[[], T]) -> float:
    return median(_timed(work) for _ in range(RUNS))
