"""What doctor found out, by system."""

from __future__ import annotations

from dataclasses import dataclass

from console import exits
from console.feeds.check import Finding, Verdict

_WORST: tuple[Verdict, ...] = ("bad", "warn", "ok", "unknown")


@dataclass(frozen=True, slots=True)
class Section:
    """One system. ``address`` is without credentials; ``origin`` says who set it; not configured is no failure.

    ``late``: it was given up on while it was being tried, so something may still be waiting for it.
    """

    name: str
    findings: tuple[Finding, ...]
    configured: bool = True
    address: str = ""
    origin: str = ""
    late: bool = False

    @property
    def verdict(self) -> Verdict:
        """The worst of its findings."""
        verdicts = {finding.verdict for finding in self.findings}
        return next((verdict for verdict in _WORST if verdict in verdicts), "unknown")


def exit_code(sections: list[Section]) -> int:
    """3 when a configured system could not be reached, 4 when not permitted, 2 for wrong configuration, 0 else."""
    causes = {finding.cause for section in sections if section.configured for finding in section.findings}
    codes = {"unreachable": exits.UNREACHABLE, "denied": exits.DENIED, "configuration": exits.USAGE}
    return next((code for cause, code in codes.items() if cause in causes), exits.FINE)
