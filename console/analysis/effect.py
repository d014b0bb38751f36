"""What became of one signal's trouble after a change, against what it did before: helped, worse, no change, too early.

A sporadic trouble pauses by itself, so calm after a change proves nothing until it has lasted longer than any pause
before, or until the next episode is overdue by the signal's own rhythm. And a trouble is worse only when the time since
is worse than every stretch of the same length before (the change moved to every other position of the time before: a
permutation over positions), by a margin. What had recovered before the change is no credit to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from console.analysis.episodes import LEAVE, episodes_of
from console.analysis.moves import Episode
from console.analysis.scene import Flags, Floats

Word = Literal["helped", "no change", "worse", "too early to tell"]

CALM_S = 30.0  # without trouble for so long at least, before anything is called well
ONCE_S = 60.0  # the same, where one long trouble shows no rhythm
_OVER = 1.25  # so much longer than any pause before
_OVERDUE = 1.3  # of the longest time from one episode to the next
_WORSE = 1.3
_LARGER = 1.5  # of the worst before
_LESS = 0.5
_SEEN = 0.5
_EASING = 2  # slots
_LASTING = 3  # slots: what was as bad as that for one or two says nothing


class Spell(NamedTuple):
    """The stretch before a change, the change, and the end of what can be told of it: slots ``since``, ``at``,
    ``until`` (exclusive), with the grid's step in seconds. ``common`` is how many scales everything that was not
    touched went toward bad (negative: toward good) from before to after."""

    since: int
    at: int
    until: int
    step_s: float
    common: float


class Outcome(NamedTuple):
    """What became of one signal. Shares are of the time in trouble; ``worst`` and ``worst_before`` are departures in
    scales, each held for three slots; ``well_s`` is after how many seconds it was well, None while it is not;
    ``every_s`` the usual time from one episode to the next. ``well_before``: it had recovered before the change.
    ``larger``: its worst is half as bad again as the worst before. ``easing``: it is calm now, and nothing began after
    the change.
    """

    word: Word
    before: float
    after: float
    worst_before: float
    worst: float
    well_s: float | None
    every_s: float | None
    well_before: bool
    larger: bool
    easing: bool


def outcome(departure: Floats, flags: Flags, spell: Spell) -> Outcome | None:
    """Judge one signal: its departures toward bad in scales (NaN: not seen) and its slots in trouble. None where it was
    in no trouble before the change, or was hardly seen."""
    since, at, until, step_s, _ = spell
    if until <= since:
        return None
    known = episodes_of(flags[:until], since)
    own = [Episode(one.first, min(one.last, at - 1), one.open) for one in known if one.first < at]
    if not own:
        return None
    seen = np.isfinite(departure)
    if seen[since:at].mean() < _SEEN or (until > at and seen[at:until].mean() < _SEEN):
        return None
    pauses = [late.first - early.last - 1 for early, late in pairwise(own)]
    periods = [late.first - early.first for early, late in pairwise(own)]
    longest = max(pauses, default=0)
    enough = CALM_S / step_s if pauses else ONCE_S / step_s
    last = known[-1].last
    calm_before, calm = at - 1 - own[-1].last, until - 1 - last
    well_before = calm_before > max(1.5 * longest, ONCE_S / step_s)
    again = any(one.first >= at + CALM_S / step_s for one in known)
    before, after = float(flags[since:at].mean()), float(flags[at:until].mean()) if until > at else 0.0
    worst_before, worst = _held(departure[since:at]), _held(departure[at:until])
    word = _word(departure, spell, periods, longest, enough, calm, again, well_before)
    larger = worst >= _LARGER * worst_before and len(own) >= 2 and after > 0
    every = float(np.median(periods)) * step_s if periods else None
    ended = max(0, last + 1 - at) * step_s
    return Outcome(word, before, after, worst_before, worst, ended if calm * step_s >= CALM_S else None, every,
                   well_before, larger, calm >= _EASING and not again)  # fmt: skip


def _word(
    departure: Floats,
    spell: Spell,
    periods: Sequence[int],
    longest: int,
    enough: float,
    calm: int,
    again: bool,
    well_before: bool,
) -> Word:
    since, at, until, step_s, common = spell
    width = until - at
    cycle = max(periods, default=0)
    if well_before and not again:
        return "no change"
    stretches, now = _burdens(departure, spell)
    least = float(cycle) if cycle else 2 * ONCE_S / step_s
    told = len(stretches) > 0 and at - since >= min(width, 2 * cycle) and at - since >= ONCE_S / step_s
    if told and width >= 0.75 * least and now > _WORSE * max(stretches) and now > 0.2:
        return "worse"
    if not again and calm >= CALM_S / step_s:
        overdue = bool(periods) and _since_start(calm, departure, spell) > _OVERDUE * cycle
        if calm >= max(enough, _OVER * longest) or overdue:
            return "helped" if _beyond_common(departure, spell) else "no change"
    if told and width >= 2 * least and now < _LESS * min(stretches) and common > -1:
        return "helped"
    if width < least and not (again and width >= CALM_S / step_s):
        return "too early to tell"
    if calm >= CALM_S / step_s and not again:
        return "too early to tell"  # calm, but not for longer than it used to be
    return "no change"


def _since_start(calm: int, departure: Floats, spell: Spell) -> int:
    """Slots since the last departure began: through the calm, and back through the trouble before it."""
    end = spell.until - 1 - calm
    with np.errstate(invalid="ignore"):
        quiet = np.flatnonzero(departure[spell.since : end + 1] < LEAVE)
    begun = spell.since + (int(quiet[-1]) + 1 if len(quiet) else 0)
    return spell.until - min(begun, end)


def _beyond_common(departure: Floats, spell: Spell) -> bool:
    """Whether it got better by more than what nobody touched did."""
    drop = np.nanmean(departure[spell.since : spell.at]) - np.nanmean(departure[spell.at : spell.until])
    return bool(spell.common > -1 or drop > -2 * spell.common)


def _burdens(departure: Floats, spell: Spell) -> tuple[list[float], float]:
    """How bad it was on average (softly limited) in each stretch before as long as the time since, and since then."""
    since, at, until, _, common = spell
    width = until - at
    if width <= 0:
        return [], 0.0
    part = departure[since:until].copy()
    part[at - since :] -= max(common, 0.0)
    seen = np.isfinite(part)
    soft = np.where(seen, np.log1p(np.maximum(part - LEAVE, 0.0)), 0.0)
    held = np.concatenate([[0.0], np.cumsum(soft)])
    counted = np.concatenate([[0], np.cumsum(seen)])
    split = at - since
    now = float((held[-1] - held[split]) / max(counted[-1] - counted[split], 1))
    span = min(width, split)
    means = (held[span : split + 1] - held[: split + 1 - span]) / np.maximum(
        counted[span : split + 1] - counted[: split + 1 - span], 1
    )
    return [float(means.max()), float(means.min())] if span else [], now


def _held(departure: Floats) -> float:
    """The largest departure that held for ``_LASTING`` slots, in all."""
    part = departure[np.isfinite(departure)]
    return float(np.sort(part)[-min(_LASTING, len(part))]) if len(part) else 0.0


def began_after(flags: Flags, at: int, until: int, within: int) -> list[Episode]:
    """The episodes of a signal that was in none before slot ``at``, where the first came within so many slots."""
    if at <= 0 or flags[: at - 1].any():
        return []
    found = episodes_of(flags[:until], at - 1)
    return found if found and found[0].first <= at + within else []
