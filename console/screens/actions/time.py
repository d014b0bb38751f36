"""The actions that move through time."""

from __future__ import annotations

from collections.abc import Callable

from console.screens.actions.parts import needs, on_board, plain
from console.screens.actions.registry import Action, Desk

STEP_MS = 10_000
BIG_STEP_MS = 60_000
_TIME = "Time"


def _step(by_ms: int) -> Callable[[Desk, str], None]:
    return plain(lambda desk: desk.step(by_ms))


def _playable(desk: Desk) -> bool:
    return desk.can_play


def _not_searched(desk: Desk) -> bool:
    return desk.searched is None


def _not_live(desk: Desk) -> bool:
    return not desk.is_live


def _board_not_live(desk: Desk) -> bool:
    return desk.on_board and not desk.is_live


TIME_ACTIONS: tuple[Action, ...] = (
    Action("step-back", _TIME, "10 seconds back", "10 s back in time", _step(-STEP_MS), keys=("left",)),
    Action("step-on", _TIME, "10 seconds on", "10 s on in time", _step(STEP_MS), keys=("right",)),
    Action(
        "big-step-back",
        _TIME,
        "A minute back",
        "1 min back",
        _step(-BIG_STEP_MS),
        keys=("shift+left", "left_curly_bracket"),
    ),
    Action(
        "big-step-on", _TIME, "A minute on", "1 min on", _step(BIG_STEP_MS), keys=("shift+right", "right_curly_bracket")
    ),
    Action(
        "next-event",
        _TIME,
        "Next event",
        "to the next event or onset on the time strip",
        plain(lambda desk: desk.go_event(1)),
        keys=("n",),
        hint="event",
        command="next",
        available=_not_searched,
    ),
    Action(
        "previous-event",
        _TIME,
        "Previous event",
        "to the event or onset before",
        plain(lambda desk: desk.go_event(-1)),
        keys=("N",),
        command="previous",
        available=_not_searched,
    ),
    Action(
        "strip",
        _TIME,
        "Time strip",
        "open or close the time strip's scale and event line",
        plain(lambda desk: desk.toggle_strip()),
        keys=("t",),
        command="time",
        hint="time",
        available=on_board,
    ),
    Action(
        "at",
        _TIME,
        "Go to a time",
        "go to a time: 04:59, 2026-11-23T04:59:12Z, -5m before the end, +8m from the start",
        needs("Which time?", ":at 04:59", lambda desk, text: desk.go_to(text)),
        command="at",
        argument="TIME",
    ),
    Action(
        "live",
        _TIME,
        "Live",
        "back to live, or to the end of a recorded tape",
        plain(lambda desk: desk.go_live()),
        keys=("full_stop",),
        command="live",
        hint="latest",
        available=_not_live,
    ),
    Action(
        "play",
        _TIME,
        "Play or pause",
        "play or pause a recorded tape, or the past of a live one",
        plain(lambda desk: desk.toggle_play()),
        keys=("space",),
        command="play",
        aliases=("pause",),
        hint="play",
        available=_board_not_live,
    ),
    Action(
        "faster",
        _TIME,
        "Faster",
        "play faster",
        plain(lambda desk: desk.change_speed(1)),
        keys=("greater_than_sign", "plus"),
        available=_playable,
    ),
    Action(
        "slower",
        _TIME,
        "Slower",
        "play slower",
        plain(lambda desk: desk.change_speed(-1)),
        keys=("less_than_sign", "minus"),
        available=_playable,
    ),
    Action(
        "speed",
        _TIME,
        "Set the speed",
        "play at this many times real time",
        needs("How fast?", ":speed 10", lambda desk, text: desk.set_speed(text)),
        command="speed",
        argument="N",
    ),
)
