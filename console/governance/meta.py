"""What a Nomad job says of its data flow by its own meta: the keys, and what cannot be taken as it is written. Pure.

    meta {
      owner = "catalog-team"             # or team, owned_by, owner_team
      on_call = "catalog-team-oncall"    # or oncall, on-call, pager, escalation
      data_contract = "https://…"        # or contract, data-contract
      contract_version, runbook, freshness = "5m", latency, retention, completeness = "99%",
      lifecycle, tier, review_every = "90d", last_reviewed = "2026-11-01"
      produces = "docs.catalog"
    }

Durations and dates are written as in ``flows.toml``.
"""

# No postponed annotations here: each of them would be compiled at every start.
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from console.governance.fields import JOB_META
from console.governance.merge import Sourced
from console.governance.shapes import DoubtDoc, SaidDoc
from console.naming import items
from console.ownership import CONTRACT, ON_CALL, OWNER

_Read = tuple[Any, str]
"""A value, None where there is none, and what is unclear about it."""


def _text(given: str) -> _Read:
    return given, ""


def _names(given: str) -> _Read:
    return items(given), ""


def _seconds(given: str) -> _Read:
    from console.governance.units import Ambiguous, duration_s

    seconds = duration_s(given)
    return (None, seconds.why) if isinstance(seconds, Ambiguous) else (seconds, "")


def _ratio(given: str) -> _Read:
    from console.governance.units import Ambiguous, ratio

    share = ratio(given)
    return (None, share.why) if isinstance(share, Ambiguous) else (share, "")


def _moment_ms(given: str) -> _Read:
    from console.governance.units import Ambiguous, moment_ms

    moment = moment_ms(given)
    return (None, moment.why) if isinstance(moment, Ambiguous) else moment


class _Key(NamedTuple):
    field: str
    keys: tuple[str, ...]
    read: Callable[[str], _Read]


_KEYS = (
    _Key("owner", OWNER, _text),
    _Key("on_call", ON_CALL, _text),
    _Key("escalation", ("escalation",), _names),
    _Key("contract", CONTRACT, _text),
    _Key("contract_version", ("contract_version", "data_contract_version"), _text),
    _Key("runbook", ("runbook", "runbook_url"), _text),
    _Key("freshness_s", ("freshness",), _seconds),
    _Key("latency_s", ("latency",), _seconds),
    _Key("retention_s", ("retention",), _seconds),
    _Key("completeness", ("completeness",), _ratio),
    _Key("lifecycle", ("lifecycle",), _text),
    _Key("tier", ("tier",), _text),
    _Key("last_review_ms", ("last_reviewed", "last_review"), _moment_ms),
    _Key("review_every_s", ("review_every",), _seconds),
)


def said_by_meta(job: Mapping[str, Any] | None, job_id: str, flow: str = "", read_ms: int = 0) -> Sourced:
    """What the meta of a job's document says of a flow. A value that is not of its kind becomes a doubt."""
    meta: Mapping[str, Any] = (job.get("meta") if job else None) or {}
    lower = {str(key).casefold(): str(value).strip() for key, value in meta.items() if value is not None}
    origin = f"job meta of {job_id}" if job_id else JOB_META
    said: dict[str, SaidDoc] = {}
    doubts: list[DoubtDoc] = []
    for field, keys, read in _KEYS:
        given = next((lower[key] for key in keys if lower.get(key)), "")
        if not given:
            continue
        value, unclear = read(given)
        if unclear:
            doubts.append({"field": field, "why": unclear, "origin": origin})
        if value is not None:
            said[field] = {"value": value, "origin": origin, "via": JOB_META, "read_ms": read_ms}
    return Sourced(flow, (), JOB_META, origin, said, tuple(doubts))
