"""From a tape as of a time to what the audit judges, and to what it says."""

from console.scenes.audit.findings import audited_at, findings_at, first_seen

__all__ = ["audited_at", "findings_at", "first_seen"]
