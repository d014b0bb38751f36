"""``python -m widgets``: each widget on its own, with invented rows. Keys: tab, 1-4, t (theme), n, : and q."""

from __future__ import annotations

import argparse
import math
import os

os.environ.setdefault("TEXTUAL_FPS", "120")  # before Textual is imported: a key waits half as long for its frame

from widgets.gallery import Gallery

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m widgets", description=__doc__)
    parser.add_argument("--theme", default="dark", help="name of a theme")
    parser.add_argument("--ascii", action="store_true", help="draw with ASCII shapes")
    names = "rows, table, lanes, events, logs, stages, funnel, time, help or input"
    parser.add_argument("--only", default="", metavar="WIDGET", help=names)
    parser.add_argument("--rows", type=int, default=14, help="rows in each list")
    parser.add_argument("--changes", type=float, default=0.0, metavar="N", help="rows that change each second")
    chosen = parser.parse_args()
    Gallery(
        theme=chosen.theme,
        ascii_only=chosen.ascii,
        only=chosen.only,
        rows=max(0, chosen.rows),
        changes=chosen.changes if math.isfinite(chosen.changes) else 0.0,
    ).run()
