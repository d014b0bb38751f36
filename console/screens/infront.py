"""Which screen is in front, by what it is. Asked for with each frame: nothing is imported for it while the board is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.screens.app import BoardApp
    from console.screens.drill.screen import DetailScreen
    from console.screens.governed.auditscreen import AuditScreen
    from console.screens.logs.screen import LogScreen
    from console.screens.timeline.screen import TimelineScreen


def detail_in_front(app: BoardApp) -> DetailScreen | None:
    """The drill-down that is in front."""
    from console.screens.drill.screen import DetailScreen

    return app.screen if isinstance(app.screen, DetailScreen) else None


def timeline_in_front(app: BoardApp) -> TimelineScreen | None:
    """The timeline, where it is in front."""
    from console.screens.timeline.screen import TimelineScreen

    return app.screen if isinstance(app.screen, TimelineScreen) else None


def logs_in_front(app: BoardApp) -> LogScreen | None:
    """The logs, where they are in front."""
    from console.screens.logs import opening

    return opening.logs_in_front(app)


def audit_in_front(app: BoardApp) -> AuditScreen | None:
    """What the audit finds, where that is in front."""
    from console.screens.governed.auditscreen import AuditScreen

    return app.screen if isinstance(app.screen, AuditScreen) else None
