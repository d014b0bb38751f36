"""``python -m bench.strike ADDRESS POOL EVENTS FILE``: a node pool is lost; what happened goes to the file."""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from pathlib import Path


def main() -> None:
    """Returns when the storm is over."""
    address, pool, events, into = sys.argv[1:]
    asked = json.dumps({"pool": pool, "events": int(events), "seconds": 2}).encode()
    request = urllib.request.Request(f"{address}/_double/storm", asked, method="POST")
    with urllib.request.urlopen(request) as answer:
        Path(into).write_bytes(answer.read())
    os._exit(0)  # the measurement begins when this process has ended: no time for tidying up


if __name__ == "__main__":
    main()
