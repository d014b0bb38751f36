"""The app: keeps the picture, hands frames to the screen in front, and keys to the registry."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.message import Message
from textual.screen import Screen

from console.screens.actions.board import REGISTRY
from console.screens.actions.registry import RefusedError
from console.screens.base import DeskScreen
from console.screens.board.screen import BoardScreen
from console.screens.desk import BoardDesk
from console.screens.frame import Frame
from console.screens.picture import Picture
from console.screens.prompts import Prompt
from console.screens.start import Start
from console.screens.userthemes import load_theme, theme_names
from console.signals import Pane
from console.terminal.drawing import DrawingApp
from console.terminal.driver import FastDriver
from themes import ThemeError
from widgets.lineinput import LineInput
from widgets.palette import Palette
from widgets.textual_theme import use_palette

if TYPE_CHECKING:
    from console.config import Settings
    from console.screens.deeds.deed import Deed
    from console.screens.drill.ranking import Ranking
    from console.screens.drill.watched import Watched
    from console.screens.errands import Errands
    from console.screens.tape.reader import TapeReader

DEFAULT_THEME = "ansi"
BROKEN = 70


class Feed(Protocol):
    """Where frames come from: a thread that reads a tape, or a reading in place for tests and snapshots."""

    start: Start

    def connect(self, take: Callable[[Frame], None], broken: Callable[[], None]) -> list[Frame]:
        """Hand every frame from now on to ``take``, from any thread; returns those that nobody has seen.

        ``broken`` is called when reading has ended by a fault of ours.
        """
        ...

    def ask(self, request: Callable[[TapeReader], None]) -> None:
        """Have the reader do something; a frame follows."""
        ...

    def pace(self, tick_s: float) -> None:
        """Hand over what nobody asked for no more often than this from now on."""
        ...


class BoardApp(DrawingApp[int]):
    """The console on one tape. ``ready`` is called once the board is drawn for the first time."""

    TITLE = "Fourth Signal"
    ENABLE_COMMAND_PALETTE = False
    INHERIT_BINDINGS = False
    BINDINGS: ClassVar[list[BindingType]] = [
        # A key that opens a line is done before the next key is looked at: that one goes to the line.
        Binding(",".join(action.keys), f"do('{action.id}')", action.title, show=False, priority=action.asks)
        for action in REGISTRY.actions
        if action.keys
    ]

    class Framed(Message):
        """The reader has a new frame."""

        def __init__(self, frame: Frame) -> None:
            super().__init__()
            self.frame = frame

    def __init__(
        self,
        feed: Feed,
        *,
        theme: str | None = None,
        ascii_only: bool = False,
        ready: Callable[[], None] | None = None,
        driver_class: type[Driver] | None = FastDriver,
        errands: Callable[[], Errands] | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.palette = Palette(load_theme(theme or DEFAULT_THEME), ascii_only=ascii_only)
        super().__init__(driver_class=driver_class)
        self._feed = feed
        self._ascii_only = ascii_only
        self._when_ready = ready
        self.picture = Picture(feed.start, self.palette.glyphs)
        self.desk = BoardDesk(self)
        self.board_screen = BoardScreen()
        self.last_lines: tuple[str, ...] = ()
        self._ranking: Ranking | None = None
        self._make_errands = errands
        self._settings = settings
        self._errands: Errands | None = None
        self.deeds: list[Deed] = []  # what this viewer has been asked to do to Nomad
        self._warned_of: tuple[Deed, ...] = ()
        use_palette(self, self.palette)  # before the first stylesheet is made: changing it later costs another one

    def get_default_screen(self) -> Screen[None]:
        return self.board_screen

    def on_mount(self) -> None:
        if self._when_ready is not None:
            self.call_after_refresh(self._when_ready)

    @property
    def fault(self) -> Exception | None:
        """What ended the board although nobody asked for it."""
        return self._exception

    def _handle_exception(self, error: Exception) -> None:
        """Leave. Textual would print a traceback with the values of everything; who runs the board raises `fault`, and
        the command tells it in one sentence and logs the rest, as for every verb.
        """
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()

    # -- frames ------------------------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Begin to take frames; the ones that are there already are drawn with the first picture."""
        for frame in self._feed.connect(self._take, self._broken):
            self.picture.take(frame)

    def _broken(self) -> None:
        self.call_from_thread(self.exit, BROKEN)

    def _take(self, frame: Frame) -> None:
        self.post_message(self.Framed(frame))

    def on_board_app_framed(self, message: Framed) -> None:
        self.draw(self.picture.take(message.frame))

    def draw(self, changed: set[Pane]) -> None:
        """Draw what changed on the screen in front."""
        screens = self.screen_stack
        if screens and isinstance(screens[-1], DeskScreen):  # none is left when a frame comes while one leaves
            screens[-1].show(changed)

    def say(self, sentence: str) -> None:
        """Show one sentence until something else is asked for."""
        self.picture.said = sentence
        self.draw(set())

    def paced(self, tick_s: float) -> None:
        self._feed.pace(tick_s)

    def look_into(self, watched: Watched | None) -> None:
        """Have its detail come with every frame; None: no one's.

        What came last stays until then: who draws it looks whose it is, and a frame like the one before is not sent.
        """
        self._feed.ask(lambda reader: reader.watch(watched))

    @property
    def ranking(self) -> Ranking:
        """Who is asked what moved with a signal; made when it is first asked for."""
        if self._ranking is None:
            from console.screens.drill.ranking import Ranking

            self._ranking = Ranking(self._feed.start.tape)
        return self._ranking

    @property
    def tape(self) -> str:
        """The path or URL of the tape that is shown."""
        return self._feed.start.tape

    @property
    def own_settings(self) -> Settings:
        """The settings of this viewer; those of its environment where nobody handed any on. May raise ConfigError."""
        if self._settings is None:
            from console.config import load_settings

            self._settings = load_settings({}, os.environ)
        return self._settings

    @property
    def errands(self) -> Errands | None:
        """Who asks Nomad for this viewer; None where there is no Nomad to ask: on a recording."""
        if self._errands is None and self._make_errands is not None:
            self._errands = self._make_errands()
        return self._errands

    def errands_or_refuse(self, what: str) -> Errands:
        """The same where it must be there. ``what`` begins the sentence of the refusal: "logs are read"."""
        errands = self.errands
        if errands is None:
            raise RefusedError(f"This is a recording: {what} from Nomad, live.")
        return errands

    def on_unmount(self) -> None:
        for helper in (self._ranking, self._errands):
            if helper is not None:
                helper.close()

    def ask_reader(self, request: Callable[[TapeReader], None]) -> None:
        """Have the reader do something."""
        self.picture.said = ""
        self._feed.ask(request)

    # -- screens -----------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a line is typed its letters are no commands, not even those that come first otherwise."""
        if action != "do":
            return True
        wanted = REGISTRY.by_id(str(parameters[0]))
        if isinstance(self.focused, LineInput) and wanted.asks:
            return False
        return wanted.available(self.desk)  # else another action of the same key may be meant

    def action_do(self, action_id: str) -> None:
        """Do an action of the registry: what all keys are bound to."""
        self.picture.said = ""
        self.desk.run(REGISTRY.by_id(action_id))
        self.draw(set())

    def ask(self, prompt: Prompt) -> None:
        """Ask for a line on the screen in front."""
        if isinstance(self.screen, DeskScreen):
            self.screen.ask(prompt)

    def to_board(self) -> None:
        """Take away what lies over the board."""
        while self.screen is not self.board_screen:
            self.pop_screen()

    def set_palette(self, name: str) -> None:
        """Draw with another theme; a wrong name becomes a sentence, and none lists those that there are."""
        if not name:
            self.say(f"Themes: {', '.join(theme_names())}. This is {self.palette.name}.")
            return
        try:
            theme = load_theme(name)
        except ThemeError as error:
            self.say(str(error))
            return
        self.palette = Palette(theme, ascii_only=self._ascii_only)
        use_palette(self, self.palette)

    def leave(self) -> None:
        """Leave, and remember the board as it looks. While something is done to Nomad it has to be said twice: what
        comes of it is followed, and written down, by this viewer.
        """
        under_way = tuple(deed for deed in self.deeds if deed.told.stage == "sent")
        if under_way and under_way != self._warned_of:
            self._warned_of = under_way
            raise RefusedError(f"{under_way[0].told.title}: it is under way and followed from here; q again leaves.")
        if self.screen is self.board_screen:
            self.last_lines = tuple(screen_lines(self.screen))
        self.exit(0)


def screen_lines(screen: Screen[Any]) -> list[str]:
    """The screen's cells as text, a line a row."""
    width = screen.size.width
    return ["".join(segment.text for segment in line).ljust(width) for line in screen._compositor.render_strips()]
