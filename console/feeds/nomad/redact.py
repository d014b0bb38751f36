"""What people put into a job's meta that is nobody else's business, taken out before anything keeps it."""

from __future__ import annotations

import re
from itertools import pairwise

HIDDEN = "(hidden)"
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_SECRET = frozenset(("pass", "pwd", "token"))
_WITHIN = ("passw", "secret", "credential", "apikey", "passphrase", "privatekey")  # of names in one piece: PGPASSWORD
_BEFORE_KEY = frozenset(("api", "access", "private", "secret", "signing", "encryption"))
_CREDENTIALS = re.compile(r"(?<=://)[^\s/@]+@")


def redacted(key: str, value: str) -> str:
    """The value of a meta key, hidden where the key calls it a secret; addresses lose their credentials."""
    words = [word.lower() for word in _WORDS.findall(key)]
    whole = "".join(words)
    if whole.endswith("token") or any(part in whole for part in _WITHIN):
        return HIDDEN
    if _SECRET & set(words) or any(b == "key" and a in _BEFORE_KEY for a, b in pairwise(words)):
        return HIDDEN
    return without_credentials(value)


def without_credentials(text: str) -> str:
    """A text whose addresses name nobody's password."""
    return _CREDENTIALS.sub(f"{HIDDEN}@", text)
