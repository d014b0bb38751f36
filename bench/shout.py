"""``python -m bench.shout ADDRESS NAME``: a node of a Nomad double goes down under a name to be looked for."""

from __future__ import annotations

import json
import os
import sys
import urllib.request


def main() -> None:
    """Change the first node."""
    address, name = sys.argv[1:]
    with urllib.request.urlopen(f"{address}/v1/nodes") as answer:
        node = json.load(answer)[0]["ID"]
    patch = {"table": "nodes", "key": node, "patch": {"Name": name, "Status": "down"}, "type": "NodeStreamEvent"}
    request = urllib.request.Request(f"{address}/_double/change", json.dumps(patch).encode(), method="POST")
    urllib.request.urlopen(request).close()
    os._exit(0)  # the measurement begins when this process has ended: no time for tidying up


if __name__ == "__main__":
    main()
