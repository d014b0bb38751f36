"""What became of one signal's trouble after a change, against what it did before: helped, worse, no change, too early.

A sporadic trouble pauses by itself, so calm after a change proves nothing until the next episode is overdue: two usual
times from one to the next have passed since the last began, and no pause before lasted as long. A change takes a while
to take hold, so what begins right after it is no sign that it did nothing; and "no change" is only said when there was
time to see one. A trouble is worse when the time since is worse than every stretch of the same length before (the
change moved to every other position of the time before: a permutation over positions), by a margin, or when its
episodes are twice as large. What had recovered before the change is no credit to it.
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

CALM_S = 30.0  # without trouble for so long at least, before anything is called well; shorter pauses are none
ONCE_S = 60.0  # the same, where one long trouble shows no rhythm
SETTLE_S = 150.0  # until a change has taken hold: a deployment, a backlog that drains, a rate over minutes
FAIR_S = 300.0  # before that nobody can say that a change changed nothing,
_AGAIN_S = 240.0  # or before that, where it has come again since
_AGAIN = 1.5  # usual times from one episode to the next
_PERIODS = 2.0  # so many usual times from one episode to the next
_WORSE = 1.3
_MUCH = 1.6  # where it comes and goes, and differs from one time to the next anyway
_ROUNDS = 3
_LARGER = 1.5  # of the worst before
_TWICE = 2.0
_LESS = 0.5
_SEEN = 0.5
_EASING = 2  # slots
_LASTING = 3  # slots: what was as bad as that for one or two says nothing


class Spell(NamedTuple):
    """The stretch before a change, the change, and the end of what can be told of it: slots ``since``, ``at``,
    ``until`` (exclusive), with the grid's step in seconds. ``common`` is how many scales everything that was not
    touched went toward bad (negative: toward good) from before to after. ``begun`` is when the trouble began, from
    which its rhythm is taken (None: ``since``)."""

    since: int
    at: int
    until: int
    step_s: float
    common: float
    begun: int | None = None


class Outcome(NamedTuple):
    """What became of one signal. Shares are of the time in trouble; ``worst`` and ``worst_before`` are departures in
    scales, each held for three slots; ``well_s`` is after how many seconds it was well, None while it is not;
    ``every_s`` the usual time from one episode to the next. ``well_before``: it had recovered before the change.
    ``larger``: its worst is half as bad again as the worst before. ``easing``: it is calm now, and nothing began since
    the change could take hold.
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


class _Rhythm(NamedTuple):
    """How the trouble came and went before the change, in slots. ``usual`` from one episode to the next, 0 where there
    was one only; ``pause`` and ``length``: the longest."""

    usual: float
    pause: int
    length: int


def outcome(departure: Floats, flags: Flags, spell: Spell) -> Outcome | None:
    """Judge one signal: its departures toward bad in scales (NaN: not seen) and its slots in trouble. None where it was
    in no trouble before the change, or was hardly seen."""
    since, at, until, step_s, _, begun = spell
    if until <= since:
        return None
    known = _joined(episodes_of(flags[:until], since if begun is None else begun), CALM_S / step_s)
    own = [Episode(one.first, min(one.last, at - 1), one.open) for one in known if one.first < at]
    if not own or own[-1].last < since:
        return None
    seen = np.isfinite(departure)
    if seen[since:at].mean() < _SEEN or (until > at and seen[at:until].mean() < _SEEN):
        return None
    rhythm = _rhythm(own)
    last = known[-1].last
    calm = until - 1 - last
    settled = at + SETTLE_S / step_s
    again = any(one.first >= settled for one in known)
    well_before = _over(own[-1], at, rhythm, step_s) or (
        not rhythm.usual and at - 1 - own[-1].last >= ONCE_S / step_s and _over(known[-1], until, rhythm, step_s)
    )  # of one that never came back, its end alone tells
    before, after = float(flags[since:at].mean()), float(flags[at:until].mean()) if until > at else 0.0
    worst_before, worst = _held(departure[since:at]), _held(departure[at:until])
    ahead = _ahead(departure, spell, own[-1], rhythm)
    due = max(worst_before, _held(ahead))
    larger = after > 0 and worst >= _LARGER * due and (len(own) >= 2 or len(ahead) > 0)
    if well_before and last < at:
        word: Word = "no change"
    elif _grown(departure, spell, rhythm, ahead) or (larger and worst >= _TWICE * due and _lasts(flags, spell)):
        word = "worse"
    elif not again and _over(known[-1], until, rhythm, step_s):
        drained = last + 1 - at <= max(FAIR_S / step_s, at - own[-1].first)  # no slower than it had built up
        word = "helped" if drained and _beyond_common(departure, spell) else "no change"
    else:
        word = _going_on(departure, spell, rhythm, again, calm)
    ended = max(0, last + 1 - at) * step_s
    every = rhythm.usual * step_s or None
    return Outcome(word, before, after, worst_before, worst, ended if calm * step_s >= CALM_S else None, every,
                   well_before, larger, calm >= _EASING and not again)  # fmt: skip


