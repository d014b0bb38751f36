"""Keys as people write them."""

from __future__ import annotations

_KEY_WORDS = {
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "full_stop": ".",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "plus": "+",
    "minus": "-",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "escape": "esc",
    "enter": "enter",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "pagedown": "pgdn",
    "pageup": "pgup",
}


def key_word(key: str) -> str:
    """A key as a person writes it: `^p` for `ctrl+p`, `?` for `question_mark`."""
    *modifiers, last = key.split("+")
    word = _KEY_WORDS.get(last, last)
    if "ctrl" in modifiers:
        word = "^" + word
    return "shift " + word if "shift" in modifiers else word
