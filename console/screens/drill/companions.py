"""What moved with a signal, ranked, as lanes: asks the ranker when it is time, waits for it, draws what it said."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from textual import on
from textual.message import Message
from textual.timer import Timer

from console.format import clock
from console.screens.drill.asking import Drill
from console.screens.drill.lanetext import (
    axis_of,
    lanes_of,
    lanes_status,
    lanes_title,
    nothing_text,
    own_name,
    waiting_text,
)
from console.screens.drill.ranking import Answer
from console.screens.frame import Detail, LaneQuery
from widgets.lanes import Lanes

if TYPE_CHECKING:
    from console.screens.app import BoardApp
    from console.screens.drill.ranking import Question
    from console.screens.frame import Place

SETTLED_S = 0.25  # a selection or a place in time that stays for so long is asked about


class Companions(Lanes):
    """Lanes of one drill-down. ``consider`` says where and about what, ``show`` draws what the last frame has of it."""

    class Ranked(Message):
        """The ranker has answered."""

        def __init__(self, answer: Answer) -> None:
            super().__init__()
            self.answer = answer

    class Wants(Message):
        """There is an answer, and samples of other signals are to be read for it: ``samples``."""

    def __init__(self) -> None:
        super().__init__(clock=lambda at_ms: clock(at_ms, seconds=False))
        self._drill = Drill()
        self._settling: Timer | None = None
        self._symptom: str | None = None
        self._place: Place | None = None
        self._called = ""

    @property
    def _board(self) -> BoardApp:
        from console.screens.app import BoardApp

        app = self.app
        assert isinstance(app, BoardApp)
        return app

    @property
    def samples(self) -> LaneQuery | None:
        """The signals of the ranking and its time, to be read with every frame."""
        return self._drill.query()

    def settled(self, detail: Detail) -> bool:
        """Whether nothing is being ranked or read for it."""
        return not self._drill.waits and detail.query == self._drill.query()

    def on_unmount(self) -> None:
        self._rest()
        self._board.ranking.forget(self._tell)

    def forget(self) -> None:
        """Somebody else is in front: what is waited for is asked for again later."""
        self._drill.forget()

    # -- asking ------------------------------------------------------------------------------------------------------

    def consider(self, symptom: str | None, place: Place) -> None:
        """Ask for a ranking if it is time: at once at first, else when selection and place have settled."""
        if symptom != self._symptom:
            self._rest()  # a key moved on: the time to settle begins anew
        self._symptom, self._place = symptom, place
        question = self._drill.due(symptom, place, time.monotonic())
        if question is None:
            return
        if self._drill.asked is None:
            self._ask(question)
        elif self._settling is None:
            self._settling = self.set_timer(SETTLED_S, self._settle)

    def _rest(self) -> None:
        if self._settling is not None:
            self._settling.stop()
            self._settling = None

    def _settle(self) -> None:
        self._settling = None
        place = self._place
        question = self._drill.due(self._symptom, place, time.monotonic()) if place is not None else None
        if question is not None and self.screen is self.app.screen:
            self._ask(question)

    def _ask(self, question: Question) -> None:
        self._drill.ask(question, time.monotonic())
        self._board.ranking.ask(question, self._tell)
        detail = self._board.picture.detail
        if detail is not None:
            self._head(detail)

    def _tell(self, answer: Answer) -> None:
        self.post_message(self.Ranked(answer))

    @on(Ranked)
    def _ranked(self, message: Ranked) -> None:
        message.stop()
        if self._drill.take(message.answer):
            self.post_message(self.Wants())

    # -- drawing -----------------------------------------------------------------------------------------------------

    def show(self, detail: Detail, name: str) -> None:
        """Draw what is there. ``name`` is what the signal that is asked about is called."""
        self._called = name
        self._head(detail)
        drill = self._drill
        verdict, query = drill.verdict, drill.query()
        if drill.answer is not None and drill.answer.problem:
            self.set_empty(drill.answer.problem, "warn")
        elif verdict is None or query is None:
            self.set_empty(f"{waiting_text(detail.signals)} ..." if drill.waits else "")
        elif detail.query == query:
            asked = drill.answer.question.symptom if drill.answer is not None else None
            drawn = lanes_of(verdict, detail.lanes, asked, own_name(detail, asked))
            first_time = not self.lanes
            self.set_lanes(axis_of(verdict, query._replace(from_ms=detail.lanes_from_ms)), drawn)
            if first_time and len(drawn) > 1:
                self.select(drawn[1].key)  # what moved most with it, not what it is held against
            self.set_empty(nothing_text(verdict, query, detail.signals))

    def _head(self, detail: Detail) -> None:
        drill = self._drill
        self.set_title(
            lanes_title(self._called),
            lanes_status(drill.verdict, detail.signals, waits=drill.waits),
        )
