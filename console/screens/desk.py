"""The running console as its actions see it: every action's verb, on the screen in front or on the tape's reader."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from console.screens import infront
from console.screens.actions.board import REGISTRY
from console.screens.actions.registry import Action, RefusedError
from console.screens.board.rowviews import Filter
from console.screens.lists import objects
from console.screens.prompts import Prompt
from console.screens.searched import Searched
from console.screens.seen import MOVES, AboutSomething, MovedThrough, Sifted
from console.signals import EntityKind, EntityRef, Pane
from widgets.rowlist import RowList

if TYPE_CHECKING:
    from console.panes.sieve import Sieve
    from console.screens.app import BoardApp
    from console.screens.base import DeskScreen
    from console.screens.drill.screen import DetailScreen
    from console.screens.errands import Errands
    from console.screens.governed.auditscreen import AuditScreen
    from console.screens.lists.screen import ListScreen
    from console.screens.logs.screen import LogScreen
    from console.screens.out.verbs import Out
    from console.screens.tape.reader import TapeReader
    from console.screens.timeline.screen import TimelineScreen


class BoardDesk:
    """What the actions of the registry work on."""

    def __init__(self, app: BoardApp) -> None:
        self._app = app
        self.sieve: Sieve | None = None  # what the timeline was last asked to show

    def run(self, action: Action, argument: str = "") -> None:
        """Do an action; a refusal becomes the sentence in the banner."""
        if not action.available(self):
            return
        try:
            action.run(self, argument)
        except RefusedError as refused:
            self._app.say(str(refused))

    def run_line(self, line: str) -> None:
        """Do what a command line says."""
        try:
            action, argument = REGISTRY.parse(line)
            if not action.available(self):
                raise RefusedError(f"':{action.command}' does nothing here.")
            action.run(self, argument)
        except RefusedError as refused:
            self._app.say(str(refused))

    # -- what is so --------------------------------------------------------------------------------------------------

    @property
    def on_board(self) -> bool:
        return self._app.screen is self._app.board_screen

    @property
    def in_detail(self) -> bool:
        return self._detail() is not None

    def _detail(self) -> DetailScreen | None:
        return None if self.on_board else infront.detail_in_front(self._app)

    @property
    def timeline(self) -> TimelineScreen | None:
        return None if self.on_board else infront.timeline_in_front(self._app)

    @property
    def audit(self) -> AuditScreen | None:
        return None if self.on_board else infront.audit_in_front(self._app)

    @property
    def listing(self) -> ListScreen | None:
        return None if self.on_board else objects.listing(self._app)

    @property
    def logs(self) -> LogScreen | None:
        return None if self.on_board else infront.logs_in_front(self._app)

    @property
    def subject(self) -> EntityRef | None:
        screen = self._app.screen
        return screen.subject if isinstance(screen, AboutSomething) else None

    @property
    def errands(self) -> Errands | None:
        return self._app.errands

    @property
    def searched(self) -> Searched | None:
        screen = self._app.screen
        return screen if isinstance(screen, Searched) else None

    @property
    def out(self) -> Out:
        from console.screens.out.verbs import Out

        return Out(self._app)

    @property
    def has_filter(self) -> bool:
        return not self._app.picture.kept.is_open

    @property
    def is_live(self) -> bool:
        place = self._app.picture.place
        return place is None or place.live

    @property
    def can_play(self) -> bool:
        return not self.is_live

    # -- screens -----------------------------------------------------------------------------------------------------

    def leave(self) -> None:
        self._app.leave()

    def back(self) -> None:
        sifted = self._sifted()
        if sifted is not None and sifted.clear():
            return
        if not self.on_board:
            self._app.pop_screen()
        elif self._app.picture.kept.text:
            self.set_filter("")
        else:
            self._keep(Filter())

    def show_help(self) -> None:
        from console.screens.help import HelpScreen

        self._over(HelpScreen)

    def show_palette(self) -> None:
        from console.screens.finder import FinderScreen

        self._over(FinderScreen)

    def show_verdict(self) -> None:
        from console.screens.verdict.screen import VerdictScreen

        self._over(VerdictScreen)

    def show_timeline(self) -> None:
        from console.panes.sieve import Sieve
        from console.screens.timeline.screen import TimelineScreen

        self._over(lambda: TimelineScreen(self.sieve or Sieve()))

    def show_audit(self) -> None:
        from console.screens.governed.auditscreen import AuditScreen

        self._over(AuditScreen)

    def show_list(self, kind: EntityKind) -> None:
        objects.show_list(self._app, kind)

    def open_object(self, typed: str) -> None:
        objects.open_object(self._app, typed)

    def open_logs(self, typed: str, *, whole: bool = False) -> None:
        from console.screens.logs.opening import open_logs

        open_logs(self._app, typed, whole=whole)

    def open_row(self) -> None:
        detail, rows = self._detail() or self.timeline, self._rows()
        if detail is not None:
            detail.go_on()
        elif isinstance(rows, RowList):
            rows.action_activate()

    def describe(self) -> None:
        """Show what is known of the subject, in front of all else."""
        from console.screens.drill.screen import DetailScreen

        detail, subject, audit = self._detail(), self.subject, self.audit
        if audit is not None:
            audit.describe()
        elif detail is not None and subject == detail.about:
            detail.describe()
        elif subject is not None:
            trail = detail.crumbs if detail is not None else ()
            self._app.push_screen(DetailScreen(str(subject), trail=trail, front="facts"))

    def _over(self, kind: Callable[[], DeskScreen]) -> None:
        """Put a screen over the others, unless one of its kind is in front."""
        screen = kind()
        if type(self._app.screen) is not type(screen):
            self._app.push_screen(screen)

    def focus_pane(self, pane: Pane) -> None:
        self._app.to_board()
        self._app.board_screen.focus_pane(pane)

    def cycle_pane(self, by: int) -> None:
        detail = self._detail()
        if detail is not None:
            detail.cycle(by)
        else:
            self._app.board_screen.cycle_pane(by)

    def toggle_strip(self) -> None:
        self._app.board_screen.toggle_strip()

    def move(self, how: str) -> None:
        rows = self._rows()
        if rows is not None:
            MOVES[how](rows)

    def _rows(self) -> MovedThrough | None:
        focused = self._app.screen.focused
        return focused if isinstance(focused, MovedThrough) else None

    # -- prompts and what they set -----------------------------------------------------------------------------------

    def ask_filter(self) -> None:
        searched = self.searched
        if searched is not None:
            before = searched.sought
            self._app.ask(Prompt("/", searched.search, typed=searched.search, given_up=lambda: searched.search(before)))
            return
        sifted = self._sifted()
        before = str(self._app.picture.kept) if sifted is None else sifted.sifted_by
        self._app.ask(Prompt("/", self.set_filter, typed=self.set_filter, given_up=lambda: self.set_filter(before)))

    def ask_command(self) -> None:
        self._app.ask(Prompt(":", self.run_line, complete=partial(REGISTRY.complete, desk=self)))

    def _sifted(self) -> Sifted | None:
        screen = self._app.screen
        return screen if isinstance(screen, Sifted) else None

    def set_filter(self, text: str) -> None:
        sifted = self._sifted()
        if sifted is not None:
            sifted.sift_by(text)
            return
        self._keep(Filter.parse(text)._replace(within=self._app.picture.kept.within))

    def restrict(self, what: str, name: str) -> None:
        kept = self._app.picture.kept
        self._keep(kept._replace(within=kept.within._replace(**{what: name})))

    def places(self, what: str) -> list[str]:
        rows = self._app.picture.rows.values()
        return sorted({name for pane in rows for row in pane if (name := getattr(row.where, what))})

    def _keep(self, kept: Filter) -> None:
        self._app.picture.kept = kept
        self._app.draw(set(Pane))

    def set_theme(self, name: str) -> None:
        self._app.set_palette(name)

    def redraw(self) -> None:
        self._app.redraw()

    def act(self, action: str, text: str) -> None:
        from console.screens.deeds.deed import begin

        begin(self._app, action, text, self.subject)

    def review(self, text: str) -> None:
        from console.screens.reviewing import begin

        begin(self._app, self._app.tape, text, self.subject)

    # -- time --------------------------------------------------------------------------------------------------------

    def step(self, by_ms: int) -> None:
        self._ask(lambda reader: reader.step(by_ms))

    def go_to(self, text: str) -> None:
        self._ask(lambda reader: reader.go_to(text))

    def go_event(self, direction: int) -> None:
        self._ask(lambda reader: reader.go_event(direction))

    def go_live(self) -> None:
        self._ask(lambda reader: reader.go_live())

    def toggle_play(self) -> None:
        self._ask(lambda reader: reader.toggle_play())

    def set_speed(self, text: str) -> None:
        self._ask(lambda reader: reader.set_speed(text))

    def change_speed(self, direction: int) -> None:
        self._ask(lambda reader: reader.change_speed(direction))

    def _ask(self, request: Callable[[TapeReader], None]) -> None:
        self._app.ask_reader(request)
