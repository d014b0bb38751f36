"""Past and present alarms from the ``ALERTS`` series: episodes to events and alert documents. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from console.documents import AlertDoc
from console.feeds.alerts import AlertIdentity, alert_fingerprint, alert_identity
from console.feeds.prometheus.client import Row
from console.metricnames import words as w
from console.metricnames.classify import read_name
from console.signals import Pane, Record, RecordKind

QUERY = "timestamp(ALERTS)"
"""The time of the evaluation behind each sample: exact where the step alone would round."""
MOST_ALERTS = 500

Phase = Literal["pending", "firing", "resolved"]


@dataclass(slots=True)
class _Episode:
    labels: dict[str, str]
    phase: Phase
    started_ms: int
    seen_ms: int
    identity: AlertIdentity
    whole: bool = True


@dataclass(slots=True)
class Alarms:
    """Follows alerts from instant to instant and says what changed.

    ``external`` are labels that the server adds to what it sends away. ``notes`` are annotations by fingerprint, from
    the alerts API (a past alert has none left).
    """

    source: str
    external: Mapping[str, str] = field(default_factory=dict)
    notes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _open: dict[str, _Episode] = field(default_factory=dict)
    _begun: bool = False

    def remember(self, alerts: Sequence[Mapping[str, Any]]) -> None:
        """Keep the annotations of the alerts API."""
        for alert in alerts[:MOST_ALERTS]:
            labels, notes = alert.get("labels"), alert.get("annotations")
            if isinstance(labels, dict) and isinstance(notes, dict):
                fingerprint = alert_fingerprint({**self.external, **_texts(labels)})
                self.notes[fingerprint] = _texts(notes)

    def follow(self, rows: Sequence[Row], times_ms: range, seen: Sequence[bool], now_ms: int) -> list[Record]:
        """Records of what changed at these instants. ``rows`` is the answer to ``QUERY``; an instant at which
        Prometheus was not seen ends no alert."""
        by_slot: list[dict[str, tuple[dict[str, str], Phase, int]]] = [{} for _ in times_ms]
        for row in rows[: MOST_ALERTS * 2]:
            labels = {**self.external, **row.labels}
            phase: Phase = "firing" if labels.get("alertstate") == "firing" else "pending"
            about = {k: v for k, v in labels.items() if k not in ("alertstate", "__name__")}
            fingerprint = alert_fingerprint(about)
            for at, value in zip(row.times_ms, row.values, strict=True):
                slot, off = divmod(at - times_ms.start, times_ms.step)
                if off or not 0 <= slot < len(by_slot) or value != value:
                    continue
                if phase == "firing" or fingerprint not in by_slot[slot]:
                    by_slot[slot][fingerprint] = (about, phase, round(value * 1000))
        records: list[Record] = []
        for at, ok, active in zip(times_ms, seen, by_slot, strict=True):
            if ok:
                records.extend(self._step(at, active, now_ms))
                self._begun = True
        return records

    def _step(
        self, at_ms: int, active: Mapping[str, tuple[dict[str, str], Phase, int]], now_ms: int
    ) -> Iterator[Record]:
        for fingerprint, (labels, phase, evaluated_ms) in active.items():
            known = self._open.get(fingerprint)
            if known is not None and (known.phase == phase or known.phase == "firing"):
                known.seen_ms = evaluated_ms
                continue
            identity = alert_identity(labels, evaluated_ms)
            episode = _Episode(labels, phase, evaluated_ms, evaluated_ms, identity, whole=self._begun)
            self._open[fingerprint] = episode
            yield from self._tell(episode, phase, evaluated_ms, now_ms)
        for fingerprint in [known for known in self._open if known not in active]:
            episode = self._open.pop(fingerprint)
            yield from self._tell(episode, "resolved", at_ms, now_ms)

    def _tell(self, episode: _Episode, phase: Phase, at_ms: int, now_ms: int) -> Iterator[Record]:
        """The state document, and the event unless the alert was already so when we began to look."""
        labels, identity = episode.labels, episode.identity
        notes = self.notes.get(identity.entity.id, {})
        name = labels.get("alertname", "alert")
        summary = notes.get("summary") or notes.get("description") or ""
        document: AlertDoc = {
            "alertname": name,
            "state": phase,
            "severity": labels.get("severity", ""),
            "labels": labels,
            "summary": summary,
            "started_ms": episode.started_ms,
        }
        runbook = notes.get("runbook_url") or notes.get("runbook")
        owner = labels.get("team") or labels.get("owner")
        if runbook:
            document["runbook"] = runbook
        if owner:
            document["owner"] = owner
        if phase == "resolved":
            document["ended_ms"] = at_ms
        yield Record(
            RecordKind.STATE, self.source, identity.entity, "alert", at_ms, now_ms, dict(document),
            once=identity.once_state(phase),
        )  # fmt: skip
        fired = phase == "firing" or (phase == "resolved" and episode.phase == "firing")
        if not fired or (phase == "firing" and not episode.whole):
            return
        about = where(labels)
        said = f"{name} {phase}" + (f": {summary}" if summary else f" ({about})" if about else "")
        body: dict[str, Any] = {
            "text": said,
            "severity": severity(labels) if phase == "firing" else "ok",
            "labels": labels,
            "pane": str(pane_of_alert(labels)),
            "alertname": name,
        }
        if phase == "resolved":
            body["lasted_s"] = round((at_ms - episode.started_ms) / 1000, 1)
        yield Record(
            RecordKind.EVENT, self.source, identity.entity, phase, at_ms, now_ms, body, once=identity.once(phase)
        )


def _texts(raw: Mapping[Any, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in raw.items()}


def where(labels: Mapping[str, str]) -> str:
    """The labels that say where, in a few words."""
    plain = ("alertname", "severity", "team", "owner", "job", "instance", "region", "dc", "namespace")
    return ", ".join(f"{key} {value}" for key, value in sorted(labels.items()) if key not in plain)[:120]


_SEVERITIES = {
    "critical": "bad", "page": "bad", "error": "bad", "high": "bad", "emergency": "bad", "sev1": "bad", "sev2": "bad",
    "info": "ok", "none": "ok", "low": "ok",
}  # fmt: skip


def severity(labels: Mapping[str, str]) -> str:
    """``bad``, ``warn`` or ``ok`` from the severity label; what is not known warns."""
    return _SEVERITIES.get(labels.get("severity", "").lower(), "warn")


def pane_of_alert(labels: Mapping[str, str]) -> Pane:
    """Which pane an alert speaks of, by its name and labels; what cannot be placed is the platform's."""
    name = "_".join(w.words_of(labels.get("alertname", "")))
    said = set(w.words_of(name))
    if said & w.PLATFORM and not said & w.STRONG_INGESTION:
        return Pane.SCHEDULING
    reading = read_name(f"alert_{name}", "gauge", labels)
    if reading is None or reading.pane is None:
        return Pane.MODELS if said & w.SERVICE else Pane.SCHEDULING
    return reading.pane
