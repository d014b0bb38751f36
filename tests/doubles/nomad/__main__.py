"""``python -m tests.doubles.nomad``: the double as a process of its own; controlled over HTTP (see control.py)."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading

from tests.doubles.nomad import NomadDouble
from tests.doubles.nomad.acl import Acl


def main() -> None:
    """Serve until interrupted; the first line of stdout is JSON with the address."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--at", type=float, default=0.0, metavar="SECONDS", help="start this far into the recording")
    parser.add_argument("--speed", type=float, default=1.0, help="recorded seconds per second")
    parser.add_argument("--frozen", action="store_true", help="stand still until told otherwise")
    parser.add_argument("--allocations", type=int, default=0, help="serve a generated cluster of this size instead")
    parser.add_argument("--jobs", type=int, default=800)
    parser.add_argument("--nodes", type=int, default=400)
    parser.add_argument("--events", type=float, default=200.0, help="events per second of a generated cluster")
    parser.add_argument("--log-lines", type=float, default=2.0, help="lines per second of each generated task")
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--acl", action="store_true", help="ask for tokens: root, submitter, reader, role, node-writer")
    asked = parser.parse_args()
    if asked.allocations:
        size = (asked.allocations, asked.jobs, asked.nodes)
        double = NomadDouble.cluster(*size, events_per_s=asked.events, seed=asked.seed, port=asked.port)
    else:
        double = NomadDouble.recorded(asked.at, asked.speed, asked.frozen, asked.port)
    double.logs.rate = asked.log_lines
    if asked.acl:
        double.acl = Acl.usual()
    over = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: over.set())
    with double:
        sys.stdout.write(json.dumps({"address": double.address, "now_ms": double.clock.now_ms()}) + "\n")
        sys.stdout.flush()
        over.wait()


if __name__ == "__main__":
    main()
