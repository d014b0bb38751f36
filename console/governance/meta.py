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
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from console.governance.fields import JOB_META
from console.governance.merge import Sourced
from console.governance.shapes import DoubtDoc, SaidDoc
from console.naming import items
from console.ownership import CONTRACT, ON_CALL, OWNER
from console.plain import plain
from console.settings.kinds import parse_duration


class _UnclearError(ValueError):
    """A value that is not of its kind; ``value`` is what it is taken as, None for nothing."""

    def __init__(self, why: str, value: Any = None) -> None:
        super().__init__(why)
        self.why = why
        self.value = value


def _text(given: str) -> str:
    return given


def _names(given: str) -> list[str]:
    return items(given)


def _seconds(given: str) -> float:
    seconds = parse_duration(given)
    if seconds is None or seconds <= 0:
        raise _UnclearError(f'{plain(given, 40)!r} is not a duration; write it as "30s", "5m" or "2h"')
    return seconds


def _ratio(given: str) -> float:
    number, percent, rest = given.partition("%")
    try:
        ratio = float(number) / (100 if percent else 1)
    except ValueError:
        ratio = -1.0
    if rest.strip() or not 0 <= ratio <= 1:
        raise _UnclearError(f'{plain(given, 40)!r} is not a ratio from 0 to 1; write it as "0.99" or "99%"')
    return ratio


def _moment_ms(given: str) -> int:
    """A date is the start of that day in UTC; a time without a zone is taken as UTC, and that is told."""
    try:
        if len(given) == len("2026-11-01"):
            return round(datetime.combine(date.fromisoformat(given), datetime.min.time(), UTC).timestamp() * 1000)
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise _UnclearError(f'{plain(given, 40)!r} is not a date; write it as "2026-11-01"') from None
    at_ms = round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    if moment.tzinfo is None:
        raise _UnclearError(f"{plain(given, 40)!r} has no time zone; it is taken as UTC", at_ms)
    return at_ms


class _Key(NamedTuple):
    field: str
    keys: tuple[str, ...]
    read: Callable[[str], Any]


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
        try:
            value = read(given)
        except _UnclearError as unclear:
            doubts.append({"field": field, "why": unclear.why, "origin": origin})
            value = unclear.value
        if value is not None:
            said[field] = {"value": value, "origin": origin, "via": JOB_META, "read_ms": read_ms}
    return Sourced(flow, (), JOB_META, origin, said, tuple(doubts))
