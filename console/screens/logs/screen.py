"""Logs of one or several allocations, followed: merged as they come, searched, paused, marked."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from console.format import clock
from console.logs.choose import choose
from console.logs.search import WrongPatternError
from console.logs.sources import labels
from console.logs.windows import MOST, WINDOWS
from console.naming import place_of
from console.savedfile import Saved
from console.screens.actions.registry import RefusedError
from console.screens.base import DeskScreen
from console.screens.logs.bytape import allocations_known
from console.screens.logs.feed import RATE_S, LogFeed
from console.screens.logs.lines import (
    Counts,
    asked_of,
    chosen_text,
    count_spans,
    nothing_text,
    out_of_range,
    prefix_width,
    row_of,
    saved_text,
    standing_spans,
)  # fmt: skip
from console.screens.logs.search import LogSearch
from console.screens.out.copying import Offer
from console.screens.out.linkscreen import called
from console.screens.tape.docs import TapeDoc, ask, document_of
from console.screens.trail import trail_spans
from console.signals import EntityKind, EntityRef
from widgets.loglines import LogRow
from widgets.logview import LogView
from widgets.statusline import StatusLine
from widgets.text import Span

if TYPE_CHECKING:
    from console.errands.protocol import Reply
    from console.screens.errands import Errands

PACE_S = 0.25  # at most four times a second is drawn what came
MANY = 40.0  # lines a second that nobody reads as they come: half as often is enough
STREAMS = ("stdout", "stderr", "both")


class LogScreen(DeskScreen):
    """The logs of an object; ``whole``: of all allocations of its job."""

    class Came(Message):
        """Something of the logs is to be taken in."""

    class Found(Message):
        """The allocations whose logs are meant, or why they are not known."""

        def __init__(self, reply: Reply) -> None:
            super().__init__()
            self.reply = reply

    def __init__(self, entity: EntityRef, errands: Errands, *, whole: bool = False) -> None:
        super().__init__()
        self._entity, self._errands, self._whole = entity, errands, whole
        self._feed = LogFeed(errands, self._woken)
        self._head = StatusLine()
        self._view = LogView()
        self._foot = StatusLine(role="footer")
        self._place = ""  # whose Nomad it is of
        self._ids: tuple[str, ...] = ()
        self._chosen = ""
        self._labels: dict[int, str] = {}
        self._window, self._stream = WINDOWS[0], STREAMS[0]
        self._search = LogSearch(self._view)
        self._paused: int | None = None  # the number of the line that came first after that
        self._drawn_s = 0.0
        self._due: Timer | None = None
        self._slower: Timer | None = None

    def body(self) -> Iterable[Widget]:
        yield self._head
        yield self._view
        yield self._foot

    def on_mount(self) -> None:
        self._view.focus()
        entity = self._entity
        ask(self.board, lambda store, place: document_of(store, entity, place.at_ms), self._known)
        self._draw()

    def on_unmount(self) -> None:
        self._feed.close()

    # -- whose logs --------------------------------------------------------------------------------------------------

    def _known(self, doc: TapeDoc) -> None:
        if not self.is_mounted:
            return  # somebody has gone back meanwhile
        self._place, entity = doc.place or place_of(self._entity.id), self._entity
        request = asked_of(entity, whole=self._whole, cluster=self._place)
        if request is None:
            self._ids = (entity.id.partition("/")[0],)
            self._follow()
        else:
            self._errands.ask(request, self._found)

    def _found(self, reply: Reply) -> None:
        """In the thread that reads replies."""
        self.post_message(self.Found(reply))

    def _woken(self) -> None:
        """In the same thread."""
        self.post_message(self.Came())

    def on_log_screen_found(self, message: Found) -> None:
        reply, entity, whole = message.reply, self._entity, self._whole
        if reply.kind == "answer":
            self._choose(reply.told.get("allocations") or ())
        elif reply.denied:  # logs may be allowed where lists are not
            ask(self.board, lambda store, place: allocations_known(store, place, entity, whole=whole),
                lambda known: self._choose(known, reply.sentence))  # fmt: skip
        else:
            self._feed.problem = reply.sentence if reply.kind == "error" else "Nomad gave no answer."
            self._draw()

    def _choose(self, allocations: Sequence[Mapping[str, Any]], refused: str = "") -> None:
        choice = choose(allocations)
        self._ids, self._chosen = choice.ids, chosen_text(choice, refused)
        if not self.is_mounted:
            return
        if self._ids:
            self._follow()
        self._draw()

    def _follow(self) -> None:
        """Follow what is chosen, from the beginning of the window."""
        window = self._window
        since_ms = int((time.time() - window.since_s) * 1000) if window.since_s else 0
        task = self._entity.id.partition("/")[2] if self._entity.kind is EntityKind.TASK and not self._whole else ""
        self._paused = None
        self._labels = {}
        self._feed.open(
            {"allocations": list(self._ids), "task": task, "stream": self._stream, "cluster": self._place,
             "tail": window.tail, "head": window.head, "since_ms": since_ms}
        )  # fmt: skip
        self._search.begin_anew()
        self._view.set_rows(0, 0, self._row)
        self._view.look_anew()
        self._view.action_first() if window.head else self._view.action_last()
        self._draw()

    # -- what is shown -----------------------------------------------------------------------------------------------

    def title_spans(self, width: int) -> tuple[list[Span], list[Span]]:
        right = self.board.picture.title(width)[1]
        of_job = "the job of " if self._whole and self._entity.kind is not EntityKind.JOB else ""
        named = f"Logs of {of_job}{called(self._entity)}"
        return trail_spans((named,), width, right, self.board.palette.glyphs.more), right

    @property
    def subject(self) -> EntityRef:
        """The object whose logs are in front."""
        return self._entity

    def on_log_screen_came(self) -> None:
        pace_s = PACE_S if self._feed.per_second < MANY else 2 * PACE_S
        wait_s = self._drawn_s + pace_s - time.monotonic()
        if wait_s <= 0:
            self._draw()
        elif self._due is None:
            self._due = self.set_timer(wait_s, self._draw)

    def _draw(self) -> None:
        """Take in what came and draw it; look again when the lines a second will have become fewer."""
        self._due, self._drawn_s = None, time.monotonic()
        feed, view = self._feed, self._view
        named = labels(feed.sources.values()) if feed.take_in() else self._labels
        renamed, self._labels = named != self._labels, named
        self._search.update(feed.held)
        end = feed.held.end if self._paused is None else max(feed.held.first, min(self._paused, feed.held.end))
        view.set_rows(feed.held.first, end, self._row, prefix_width(self._labels), self._nothing())
        if renamed:
            view.look_anew()
        self._show_around()
        if self._slower is None and (feed.waits or feed.per_second):
            self._slower = self.set_timer(PACE_S if feed.waits else RATE_S / 2, self._count_again)

    def _count_again(self) -> None:
        self._slower = None
        self._draw()

    def _row(self, number: int) -> LogRow:
        return row_of(self._feed.held[number], self._labels, self._search.what, self.board.palette.glyphs)

    def _nothing(self) -> str:
        followed = any(one.standing == "following" for one in self._feed.sources.values())
        return nothing_text(self._stream) if followed else ""

    def _show_around(self) -> None:
        feed, view, held = self._feed, self._view, self._feed.held
        sources = [feed.sources[one] for one in sorted(feed.sources)]
        self._head.set_spans(standing_spans(sources, self._labels, feed.left, self._chosen, feed.problem))
        new = None if self._paused is None else held.end - self._paused
        counts = Counts(
            len(held), feed.per_second, held.dropped + feed.lost, new, 0 if view.follows else view.below,
            self._window.name, self._stream, view.wraps, self._search.hits, self._search.at_hit,
            held[held.first].at_ms if held else None,
        )  # fmt: skip
        self._foot.set_spans(*count_spans(counts))

    # -- what keys do ------------------------------------------------------------------------------------------------

    def toggle_pause(self) -> None:
        """Let the lines stand, and count those that come; or let them come again."""
        self._paused = self._feed.held.end if self._paused is None else None
        self._draw()

    def toggle_wrap(self) -> None:
        """Wrap long lines or cut them."""
        self._view.set_wrap(not self._view.wraps)
        self._show_around()

    def mark(self) -> None:
        """Put a mark between what came and what comes."""
        now_ms = int(time.time() * 1000)
        self._feed.mark(f"mark at {clock(now_ms)}", now_ms)
        self._draw()

    def set_window(self, which: int) -> None:
        """Read another part of each log."""
        self._window = WINDOWS[which]
        self._follow_again()

    def read_more(self) -> None:
        """Read four times as much of each log."""
        if self._window.head or self._window.tail >= MOST:
            raise RefusedError("More than this is not read; ':save' after '6' keeps the last hour.")
        self._window = self._window.more()
        self._follow_again()

    def next_stream(self) -> None:
        """From stdout to stderr to both."""
        self._stream = STREAMS[(STREAMS.index(self._stream) + 1) % len(STREAMS)]
        self._follow_again()

    def _follow_again(self) -> None:
        if not self._ids:
            raise RefusedError("There is no log here to read.")
        self._follow()

    def go_to_board(self) -> None:
        """To the line whose time is nearest to that of the board."""
        place, held = self.board.picture.place, self._feed.held
        span = held.span()
        if place is None or span is None:
            raise RefusedError("There is no line here yet.")
        number = held.nearest(place.at_ms)
        assert number is not None
        self._view.go_to(number)
        self._show_around()
        if outside := out_of_range(place.at_ms, span):
            raise RefusedError(outside)

    @property
    def sought(self) -> str:
        """What is looked for."""
        return self._search.text

    def search(self, text: str) -> None:
        """Look for a text."""
        try:
            self._search.look_for(text, self._feed.held)
        except WrongPatternError as wrong:
            self.board.say(str(wrong))
            return
        self._show_around()

    def next_hit(self, by: int) -> None:
        """Go to the next hit, or the one before."""
        self._search.go_on(by)
        self._show_around()

    def offer(self, what: str) -> Offer | None:
        """The line that was gone to, or the last one in view."""
        number = self._view.current
        if what in ("id", "line") and number is not None and number < self._feed.held.end:
            return Offer(self._feed.held[number].text, "the line")
        return None

    def to_save(self) -> Saved | None:
        """All lines that are held."""
        lines = self._feed.held.since(0)
        return Saved(f"logs {called(self._entity)}", "log", saved_text(lines, self._labels)) if lines else None
