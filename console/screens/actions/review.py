"""Saying on the board that something was reviewed: by command only, since opening a page is no review."""

from __future__ import annotations

from console.screens.actions.registry import Action

REVIEW_ACTIONS: tuple[Action, ...] = (
    Action(
        "review",
        "Audit",
        "Record a review",
        "write down that you reviewed the selected flow, KPI or model, or flow:NAME, kpi:NAME or model:NAME, and what "
        "you changed ('no change' if nothing)",
        lambda desk, text: desk.review(text),
        command="review",
        argument="[SUBJECT] TEXT",
    ),
)
