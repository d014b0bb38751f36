"""What a desk finds on the screen in front: something with a cursor, something that can be sifted, an object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from console.signals import EntityRef


@runtime_checkable
class MovedThrough(Protocol):
    """A widget with a cursor: rows, lanes."""

    def action_move(self, by: int) -> None: ...
    def action_first(self) -> None: ...
    def action_last(self) -> None: ...
    def action_half_page(self, pages: int) -> None: ...
    def action_page(self, pages: int) -> None: ...


@runtime_checkable
class AboutSomething(Protocol):
    """A screen that is about an object, or has one selected."""

    @property
    def subject(self) -> EntityRef | None: ...


@runtime_checkable
class Sifted(Protocol):
    """A screen whose lines are sifted by a text of its own, not by that of the board."""

    @property
    def sifted_by(self) -> str:
        """The text, as it was typed."""
        ...

    def sift_by(self, text: str) -> None:
        """Show what has this text; called with each letter typed."""
        ...

    def clear(self) -> bool:
        """Show everything again; False where everything is shown."""
        ...


MOVES: dict[str, Callable[[MovedThrough], None]] = {
    "down": lambda rows: rows.action_move(1),
    "up": lambda rows: rows.action_move(-1),
    "top": lambda rows: rows.action_first(),
    "bottom": lambda rows: rows.action_last(),
    "half_down": lambda rows: rows.action_half_page(1),
    "half_up": lambda rows: rows.action_half_page(-1),
    "page_down": lambda rows: rows.action_page(1),
    "page_up": lambda rows: rows.action_page(-1),
}
