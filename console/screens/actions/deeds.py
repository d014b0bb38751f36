"""The actions that do something to Nomad: by command only, never by a key, and only where that was allowed."""

from __future__ import annotations

from collections.abc import Callable

from console.screens.actions.registry import Action, Desk

_GROUP = "Doing something to Nomad (only with --allow-actions)"


def _begin(action: str) -> Callable[[Desk, str], None]:
    return lambda desk, text: desk.act(action, text)


DEED_ACTIONS: tuple[Action, ...] = (
    Action(
        "restart",
        _GROUP,
        "Restart an allocation",
        "restart the tasks of an allocation that run, or one of them; it says what that affects and asks for its name",
        _begin("restart"),
        command="restart",
        argument="[ID] [TASK]",
    ),
    Action(
        "stop",
        _GROUP,
        "Stop an allocation",
        "stop an allocation; Nomad places another one for it",
        _begin("stop"),
        command="stop",
        argument="[ID]",
    ),
    Action(
        "revert",
        _GROUP,
        "Revert a job",
        "go back to an earlier version of a job; without a number to the last one that was stable",
        _begin("revert"),
        command="revert",
        argument="[JOB] [VERSION]",
    ),
    Action(
        "promote",
        _GROUP,
        "Promote a deployment",
        "take the canaries of a deployment for good",
        _begin("promote"),
        command="promote",
        argument="[ID]",
    ),
    Action(
        "fail",
        _GROUP,
        "Fail a deployment",
        "end a deployment as failed; its job goes back where its rules say so",
        _begin("fail"),
        command="fail",
        argument="[ID]",
    ),
    Action(
        "eligibility",
        _GROUP,
        "Eligibility of a node",
        "whether a node takes new work: on or off",
        _begin("eligibility"),
        command="eligibility",
        argument="on|off [NODE]",
        choices=lambda: ("on", "off"),
    ),
)
