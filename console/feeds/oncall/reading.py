"""Answers of services, read with care: what is not there, or of another kind, is absent. Names only, no addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from console.governance.shapes import ShiftDoc
from console.plain import plain
from console.times import format_time

_LONGEST = 120


def table(value: Any) -> dict[str, Any]:
    """A JSON object; an empty one where there is none."""
    return value if isinstance(value, dict) else {}


def tables(value: Any) -> Iterator[dict[str, Any]]:
    """The JSON objects of a list."""
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def text(value: Any) -> str:
    """One line of text; empty where there is none."""
    return plain(value, _LONGEST).strip() if isinstance(value, str) else ""


def ident(value: Any) -> str:
    """An id, which some services give as a number."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)


def person(*names: Any) -> str:
    """What to call somebody: the first name that is there. Of an e-mail address only what stands before the @."""
    name = next((found for found in map(text, names) if found), "")
    return name.partition("@")[0] if "@" in name and " " not in name else name


def unix_ms(value: Any) -> int | None:
    """The moment of an RFC 3339 text; None where there is none, or it has no zone."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return round(moment.timestamp() * 1000) if moment.tzinfo is not None else None


def moment(at_ms: int) -> str:
    """RFC 3339 in UTC with whole seconds, as all of these services take it."""
    return format_time(at_ms // 1000 * 1000)


def shift(who: str, level: int = 1, from_ms: int | None = None, until_ms: int | None = None) -> ShiftDoc:
    """A turn; a bound that is not known is left out."""
    found: ShiftDoc = {"who": who, "level": level}
    if from_ms is not None:
        found["from_ms"] = from_ms
    if until_ms is not None:
        found["until_ms"] = until_ms
    return found


def distinct(names: Iterable[str]) -> list[str]:
    """Names in their order, each once, the empty ones left out."""
    return [name for name in dict.fromkeys(names) if name]


def running(shifts: Iterable[ShiftDoc], now_ms: int) -> list[ShiftDoc]:
    """The turns of now, those of the first level first; of one that is told twice the first."""
    found: dict[tuple[int, str], ShiftDoc] = {}
    for one in sorted(shifts, key=_order):
        if one.get("from_ms", now_ms) <= now_ms < one.get("until_ms", now_ms + 1):
            found.setdefault((one["level"], one["who"]), one)
    return list(found.values())


def following(shifts: Sequence[ShiftDoc], now_ms: int) -> list[ShiftDoc]:
    """The next turn of each level."""
    found: dict[int, ShiftDoc] = {}
    for one in sorted(shifts, key=_order):
        if one.get("from_ms", 0) > now_ms:
            found.setdefault(one["level"], one)
    return list(found.values())


def _order(one: ShiftDoc) -> tuple[int, int, str]:
    return one["level"], one.get("from_ms", 0), one["who"]
