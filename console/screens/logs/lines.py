"""What a screen of logs says around its lines and how it draws them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from console.format import clock, number
from console.logs.choose import Choice
from console.logs.held import MARK, LogLine
from console.logs.search import Hits, Sought
from console.logs.sources import LogSource, standing_words
from console.naming import unplaced
from console.plain import plain
from console.signals import EntityKind, EntityRef
from widgets.glyphs import Glyphs
from widgets.loglines import LogRow
from widgets.text import Span

_PREFIX_ROLES = ("accent", "ok", "mover", "fourth", "found", "title", "muted")
MOST_PREFIX = 22
ONE = (EntityKind.ALLOCATION, EntityKind.TASK)
_NAMED = (EntityKind.JOB, EntityKind.GROUP, EntityKind.SERVICE)


class Counts(NamedTuple):
    """What is told below the lines. ``from_ms`` is the time of the first one, None where there is none."""

    lines: int
    per_second: float
    dropped: int
    new: int | None  # lines that came since it was paused; None: it is not
    below: int
    window: str
    stream: str
    wraps: bool
    hits: Hits | None = None
    at_hit: int | None = None
    from_ms: int | None = None


def row_of(line: LogLine, labels: Mapping[int, str], what: Sought | None, glyphs: Glyphs) -> LogRow:
    """A line as it is drawn."""
    if line.source == MARK:
        return LogRow(line.text, Span(""), glyphs.note, "title", ruled=True)
    glyph = glyphs.health[line.severity] if line.severity else " "
    prefix = Span(labels.get(line.source, "") if len(labels) > 1 else "", prefix_role(line.source))
    note = f"[{number(float(line.left_out), 'By')} more left out]" if line.left_out else ""
    places = what.places(line.text) if what is not None else ()
    return LogRow(line.text, prefix, glyph, line.severity, note, tuple(places))


def prefix_role(source: int) -> str:
    """The colour of a source; its name stands beside it."""
    return _PREFIX_ROLES[source % len(_PREFIX_ROLES)]


def prefix_width(labels: Mapping[int, str]) -> int:
    """Cells for the names; none where there is one log."""
    return min(MOST_PREFIX, max(map(len, labels.values()))) if len(labels) > 1 else 0


def chosen_text(choice: Choice, refused: str = "") -> str:
    """How many of the allocations are followed, where those are not all; ``refused``: Nomad did not list them, so it
    is those that the tape knows."""
    if not choice.ids:
        return refused or "There is no allocation of it."
    if refused:
        return f"{len(choice.ids)} of {choice.total} allocations on the tape; Nomad lists none to this token"
    return f"{len(choice.ids)} of {choice.total} allocations" if choice.total > len(choice.ids) else ""


def nothing_text(stream: str) -> str:
    """What is said while logs are followed and hold no line."""
    if stream == "both":
        return "Nothing was written to stdout and stderr yet."
    return f"Nothing was written to {stream} yet; s looks at the other."


def standing_spans(
    sources: Sequence[LogSource], labels: Mapping[int, str], left: int, chosen: str, problem: str
) -> list[Span]:
    """How the logs stand; those that cannot be read say why."""
    if problem:
        return [Span(f" {problem}", "warn")]
    if not sources:
        return [Span(f" {chosen or 'Nomad is being asked ...'}", "muted")]
    spans = [Span(" ")]
    for words, why, bad in standing_words(sources, labels):
        spans += [Span(words, "bad" if bad else "live" if words.endswith("following") else "muted")]
        spans += [Span(f": {why}", "warn")] if why else []
        spans.append(Span("  "))
    if left:
        spans.append(Span(f"{left} more are not followed, 20 at once  ", "warn"))
    return [*spans, Span(chosen, "muted")] if chosen else spans


def count_spans(counts: Counts) -> tuple[list[Span], list[Span]]:
    """How many lines there are, what went, and how they are looked at."""
    left = [Span(f" {counts.lines:,} line{'s' * (counts.lines != 1)}")]
    if counts.dropped:
        left.append(Span(f"  {counts.dropped:,} earlier lines dropped", "warn"))
    if counts.new is not None:
        left.append(Span(f"  paused, {counts.new:,} new", "past"))
    elif counts.below:
        left.append(Span(f"  {counts.below:,} below, G follows", "past"))
    left.append(Span(f"  {number(counts.per_second, '/s')}", "muted"))
    if counts.from_ms is not None:
        left.append(Span(f"  from {clock(counts.from_ms)}", "muted"))
    right: list[Span] = []
    if counts.hits is not None:
        many = len(counts.hits)
        at = f"{counts.at_hit} of {many:,}" if counts.at_hit else f"{many:,}" if many else "no"
        right += [Span(f"/{counts.hits.what.text}", "found"), Span(f" {at} line{'s' * (many != 1)}  ")]
    right.append(Span(f"{counts.stream}  {counts.window}{'  wrapped' if counts.wraps else ''} ", "muted"))
    return left, right


def out_of_range(at_ms: int, span: tuple[int, int]) -> str:
    """One sentence where the lines that are held do not reach a time; empty where they do."""
    first, last = span
    if first <= at_ms <= last:
        return ""
    which = "begin" if at_ms < first else "end"
    return f"The board stands at {clock(at_ms)}; the lines here {which} there: from {clock(first)} to {clock(last)}."


def saved_text(lines: Sequence[LogLine], labels: Mapping[int, str]) -> str:
    """All lines as a text, each with whose it is."""
    told = (_told(line, labels.get(line.source, "")) for line in lines)
    return "".join(plain(one, 65_536) + "\n" for one in told)


def _told(line: LogLine, label: str) -> str:
    if line.source == MARK:
        return f"-- {line.text} --"
    cut = f" [{line.left_out} bytes more left out]" if line.left_out else ""
    return f"{label:<8} {line.text}{cut}"


def asked_of(entity: EntityRef, *, whole: bool, cluster: str) -> Mapping[str, str] | None:
    """The request that finds the allocations whose logs are meant; None where it is one that is named."""
    kind, key = entity.kind, unplaced(entity.id) if entity.kind in _NAMED else entity.id.partition("/")[0]
    if kind in ONE:
        if not whole:
            return None
        kind = EntityKind.ALLOCATION
    elif whole and kind is EntityKind.GROUP:
        kind, key = EntityKind.JOB, key.rpartition("/")[0]
    return {"ask": "allocations", "of": kind.value, "key": key, "cluster": cluster}
