"""One identity for one alert, whoever tells of it.

Prometheus tells of an alert by its ``ALERTS`` series and ``/api/v1/alerts``, Alertmanager by its own API. Both must
end on one row and as one event. They differ in two things:

- **labels**: Prometheus adds ``alertstate`` to the series, and its *external labels* to what it sends to
  Alertmanager. ``alertstate`` and the labels that by convention name the Prometheus and not the subject
  (``REPORTER_LABELS``) are left out of the identity. A Prometheus feed that knows the external labels of its server
  adds them before it asks for the identity, which covers the unconventional ones. ``cluster`` stays in: where it is
  in the series it tells two alerts apart.
- **time**: Alertmanager's ``startsAt`` is the instant of the rule evaluation that fired, and so is the first firing
  sample of ``ALERTS``; a reader of the series may learn of a later sample, by up to its step. Starts that fall into
  the same ``EPISODE_MS`` are the same episode. An alert that resolves and fires again within it is one episode; two
  readings on either side of a boundary become two events: rare, harmless, and better than losing one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import NamedTuple

from console.signals import EntityKind, EntityRef

REPORTER_LABELS = frozenset({
    "__name__", "alertstate", "region", "dc", "datacenter", "replica", "__replica__", "prometheus",
    "prometheus_replica", "receive", "monitor", "alertsource", "tenant_id",
})  # fmt: skip
"""Labels that say who reported an alert, or in which state it is, and not what it is about."""

EPISODE_MS = 10_000


class AlertIdentity(NamedTuple):
    """``entity`` is stable over all episodes of an alert; ``episode`` begins the ``once`` keys of this one."""

    entity: EntityRef
    episode: str

    def once(self, name: str) -> str:
        """The ``once`` key of what happened in this episode (``firing``, ``resolved``, ``pending`` ...)."""
        return f"{self.episode}:{name}"

    def once_state(self, name: str) -> str:
        """The ``once`` key of the alert's state document in that state."""
        return f"{self.episode}:state:{name}"


def alert_fingerprint(labels: Mapping[str, str]) -> str:
    """16 hex digits from the labels that say what an alert is about; empty labels count as absent."""
    about = sorted((k, v) for k, v in labels.items() if v and k not in REPORTER_LABELS)
    return hashlib.sha256(json.dumps(about, ensure_ascii=True).encode()).hexdigest()[:16]


def alert_identity(labels: Mapping[str, str], starts_ms: int) -> AlertIdentity:
    """Identity of an alert and of its episode that began to fire (or to be pending) at ``starts_ms``, unix ms."""
    fingerprint = alert_fingerprint(labels)
    return AlertIdentity(EntityRef(EntityKind.ALERT, fingerprint), f"alert:{fingerprint}:{starts_ms // EPISODE_MS}")
