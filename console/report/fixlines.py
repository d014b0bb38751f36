"""What changes did, as verdicts told it over a period: each change once, as it was told last. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from console.findings import FixDoc
from console.report.spells import Said
from console.times import format_time

EFFECTS = ("worse", "helped", "no change", "too early")


def fix_lines(verdicts: Sequence[Said], from_ms: int, to_ms: int) -> list[FixDoc]:
    """The changes of the period in order. A verdict that says more than "too early" of one is not taken back by a
    later one that no longer looks so far back."""
    begin, end = format_time(from_ms), format_time(to_ms)
    last: dict[tuple[str, str, str], FixDoc] = {}
    for said in verdicts:
        for fix in said.doc["fixes"]:
            key = (fix["at"], fix["entity"], fix["what"])
            if key in last and fix["effect"] == "too early":
                continue
            last[key] = fix
    return [fix for _, fix in sorted(last.items()) if begin < fix["at"] <= end]


def counted(fixes: Sequence[FixDoc]) -> dict[str, int]:
    """How many had which effect; what is none of ``EFFECTS`` counts as too early to tell."""
    found = dict.fromkeys(EFFECTS, 0)
    for fix in fixes:
        found[fix["effect"] if fix["effect"] in found else "too early"] += 1
    return found
