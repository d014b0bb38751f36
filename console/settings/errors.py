"""What is wrong with a setting, where it stands, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable


class ConfigError(Exception):
    """A setting that cannot be used. ``str()`` is one sentence; ``where`` names the flag, variable or file and line."""

    def __init__(self, what: str, where: str = "", todo: str = "") -> None:
        super().__init__(what, where, todo)
        self.what = what
        self.where = where
        self.todo = todo

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        text = f"{text}; {self.todo}" if self.todo else text
        return text if text.endswith("?") else f"{text}."


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The known word that a mistyped one most likely meant, or None when nothing is near."""
    from difflib import get_close_matches  # only a wrong word pays for it

    found = get_close_matches(word, list(words), n=1, cutoff=0.6)
    return found[0] if found else None
