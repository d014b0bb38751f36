"""Numbers, ages and times for narrow columns: at most seven cells, whatever the value.

A value that is not there or not a number is ``–``; an infinite one ``∞``. Units are those of ``Signal.unit``. Every
clock time says that it is UTC (``Z``). Nothing here reads a clock.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

CELLS = 7
NOTHING = "–"
ENDLESS = "∞"

_THOUSANDS = ("", "k", "M", "G", "T", "P")
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi")
_DAY_S = 86_400
_LAST_YEAR_9999_MS = 253_402_300_799_999


def number(value: float | None, unit: str = "", *, percent: bool = False) -> str:
    """A value in its unit: ``310ms``, ``4m12s``, ``.97``, ``310/s``, ``1.4GiB``, ``12.6k``.

    ``percent`` writes a ratio (unit ``1``) as ``4%``, as people speak of error ratios.
    """
    if value is None or math.isnan(value):
        return NOTHING
    if unit == "1" and percent:
        value, unit = value * 100, "%"
    if math.isinf(value):
        return ENDLESS if value > 0 else "-" + ENDLESS
    text = _WRITERS.get(unit, count)(abs(value))
    return text if value >= 0 else _negative(text)


def _negative(text: str) -> str:
    if not text.strip("0.%/sB"):
        return text  # nothing but zeros: no sign
    if text[0] in "<>":
        return (">-" if text[0] == "<" else "<-") + text[1:]
    return "-" + (text if len(text) < CELLS else text.removesuffix("B"))


def count(value: float) -> str:
    """A plain count of zero or more: ``0``, ``.42``, ``4.2``, ``310``, ``12.6k``, ``1.26M``."""
    return _scaled(value, 3)


def duration(seconds: float | None) -> str:
    """How long something took or takes: ``310ms``, ``4.2s``, ``4m12s``, ``2h05m``, ``12d``."""
    return number(seconds, "s")


def age(seconds: float | None) -> str:
    """How long ago, as coarse as one needs it: ``2s``, ``40s``, ``4m``, ``3h``, ``12d``. Never negative.

    Rounded down: ``4m`` from the end of the fourth minute to the end of the fifth. From ten seconds to a minute it
    moves in tens, so that a column of ages does not repaint each second.
    """
    if seconds is None or math.isnan(seconds):
        return NOTHING
    if math.isinf(seconds):
        return ENDLESS
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole if whole < 10 else whole // 10 * 10}s"
    if whole < 3600:
        return f"{whole // 60}m"
    if whole < 2 * _DAY_S:
        return f"{whole // 3600}h"
    return _scaled(float(whole // _DAY_S), 3) + "d"


def chance(p_value: float | None) -> str:
    """A p-value as people write it: ``p<.001``, ``p=.008``, ``p=.03``; never one that reads as none."""
    if p_value is None or not math.isfinite(p_value):
        return "p unknown"
    if p_value < 0.001:
        return "p<.001"
    if p_value >= 0.995:
        return "p=1"
    return f"p={p_value:.{3 if p_value < 0.0095 else 2}f}".replace("=0.", "=.")


def next_age_s(seconds: float) -> float:
    """The age, in seconds, at which the text of ``age`` changes next; infinite when it will not."""
    if not math.isfinite(seconds):
        return math.inf
    whole = max(0, int(seconds))
    step = 1 if whole < 10 else 10 if whole < 60 else 60 if whole < 3600 else 3600 if whole < 2 * _DAY_S else _DAY_S
    return float((whole // step + 1) * step)


def clock(at_ms: int | None, *, seconds: bool = True) -> str:
    """Time of day in UTC: ``14:07:32Z``, or ``14:07Z``."""
    return _strftime(at_ms, "%H:%M:%SZ" if seconds else "%H:%MZ")


def moment(at_ms: int | None) -> str:
    """Date and time of day in UTC: ``2026-11-23 14:07:32Z``."""
    return _strftime(at_ms, "%Y-%m-%d %H:%M:%SZ")


def _strftime(at_ms: int | None, form: str) -> str:
    if at_ms is None or not 0 <= at_ms <= _LAST_YEAR_9999_MS:
        return NOTHING
    return time.strftime(form, time.gmtime(at_ms // 1000))


def _scaled(value: float, digits: int) -> str:
    """With that many significant digits and a letter for each factor of a thousand; no more than five cells."""
    if value < 0.995:
        return _below_one(value)
    for letter in _THOUSANDS:
        text = _significant(value, digits)
        if len(text.partition(".")[0]) <= 3:
            return text + letter
        value /= 1000
    return ">1E"


def _below_one(value: float) -> str:
    return "0" if value == 0 else "<.01" if value < 0.005 else f"{value:.2f}"[1:]


def _significant(value: float, digits: int) -> str:
    """So many digits, at least all of those before the point; ``4`` rather than ``4.00``."""
    whole = 1 if value < 9.995 else 2 if value < 99.95 else 3
    text = f"{value:.{max(0, digits - whole)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _seconds(value: float) -> str:
    if value < 0.9995:
        return "0s" if value == 0 else "<1ms" if value < 0.0005 else f"{value * 1000:.0f}ms"
    if value < 9.95:
        return f"{value:.1f}s"
    if value < 59.5:
        return f"{value:.0f}s"
    if value < 3599.5:
        whole = round(value)
        return f"{whole // 60}m{whole % 60:02d}s"
    minutes = round(value / 60)
    if minutes < 100 * 60:
        return f"{minutes // 60}h{minutes % 60:02d}m"
    return _scaled(float(int(value / _DAY_S)), 2) + "d"


def _milliseconds(value: float) -> str:
    return _seconds(value / 1000)


def _percent(value: float) -> str:
    if value == 0:
        return "0%"
    if value < 0.05:
        return "<.1%"
    return f".{value * 10:.0f}%" if value < 0.95 else _scaled(value, 2) + "%"


def _ratio(value: float) -> str:
    return f"{value:.1f}" if 0.995 <= value < 9.95 else _scaled(value, 2)


def _rate(value: float) -> str:
    return _scaled(value, 2) + "/s"


def _bytes(value: float) -> str:
    return _binary(value, "B")


def _bytes_rate(value: float) -> str:
    return _binary(value, "/s")


def _binary(value: float, unit: str) -> str:
    for letters in _BINARY:
        if value < 999.5:
            return f"{value:.{1 if letters and value < 9.95 else 0}f}{letters}{unit}".replace("i/s", "/s")
        value /= 1024
    return ">1Ei" + unit


_WRITERS: dict[str, Callable[[float], str]] = {
    "s": _seconds,
    "ms": _milliseconds,
    "1": _ratio,
    "%": _percent,
    "/s": _rate,
    "By": _bytes,
    "By/s": _bytes_rate,
}
