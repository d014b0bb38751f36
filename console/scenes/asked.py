"""The signal that somebody asked about, among those that there are."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from console.scenes.header import HeaderError, parse_series

_NEAR = 3
_LIKE = 0.6


def meant(asked: str, keys: Iterable[str]) -> str | None:
    """The key that is what was asked, or the only one that means the same (labels in another order); None if none."""
    keys = list(keys)
    if asked in keys:
        return asked
    series = _series(asked)
    same = [key for key in keys if series is not None and _series(key) == series]
    return same[0] if len(same) == 1 else None


def nearest(asked: str, keys: Iterable[str]) -> Sequence[str]:
    """The keys most like it, at most three. What holds all of it comes first: people leave out labels."""
    said = asked.casefold()
    scores = {key: _likeness(said, key.casefold()) for key in keys}
    near = sorted((key for key, score in scores.items() if score >= _LIKE), key=lambda key: (-scores[key], key))
    return near[:_NEAR]


def _likeness(asked: str, key: str) -> float:
    """From 0 to 1, of the whole or of the name without labels; 1 and more where it is a part of the key."""
    if asked in key:
        return 1 + len(asked) / len(key)
    name = key.partition("{")[0]
    return max(difflib.SequenceMatcher(None, text, asked).ratio() for text in {key, name})


def _series(text: str) -> tuple[str, dict[str, str]] | None:
    try:
        return parse_series(text)
    except HeaderError:
        return None
