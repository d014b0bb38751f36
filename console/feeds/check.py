"""What trying an address found: the answer of a feed to ``doctor``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "warn", "bad", "unknown"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried. ``what`` is one sentence; ``todo`` what a person can do, empty when nothing."""

    name: str
    verdict: Verdict
    what: str
    todo: str = ""
