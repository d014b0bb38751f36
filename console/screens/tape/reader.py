"""Reads one tape at a place in time and folds it into rows. No Textual, no threads, no clock of its own.

Live, it reads what was added since it last looked. Elsewhere it reads the state at that time; while playing, what lies
between the last tick and this one. What it cannot read it says, and goes on with what it has.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.format import clock, moment
from console.panes.board import BoardModel
from console.panes.world import KEPT
from console.screens.actions.registry import RefusedError
from console.screens.frame import Crew, Frame, Place
from console.screens.lists.reader import InventoryReader
from console.screens.start import Start
from console.screens.tape import lookup
from console.screens.tape.ahead import Ahead
from console.screens.tape.speeds import next_speed, speed_of
from console.screens.verdict.verdicts import Verdicts
from console.signals import Pane, RecordKind, Signal
from console.tape.audits import AUDIT
from console.tape.errors import TapeError
from console.tape.store import Store
from console.tape.verdicts import ANALYSIS

if TYPE_CHECKING:
    from console.screens.drill.watched import Watched
    from console.screens.timeline.reader import TimelineReader

AHEAD_MS = 300_000  # of tape time, read at once while playing
_AT_ONCE = 500  # records: a Nomad that is read anew writes ten thousand, and read together they take 30 MB
READ_ON_S = 0.05  # between two pages of earlier events, so that keys come first
LONGEST_WAIT_S = 10.0  # how late it may be noticed that a source has fallen silent


class TapeReader:
    """One tape, one place in time, and the rows that belong there. Used by one thread."""

    def __init__(self, store: Store, start: Start, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._now_ms = now_ms
        self._live_mode = start.mode == "live"
        self._speed = start.speed
        self._playing = start.play and not self._live_mode
        self._signals: dict[int, Signal] = {}
        self._model = BoardModel()
        self._seq = 0
        self._ahead: Ahead | None = None
        self._changed: set[Pane] = set(Pane)
        self._said = ""
        self._trouble = ""
        self._watched: Watched | None = None
        self._timeline: TimelineReader | None = None
        self.inventory = InventoryReader(now_ms)
        self._marks = lookup.StripMarks(store)
        self._verdicts = Verdicts(store)
        self._span = store.span() or (now_ms(), now_ms())
        self._at_ms: int | None = None
        if not self._live_mode:
            self._at_ms = self._inside(
                lookup.recording_start(store, self._span) if start.at_ms is None else start.at_ms
            )
        elif start.at_ms is not None:
            self._at_ms = self._inside(start.at_ms)
        self._ticked_ms = now_ms()
        self._load()

    # -- where it stands ---------------------------------------------------------------------------------------------

    @property
    def place(self) -> Place:
        """Where the picture stands now."""
        at_ms = self._seen_ms() if self._at_ms is None else self._at_ms
        live = self._at_ms is None
        return Place(at_ms, self._span, live, self._playing, self._speed, live or at_ms >= self._span[1])

    def due_s(self) -> float | None:
        """Seconds after which `poll` has something to do although nothing was added to the tape; None: never."""
        if self._playing:
            return 0.25
        if self._marks.more or self._verdicts.more:
            return READ_ON_S
        due_s = [self.inventory.due_s(), self._timeline.due_s() if self._timeline is not None else None]
        if self._at_ms is None:
            due_s.append(max(0.25, min(LONGEST_WAIT_S, (self._model.next_change_ms() - self._now_ms()) / 1000)))
        return min((one for one in due_s if one is not None), default=None)

    def poll(self) -> None:
        """Take in what is due: additions when live, the next stretch when playing, earlier events of the strip."""
        self._marks.read_on()
        self._verdicts.read_on()
        self.inventory.poll()
        if self._at_ms is None:
            self._follow()
        elif self._playing:
            self._play_on(self._at_ms)
        elif self._live_mode:
            self._span = self._store.span() or self._span

    def use(self, store: Store) -> None:
        """Go on with the same tape opened anew."""
        self._store = store
        self._marks = lookup.StripMarks(store)
        self._verdicts = Verdicts(store)
        self._load()

    def finish(self) -> None:
        """Read all that is read bit by bit otherwise: for whoever wants one whole picture."""
        self.inventory.finish()
        while self._marks.more or self._verdicts.more:
            self._marks.read_on()
            self._verdicts.read_on()
        while self._timeline is not None and self._timeline.story(self._store, self.place).reading:
            pass

    def say(self, sentence: str) -> None:
        """Show a sentence with the next frame."""
        self._said = sentence

    def lost(self, error: TapeError) -> None:
        """The tape could not be read just now."""
        self._trouble = f"{error} What is shown is what was read before."

    def frame(self, crew: Crew = Crew()) -> Frame:  # noqa: B008 - frozen
        """All that changed since the frame before."""
        changed, self._changed = self._changed, set()
        said, self._said = self._said, ""
        place = self.place
        first, last = lookup.strip_window(place)
        return Frame(
            place=place,
            header=self._model.header()._replace(at_ms=place.at_ms),
            crew=crew,
            rows={pane: self._model.rows(pane) for pane in changed},
            feeds={pane: tuple(map(lookup.coarse, self._model.feeds(pane))) for pane in Pane},
            notices={pane: self._model.notice(pane) for pane in Pane},
            marks=self._marks.between(first, last),
            window=(first, last),
            trouble=self._trouble,
            said=said,
            detail=self.inventory.detail(self._watched, self._model, self._signals, place),
            verdict=self._verdicts.doc,
            told=self._verdicts.told(place, (first, last), self._signals, self._model.pulses, self._now_ms()),
            timeline=self._timeline.story(self._store, place) if self._timeline is not None else None,
            table=self.inventory.table(place.at_ms),
            audit=self.inventory.governed.audit(self._signals, place.at_ms),
        )

    # -- what a person asks for --------------------------------------------------------------------------------------

    def step(self, by_ms: int) -> None:
        """Move by so much time; forward beyond the end of a live tape is live."""
        place = self.place
        if place.live and by_ms > 0:
            self._said = "This is live; nothing is later."
            return
        self._go(place.at_ms + by_ms)

    def go_to(self, text: str) -> None:
        """Go to a time as people type it."""
        self._go(lookup.typed_time(text, self._span))

    def go_event(self, direction: int) -> None:
        """Go to the next event or onset after the place, or with -1 to the one before, and say what it was."""
        if (found := lookup.stop(self._store, self.place.at_ms, self._span, direction)) is None:
            self._said = "There is no later event on this tape." if direction > 0 else "There is no earlier event."
            return
        self._playing = False
        self._go(found[0])
        self._said = f"{clock(found[0])} {found[1]}"

    def go_live(self) -> None:
        """Back to live; on a tape that is not recorded now, to its end."""
        self._playing = False
        if self._live_mode:
            self._at_ms = None
            self._load()
        else:
            self._go(self._span[1])

    def toggle_play(self) -> None:
        """Play on or pause."""
        place = self.place
        if place.live:
            raise RefusedError("This is live; go back in time to play what was recorded.")
        if not self._playing and place.at_end:
            self._said = "This is the end of the tape."
            return
        self._playing = not self._playing
        self._ticked_ms = self._now_ms()

    def set_speed(self, text: str) -> None:
        """Play at so many times real time."""
        self._speed = speed_of(text)

    def change_speed(self, direction: int) -> None:
        """The next faster or slower of the usual speeds."""
        self._speed = next_speed(self._speed, direction)

    def watch(self, watched: Watched | None) -> None:
        """What goes with every frame as its detail; None: nothing."""
        self._watched = watched
        self.inventory.watch(None if watched is None else watched.entity)

    def look(self, work: Callable[[Store, Place], None]) -> None:
        """Let somebody read the tape once, at the place where this stands."""
        work(self._store, self.place)

    def tell_timeline(self, timeline: TimelineReader | None) -> None:
        """What goes with every frame as its timeline; None: nothing."""
        self._timeline = timeline

    # -- reading -----------------------------------------------------------------------------------------------------

    def _inside(self, at_ms: int) -> int:
        return min(max(at_ms, self._span[0]), self._span[1])

    def _seen_ms(self) -> int:
        pulses = self._model.pulses.items()
        return max([self._span[1], *(at for source, at in pulses if source not in (ANALYSIS, AUDIT))])

    def _go(self, at_ms: int) -> None:
        wanted, self._at_ms = at_ms, self._inside(at_ms)
        if wanted > self._span[1]:
            if self._live_mode:
                self._at_ms = None
            self._said = "" if self._live_mode else f"The tape ends at {moment(self._span[1])}."
        elif wanted < self._span[0]:
            self._said = f"The tape begins at {moment(self._span[0])}."
        self._ticked_ms = self._now_ms()
        self._load()

    def _load(self) -> None:
        """Read the state at the place anew."""
        store, live = self._store, self._at_ms is None
        self._ahead = None
        with store.reading():
            self._seq = store.last_seq()
            self._span = store.span() or self._span
            at_ms = self._now_ms() if self._at_ms is None else self._at_ms
            self._signals = store.signals()
            self._model = BoardModel()
            states = store.states_at(None if live else at_ms, KEPT)
            self._verdicts.load(None if live else at_ms, states)
            self._model.load(
                at_ms,
                states,
                self._signals,
                lookup.samples_of(store, self._signals, at_ms),
                store.gaps(at_ms - lookup.PAST_MS, at_ms),
                store.pulses() if live else None,
            )
            window = lookup.strip_window(self.place)
            self._marks.aim(*window, live=live, anew=live)
            self._verdicts.aim(window, live=live)
        self.inventory.moved(store, self._at_ms)
        self._changed = set(Pane)
        self._trouble = ""

    def _follow(self) -> None:
        now_ms = self._now_ms()
        more = True
        while more:
            changes = self._store.changes_after(self._seq, _AT_ONCE, self.inventory.unread)
            more, self._seq = changes.more, changes.last_seq
            new = self._store.signals(max(self._signals, default=0)) if changes.blocks else {}
            self._signals.update(new)
            told = [record for record in changes.records if record.kind is not RecordKind.EVENT]
            self._changed |= self._model.apply(now_ms, told, changes.blocks, signals=new, pulses=self._store.pulses())
            self._marks.add(changes.records)
            if self._timeline is not None:
                self._timeline.add(changes.records)
            self._verdicts.take(changes.records, now_ms)
            self.inventory.take(changes.records)
            last = [record.at_ms for record in changes.records] + [block.to_ms for block in changes.blocks]
            self._span = (self._span[0], max([self._span[1], *(at for at in last if at <= now_ms)]))
        self._trouble = ""

    def _play_on(self, from_ms: int) -> None:
        now_ms = self._now_ms()
        to_ms = self._inside(from_ms + round((now_ms - self._ticked_ms) * self._speed))
        self._ticked_ms = now_ms
        if self._ahead is None or not self._ahead.covers(from_ms, to_ms):
            reach = max(AHEAD_MS, round(10_000 * self._speed))
            self._ahead = Ahead(self._store, self._signals, from_ms, max(to_ms, from_ms + reach))
        self._at_ms = to_ms
        records = self._ahead.records(from_ms, to_ms)
        self._changed |= self._model.apply(to_ms, records, self._ahead.blocks(from_ms, to_ms), signals={})
        self._verdicts.take(records, to_ms)
        self.inventory.take(records)
        if to_ms >= self._span[1]:
            self._end_play()

    def _end_play(self) -> None:
        self._playing = False
        if self._live_mode:
            self.go_live()
        else:
            self._said = "The tape has ended. 'N' goes to the event before, ':at' anywhere."
