"""The way to a screen of logs: of what is chosen, or of what somebody typed the beginning of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.screens.actions.registry import RefusedError
from console.signals import EntityRef

if TYPE_CHECKING:
    from console.screens.app import BoardApp
    from console.screens.logs.screen import LogScreen


def logs_in_front(app: BoardApp) -> LogScreen | None:
    """The logs, when they are in front."""
    from console.screens.logs.screen import LogScreen

    screen = app.screen
    return screen if isinstance(screen, LogScreen) else None


def open_logs(app: BoardApp, typed: str, *, whole: bool = False) -> None:
    """Open the logs of what is chosen, or of what has an id or a name that begins as typed. Raises RefusedError."""
    app.errands_or_refuse("logs are read")
    if typed:
        _open_found(app, typed)
        return
    subject = app.desk.subject
    if logs_in_front(app) is not None and not whole:
        return  # they are open
    if subject is None:
        raise RefusedError("Nothing is chosen whose logs could be read; ':logs ID' opens those of any object.")
    _open(app, subject, whole=whole)


def _open(app: BoardApp, entity: EntityRef, *, whole: bool = False) -> None:
    from console.screens.actions.logs import HAVE_LOGS
    from console.screens.logs.screen import LogScreen

    if entity.kind not in HAVE_LOGS:
        raise RefusedError(f"A {entity.kind.value} writes no logs; choose a job, or ':logs ID'.")
    app.push_screen(LogScreen(entity, app.errands_or_refuse("logs are read"), whole=whole))


def _open_found(app: BoardApp, typed: str) -> None:
    from console.screens.tape.docs import ask, begins_with

    def take(found: list[EntityRef]) -> None:
        if len(found) != 1:
            many = f"{len(found)} objects begin" if found else "Nothing on the tape begins"
            app.say(f"{many} with '{typed}'{'; type more of it' if found else ''}.")
            return
        try:
            _open(app, found[0])
        except RefusedError as refused:
            app.say(str(refused))

    ask(app, lambda store, place: begins_with(store, typed, None if place.live else place.at_ms), take)
