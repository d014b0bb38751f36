"""Verdicts for the tests of screens, written by hand, about the night of ``tests/tapes/story.py``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from console.findings import VerdictDoc
from console.signals import EntityKind, EntityRef, Record, RecordKind
from console.tape.store import open_tape
from console.tape.verdicts import ANALYSIS, VERDICT
from console.times import format_time
from tests.tapes.story import make_story, minute

LAG, QUALITY = 'lag{consumer="DOCS/indexer"}', 'quality{model="answerer-m"}'


def quiet(at: float = 8.0, **more: Any) -> VerdictDoc:
    """Nothing is wrong."""
    doc = VerdictDoc(
        at=format_time(minute(at)),
        window={"from": format_time(minute(at) - 2_400_000), "to": format_time(minute(at))},
        state="quiet",
        headline="Quiet: nothing that matters has left its normal range; 21 signals watched.",
        confidence=0.0,
        confidence_word="low",
        symptom=None,
        symptom_episodes=[],
        first_alarm=None,
        first_mover=None,
        lead_s=None,
        lead_text="",
        misleading={"is": False, "why": "nothing has alarmed"},
        fourth_signal=None,
        ranked=[],
        fixes=[],
        ownership=[],
        gaps=[],
        onsets=[],
        evidence_for=[],
        evidence_against=[],
        not_seen=[],
        changed=[],
    )
    return VerdictDoc(**{**doc, **more})  # type: ignore[typeddict-item]


def suspect(at: float = 12.4, **more: Any) -> VerdictDoc:
    """Quality fell after the lag rose; nothing has alarmed."""
    onset = format_time(minute(11.8))
    mover = {
        "signal": LAG, "name": "DOCS/indexer lag", "entity": "consumer:DOCS/indexer", "pane": "ingestion",
        "onset": onset, "onset_earliest": format_time(minute(11.8) - 5_000),
        "onset_latest": format_time(minute(11.8) + 5_000), "direction": "up", "score": 0.81, "p_value": 0.004,
    }  # fmt: skip
    onsets = [
        {"signal": LAG, "name": "DOCS/indexer lag", "pane": "ingestion", "at": onset},
        {"signal": QUALITY, "name": "answerer-m quality", "pane": "models", "at": format_time(minute(12.3))},
    ]
    said: dict[str, Any] = {
        "state": "suspect",
        "headline": "DOCS/indexer lag moved first, at 05:00:33Z; answerer-m quality 30s later; nothing has alarmed.",
        "confidence": 0.74,
        "confidence_word": "high",
        "first_mover": mover,
        "onsets": onsets,
        "changed": ["quiet became suspect", "the first mover is DOCS/indexer lag"],
    }
    return quiet(at, **{**said, **more})


def incident(at: float = 19.0, **more: Any) -> VerdictDoc:
    """The node alarmed first, and misleads; the fourth signal stands out."""
    said: dict[str, Any] = {
        "state": "incident",
        "headline": "DOCS/indexer lag moved first, at 05:00:33Z; answerer-m quality 30s later; "
        "NodeDown, which alarmed first, misleads.",
        "first_alarm": {"at": format_time(minute(13.4)), "what": "NodeDown", "entity": "node:node-fra1-gpu-02",
                        "source": "alertmanager"},
        "lead_s": 96.0,
        "lead_text": "1m36s before",
        "misleading": {"is": True, "why": "the lag rose and quality fell before the node went down"},
        "fourth_signal": {
            "model_signal": QUALITY, "ingestion_signal": LAG,
            "text": "answerer-m quality falls 30s after DOCS/indexer lag rises, in 3 of 3 episodes",
            "lag_s": 30.0, "strength": 0.9, "p_value": 0.0004, "hidden": True,
            "episodes": [
                {"from": format_time(minute(begin)), "to": format_time(minute(end))}
                for begin, end in ((12.3, 13.6), (15.2, 16.3), (18.3, 19.0))
            ],
        },
        "changed": ["the first alarm is NodeDown"],
    }  # fmt: skip
    return suspect(at, **{**said, **more})


def finding(doc: VerdictDoc, at: float) -> Record:
    """A verdict as the recorder puts it on the tape."""
    about = EntityRef(EntityKind.FEED, ANALYSIS)
    return Record(RecordKind.FINDING, ANALYSIS, about, VERDICT, minute(at), minute(at) + 40, dict(doc))


def night(path: Path, until: float = 38.0) -> Path:
    """The story with what was said of it."""
    make_story(path, until_minute=until)
    with open_tape(path, "write") as store:
        said = [(quiet(8.0), 8.0), (suspect(12.4), 12.4), (incident(19.0), 19.0)]
        store.append(records=[finding(doc, at) for doc, at in said if at <= until])
    return path
