"""The timeline's lines as they are drawn, the line above them, and what stands below about the chosen one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from console.format import clock, duration, moment
from console.panes.moments import What
from console.panes.timeline import Entry
from console.screens.frame import Place
from console.screens.timeline.reader import Story
from console.signals import Health
from widgets.eventlist import EventLine, room_of
from widgets.glyphs import Glyphs
from widgets.text import Span, clean, spans_width, wrap

_DAY_MS = 86_400_000
_SHORT = {"prometheus": "prom", "alertmanager": "alertm"}
_MOST_TOLD = 40  # of what is counted in one line, told below it
EARLIER, END = "earlier", "end"
Item = Entry | str  # a line, or what a rule says


class Lines(NamedTuple):
    """The story with changes of day between its lines, and the end. ``keys`` are empty where nothing can be chosen."""

    items: Sequence[Item]
    keys: list[str]
    story: Story

    def line(self, at: int, place: Place, width: int, glyphs: Glyphs) -> EventLine:
        """One of them, drawn for a list of so many cells."""
        item = self.items[at]
        if isinstance(item, Entry):
            before = self.items[at - 1] if at else None
            return entry_line(item, before if isinstance(before, Entry) else None, self.story.mover_ms, width, glyphs)
        text = _end_text(place) if item is END else item
        return EventLine("", (Span(f" {glyphs.axis * 2} "), Span(text, "live" if item is END and place.live else
                              "past" if item is END else "title")), ruled=True)  # fmt: skip


def lines_of(story: Story) -> Lines:
    """The story as items of a list."""
    items: list[Item] = []
    if story.from_ms is not None:
        items.append("earlier ones are on the tape: go back in time for them ({ or N or :at)")
    day = None
    for entry in story.entries:
        its_day = entry.at_ms // _DAY_MS
        if its_day != day:
            items.append(f"{moment(entry.at_ms)[:10]} UTC")
            day = its_day
        items.append(entry)
    items.append(END)
    return Lines(items, [item.key if isinstance(item, Entry) else "" for item in items], story)


def _end_text(place: Place) -> str:
    if place.live:
        return f"live {clock(place.at_ms)}"
    if place.at_end:
        return f"the end {clock(place.at_ms)}"
    return f"here in time: {clock(place.at_ms)}; later is not shown"


# -- one line --------------------------------------------------------------------------------------------------------


def entry_line(entry: Entry, before: Entry | None, mover_ms: int | None, width: int, glyphs: Glyphs) -> EventLine:
    """One entry. Its text does not repeat what the column before it says."""
    glyph, role = look(entry, glyphs)
    gap = entry.what in (What.GAP, What.SEEN)
    text = clean(entry.text)
    if not gap and text.startswith((f"{entry.subject} ", f"{entry.subject}: ")):
        text = text[len(entry.subject) :].lstrip(": ")
    lead = (Span(f"{glyphs.axis * 2} ", "axis"),) if gap else ()
    return EventLine(
        key=entry.key,
        text=(*lead, Span(text, _text_role(entry))),
        glyph=glyph,
        role=role,
        time=clock(entry.at_ms).rstrip("Z"),
        sign=glyphs.near if entry.unsure else "",
        after="+" if entry.late_ms else "",
        delta=_delta(entry, before, mover_ms),
        system=_systems(entry.systems, room_of(width).system),
        subject=entry.subject,
        ruled=gap,
    )


def look(entry: Entry, glyphs: Glyphs) -> tuple[str, str]:
    """The shape of a line and its role: those of the time strip."""
    if entry.what is What.ONSET:
        return glyphs.onset, "mover" if entry.first.first else "warn"
    if entry.what is What.NOTE:
        return glyphs.note, "accent"
    if entry.what is What.ALARM and entry.health is not Health.OK:
        return glyphs.alarm, entry.health.value
    if entry.what is What.CHANGE:
        return glyphs.change, entry.health.value
    quiet = entry.health is Health.OK and entry.what is not What.VERDICT
    return glyphs.quiet if quiet else glyphs.health[entry.health.value], entry.health.value


def _text_role(entry: Entry) -> str:
    if entry.what is What.ONSET:
        return "mover" if entry.first.first else ""
    if entry.what is What.VERDICT:
        return "title"
    return entry.health.value if entry.health in (Health.BAD, Health.STALE) else ""


def _systems(systems: Sequence[str], room: int) -> str:
    names = [_SHORT.get(name, name) for name in systems]
    told = "+".join(names)
    return told if len(told) <= room or len(names) == 1 else f"{names[0]}+{len(names) - 1}"


def _delta(entry: Entry, before: Entry | None, mover_ms: int | None) -> str:
    """The distance from the first mover where there is one, else from the line above."""
    if mover_ms is None:
        if before is None:
            return ""
        away_ms = max(0, entry.at_ms - before.at_ms)
        return "" if entry.unsure or away_ms < 1000 else f"+{duration(away_ms / 1000)}"
    away_ms = entry.at_ms - mover_ms
    if abs(away_ms) <= entry.doubt_ms:
        return "0s"
    return f"{'-' if away_ms < 0 else '+'}{duration(max(1000, abs(away_ms)) / 1000)}"


# -- above -----------------------------------------------------------------------------------------------------------


def head_spans(story: Story, new: int, width: int) -> tuple[list[Span], list[Span]]:
    """How many of how many, and what is asked for; at the right what came unseen, or what distances are from."""
    total = f"{story.total:,}{'+' if story.reading or story.from_ms is not None else ''}"
    count = f"{total} events" if story.shown == story.total else f"{story.shown:,} of {total} events"
    left = [Span(f" {count}", "number")]
    if story.shown != len(story.entries):
        lines = len(story.entries)
        left.append(Span(f" in {lines:,} line{'' if lines == 1 else 's'}", "muted"))
    for word in story.sieve.words():
        left += [Span("  "), Span(word, "found")]
    if story.reading:
        left.append(Span("  reading earlier ones ...", "muted"))
    if new:
        return left, [Span(f"{new:,} new below, G goes there ", "notice")]
    if not room_of(width).delta:
        return left, []
    mover = story.mover_ms
    said = "distances from the line above" if mover is None else f"distances from the first mover, {clock(mover)}"
    return left, [Span(f"{said} ", "muted")]


def nothing_text(story: Story) -> str:
    """What to say when there is no line."""
    if story.reading and not story.total:
        return "Reading what happened ..."
    return "No event fits the filter; esc clears it." if story.total else "Nothing has happened up to here."


# -- below -----------------------------------------------------------------------------------------------------------


def facts_lines(entry: Entry | None, width: int) -> list[list[Span]]:
    """All that is known of a line, for the cells that there are."""
    if entry is None:
        return []
    role = _text_role(entry) or "title"
    lines = [[Span(f" {line}", role)] for line in wrap(entry.text, width - 2)]
    told = _facts(entry)
    row: list[Span] = []
    for label, text in told:
        pair = [Span(f" {label} ", "muted"), Span(f"{clean(text)} ")]
        if row and spans_width([*row, *pair]) > width:
            lines.append(row)
            row = []
        if not row and spans_width(pair) > width:
            first, *rest = wrap(f"{label} {clean(text)}", width - 2)
            lines += [[Span(f" {line}")] for line in (first, *rest)]
            continue
        row += pair
    return [*lines, row] if row else lines


def _facts(entry: Entry) -> list[tuple[str, str]]:
    found = [("at", _exact(entry)), ("told by", ", ".join(entry.systems))]
    if entry.entity is not None and not entry.group and entry.what not in (What.GAP, What.SEEN, What.HEALTH):
        found.append((entry.entity.kind.value, entry.entity.id))
    if entry.unsure:
        found.append(("order", "may have come before the line above: their clocks agree no better than this"))
    if entry.skew_ms:
        way = "ahead of" if entry.skew_ms > 0 else "behind"
        found.append(("clock", f"{entry.systems[0]}'s is {duration(abs(entry.skew_ms) / 1000)} {way} ours and said "
                               f"{clock(entry.first.at_ms)}; corrected here"))  # fmt: skip
    if entry.late_ms:
        found.append(("learned", f"{duration(entry.late_ms / 1000)} later"))
    if entry.group:
        found.append(("one by one", "x"))
        found += [(clock(one.at_ms), one.text) for one in entry.told[:_MOST_TOLD]]
    elif entry.what is What.VERDICT:
        if len(entry.told) > 1:
            found.append(("said", f"{len(entry.told)} times, last at {clock(entry.told[-1].at_ms)}"))
    else:
        found += [("also", f"{one.system} at {clock(one.at_ms)}: {one.text}") for one in entry.told[1:]]
    known = dict.fromkeys(fact for one in entry.told[: 1 if entry.group else None] for fact in one.facts
                          if entry.what is not What.VERDICT or one is entry.first)  # fmt: skip
    return [*found, *known]


def _exact(entry: Entry) -> str:
    """The time as finely as it is known."""
    if entry.doubt_ms >= 1000:
        return f"{moment(entry.at_ms)} ±{duration(entry.doubt_ms / 1000)}"
    doubt = f" ±{entry.doubt_ms}ms" if entry.doubt_ms else ""
    return f"{moment(entry.at_ms)[:-1]}.{entry.at_ms % 1000:03d}Z{doubt}"
