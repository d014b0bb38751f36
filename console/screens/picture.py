"""What is on the screen now: frames put one over the other, and the lines above and below the panes as spans. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from console.format import age, clock, moment
from console.naming import place_of_source, where_text
from console.panes.rows import EventMark, FeedView, Header, PaneRow, Where
from console.screens.board.rowviews import Counts, Filter, counts
from console.screens.frame import Crew, Detail, Frame, Place
from console.screens.start import Start
from console.screens.verdict.lines import fourth_spans, more_spans, verdict_spans
from console.screens.verdict.told import Told
from console.screens.verdict.whom import whom_spans
from console.signals import Health, Pane
from widgets.glyphs import UNICODE, Glyphs
from widgets.text import Span, spans_width

if TYPE_CHECKING:
    from console.findings import VerdictDoc
    from console.inventory.shapes import Table
    from console.panes.sheets.findings import AuditTable
    from console.screens.actions.hints import Hint
    from console.screens.timeline.reader import Story

_ALL_FROM = 100  # cells of a title in which all of it fits
_WORDS_FROM = 52  # cells of a pane in which counts have words
_BESIDE_STATUS = 21  # cells of a pane's border that its corners and its title take
_WORDED = ((True, True), (False, True), (False, False))  # whether the counts of rows, of the audit have words
_NAMES_FROM = 80  # cells of a pane in which the names of several sources fit
_AGE_FROM_S = 30.0  # younger data is fresh: a quiet Nomad gives a sign of life every 30 s


class Picture:
    """All that the screens draw from."""

    def __init__(self, start: Start, glyphs: Glyphs = UNICODE) -> None:
        self.start = start
        self.glyphs = glyphs
        self.place: Place | None = None
        self.header: Header | None = None
        self.crew = Crew()
        self.rows: dict[Pane, Sequence[PaneRow]] = dict.fromkeys(Pane, ())
        self.feeds: dict[Pane, Sequence[FeedView]] = dict.fromkeys(Pane, ())
        self.notices: dict[Pane, str] = dict.fromkeys(Pane, "")
        self.marks: Sequence[EventMark] = ()
        self.window = (0, 1)
        self.trouble = ""
        self.said = ""
        self.detail: Detail | None = None
        self.verdict: VerdictDoc | None = None
        self.told = Told()
        self.timeline: Story | None = None
        self.table: Table | None = None
        self.audit: AuditTable | None = None
        self.kept = Filter()
        self._counts: dict[Pane, Counts] = {}
        self._counted_within: dict[Pane, tuple[Sequence[PaneRow], Where, Counts]] = {}

    def take(self, frame: Frame) -> set[Pane]:
        """Put a frame over what there is; the panes that it changes."""
        self.place, self.crew = frame.place, frame.crew
        self.header = frame.header or self.header
        self.rows.update(frame.rows)
        self._counts.update({pane: counts(rows) for pane, rows in frame.rows.items()})
        self.feeds.update(frame.feeds)
        self.notices.update(frame.notices)
        self.marks, self.window = frame.marks, frame.window
        self.trouble = frame.trouble
        self.said = frame.said or self.said
        self.detail = frame.detail
        self.verdict, self.told = frame.verdict, frame.told
        self.timeline = frame.timeline
        self.table = frame.table
        self.audit = frame.audit
        return set(frame.rows)

    # -- lines -------------------------------------------------------------------------------------------------------

    def title(self, width: int) -> tuple[list[Span], list[Span]]:
        """The first line: product and place at the left; at the right live or not, loudly, and who records."""
        left = [Span(" Fourth Signal", "title")]
        if any(self.kept.within):
            left.append(Span(f"  only {where_text(*self._within)}", "found"))
        left.append(Span(f"  {self.where}", "muted" if any(self.kept.within) else ""))
        right: list[Span] = []
        if self.crew.text:
            right.append(Span(f"  {self.crew.text}", "" if self.crew.health is Health.OK else self.crew.health.value))
        if self.place is not None:
            state = self._state(self.place, with_date=True)
            if spans_width([*left, state, *right]) + 2 > width:
                state = self._state(self.place, with_date=False)
            right.insert(0, state)
        if self.start.actions:
            words = "ACTIONS ALLOWED" if width >= _ALL_FROM else "ACTIONS"
            right[:0] = [Span(f" {self.glyphs.alarm} {words} ", "past"), Span(" ")]
        return left, [*right, Span(" ")]

    @property
    def where(self) -> str:
        """The installation, or the tape's name where it says nothing of one."""
        told = self.header.where if self.header is not None else ""
        return told or self.start.name.rpartition("/")[2]

    @property
    def _within(self) -> tuple[str, str, str]:
        cluster, region, namespace = self.kept.within
        return cluster, namespace, region

    def _state(self, place: Place, *, with_date: bool) -> Span:
        """Live or not: the word, the time, and how the tape runs."""
        at = moment(place.at_ms) if with_date else clock(place.at_ms)
        if place.live:
            return Span(f" LIVE {at} ", "live")
        pace = f"playing {speed_text(place.speed)}" if place.playing else "ended" if place.at_end else "paused"
        if self.start.mode == "live":
            back = age((place.span[1] - place.at_ms) / 1000)
            return Span(f" PAST {at}, {back} ago{', ' + pace if place.playing else ''} ", "past")
        return Span(f" {'DEMO' if self.start.mode == 'demo' else 'REPLAY'} {at} {pace} ", "past")

    def verdict_line(self, width: int) -> tuple[list[Span], list[Span]]:
        """The second line: what moved first, or that all is quiet, or that nobody can tell; at the right its key."""
        said = verdict_spans(self.verdict, self.told, self.glyphs, width)
        return said, more_spans(self.verdict, said, width)

    def fourth_line(self, width: int) -> list[Span]:
        """The line over the time strip: the interaction of model and ingestion."""
        return fourth_spans(self.verdict, self.told, self.glyphs, width)

    def standing(self, width: int) -> tuple[list[Span], list[Span]]:
        """The third line: trouble, what was just asked for, or how things stand; at the right the filter, or who
        answers for what moved first."""
        said = self.said_line() or [Span(" "), *self._counted()]
        whom = whom_spans(self.verdict, self.glyphs, width - spans_width(said) - 2) if self.kept.is_open else []
        return said, whom or self._filter_words()

    def said_line(self) -> list[Span]:
        """Trouble, or what was just asked for; nothing when there is neither."""
        trouble = self.trouble or self.crew.trouble
        if trouble:
            return [Span(f" {trouble}", "bad")]
        return [Span(f" {self.said}", "notice")] if self.said else []

    def _counted(self) -> list[Span]:
        spans: list[Span] = []
        found = [self._count_of(pane) for pane in Pane]
        bad, warn = sum(counted.bad for counted in found), sum(counted.warn for counted in found)
        shapes = self.glyphs.health
        spans += [Span(f"{shapes['bad']} {bad} bad", "bad" if bad else "muted"), Span("  ")]
        spans += [Span(f"{shapes['warn']} {warn} to look at", "warn" if warn else "muted")]
        if self.header is not None and not any(self.kept.within):  # these count what is anywhere
            head = self.header
            if head.alerts:
                spans.append(Span(f"  {_many(head.alerts, 'alert')}", "alarm"))
            spans += [_share(head.running, head.desired, "running"), _share(head.nodes_ready, head.nodes, "nodes")]
        return spans

    def _filter_words(self) -> list[Span]:
        if self.kept.is_open:
            return [Span("a recorded incident ", "muted")] if self.start.mode == "demo" else []
        total = sum(len(rows) for rows in self.rows.values())
        shown = sum(self.kept.lets(row) for rows in self.rows.values() for row in rows)
        asked = f"  /{self.kept}" if self.kept.text else ""
        return [Span(asked, "found"), Span(f" {shown} of {total} rows, esc clears ", "muted")]

    def _count_of(self, pane: Pane) -> Counts:
        """The rows of a pane that are not well, of the places that are shown."""
        within = self.kept.within
        if not any(within):
            return self._counts.get(pane, Counts())
        rows, known = self.rows[pane], self._counted_within.get(pane)
        if known is None or known[0] is not rows or known[1] != within:
            known = rows, within, counts([row for row in rows if self.kept.lets_at(row.where)])
            self._counted_within[pane] = known
        return known[2]

    def pane_status(self, pane: Pane, width: int) -> list[Span]:
        """What stands at the right of a pane's border: the worst of its rows, and how its sources are seen; counts in
        words as far as there is room for all of it."""
        room = width - _BESIDE_STATUS
        forms = _WORDED if width >= _WORDS_FROM else _WORDED[-1:]
        found = (self._status(pane, width, *form) for form in forms)
        told: list[Span] = []
        for told in found:
            if spans_width(told) <= room:
                break
        return told

    def _status(self, pane: Pane, width: int, rows_worded: bool, audit_worded: bool) -> list[Span]:
        counted = self._count_of(pane)
        words = [
            Span(f"{count} {health}" if rows_worded else f"{self.glyphs.health[health]}{count}", health)
            for count, health in zip(counted, ("bad", "warn", "unknown"), strict=True)
            if count
        ]
        if not words and self.rows[pane]:
            words = [Span("ok", "ok")]
        seen = list(_spaced(feed_spans(self.feeds[pane], width), " "))
        audited = self._audited(audit_worded) if pane is Pane.OWNERSHIP else []
        well = all(feed.health is Health.OK for feed in self.feeds[pane])
        if audited and well and width < _NAMES_FROM:
            seen = []  # that all is seen matters less than what is wrong
        tight = width < _WORDS_FROM and (bool(audited) or len(self.feeds[pane]) == 1)  # a count of feeds needs a dot
        between = Span(" " if tight else f" {self.glyphs.dot} ", "muted")
        parts = [list(_spaced(words, " ")), *((audited, seen) if well else (seen, audited))]
        return [span for part in _spaced_parts(parts, between) for span in part]

    def _audited(self, worded: bool) -> list[Span]:
        """What the audit came to, as far as it is grave: ``audit: 2 critical 3 high``."""
        audit = self.header.audit if self.header is not None else None
        if audit is None or not (audit.critical or audit.high):
            return []
        counted = ((audit.critical, "bad", "critical"), (audit.high, "warn", "high"))
        spans = [
            Span(f"{count} {word}" if worded else f"{self.glyphs.health[role]}{count}", role)
            for count, role, word in counted
            if count
        ]
        return [Span("audit: " if worded else "audit ", "muted"), *_spaced(spans, " ")]


