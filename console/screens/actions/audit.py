"""The actions of what the audit finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.screens.actions.parts import plain
from console.screens.actions.registry import Action, Desk, RefusedError

if TYPE_CHECKING:
    from console.screens.governed.auditscreen import AuditScreen

_AUDIT = "Audit"


def _there(desk: Desk) -> bool:
    return desk.audit is not None


def _on(work: Callable[[AuditScreen, str], None]) -> Callable[[Desk, str], None]:
    def run(desk: Desk, argument: str) -> None:
        audit = desk.audit
        if audit is None:
            raise RefusedError("This is of the audit; 'A' or ':audit' opens it.")
        work(audit, argument)

    return run


AUDIT_ACTIONS: tuple[Action, ...] = (
    Action(
        "audit",
        _AUDIT,
        "Audit",
        "what the audit finds of flows, models and KPIs, worst first: who does not answer, what is not promised or not "
        "kept, what runs that should not",
        plain(lambda desk: desk.show_audit()),
        keys=("A",),
        command="audit",
    ),
    Action(
        "audit-open",
        _AUDIT,
        "Open what a finding is about",
        "in the audit: look into what the finding is about",
        _on(lambda audit, _: audit.go_on()),
        keys=("enter",),
        hint="open",
        available=_there,
    ),
    Action(
        "audit-filter",
        _AUDIT,
        "Filter findings",
        "in the audit: show only findings with this text; '!text' shows those without",
        plain(lambda desk: desk.ask_filter()),
        keys=("slash",),
        asks=True,
        hint="filter",
        available=_there,
    ),
    Action(
        "audit-severity",
        _AUDIT,
        "Hide what is less severe",
        "in the audit: only high and critical findings, then only critical ones, then all; "
        ":findings all, high or critical",
        _on(lambda audit, text: audit.set_severity(text)),
        keys=("s",),
        command="findings",
        argument="LEVEL",
        hint="severe",
        available=_there,
        choices=lambda: ("all", "high", "critical"),
    ),
)
