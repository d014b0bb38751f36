"""In place of the ranker: takes the same lines and ranks whatever the tape has, with numbers that are made up.

Run as ``fakeranker.py HOW TAPE``: ``fine`` ranks, ``nothing`` finds that nothing moved, ``dies`` ends at the first
request with a word on standard error, ``mute`` never answers.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from console.tape.store import open_tape
from console.times import format_time


def verdict(tape: str, asked: dict[str, Any], *, ranked: bool) -> dict[str, Any]:
    """A verdict of the right shape: of each signal by its key, every other one after its onset."""
    with open_tape(tape, "read") as store:
        signals = sorted(store.signals().values(), key=lambda one: one.key)
    at_ms, window_ms = asked["at_ms"], asked["window_ms"]
    symptom = next((one for one in signals if one.key == asked["symptom"]), None)
    onset_ms = at_ms - 180_000
    others = [one for one in signals if one is not symptom] if ranked else []
    mover = symptom and {
        "signal": symptom.key, "name": f"{symptom.entity.id} {symptom.name}", "entity": str(symptom.entity),
        "pane": symptom.pane, "onset": format_time(onset_ms), "onset_earliest": format_time(onset_ms - 30_000),
        "onset_latest": format_time(onset_ms), "direction": "down", "score": 1.0, "p_value": None,
    }  # fmt: skip
    return {
        "at": format_time(at_ms), "window": {"from": format_time(at_ms - window_ms), "to": format_time(at_ms)},
        "state": "suspect", "headline": "made up", "confidence": 0.5, "confidence_word": "medium",
        "symptom": mover if ranked else None,
        "symptom_episodes": [{"from": format_time(onset_ms), "to": None}] if ranked else [],
        "first_alarm": None, "first_mover": None, "lead_s": None, "lead_text": "",
        "misleading": {"is": False, "why": ""}, "fourth_signal": None, "fixes": [], "ownership": [], "gaps": [],
        "onsets": [], "evidence_for": [], "evidence_against": [], "changed": [],
        "not_seen": [{"what": "group counts", "why": "no source tells them"}],
        "ranked": [
            {
                "rank": place, "signal": one.key, "name": f"{one.entity.id} {one.name}", "entity": str(one.entity),
                "pane": one.pane, "score": round(1 - place / 20, 2),
                "onset": format_time(onset_ms - 40_000 + place * 20_000),
                "lag_s": place * 20.0 - 40.0, "p_value": 0.001, "direction": "up",
                "why": f"moved {20 - place} times its usual spread; with {place} of 9 episodes; p<.001",
            }
            for place, one in enumerate(others[:9], start=1)
        ],
    }  # fmt: skip


def main(how: str, tape: str) -> None:
    """Answer lines until they end."""
    for line in sys.stdin:
        if how == "dies":
            sys.exit("made to fail")
        if how == "mute":
            time.sleep(600)
        print(json.dumps(verdict(tape, json.loads(line), ranked=how == "fine")), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
