"""What has happened between two looks at the alerts: events and state documents. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from console.documents import AlertDoc
from console.feeds.alertdocs import SeenAlert, subject
from console.feeds.alerts import AlertIdentity, alert_identity
from console.feeds.prometheus.alarms import pane_of_alert, severity
from console.plain import plain
from console.signals import Record, RecordKind

SOURCE = "alertmanager"
SAY_AGAIN_MS = 60_000  # a summary often holds a number that changes at each evaluation


class Look(NamedTuple):
    """When the alerts were looked at (our clock), and the look before, 0 when there was none. Unix ms."""

    now_ms: int
    last_ms: int


class Known:
    """The alerts that were open at the last look."""

    def __init__(self, open_alerts: Mapping[str, AlertDoc]) -> None:
        self._docs: dict[str, AlertDoc] = dict(open_alerts)
        self._ends: dict[str, int | None] = {}
        self._said_ms: dict[str, int] = {}

    def look(self, alerts: Mapping[str, SeenAlert], at: Look) -> list[Record]:
        """The records of what changed, in the order in which it happened."""
        records: list[Record] = []
        for key, alert in alerts.items():
            before = self._docs.get(key)
            if before is not None and alert_identity(before["labels"], before["started_ms"]) != alert.identity:
                # It ended and began again between two looks.
                records += self._ended(key, before, at._replace(now_ms=min(at.now_ms, alert.doc["started_ms"])), at)
                before = None
            records += self._changed(key, before, alert, at)
        for key in [key for key in self._docs if key not in alerts]:
            records += self._ended(key, self._docs[key], at, at)
        return sorted(records, key=lambda record: record.at_ms)

    def _changed(self, key: str, before: AlertDoc | None, alert: SeenAlert, at: Look) -> list[Record]:
        self._ends[key] = alert.ends_ms
        if before is not None and not self._tells(key, before, alert.doc, at.now_ms):
            return []
        self._docs[key], self._said_ms[key] = alert.doc, at.now_ms
        began, state = alert.doc["started_ms"], alert.doc["state"]
        if before is None:
            records = [_event("firing", alert.identity, alert.doc, began, at.now_ms, _fires(alert.doc))]
            if state == "suppressed":
                return [*records, *_silenced(alert, at.now_ms)]
            return [*records, _state(alert.identity, alert.doc, began, at.now_ms, "firing")]
        if before["state"] == state:
            return [_state(alert.identity, alert.doc, at.now_ms, at.now_ms, f"told:{at.now_ms}")]
        if state == "suppressed":
            return _silenced(alert, at.now_ms)
        name = f"unsilenced:{at.now_ms}"
        text = f"{_name(alert.doc)} is no longer silenced and still fires"
        return [
            _event("unsilenced", alert.identity, alert.doc, at.now_ms, at.now_ms, text, once=name),
            _state(alert.identity, alert.doc, at.now_ms, at.now_ms, name),
        ]

    def _tells(self, key: str, before: AlertDoc, after: AlertDoc, now_ms: int) -> bool:
        """Whether a document says something new: at once, or after a while where only its summary changed."""
        if before == after:
            return False
        if {**before, "summary": ""} != {**after, "summary": ""}:
            return True
        return now_ms - self._said_ms.get(key, 0) >= SAY_AGAIN_MS

    def _ended(self, key: str, doc: AlertDoc, end: Look, at: Look) -> list[Record]:
        """Alertmanager does not say when an alert ended: it was after the last look, or when it was due to end."""
        due = self._ends.pop(key, None)
        ended = due if due is not None and at.last_ms < due <= end.now_ms else end.now_ms
        ended = max(ended, doc["started_ms"])
        self._docs.pop(key, None)
        self._said_ms.pop(key, None)
        identity = alert_identity(doc["labels"], doc["started_ms"])
        over: AlertDoc = {**doc, "state": "resolved", "ended_ms": ended}
        event = _event("resolved", identity, over, ended, at.now_ms, f"{_name(doc)} is resolved")
        return [event, _state(identity, over, ended, at.now_ms, "resolved")]


def _silenced(alert: SeenAlert, now_ms: int) -> list[Record]:
    since = alert.silenced_ms if alert.silenced_ms is not None else now_ms
    text = f"{_name(alert.doc)} is silenced" + (f" {alert.silence}" if alert.silence else "")
    name = f"silenced:{since // 1000}"
    return [
        _event("silenced", alert.identity, alert.doc, since, now_ms, text, once=name),
        _state(alert.identity, alert.doc, since, now_ms, name),
    ]


def _fires(doc: AlertDoc) -> str:
    summary = plain(doc["summary"], 300).strip()
    return f"{_name(doc)} fires" + (f": {summary}" if summary else "")


def _name(doc: AlertDoc) -> str:
    about = subject(doc)
    return plain(doc["alertname"], 200) + (f" ({about})" if about else "")


def severity_of(doc: AlertDoc) -> str:
    """How loud an alert is now: what is silenced or over shouts no more."""
    quiet = {"resolved": "ok", "suppressed": "info"}
    return quiet.get(doc["state"]) or severity(doc["labels"])


def _event(
    name: str, identity: AlertIdentity, doc: AlertDoc, at_ms: int, now_ms: int, text: str, *, once: str = ""
) -> Record:
    body: dict[str, Any] = {
        "text": text,
        "severity": severity(doc["labels"]) if name == "firing" else severity_of(doc),
        "alertname": doc["alertname"],
        "labels": doc["labels"],
        "pane": str(pane_of_alert(doc["labels"])),
        "silenced": doc["state"] == "suppressed",
        **{key: doc[key] for key in ("owner", "runbook") if key in doc},
    }
    return Record(RecordKind.EVENT, SOURCE, identity.entity, name, at_ms, now_ms, body, identity.once(once or name))


def _state(identity: AlertIdentity, doc: AlertDoc, at_ms: int, now_ms: int, name: str) -> Record:
    body: dict[str, Any] = {**doc}
    return Record(RecordKind.STATE, SOURCE, identity.entity, "alert", at_ms, now_ms, body, identity.once_state(name))
