"""Which of a tape's events a verdict is made of. On a busy cluster they are few among very many."""

from __future__ import annotations

from console.alerting import loudness
from console.analysis.changes import is_change
from console.analysis.recoveries import is_recovery
from console.signals import EntityKind, Health, Record, RecordKind

_ALERTS = (EntityKind.ALERT, EntityKind.FEED)


def tells(one: Record) -> bool:
    """Whether it shouted, says that something is over, was done on purpose, or was said by a person."""
    if one.kind is RecordKind.JOURNAL or one.entity.kind in _ALERTS:
        return True
    if one.kind is not RecordKind.EVENT or one.minor:
        return False
    loud = loudness(str(one.body.get("severity", "info"))) is Health.BAD
    return loud or is_change(one) or is_recovery(one)
