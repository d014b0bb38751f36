"""Whether a verdict is worth saying again: whether a reader would notice that it is another one. Pure."""

from __future__ import annotations

import re
from typing import Any

from console.findings import VerdictDoc

_MOVING = re.compile(r"\d+(?:\.\d+)?(?:[a-z]+)?(?:\d+[a-z]+)*")  # ages, times and counts, as "4m12s" or "05:01:40Z"


def notable(before: VerdictDoc | None, now: VerdictDoc) -> bool:
    """Whether ``now`` says something else than ``before``, the verdict said last (None: nothing has been said).

    What merely goes on, a lead that is refined by a sampling step, scores, the length of an episode, is no news.
    """
    return before is None or _essence(before) != _essence(now)


def _essence(doc: VerdictDoc) -> tuple[Any, ...]:
    """What a reader would notice."""
    mover, symptom, alarm, fourth = doc["first_mover"], doc["symptom"], doc["first_alarm"], doc["fourth_signal"]
    return (
        doc["state"],
        _still(doc["headline"]),
        doc["confidence_word"],
        symptom and (symptom["signal"], symptom["direction"]),
        mover and (mover["signal"], mover["direction"]),
        alarm and (alarm["what"], alarm["entity"], alarm["at"]),
        doc["misleading"]["is"],
        fourth
        and (fourth["model_signal"], fourth["ingestion_signal"], fourth["hidden"], len(fourth["episodes"])),
        len(doc["symptom_episodes"]),
        sorted((fix["at"], fix["what"], fix["effect"], bool(fix["side_effects"])) for fix in doc["fixes"]),
        # Of those who answer, who is nearest to what moved; others come and go with the end of the ranking.
        next(((flow["flow"], *flow["problems"]) for flow in doc["ownership"] if flow["problems"]), ()),
        sorted((gap["source"], gap["from"], gap["to"] is None) for gap in doc["gaps"]),
    )  # fmt: skip


def _still(text: str) -> str:
    """A sentence without what moves in it by itself."""
    return _MOVING.sub("#", text)
