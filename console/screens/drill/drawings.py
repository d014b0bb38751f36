"""What is drawn above the parts of a declared thing: the stages of a flow with their losses, the life of a model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.widget import Widget

from console.format import moment
from console.screens.drill.flowtext import funnel_stages, funnel_title, stage_opens
from console.screens.drill.lifetext import LANES, life_marks, life_notes, life_title
from console.screens.frame import Detail
from console.signals import EntityKind, EntityRef
from console.times import format_time
from widgets.funnel import Funnel
from widgets.stageaxis import StageAxis

if TYPE_CHECKING:
    from console.screens.app import BoardApp

_AROUND = 4  # lines of a funnel that are no stages
_STEP_MS = 10_000  # live, now moves on by this
_UNCOUNTED = "No counter of it is known, so what goes in and what comes out cannot be told."
_UNTOLD = "Nothing is known of its life: no registry, no file and no job says when anything was done."


def board_of(widget: Widget) -> BoardApp:
    """The app that a widget is in."""
    from console.screens.app import BoardApp

    app = widget.app
    assert isinstance(app, BoardApp)
    return app


def open_detail(widget: Widget, key: str) -> None:
    """Look into something from the drill-down that a widget is in."""
    from console.screens.drill.screen import DetailScreen

    front = widget.screen
    trail = front.crumbs if isinstance(front, DetailScreen) else ()
    widget.app.push_screen(DetailScreen(key, trail=trail))


class FlowDrawing(Funnel):
    """The stages of a flow; enter goes on to what a stage is. It grows with its stages and never shrinks, so that what
    lies below it does not jump to and fro."""

    DEFAULT_CSS = "FlowDrawing { height: 4; max-height: 40%; }"

    def __init__(self) -> None:
        super().__init__(id="drawing")
        self._detail: Detail | None = None
        self._tallest = 4

    def draw(self, detail: Detail) -> None:
        """Show what came of it."""
        self._detail = detail
        told = detail.integrity
        self.set_title(*funnel_title(told))
        self.set_stages(funnel_stages(told) if told is not None else ())
        self.set_empty(_UNCOUNTED)
        if len(self.stages) + _AROUND > self._tallest:
            self._tallest = len(self.stages) + _AROUND
            self.styles.height = self._tallest

    def action_activate(self) -> None:
        """Look into what the stage at the cursor is about."""
        told, stage = self._detail.integrity if self._detail is not None else None, self.selected
        if told is None or stage is None:
            return
        opens = stage_opens(told, stage.key)
        if opens:
            open_detail(self, opens)
        else:
            board_of(self).say(f"There is nothing more to see of {stage.name} than what stands here.")


class LifeDrawing(StageAxis):
    """The life of a model; enter on a mark takes all screens to its time."""

    DEFAULT_CSS = "LifeDrawing { height: 9; max-height: 45%; }"

    def __init__(self) -> None:
        super().__init__(moment=moment, id="drawing")

    def draw(self, detail: Detail) -> None:
        """Show it up to the time of the detail."""
        life = detail.life
        self.set_title(*life_title(life))
        if life is not None:
            self.set_marks(LANES, life_marks(life), detail.at_ms // _STEP_MS * _STEP_MS, life_notes(life))
        self.set_empty(_UNTOLD)

    def action_activate(self) -> None:
        """Go to the time of the mark at the cursor."""
        mark, board = self.selected, board_of(self)
        place = board.picture.place
        if mark is None or place is None:
            return
        if mark.at_ms < place.span[0]:
            board.say(f"{moment(mark.at_ms)} lies before this tape, which begins at {moment(place.span[0])}.")
        else:
            board.desk.go_to(format_time(mark.at_ms))


DRAWINGS: dict[EntityKind, Callable[[], FlowDrawing | LifeDrawing]] = {
    EntityKind.FLOW: FlowDrawing,
    EntityKind.MODEL: LifeDrawing,
}


def drawing_of(entity: EntityRef | None) -> FlowDrawing | LifeDrawing | None:
    """What is drawn of an entity; None where nothing is."""
    made = DRAWINGS.get(entity.kind) if entity is not None else None
    return made() if made is not None else None
