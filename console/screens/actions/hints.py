"""Which keys the last line of a screen names: what is used most there, as many as there is room for. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from console.screens.actions.registry import Desk

_ENDS = ("ask-command", "help", "leave")  # stand at the end of the line
_ALWAYS = 2  # are named however narrow the line is

# Ids of actions by use, at each place; what is not named comes after them. Elsewhere than on the board `?` and `esc`
# lead to the rest.
_BOARD = ("open", "back", "ask-filter", "ask-command", "help", "leave", "verdict", "logs", "next-event", "events")
_DRILL = ("open", "back", "next-pane", "logs", "describe", "help", "ask-command", "raw", "copy-id", "web", "exec")
_LIST = ("list-open", "back", "logs", "list-filter", "list-next", "list-sort-next", "help", "ask-command", "describe",
         "raw", "copy-id", "web", "exec")  # fmt: skip
_LOGS = ("back", "ask-filter", "next-hit", "logs-pause", "logs-stream", "logs-tail", "logs-time", "logs-mark", "help",
         "logs-wrap", "ask-command", "copy-id", "exec")  # fmt: skip
_TIMELINE = ("open", "back", "timeline-open", "ask-filter", "severity", "next-system", "help", "this-entity",
             "ask-command", "copy-id")  # fmt: skip
_AUDIT = ("audit-open", "back", "audit-filter", "audit-severity", "describe", "help", "ask-command", "copy-id")
_OVER = ("back", "help", "ask-command", "leave", "ask-filter", "next-hit", "copy-id")

_PLACES: tuple[tuple[Callable[[Desk], bool], Sequence[str]], ...] = (
    (lambda desk: desk.on_board, _BOARD),
    (lambda desk: desk.in_detail, _DRILL),
    (lambda desk: desk.listing is not None, _LIST),
    (lambda desk: desk.logs is not None, _LOGS),
    (lambda desk: desk.timeline is not None, _TIMELINE),
    (lambda desk: desk.audit is not None, _AUDIT),
    (lambda _: True, _OVER),
)


class Hint(NamedTuple):
    """An action in the last line: its id, its keys as people write them, what they do in a word or two."""

    action: str
    keys: str
    word: str

    @property
    def width(self) -> int:
        """Cells that it takes, with those between it and the next."""
        return len(self.keys) + len(self.word) + 3


def use_of(desk: Desk) -> Sequence[str]:
    """The ids of the actions that are used most on the screen in front, first those used most."""
    return next(use for here, use in _PLACES if here(desk))


def fitting(hints: Sequence[Hint], use: Sequence[str], width: int) -> list[Hint]:
    """Those for which a line of that many cells has room, in the order in which they are shown."""
    place = {action: at for at, action in enumerate(use)}
    kept: list[Hint] = []
    room = width + 1  # nothing stands after the last one, and one cell before the first
    for hint in sorted(hints, key=lambda one: place.get(one.action, len(place))):
        room -= hint.width
        if room < 0 and len(kept) >= _ALWAYS:
            break
        kept.append(hint)
    return sorted(kept, key=lambda one: _ENDS.index(one.action) if one.action in _ENDS else -1)
