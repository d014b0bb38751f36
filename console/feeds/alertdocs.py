"""What Alertmanager says of alerts and silences, read into documents. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from console.documents import AlertDoc
from console.feeds.alerts import AlertIdentity, alert_identity
from console.plain import plain
from console.times import TimeTextError, format_time, parse_time

MOST_ALERTS = 10_000
_LONGEST = 2_000
_OWNER_LABELS = ("owner", "team", "owned_by", "service_owner")
_SUMMARY = ("summary", "message", "title", "description")
_RUNBOOK = ("runbook_url", "runbook")


class SeenAlert(NamedTuple):
    """One alert as of now. ``ends_ms`` is when it ends if nobody repeats it; ``silence`` says who muted it and why."""

    identity: AlertIdentity
    doc: AlertDoc
    ends_ms: int | None
    silenced_ms: int | None
    silence: str


class Silence(NamedTuple):
    """An active silence, in words, and since when."""

    text: str
    from_ms: int | None


class Reading(NamedTuple):
    """Alerts by their entity's id, and how many entries could not be read or had no room."""

    alerts: dict[str, SeenAlert]
    unreadable: int
    left_out: int


def read_alerts(data: Any, silences: Mapping[str, Silence]) -> Reading:
    """The alerts of ``GET /api/v2/alerts``. Raises ValueError when the answer is no list."""
    if not isinstance(data, list):
        raise ValueError("not a list")
    alerts: dict[str, SeenAlert] = {}
    unreadable = 0
    for item in data[:MOST_ALERTS]:
        seen = _alert(item, silences)
        if seen is None:
            unreadable += 1
            continue
        known = alerts.get(seen.identity.entity.id)
        alerts[seen.identity.entity.id] = seen if known is None else _merged(known, seen)
    return Reading(alerts, unreadable, max(0, len(data) - MOST_ALERTS))


def read_silences(data: Any) -> dict[str, Silence]:
    """The active silences of ``GET /api/v2/silences`` by id; what cannot be read is left out."""
    found: dict[str, Silence] = {}
    for item in data if isinstance(data, list) else ():
        status = item.get("status") if isinstance(item, dict) else None
        if not isinstance(status, dict) or status.get("state") != "active" or not isinstance(item.get("id"), str):
            continue
        until = _time(item.get("endsAt"))
        words = [f"until {format_time(until // 1000 * 1000)}"] if until is not None else []
        words += [f"by {_text(item.get('createdBy'), 80)}"] if item.get("createdBy") else []
        words += [f"({_text(item.get('comment'), 200)})"] if item.get("comment") else []
        found[item["id"]] = Silence(" ".join(words), _time(item.get("startsAt")))
    return found


def subject(doc: AlertDoc) -> str:
    """What an alert is about, in a word or two, from its labels; empty when they do not say."""
    names = ("nomad_job", "exported_job", "service", "consumer_name", "topic", "model", "node", "job", "instance")
    return next((plain(doc["labels"][name], 120) for name in names if doc["labels"].get(name)), "")


def _alert(item: Any, silences: Mapping[str, Silence]) -> SeenAlert | None:
    if not isinstance(item, dict) or not isinstance(item.get("labels"), dict):
        return None
    labels = {str(key): str(value) for key, value in item["labels"].items()}
    started = _time(item.get("startsAt"))
    if not labels or started is None:
        return None
    notes = _dict(item.get("annotations"))
    status = _dict(item.get("status"))
    muted = status.get("state") == "suppressed"
    doc: AlertDoc = {
        "alertname": labels.get("alertname") or "(no name)",
        "state": "suppressed" if muted else "firing",
        "severity": labels.get("severity", ""),
        "labels": labels,
        "summary": _first(notes, _SUMMARY),
        "started_ms": started,
    }
    if runbook := _first(notes, _RUNBOOK):
        doc["runbook"] = runbook
    if owner := _first(labels, _OWNER_LABELS):
        doc["owner"] = owner
    by = [silences[i] for i in _strings(status.get("silencedBy")) if i in silences]
    words = "; ".join(silence.text for silence in by if silence.text)
    if muted and not words and _strings(status.get("inhibitedBy")):
        words = "inhibited by another alert"
    since = [silence.from_ms for silence in by if silence.from_ms is not None]
    began = max(started, min(since)) if muted and since else None
    return SeenAlert(alert_identity(labels, started), doc, _time(item.get("endsAt")), began, words)


def _merged(one: SeenAlert, two: SeenAlert) -> SeenAlert:
    """Two entries of one alert (two Prometheus servers tell of it): it fires if either does, since the earlier."""
    loud = [alert for alert in (one, two) if alert.doc["state"] == "firing"] or [one, two]
    chosen = min(loud, key=lambda alert: alert.doc["started_ms"])
    first = min(one, two, key=lambda alert: alert.doc["started_ms"])
    doc: AlertDoc = {**chosen.doc, "started_ms": first.doc["started_ms"]}
    ends = [alert.ends_ms for alert in (one, two) if alert.ends_ms is not None]
    return chosen._replace(identity=first.identity, doc=doc, ends_ms=max(ends) if ends else None)


def _time(value: Any) -> int | None:
    """Unix ms of an RFC 3339 text; None for anything else, the zero time of Go included."""
    if not isinstance(value, str) or value[4:5] != "-":
        return None
    try:
        return parse_time(value, reference_ms=0)
    except TimeTextError:
        return None


def _first(found: Mapping[Any, Any], names: Iterable[str]) -> str:
    return next((str(found[name])[:_LONGEST] for name in names if found.get(name)), "")


def _text(value: Any, longest: int) -> str:
    return plain(str(value), longest).strip()


def _dict(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _strings(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
