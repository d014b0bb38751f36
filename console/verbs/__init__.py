"""One module a verb, each with ``arguments(parser)`` and ``run(args, settings) -> exit code``.

The modules import nothing heavy at their top: what a verb needs is imported when it runs.
"""

from __future__ import annotations

VERBS: dict[str, str] = {
    "watch": "open the board on the configured systems (what happens without a verb)",
    "demo": "open the bundled recording and play it; needs no network",
    "record": "record the configured systems to a tape, without a screen",
    "replay": "open a tape that somebody recorded",
    "explain": "say what moved first, what misleads and what stands behind it; from a tape, servers or a CSV file",
    "audit": "hold the rules against a tape, servers or files: ownership, lifecycle, KPIs; SARIF for a build",
    "report": "say what a period came to: KPIs and budgets, ownership, lifecycle, fixes; md, html, json or csv",
    "review": "say that a flow, a KPI or a model was reviewed, by whom and what was changed",
    "snapshot": "draw a screen as text or SVG, without a terminal",
    "doctor": "try everything that is configured and say what works and what to do",
}