def feed_spans(feeds: Sequence[FeedView], width: int) -> list[Span]:
    """Sources in words, each with the age of its data: those that are not seen well with their state, then the others.

    The age of fresh data is told as a bound, which changes with nothing but a source that falls behind.
    """
    called = _called if width >= _WORDS_FROM else _called_shortly
    spans = [Span(_late(feed, called), feed.health.value) for feed in feeds if feed.health is not Health.OK]
    well = [feed for feed in feeds if feed.health is Health.OK]
    if len(well) > 1 and width < _NAMES_FROM:
        spans.append(Span(f"{len(well)} feeds{_age_of(well)}", "muted"))
    elif well:
        spans.append(Span(f"{', '.join(map(called, well))}{_age_of(well)}", "muted"))
    return spans


def _called(feed: FeedView) -> str:
    return feed.name


def _called_shortly(feed: FeedView) -> str:
    """One of several clusters by its own name."""
    return place_of_source(feed.name) or feed.name


def _late(feed: FeedView, called: Callable[[FeedView], str]) -> str:
    return f"{called(feed)} {feed.word}" + (f" {age(feed.age_s)}" if feed.age_s is not None else "")


def _age_of(feeds: Sequence[FeedView]) -> str:
    """The age of the oldest data of some sources; nothing where only gaps can tell, as on somebody's recording."""
    ages = [feed.age_s for feed in feeds if feed.age_s is not None]
    if not ages:
        return " ok"
    return f" ok {age(max(ages))}" if max(ages) >= _AGE_FROM_S else f" ok <{age(_AGE_FROM_S)}"


def hint_spans(hints: Sequence[Hint]) -> list[Span]:
    """Keys and what they do, for the last line."""
    spans: list[Span] = [Span(" ")]
    for hint in hints:
        spans += [Span(hint.keys, "key"), Span(f" {hint.word}"), Span("  ")]
    return spans[:-1] if hints else spans


def _share(have: int, want: int, what: str) -> Span:
    return Span(f"  {have}/{want} {what}", "warn" if have < want else "muted")


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def speed_text(speed: float) -> str:
    """How fast a tape plays: ``10x``."""
    return f"{speed:g}x"


def _spaced_parts(parts: Iterable[Sequence[Span]], between: Span) -> Iterable[Sequence[Span]]:
    for place, part in enumerate([part for part in parts if part]):
        if place:
            yield [between]
        yield part


def _spaced(spans: Sequence[Span], between: str) -> Iterable[Span]:
    for place, span in enumerate(spans):
        if place:
            yield Span(between)
        yield span
