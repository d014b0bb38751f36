"""What trying an address found: the answer of a feed to ``doctor``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "warn", "bad", "unknown"]
Cause = Literal["", "unreachable", "denied", "configuration"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried. ``what`` is one sentence; ``todo`` what a person can do, empty when nothing.

    ``cause`` says of a bad one why, where that decides the exit code of ``doctor``.
    """

    name: str
    verdict: Verdict
    what: str
    todo: str = ""
    cause: Cause = ""
