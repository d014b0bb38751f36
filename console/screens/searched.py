"""What a screen must know so that `/`, n and N search it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Searched(Protocol):
    """A screen with a text that can be searched."""

    @property
    def sought(self) -> str:
        """What is looked for; empty: nothing is."""
        ...

    def search(self, text: str) -> None:
        """Look for a text from where one stands; no text: for nothing any more. Called with each letter typed."""
        ...

    def next_hit(self, by: int) -> None:
        """Go to the next hit, with -1 to the one before. Raises `RefusedError` when there is none."""
        ...
