"""The recorded night, as ``explain`` tells it at four moments: before, in the first episode, after Nomad's alarm, after
the fix that failed. FOURTHSIGNAL_UPDATE_SNAPSHOTS=1 writes them anew: read the difference."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from console.analysis.verdict import judge
from console.explain.text import tell
from console.findings import VerdictDoc
from console.scenes.tape import scene_of
from console.settings.paths import DEMO_TAPE
from console.tape.store import open_tape

HERE = Path(__file__).parent / "night"
MOMENTS = {"before": 8.0, "first-episode": 12.8, "after-the-alarm": 14.0, "after-the-failed-fix": 23.0}


def verdict_at(minute: float) -> VerdictDoc:
    with open_tape(DEMO_TAPE, "read") as store:
        begin_ms = int(store.meta()["begin_ms"])
        return judge(scene_of(store, begin_ms + round(minute * 60_000)))


def stance(doc: VerdictDoc) -> dict[str, Any]:
    """What must not change by accident: who, what and whether, not the third digit of a score."""
    mover, alarm, fourth = doc["first_mover"], doc["first_alarm"], doc["fourth_signal"]
    told = doc.get("responsible")
    return {
        "state": doc["state"],
        "first_mover": mover and (mover["signal"], mover["pane"], mover["direction"]),
        "first_alarm": alarm and alarm["what"],
        "misleading": doc["misleading"]["is"],
        "fourth": fourth and (fourth["model_signal"], fourth["ingestion_signal"], fourth["hidden"]),
        "fixes": [(fix["what"], fix["effect"]) for fix in doc["fixes"]],
        "ownership": [(owner["flow"], owner["problems"]) for owner in doc["ownership"]],
        "responsible": told and (told["flow"], told["job"], told["owner"], [lead["what"] for lead in told["leads"]]),
    }


@pytest.mark.parametrize("name", MOMENTS)
def test_the_night_at_four_moments(name: str) -> None:
    doc = verdict_at(MOMENTS[name])
    document, text = HERE / f"{name}.json", HERE / f"{name}.txt"
    if os.environ.get("FOURTHSIGNAL_UPDATE_SNAPSHOTS"):
        HERE.mkdir(exist_ok=True)
        document.write_text(json.dumps(doc, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        text.write_text(tell(doc, 100), encoding="utf-8")
    kept = json.loads(document.read_text(encoding="utf-8"))
    assert json.loads(json.dumps(stance(doc))) == json.loads(json.dumps(stance(kept)))
    headline = tell(doc, 100).splitlines()[:3]
    assert headline == text.read_text(encoding="utf-8").splitlines()[:3]


def test_what_the_night_must_say() -> None:
    assert verdict_at(MOMENTS["before"])["state"] == "quiet"
    first = verdict_at(MOMENTS["first-episode"])
    assert first["first_mover"] is not None and first["first_mover"]["pane"] == "ingestion"
    assert first["fourth_signal"] is not None and first["fourth_signal"]["hidden"]
    assert first["first_alarm"] is None
    alarmed = verdict_at(MOMENTS["after-the-alarm"])
    assert alarmed["misleading"]["is"]
    assert alarmed["lead_s"] is not None and alarmed["lead_s"] > 120
    assert any(owner["problems"] for owner in alarmed["ownership"])
    failed = verdict_at(MOMENTS["after-the-failed-fix"])
    assert [fix["effect"] for fix in failed["fixes"]] == ["worse"]
