"""Writes a tape as a recorder would: many rows, a share of which changes once a second.

``python -m bench.feeder TAPE --rows 48 --changing 12``: prints READY, then goes on until it is stopped. It holds the
tape's lease, so a viewer starts no recorder of its own. With ``--changing 0`` the rows are jobs at rest, and every ten
seconds the source gives a sign of life.
"""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
import threading
import time
from pathlib import Path

from console.signals import Bad, Block, EntityKind, EntityRef, Pane, Record, RecordKind, Signal
from console.tape.shapes import Holder
from console.tape.store import Store, open_tape

PANES = (Pane.MODELS, Pane.INGESTION)
HISTORY_S = 3600
STEP_S = 5
HEARTBEAT_S = 10.0


def signals_of(rows: int) -> list[Signal]:
    """One signal a row, in the panes whose rows come from signals."""
    made = []
    for number in range(rows):
        pane = PANES[number % 2]
        kind = EntityKind.MODEL if pane is Pane.MODELS else EntityKind.CONSUMER
        entity = EntityRef(kind, f"row-{number:02d}" if kind is EntityKind.MODEL else f"DOCS/row-{number:02d}")
        key = f'pending{{row="{number:02d}"}}'
        made.append(Signal(key, "pending", entity, pane, "", Bad.UP, "prometheus", rank=1, step_s=STEP_S))
    return made


def history(signals: list[Signal], now_ms: int) -> Block:
    """An hour of gentle waves."""
    times = list(range(now_ms - HISTORY_S * 1000, now_ms, STEP_S * 1000))
    waves = [[50 + 20 * math.sin(at / 60_000 + row) for at in times] for row in range(len(signals))]
    return Block("prometheus", signals, times, waves)


def jobs_of(rows: int, now_ms: int) -> list[Record]:
    """Jobs that have run for days: rows on which nothing moves."""
    at_ms = now_ms - 3 * 86_400_000
    group = dict.fromkeys(("desired", "running", "healthy"), 1)
    made = []
    for number in range(rows):
        job = f"row-{number:02d}"
        doc = {"namespace": "bench", "job": job, "type": "service", "status": "running", "version": 0,
               "submitted_ms": at_ms, "stopped": False, "groups": {job: group}, "meta": {"owner": "bench"}}  # fmt: skip
        entity = EntityRef(EntityKind.JOB, f"bench/{job}")
        made.append(Record(RecordKind.STATE, "prometheus", entity, "state", at_ms, at_ms, doc))
    return made


def feed(store: Store, signals: list[Signal], changing: int, stop: threading.Event) -> None:
    """Once a second new values for ``changing`` of the signals, all of them in turn, and the same for nobody else."""
    tick = 0
    while not stop.wait(1.0 if changing else HEARTBEAT_S):
        now_ms = int(time.time() * 1000)
        first = (tick * changing) % max(1, len(signals))
        some = [signals[(first + offset) % len(signals)] for offset in range(changing)]
        values = [[50.0 + (tick * 7 + offset * 13) % 40] for offset in range(changing)]
        store.append((), [Block("prometheus", some, [now_ms], values)] if some else (), {"prometheus": now_ms})
        tick += 1


def main() -> None:
    """Make the tape, say READY, feed it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tape", type=Path)
    parser.add_argument("--rows", type=int, default=48)
    parser.add_argument("--changing", type=int, default=12)
    asked = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with open_tape(asked.tape, "create") as store:
        now_ms = int(time.time() * 1000)
        store.take_lease(Holder("bench", os.getpid(), "bench"), now_ms, 24 * 3_600_000)
        signals = signals_of(asked.rows) if asked.changing else []
        healthy = {"state": "ok", "why": "", "todo": "", "address": "http://bench"}
        about = EntityRef(EntityKind.FEED, "prometheus")
        state = Record(RecordKind.STATE, "prometheus", about, "health", now_ms, now_ms, healthy)
        still = [] if asked.changing else jobs_of(asked.rows, now_ms)
        store.append([state, *still], [history(signals, now_ms)] if signals else (), {"prometheus": now_ms})
        sys.stdout.write("READY\n")
        sys.stdout.flush()
        feed(store, signals, asked.changing, stop)


if __name__ == "__main__":
    main()
