"""What an audit says as text: worst first, each finding with what it stands on and what to do. Pure.

Lines that begin at the left edge are headings; all else is indented and wrapped, nothing is cut off. What many subjects
have in common is told once: rules below critical that fail for more than a few, what nobody can tell for one reason.
"""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterator, Sequence

from console.analysis.audit.judgement import Audited, Judgement
from console.analysis.audit.rules import RULES, SEVERITIES
from console.format import age, moment
from console.plain import plain

MARKS = {"critical": "■", "high": "▲", "medium": "▲"}  # as on the screens, where a disc is what is well
_EACH = 3  # subjects of one rule that are told one by one
_NAMES = 8
_MOST_UNKNOWN = 20


def tell(audited: Audited, of: str, notes: Sequence[str], width: int, *, each: bool = False) -> str:
    """The whole audit in lines of at most ``width`` cells where words allow. ``each``: nothing is put together, and
    what passed is listed too."""
    lines = [*_head(audited, of, width)]
    for severity in SEVERITIES:
        mine = [one for one in audited.of("fail") if one.severity == severity]
        lines += _section(severity.upper(), _failed(mine, width, each))
    lines += _section("UNKNOWN: nobody can tell, so it does not pass", _unknown(audited.of("unknown"), width, each))
    lines += _section("WAIVED", _waived(audited.of("waived"), width))
    if each:
        lines += _section("PASSED", _passed(audited.of("pass"), width))
    said = [line for one in (*notes, *audited.doubts) for line in _wrapped(one, width, "  ! ", "    ")]
    lines += _section("NOTES", said)
    return "\n".join(lines) + "\n"


def _head(audited: Audited, of: str, width: int) -> Iterator[str]:
    failed = audited.of("fail")
    counts = [f"{sum(one.severity == severity for one in failed)} {severity}" for severity in SEVERITIES]
    counts += [f"{len(audited.of(status))} {word}" for status, word in _WORDS.items()]  # type: ignore[arg-type]
    yield from _wrapped(f"AUDIT of {of}, {moment(audited.at_ms)}: {', '.join(counts)}", width, "", "  ")
    oldest = [one.oldest_ms for one in audited.judgements if one.oldest_ms is not None]
    if oldest:
        yield f"  the oldest of what it stands on was seen {age((audited.at_ms - min(oldest)) / 1000)} before"


_WORDS = {"unknown": "unknown", "waived": "waived", "pass": "passed"}


def _section(heading: str, lines: Sequence[str] | Iterator[str]) -> list[str]:
    said = list(lines)
    return ["", heading, *said] if said else []


def _failed(those: Sequence[Judgement], width: int, each: bool) -> Iterator[str]:
    by_rule: dict[str, list[Judgement]] = defaultdict(list)
    for one in those:
        by_rule[one.rule].append(one)
    for rule, mine in by_rule.items():
        if each or len(mine) <= _EACH or mine[0].severity == "critical":
            for one in mine:
                yield from _one(one, width)
        else:
            yield from _together(rule, mine, width)


def _one(one: Judgement, width: int) -> Iterator[str]:
    yield from _wrapped(f"{one.rule} {one.name}: {one.title}", width, f"{MARKS[one.severity]} ", "    ")
    yield from _wrapped(one.text, width, "    ", "    ")
    for part in one.evidence:
        where = part.get("origin", "")
        # The key of a metric is long, and what it is called stands there already.
        said = f"{part['text']} [{where}]" if where and "{" not in where else part["text"]
        yield from _wrapped(said, width, "    - ", "      ")
    yield from _wrapped(f"do: {one.todo}", width, "    ", "        ")
    if one.notify:
        yield from _wrapped(f"tell: {one.notify}", width, "    ", "          ")


def _together(rule: str, mine: Sequence[Judgement], width: int) -> Iterator[str]:
    yield from _wrapped(
        f"{rule} {len(mine)} subjects: {RULES[rule].title}", width, f"{MARKS[mine[0].severity]} ", "    "
    )
    yield from _wrapped(_listed([one.name for one in mine]), width, "    ", "    ")
    yield from _wrapped(f"do: {mine[0].todo}", width, "    ", "        ")


def _unknown(those: Sequence[Judgement], width: int, each: bool) -> Iterator[str]:
    """By what there is to do about it: one thing to do may answer many questions."""
    by_todo: dict[str, list[Judgement]] = defaultdict(list)
    for one in those:
        by_todo[one.todo].append(one)
    shown = list(by_todo.items()) if each else list(by_todo.items())[:_MOST_UNKNOWN]
    for todo, mine in shown:
        rules, names = dict.fromkeys(one.rule for one in mine), list(dict.fromkeys(one.name for one in mine))
        whose = ", ".join(names) if each else _listed(names)
        yield from _wrapped(f"{' '.join(rules)} of {whose}", width, "? ", "    ")
        example = "for example: " if len(mine) > 1 else ""
        yield from _wrapped(f"{example}{mine[0].text}", width, "    ", "    ")
        yield from _wrapped(f"do: {todo}", width, "    ", "        ")
    if len(shown) < len(by_todo):
        yield f"  and {len(by_todo) - len(shown)} more things to do (--all)"


def _waived(those: Sequence[Judgement], width: int) -> Iterator[str]:
    for one in those:
        waiver = one.waiver
        yield from _wrapped(f"{one.rule} {one.name}: {one.text}", width, "○ ", "    ")
        if waiver is not None:
            until = f"by {waiver['who']} until {moment(waiver['until_ms'])}: {waiver['why']}"
            yield from _wrapped(until, width, "    ", "    ")


def _passed(those: Sequence[Judgement], width: int) -> Iterator[str]:
    by_rule: dict[str, list[str]] = defaultdict(list)
    for one in those:
        by_rule[one.rule].append(one.name)
    for rule, names in by_rule.items():
        yield from _wrapped(f"{rule} {', '.join(names)}", width, "  ", "    ")


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMES
    return ", ".join(names[:_NAMES]) + (f" and {more} more (--all)" if more > 0 else "")


def _wrapped(text: str, width: int, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        plain(text, 4000), width, initial_indent=first, subsequent_indent=rest, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
