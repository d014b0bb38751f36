"""The few shapes of PromQL that signals need. All aggregate on the server; none returns raw series."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from console.feeds.prometheus.entity import escape


@dataclass(frozen=True, slots=True)
class Windows:
    """Rate windows, in seconds, wide enough for the scrape interval.

    A rate needs at least four scrapes to survive a missed one; a quantile needs more events, so its window is at
    least a minute. An onset read from either trails by up to the window: signals say how wide theirs is.
    """

    rate_s: int
    quantile_s: int

    @classmethod
    def suited(cls, interval_s: float) -> Windows:
        four = int(-(-4 * interval_s // 1))
        return cls(max(30, four), max(60, four))


def selector(metric: str, *matchers: str) -> str:
    """``metric{a="b"}``; names that PromQL cannot write bare (OTel's dots) go into the braces."""
    inside = [m for m in matchers if m]
    bare = all(c.isascii() and (c.isalnum() or c in "_:") for c in metric) and not metric[:1].isdigit()
    if not bare:
        inside.insert(0, f'__name__="{escape(metric)}"')
    return (metric if bare else "") + ("{" + ",".join(inside) + "}" if inside else "")


def over(fn: str, by: Iterable[str], inner: str) -> str:
    """``sum by (a,b)(inner)``."""
    return f"{fn} by ({','.join(by)})({inner})"


_BY = re.compile(r"\bby\s*\(([^()]*)\)")


def kept_apart(expr: str, labels: Iterable[str]) -> str:
    """The expression with all that it aggregates told apart by some more labels. Both sides of a division get them."""

    def with_more(found: re.Match[str]) -> str:
        named = [name.strip() for name in found[1].split(",") if name.strip()]
        return f"by ({','.join(dict.fromkeys((*named, *labels)))})"

    return _BY.sub(with_more, expr)


def rate(metric: str, by: Iterable[str], window_s: int, *matchers: str) -> str:
    """Events per second of a counter; resets are Prometheus's business."""
    return over("sum", by, f"rate({selector(metric, *matchers)}[{window_s}s])")


def quantile(
    metric: str, by: Iterable[str], window_s: int, *matchers: str, native: bool = False, q: float = 0.95
) -> str:
    """A quantile over a histogram, classic (``_bucket``) or native."""
    if native:
        return f"histogram_quantile({q}, {rate(metric, by, window_s, *matchers)})"
    return f"histogram_quantile({q}, {rate(metric + '_bucket', ('le', *by), window_s, *matchers)})"


def count_rate(metric: str, by: Iterable[str], window_s: int, *matchers: str, native: bool = False) -> str:
    """Observations per second of a histogram or summary."""
    if native:
        return f"histogram_count({rate(metric, by, window_s, *matchers)})"
    return rate(f"{metric}_count", by, window_s, *matchers)


def mean(metric: str, by: Iterable[str], window_s: int, *matchers: str, native: bool = False) -> str:
    """The mean observation of a histogram or summary; nothing while nothing is observed."""
    by = tuple(by)
    if native:
        inner = rate(metric, by, window_s, *matchers)
        return f"histogram_sum({inner}) / (histogram_count({inner}) > 0)"
    top, bottom = rate(f"{metric}_sum", by, window_s, *matchers), rate(f"{metric}_count", by, window_s, *matchers)
    return f"{top} / ({bottom} > 0)"


def ratio(part: str, whole: str) -> str:
    """A share, 0 and not absent while the part has no series yet, absent while there is no whole."""
    return f"({part} or 0 * {whole}) / ({whole} > 0)"


def age(metric: str, by: Iterable[str], *matchers: str, per_second: float = 1.0) -> str:
    """Seconds since a time that a gauge holds: ``time() - max``, for a gauge that is set only after success hides a
    stall and its age does not. A gauge that was never set (0) says nothing."""
    inner = over("max", by, f"{selector(metric, *matchers)} > 0")
    return f"time() - {inner}" if per_second == 1.0 else f"time() - {inner} / {per_second:g}"


def scaled(expr: str, factor: float) -> str:
    """``expr`` divided by a factor, so that every time is in seconds."""
    return expr if factor == 1.0 else f"({expr}) / {factor:g}"
