"""How a KPI stands, in a word and a number for a row: its error budget, how fast that is used, and how old that is.

Bad is what goes wrong now: a budget that is used as fast as the paging alert of the Site Reliability Workbook has it
(chapter 5: 14.4 times). From 6 times on, when little is left, and when it is used up it is to be looked at: a budget
tells of its whole window, and stays spent while all is well again. What was not measured is unknown, and what was
measured long ago is stale, never well.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from console.format import age, next_age_s
from console.governance.shapes import KpiDoc
from console.panes.rows import SEVERITY, Number
from console.signals import Health

STALE_MS = 20 * 60_000  # a state is repeated each 15 minutes, so one that is older was not measured since
BURNS_BAD = 14.4
BURNS = 6.0
LITTLE_LEFT = 0.1
_NEVER = float("inf")


class KpiStanding(NamedTuple):
    """``word`` is empty while all is well. ``note`` says it in full. ``until_ms``: it changes by itself then. ``left``
    is what is left of the budget, as far as that is known."""

    health: Health
    word: str
    number: Number
    note: str
    until_ms: float = _NEVER
    left: float = 1.0


def standing(doc: KpiDoc, now_ms: int, seen: bool = True) -> KpiStanding:
    """How a KPI stands at a time; ``seen``: whoever measures it can be seen."""
    name, measured = doc["title"], doc.get("measured")
    if measured is None or measured["attainment"] is None:
        unread = doc["indicator"].get("unread")
        why = unread or (measured["why"] if measured is not None else "") or "not measured yet"
        return KpiStanding(Health.UNKNOWN, "KPI unknown", Number("KPI", "unknown", Health.UNKNOWN), f"{name}: {why}")
    share, left, burn = measured["attainment"], measured["budget_left"], measured["burn"]
    note = f"{name}: {percent(share)} of {percent(doc['target'])}"
    note += "" if left is None else f", budget {percent(left)}"
    rest = 1.0 if left is None else left
    old_ms = now_ms - measured["at_ms"]
    if old_ms > STALE_MS or not seen:
        old = age(old_ms / 1000)
        turns_ms = measured["at_ms"] + next_age_s(old_ms / 1000) * 1000
        number = Number("KPI", f"{old} old", Health.STALE)
        return KpiStanding(Health.STALE, f"KPI {old} old", number, f"{note}, {old} ago", turns_ms)
    until_ms = float(measured["at_ms"] + STALE_MS + 1)
    if burn is not None and burn >= BURNS and (burn >= BURNS_BAD or rest > 0):
        health = Health.BAD if burn >= BURNS_BAD else Health.WARN
        burns = f"{burn:.0f}x"
        return KpiStanding(health, f"KPI burns {burns}", Number("KPI burns", burns, health), note, until_ms, rest)
    if rest <= 0:
        return KpiStanding(Health.WARN, "budget spent", Number("budget", "spent", Health.WARN), note, until_ms, rest)
    if left is None:  # there is no budget to speak of, so the share itself has to tell
        health = Health.OK if share >= doc["target"] else Health.BAD
        word = "" if health is Health.OK else "KPI missed"
        return KpiStanding(health, word, Number("KPI", percent(share), health), note, until_ms)
    health = Health.OK if left > LITTLE_LEFT else Health.WARN
    word = "" if health is Health.OK else "budget low"
    return KpiStanding(health, word, Number("budget", percent(left), health), note, until_ms, rest)


def worst_first(found: Iterable[KpiStanding]) -> list[KpiStanding]:
    """In the order in which one wants to hear of them: of those that stand equally the one with the least left."""
    return sorted(found, key=lambda one: (SEVERITY[one.health], one.left))


def percent(share: float) -> str:
    """A share as people speak of objectives: ``99.9%``, ``97.5%``, ``-13%``; never rounded up to what it is not."""
    if share == -float("inf"):
        return "none"
    scaled = share * 100
    digits = 0 if scaled < 90 else 1 if scaled < 99 else 2
    cut = int(scaled * 10**digits + (1e-9 if scaled >= 0 else -1e-9)) / 10**digits
    text = f"{cut:.{digits}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%"
