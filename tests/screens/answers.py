"""TEST DATA: who answers for what moved first in the night of ``tests/tapes/story.py``, as verdicts say it."""

from __future__ import annotations

from console.findings import LeadDoc, PersonDoc, ResponsibleDoc
from console.times import format_time
from tests.tapes.story import minute

DEPLOYED_BY = "c0ffee00-0000-4000-8000-00000000d001"  # accessor of a token


def person(name: str, at: float, *, read: float | None = None, problem: str = "") -> PersonDoc:
    """Somebody on call until the evening, as of a minute."""
    as_of = at - 2 if read is None else read
    return {"name": name, "schedule": "search-data-oncall", "as_of": format_time(minute(as_of)),
            "age_s": (at - as_of) * 60, "until": "2026-11-23T18:00:45Z", "problem": problem}  # fmt: skip


def nobody(at: float) -> ResponsibleDoc:
    """What moved first is the partners' documents, which nobody owns."""
    consumer: LeadDoc = {"what": "consumes", "text": "indexer consumes it", "job": "llm-prod/indexer", "who": "ana",
                         "at": None, "owner": "search-data", "on_call": "search-data-oncall",
                         "person": person("ana", at)}  # fmt: skip
    deployed: LeadDoc = {"what": "deployed", "text": "partner-feed version 1", "job": "llm-prod/partner-feed",
                         "who": DEPLOYED_BY, "at": format_time(minute(10)), "owner": None, "on_call": None,
                         "person": None}  # fmt: skip
    return {"flow": "partner-docs", "entity": "flow:partner-docs", "job": "llm-prod/partner-feed", "owner": None,
            "guessed": False, "on_call": None, "person": None,
            "problems": ["no owner", "no on-call", "no data contract"], "leads": [consumer, deployed]}  # fmt: skip


def somebody(at: float) -> ResponsibleDoc:
    """Its owner has been named since."""
    return {**nobody(at), "owner": "partners", "on_call": "rota:ml-serving", "person": person("farid", at),
            "problems": []}  # fmt: skip
