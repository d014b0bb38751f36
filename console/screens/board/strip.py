"""The time strip at the foot of the board: one line, or opened, with its scale and the newest event in words."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from console.format import clock
from console.panes.rows import EventMark
from console.screens.board.layout import OPEN_STRIP_LINES, STRIP_LINES
from console.screens.frame import Place
from console.screens.picture import Picture
from console.screens.verdict.told import Onset
from console.signals import EntityKind, Health
from widgets.glyphs import Glyphs
from widgets.statusline import StatusLine
from widgets.text import Span
from widgets.timestrip import Mark, TimeStrip, TimeView

# What people do to a job, or from here to anything of Nomad.
CHANGES = ("JobRegistered", "JobReverted", "JobStopped", "JobScaled", "JobDeregistered", "ActionDone")


class Strip(Vertical):
    """Marks of the events, holes where a source was not seen, and where the screen stands in time."""

    DEFAULT_CSS: ClassVar[str] = f"""
    Strip {{ height: {STRIP_LINES}; }}
    Strip > StatusLine {{ display: none; }}
    Strip.-open {{ height: {OPEN_STRIP_LINES}; }}
    Strip.-open > TimeStrip {{ height: 2; }}
    Strip.-open > StatusLine {{ display: block; }}
    """

    def __init__(self) -> None:
        super().__init__(id="strip")
        self._axis = TimeStrip()
        self._event = StatusLine(role="muted")
        self._drawn: Place | None = None

    @property
    def is_open(self) -> bool:
        """Whether the scale and the event are shown."""
        return self.has_class("-open")

    def toggle(self) -> None:
        self.toggle_class("-open")

    def compose(self) -> ComposeResult:
        yield self._axis
        yield self._event

    def show(self, picture: Picture) -> None:
        """Draw what is known of the time around."""
        place = picture.place
        if place is None:
            return
        if place is not self._drawn:  # every frame brings one of its own; keys bring none
            self._drawn = place
            self._axis.set_view(time_view(picture, place))
        if self.is_open:
            self._event.set_spans(event_spans(picture, place))


def time_view(picture: Picture, place: Place) -> TimeView:
    """The strip's window with its marks. A name stands only where all of it has room before the next mark."""
    first, last = picture.window
    return TimeView(
        from_ms=first,
        to_ms=last,
        now_ms=place.span[1],
        cursor_ms=None if place.live else place.at_ms,
        marks=(
            *(_mark(one, picture.glyphs) for one in picture.marks if one.to_ms is None),
            *(_onset(one, picture.glyphs) for one in picture.told.onsets),
        ),
        gaps=tuple((one.at_ms, one.to_ms) for one in picture.marks if one.to_ms is not None),
    )


def _mark(event: EventMark, glyphs: Glyphs) -> Mark:
    """What an event looks like: an alarm and a change of a job have a shape of their own whatever their severity, what
    is only worth knowing a small one."""
    alarm = event.entity is not None and event.entity.kind is EntityKind.ALERT
    if alarm and event.health is not Health.OK:
        return Mark(event.at_ms, event.health.value, glyphs.alarm, event.text.split(maxsplit=1)[0], weight=2)
    if event.name in CHANGES:
        entity = event.entity
        name = entity.id.rpartition("/")[2] if entity is not None and entity.kind is EntityKind.JOB else ""
        return Mark(event.at_ms, event.health.value, glyphs.change, name, weight=1)
    return Mark(event.at_ms, event.health.value, glyphs.quiet if event.health is Health.OK else "")


def _onset(onset: Onset, glyphs: Glyphs) -> Mark:
    """What an onset looks like: a shape of its own, and that of the first mover is never hidden by another mark."""
    health = Health.BAD if onset.first else Health.WARN
    return Mark(onset.at_ms, health.value, glyphs.onset, onset.name, weight=3, role="mover" if onset.first else "")


def event_spans(picture: Picture, place: Place) -> list[Span]:
    """The newest event or onset up to the place, and what comes next on the strip."""
    told = [(one.at_ms, one.text, one.health.value) for one in picture.marks]
    told += [(one.at_ms, f"onset: {one.name}", "mover" if one.first else "warn") for one in picture.told.onsets]
    told.sort()
    seen = [one for one in told if one[0] <= place.at_ms]
    spans = [Span(" no event yet", "muted")]
    if seen:
        at_ms, text, role = seen[-1]
        spans = [Span(f" {clock(at_ms)} ", "muted"), Span(text, role)]
    later = told[len(seen) :]
    return [*spans, Span(f"   next: {clock(later[0][0])}", "muted")] if later else spans
