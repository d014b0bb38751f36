"""The actions that open logs, and those on logs that are open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.logs.windows import WINDOWS
from console.screens.actions.parts import plain
from console.screens.actions.registry import Action, Desk, RefusedError
from console.signals import EntityKind

if TYPE_CHECKING:
    from console.screens.logs.screen import LogScreen

_LOGS = "Logs"
HAVE_LOGS = frozenset(
    (
        EntityKind.JOB,
        EntityKind.GROUP,
        EntityKind.ALLOCATION,
        EntityKind.TASK,
        EntityKind.SERVICE,
        EntityKind.DEPLOYMENT,
        EntityKind.EVALUATION,
        EntityKind.NODE,
    )
)
_OF_A_JOB = HAVE_LOGS - {EntityKind.NODE, EntityKind.EVALUATION, EntityKind.DEPLOYMENT, EntityKind.SERVICE}


def _there(desk: Desk) -> bool:
    return desk.logs is not None


def elsewhere(desk: Desk) -> bool:
    """Whether other screens than logs have the keys that mean something there."""
    return desk.logs is None


def _opens(desk: Desk) -> bool:
    return desk.logs is None and desk.timeline is None and desk.subject is not None


def _opens_job(desk: Desk) -> bool:
    subject = desk.subject
    return desk.timeline is None and subject is not None and subject.kind in _OF_A_JOB


def _on(work: Callable[[LogScreen], None]) -> Callable[[Desk, str], None]:
    def run(desk: Desk) -> None:
        if desk.logs is None:
            raise RefusedError("This is of logs; 'l' opens those of what is chosen.")
        work(desk.logs)

    return plain(run)


def _window(desk: Desk, named: str) -> None:
    names = [one.name for one in WINDOWS]
    if named not in names:
        raise RefusedError(f"Which part of the logs? {', '.join(names)}.")
    _on(lambda logs: logs.set_window(names.index(named)))(desk, "")


def _digit(which: int) -> Action:
    window = WINDOWS[which]
    told = {"tail": "the end of each log", "head": "the beginning of each log"}.get(
        window.name, f"the last {window.name} of each log"
    )
    return Action(
        f"logs-{window.name}", _LOGS, f"Logs: {window.name}", told, _on(lambda logs: logs.set_window(which)),
        keys=(str(which),), available=_there, hint="" if which else "part", hint_keys="0-6",
    )  # fmt: skip


LOG_ACTIONS: tuple[Action, ...] = (
    Action(
        "logs",
        _LOGS,
        "Logs",
        "follow the logs of what is chosen, of up to 20 allocations at once; or of what an id or name begins like",
        lambda desk, text: desk.open_logs(text),
        keys=("l",),
        command="logs",
        argument="ID",
        hint=lambda desk: "logs" if desk.errands is not None and _opens(desk) else "",
    ),
    Action(
        "job-logs",
        _LOGS,
        "Logs of the whole job",
        "follow the logs of all allocations of the job, those that are not well first",
        plain(lambda desk: desk.open_logs("", whole=True)),
        keys=("L",),
        available=_opens_job,
    ),
    Action(
        "logs-pause",
        _LOGS,
        "Pause",
        "let the lines stand and count those that come, or let them come again",
        _on(lambda logs: logs.toggle_pause()),
        keys=("space",),
        hint="pause",
        available=_there,
    ),
    *(_digit(which) for which in range(len(WINDOWS))),
    Action("logs-window", _LOGS, "Part of the logs", "the same by command", _window, command="window",
           argument="PART", available=_there, choices=lambda: [one.name for one in WINDOWS]),
    Action("logs-more", _LOGS, "More of the logs", "read four times as much of each log",
           _on(lambda logs: logs.read_more()), command="more", available=_there),
    Action("logs-wrap", _LOGS, "Wrap", "wrap long lines, or cut them; h and l move them sideways",
           _on(lambda logs: logs.toggle_wrap()), keys=("w",), hint="wrap", available=_there),
    Action("logs-stream", _LOGS, "stdout or stderr", "from stdout to stderr to both",
           _on(lambda logs: logs.next_stream()), keys=("s",), hint="stream", available=_there),
    Action("logs-mark", _LOGS, "Mark", "put a mark between what came and what comes",
           _on(lambda logs: logs.mark()), keys=("m",), hint="mark", available=_there),
    Action("logs-time", _LOGS, "To the board's time", "to the line nearest to the time at which the board stands",
           _on(lambda logs: logs.go_to_board()), keys=("t",), hint="time", available=_there),
)  # fmt: skip
