"""PromQL that says how much came in some seconds, whatever kind of query a KPI is declared with. Pure.

- A query of counters gets ``increase`` put around each of its selectors, so that the server sees the resets of each
  series before it adds them up: ``sum(a) - sum(b)`` becomes ``sum(increase(a[60s])) - sum(increase(b[60s]))``. That
  holds for sums and the like only; what else is made of counters (a quotient, a comparison) is refused.
- Any other query is looked at several times in these seconds and added up; a look that gave no number counts nothing.
- A query with a placeholder for its range (``[{{.window}}]``, as sloth has it) gets the seconds put into it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from console.metricnames.expression import not_linear, read_expression

MOST_LOOKS = 12
"""How often a query is looked at within one stretch of time."""
_LEAST_LOOK_S = 60
_PLACEHOLDER = re.compile(r"\{\{\s*\.?window\s*\}\}|\$\{?__rate_interval\}?|\$\{?window\}?")

Amount = Callable[[int], str]
"""Seconds -> the expression that says how much came in the seconds up to a time."""


class UnreadableError(ValueError):
    """A query whose amounts cannot be told; ``str()`` is a sentence without its stop."""


def amount_of(query: str, *, counter: bool, reach_s: int = 0) -> Amount:
    """How the amounts of a query are asked for. ``reach_s`` is the least range of ``increase``, for series that are
    scraped too seldom for a shorter one. Raises UnreadableError."""
    if _PLACEHOLDER.search(query):
        return lambda seconds: number(f"sum({_PLACEHOLDER.sub(f'{max(seconds, reach_s)}s', query)})")
    if counter and not any(one.ranged for one in read_expression(query).selectors):
        return _grown(query, reach_s)
    return lambda seconds: _looked_at("sum_over_time", f"sum({query})", seconds)


def has_placeholder(query: str) -> bool:
    """Whether its range is put in here. It may be a rate or an increase, so only stretches of one length add up."""
    return _PLACEHOLDER.search(query) is not None


def kept_of(query: str, sign: str, limit: float) -> tuple[Amount, Amount]:
    """Of a value held against a limit (``<=``, 30): how many looks kept it, and how many there were."""
    value = number(worst(query, sign))
    return (
        lambda seconds: _looked_at("sum_over_time", f"{value} {sign} bool {limit!r}", seconds),
        lambda seconds: _looked_at("sum_over_time", f"{value} * 0 + 1", seconds),
    )


def worst(query: str, sign: str) -> str:
    """Of several series the one that is furthest over the limit."""
    return f"{'max' if sign.startswith('<') else 'min'}({query})"


def number(expr: str) -> str:
    """The expression without what is no finite number: a comparison drops NaN."""
    return f"(({expr}) > -Inf < Inf)"


def look_s(seconds: int) -> int:
    """How far apart looks are within some seconds: at most ``MOST_LOOKS`` of them, a minute or more apart."""
    fits = (many for many in range(MOST_LOOKS, 1, -1) if seconds % many == 0 and seconds // many >= _LEAST_LOOK_S)
    return seconds // next(fits, 1)


def within(function: str, expr: str, seconds: int, step_s: int) -> str:
    """A function over a subquery. Prometheus 2 takes the value at the very begin of the range as well, Prometheus 3
    does not; a second less has neither take it."""
    return f"{function}(({expr})[{max(1, seconds - 1)}s:{step_s}s])"


def _looked_at(function: str, expr: str, seconds: int) -> str:
    step_s = look_s(seconds)
    return number(expr) if step_s == seconds else within(function, number(expr), seconds, step_s)


def _grown(query: str, reach_s: int) -> Amount:
    found = read_expression(query)
    strange = not_linear(found)
    if strange or not found.selectors:
        what = f"{strange!r} in it" if strange else "no series in it"
        raise UnreadableError(
            f"it is declared a counter, but with {what} its growth cannot be told; "
            "write it as increase(...) over a range, and without counter"
        )

    def of(seconds: int) -> str:
        wide = max(seconds, reach_s)
        text = query
        for one in reversed(found.selectors):
            late = _after(query, one.end)
            rest = text[one.end + len(late) :]
            text = f"{text[: one.begin]}increase({text[one.begin : one.end]}[{wide}s]{late}){rest}"
        return number(f"sum({text})" if wide == seconds else f"sum({text}) * {seconds} / {wide}")

    return of


_MODIFIERS = re.compile(r"(?:\s*offset\s+-?\d[0-9a-z]*|\s*@\s*(?:[0-9.]+|start\(\)|end\(\)))+", re.IGNORECASE)


def _after(query: str, end: int) -> str:
    """An offset behind a selector stands behind its range."""
    found = _MODIFIERS.match(query, end)
    return found[0] if found else ""
