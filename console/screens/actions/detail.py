"""The actions of drill-downs."""

from __future__ import annotations

from console.screens.actions.parts import plain
from console.screens.actions.registry import Action, Desk


def _has_subject(desk: Desk) -> bool:
    return desk.subject is not None and desk.timeline is None


DETAIL_ACTIONS: tuple[Action, ...] = (
    Action(
        "describe",
        "Board",
        "Describe",
        "what is known of the selected row or part, and what happened to it, in front",
        plain(lambda desk: desk.describe()),
        keys=("d",),
        command="describe",
        hint=lambda desk: "facts" if desk.in_detail else "in full" if desk.audit is not None else "",
        available=_has_subject,
    ),
)
