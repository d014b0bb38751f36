"""How the effect of a change is said: what became of what hurts, in numbers and in the units of the signals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from console.analysis.aftermath import Side, Trouble, name_of
from console.analysis.effect import Outcome, Spell, Word
from console.analysis.scene import Change
from console.format import duration, number
from console.signals import Bad, Signal

_WAITS = re.compile(r"backlog|pending|unacked|queue|waiting|behind|\blag\b", re.I)  # in the words that exporters use
_SAID_S = 300.0  # up to which a time is said in seconds


def said(trouble: Trouble, found: Mapping[int, Outcome], word: Word, sides: Sequence[Side]) -> list[str]:
    """What became of each signal that was judged, what matters most first; ``found`` is by row."""
    parts = []
    own = found.get(trouble.symptom) if trouble.symptom is not None else None
    if not found or (own is not None and own.well_before and word == "no change"):
        parts.append("all was well already")
    elif word in ("helped", "too early to tell"):
        parts += _better(trouble, found, word)
    else:
        parts += _as_bad(trouble, found, word)
    if sides and word != "helped":
        parts.append("new: " + ", ".join(one.text for one in sides[:3]))
    return parts


def early_said(trouble: Trouble, found: Mapping[int, Outcome], spell: Spell, after: Change | None) -> str:
    """Why nothing can be told yet, or ever."""
    passed = duration((spell.until - spell.at) * spell.step_s)
    if after is not None:
        return f"overtaken after {passed} by {after.what}"
    own = found.get(trouble.symptom) if trouble.symptom is not None else next(iter(found.values()), None)
    every = f"; episodes came every {duration(own.every_s)}" if own is not None and own.every_s else ""
    return f"{passed} have passed{every}"


def _better(trouble: Trouble, found: Mapping[int, Outcome], word: Word) -> list[str]:
    well = [row for row, one in found.items() if one.well_s is not None and one.easing and "helped" in (one.word, word)]
    # The symptom first, then what waits: that it is gone is what people look for.
    well.sort(key=lambda row: (row != trouble.symptom, not waits(trouble.scene.signals[row])))
    parts = [_recovered(trouble, row, found[row]) for row in well]
    own = found.get(trouble.symptom) if trouble.symptom is not None else None
    if word == "helped" and own is not None and trouble.symptom is not None and trouble.symptom not in well:
        parts = [_shares(trouble, trouble.symptom, own), _worst(trouble, trouble.symptom, own), *parts]
    return list(dict.fromkeys(parts))[:3]


def _as_bad(trouble: Trouble, found: Mapping[int, Outcome], word: Word) -> list[str]:
    own = found.get(trouble.symptom) if trouble.symptom is not None else None
    parts = []
    if own is not None and trouble.symptom is not None:
        parts.append(_shares(trouble, trouble.symptom, own))
    signals = trouble.scene.signals
    told = sorted(
        (row for row, one in found.items() if row != trouble.symptom and one.worst_before > 0),
        key=lambda row: (not waits(signals[row]), -found[row].worst / found[row].worst_before),
    )
    larger = [row for row in told if found[row].larger]
    parts += [_worst(trouble, row, found[row]) for row in (larger[:2] if word == "worse" else [])]
    if own is None and told and not parts:
        parts.append(_shares(trouble, told[0], found[told[0]]))
    return parts


def waits(signal: Signal) -> bool:
    """Whether a signal says how much waits, or how long."""
    return bool(_WAITS.search(signal.name))


def _shares(trouble: Trouble, row: int, one: Outcome) -> str:
    return f"{name_of(trouble, row)} in trouble {one.after:.0%} of the time since, {one.before:.0%} before"


def _recovered(trouble: Trouble, row: int, one: Outcome) -> str:
    name, signal = name_of(trouble, row), trouble.scene.signals[row]
    if not one.well_s:
        return f"{name} has not been in trouble since"
    if row != trouble.symptom and waits(signal):
        took = f"{one.well_s:.0f} s" if one.well_s <= _SAID_S else duration(one.well_s)
        return f"backlog gone in {took} ({name})"
    return f"{name} back in its range after {duration(one.well_s)}"


def _worst(trouble: Trouble, row: int, one: Outcome) -> str:
    signal, moves = trouble.scene.signals[row], trouble.moves
    turn = -1.0 if signal.bad is Bad.DOWN else 1.0
    was, now = (float(moves.centre[row] + turn * far * moves.scale[row]) for far in (one.worst_before, one.worst))
    text = f"{name_of(trouble, row)} at worst {number(now, signal.unit)}"
    times = now / was if was > 0 and turn > 0 else 0.0
    if times >= 1.75:
        said_times = "twice" if times < 2.5 else f"{times:.0f} times"
        return f"{text}, {said_times} the earlier worst of {number(was, signal.unit)}"
    return f"{text}, {number(was, signal.unit)} before"