def _joined(episodes: Sequence[Episode], least: float) -> list[Episode]:
    """Episodes with pauses shorter than so many slots as one."""
    found: list[Episode] = []
    for one in episodes:
        if found and one.first - found[-1].last - 1 < least:
            found[-1] = Episode(found[-1].first, one.last, one.open)
        else:
            found.append(one)
    return found


def _rhythm(own: Sequence[Episode]) -> _Rhythm:
    periods = [late.first - early.first for early, late in pairwise(own)]
    pause = max((late.first - early.last - 1 for early, late in pairwise(own)), default=0)
    length = max((one.last - one.first + 1 for one in own[:-1]), default=0)
    return _Rhythm(float(np.median(periods)) if periods else 0.0, pause, length)


def _over(last: Episode, until: int, rhythm: _Rhythm, step_s: float) -> bool:
    """Whether a trouble whose last episode this was is over by a slot, by its own rhythm."""
    calm = until - 1 - last.last
    length = last.last - last.first + 1
    if calm * step_s < CALM_S:
        return False
    if rhythm.usual and length <= 2 * rhythm.length:
        return until - last.first >= _PERIODS * rhythm.usual and calm > rhythm.pause
    if rhythm.usual:  # it no longer came and went: a long one has ended
        return until - last.first >= _PERIODS * rhythm.usual and calm * step_s >= ONCE_S
    enough = ONCE_S if length * step_s >= FAIR_S else max(ONCE_S, length * step_s)
    return calm * step_s >= enough


def _ahead(departure: Floats, spell: Spell, last: Episode, rhythm: _Rhythm) -> Floats:
    """Where a trouble that was going on would have been at each slot since, had it gone on as it did: what builds up
    (a backlog, an age) builds up further, and that is no change. Empty where it came and went, or had just begun."""
    length = last.last - last.first + 1
    going = last.last >= spell.at - 1 - CALM_S / spell.step_s
    if not going or length < ONCE_S / spell.step_s or length <= 2 * rhythm.length:
        return np.zeros(0)
    part = departure[last.first : last.last + 1]
    place = np.flatnonzero(np.isfinite(part))
    part = part[place]
    if len(part) < 2 * _LASTING:
        return np.zeros(0)
    slopes = []
    for some in (slice(None), slice(len(part) // 2, None)):
        early, late = np.array_split(part[some], 2)
        apart = np.median(np.array_split(place[some], 2)[1]) - np.median(np.array_split(place[some], 2)[0])
        slopes.append(float(np.median(late) - np.median(early)) / float(apart))
    slope = max(0.0, *slopes)
    level = float(np.median(part[-2 * _LASTING :]))
    return np.asarray(level + slope * (_LASTING + np.arange(spell.until - spell.at)), np.float64)


def _grown(departure: Floats, spell: Spell, rhythm: _Rhythm, ahead: Floats) -> bool:
    """Whether the time since is worse than every stretch as long before it, and than what was coming anyway."""
    width, before = spell.until - spell.at, spell.at - spell.since
    least = rhythm.usual or 2 * ONCE_S / spell.step_s
    if width < 0.75 * least or before < min(width, 2 * least) or before < ONCE_S / spell.step_s:
        return False
    stretches, now = _burdens(departure, spell)
    if not stretches or now <= 0.2 or now <= _WORSE * max(stretches):
        return False
    if len(ahead):
        return now > _WORSE * float(np.log1p(np.maximum(ahead - LEAVE, 0.0)).mean())
    return before >= min(width, _ROUNDS * rhythm.usual) and now > _MUCH * max(stretches)


def _lasts(flags: Flags, spell: Spell) -> bool:
    """Whether it was in trouble for a minute since."""
    return bool(flags[spell.at : spell.until].sum() * spell.step_s >= ONCE_S)


def _going_on(departure: Floats, spell: Spell, rhythm: _Rhythm, again: bool, calm: int) -> Word:
    """The word on a trouble that is neither over nor worse."""
    width = spell.until - spell.at
    fair = max(_PERIODS * rhythm.usual, FAIR_S / spell.step_s)
    if again:
        fair = max(_AGAIN * rhythm.usual, _AGAIN_S / spell.step_s)
    if width < fair:
        return "too early to tell"
    if spell.at - spell.since >= fair and spell.common > -1:
        stretches, now = _burdens(departure, spell)
        if stretches and now < _LESS * min(stretches):
            return "helped"
    if not again and calm * spell.step_s >= CALM_S:
        return "too early to tell"  # calm, but not for longer than it used to be
    return "no change"


def _beyond_common(departure: Floats, spell: Spell) -> bool:
    """Whether it got better by more than what nobody touched did."""
    drop = np.nanmean(departure[spell.since : spell.at]) - np.nanmean(departure[spell.at : spell.until])
    return bool(spell.common > -1 or drop > -2 * spell.common)


def _burdens(departure: Floats, spell: Spell) -> tuple[list[float], float]:
    """How bad it was on average (softly limited) in each stretch before as long as the time since, and since then."""
    since, at, until, _, common, _ = spell
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
