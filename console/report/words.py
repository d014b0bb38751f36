"""Numbers and times of a report in words, the same in Markdown, in HTML and in pictures. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from console.findings import FixDoc
from console.governance.auditshapes import EvidenceDoc
from console.report.document import KpiLineDoc, ReportDoc, SpellDoc

UNKNOWN = "unknown"
_DAY_S = 86_400


def when(text: str | None, day: str = "") -> str:
    """``2026-11-23 14:05:10Z``, without the date where that is ``day`` (``2026-11-23``)."""
    if text is None:
        return "still so"
    date, _, time = text.partition("T")
    time = time.partition(".")[0].removesuffix("Z") + "Z"
    return time if date == day else f"{date} {time}"


def ratio(value: float | None) -> str:
    """``99.95%``; never rounded up to a hundred, nor down to nothing."""
    if value is None:
        return UNKNOWN
    percent = value * 100
    text = f"{percent:.2f}".rstrip("0").rstrip(".")
    if text == "100" and percent < 100:
        return ">99.99%"
    return "<0.01%" if text in ("0", "-0") and percent > 0 else f"{text}%"


def budget(value: float | None) -> str:
    """What is left of an error budget: ``62.5% left``, ``overspent by 140%``."""
    if value is None:
        return UNKNOWN
    return f"{ratio(value)} left" if value >= 0 else f"overspent by {ratio(-value)}"


def lasting(seconds: float) -> str:
    """``2 d 3 h``, ``5 h 10 min``, ``12 min``, ``40 s``: two units at most."""
    whole = round(seconds)
    units = (("d", _DAY_S), ("h", 3600), ("min", 60), ("s", 1))
    for at, (name, size) in enumerate(units):
        if whole >= size:
            first, rest = divmod(whole, size)
            if at + 1 < len(units) and (second := rest // units[at + 1][1]):
                return f"{first} {name} {second} {units[at + 1][0]}"
            return f"{first} {name}"
    return "0 s"


def one_day(report: ReportDoc) -> str:
    """The day of a report that tells of one day only; otherwise empty."""
    first, last = report["period"]["from"][:10], report["period"]["to"][:10]
    return first if first == last else ""


def story(one: SpellDoc) -> str:
    """What a spell was about; that its first alarm misled where the headline does not say so."""
    headline = one["headline"].rstrip(".")
    untold = one["misled"] and one["first_alarm"] and "mislead" not in headline
    return f"{headline}; the first alarm, {one['first_alarm']}, misled" if untold else headline


def seen(evidence: Sequence[EvidenceDoc], most: int = 3) -> str:
    """What a finding stands on, each with where that is said; the first of many."""
    told = [one["text"].rstrip(".") + (f" ({one['origin']})" if one.get("origin") else "") for one in evidence[:most]]
    more = f" and {len(evidence) - most} more" if len(evidence) > most else ""
    return "; ".join(told) + more


def stopped(sentence: str) -> str:
    """With its full stop."""
    return sentence if sentence.endswith((".", "!", "?")) or not sentence else f"{sentence}."


def effect(one: FixDoc) -> str:
    """What a change did, without the word for it, which stands before it."""
    return stopped(one["text"].removeprefix(one["effect"]).lstrip(":;,. "))


def reviewed(one: KpiLineDoc) -> str:
    """When a KPI was reviewed, by whom, and when it is due again."""
    if one["reviewed_at"] is None:
        return "never reviewed"
    by = f" by {one['reviewed_by']}" if one["reviewed_by"] else ""
    due = f", due {one['review_due'][:10]}" if one["review_due"] else ""
    return f"reviewed {one['reviewed_at'][:10]}{by}{due}"
