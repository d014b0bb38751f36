"""One action on Nomad as the viewer knows it: asked for, planned, confirmed, under way, over. No widget."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from console.errands.protocol import Reply
from console.format import clock
from console.screens.actions.registry import RefusedError
from console.signals import EntityRef
from widgets.text import clean

if TYPE_CHECKING:
    from console.screens.app import BoardApp
    from console.screens.errands import Errands

_NOT_ALLOWED = (
    "Nothing may be done to Nomad from here. Leave, and start with 'fourthsignal --allow-actions' to restart, stop, "
    "revert, promote, fail, or change eligibility."
)


class Told(NamedTuple):
    """All that there is to show. ``stage``: planning, planned, refused, sent, over. ``steps``: seconds and sentence."""

    stage: str = "planning"
    title: str = ""
    affects: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    name: str = ""
    permit: str = ""
    notice: str = ""
    did: str = ""
    steps: tuple[tuple[float, str], ...] = ()
    outcome: str = ""
    well: bool = True
    problem: str = ""


class Deed:
    """Asks the errands, and tells ``changed`` whenever there is something new. Used from the app's thread;
    ``later`` brings what another thread has into it."""

    def __init__(
        self,
        errands: Errands,
        asked: Mapping[str, Any],
        changed: Callable[[], None],
        later: Callable[[Callable[[], None]], object],
    ) -> None:
        self.told = Told()
        self._errands = errands
        self._asked = dict(asked)
        self._changed = changed
        self._later = later
        self._index = 0
        self._changed_meanwhile = False

    def plan(self, notice: str = "") -> None:
        """Ask what it would affect."""
        self._set(Told(notice=notice))
        self._ask("plan", self._planned)

    def confirm(self, typed: str) -> None:
        """Do it if the name is right; say so if it is not."""
        told = self.told
        if told.stage != "planned":
            return
        if typed.strip() != clean(told.name):
            what = f"'{typed.strip()}' is not '{told.name}'" if typed.strip() else f"Type {told.name} to do it"
            self._set(told._replace(notice=f"{what}: nothing was done."))
            return
        self._set(told._replace(stage="sent", notice=""))
        self._changed_meanwhile = False
        self._ask("act", self._acted, index=self._index, typed=told.name)

    def _ask(self, ask: str, take: Callable[[Reply], None], **more: Any) -> None:
        request = {**self._asked, **more, "ask": ask}
        self._errands.ask(request, lambda reply: _ignored(self._later(lambda: take(reply))))

    def _set(self, told: Told) -> None:
        self.told = told
        self._changed()

    def _planned(self, reply: Reply) -> None:
        if reply.kind != "answer":
            self._set(self.told._replace(stage="refused", problem=reply.sentence))
            return
        plan, permit = reply.told["plan"], reply.told["permit"]
        told = self.told._replace(
            title=str(plan["title"]),
            affects=tuple(map(str, plan["affects"])),
            warnings=tuple(map(str, plan["warnings"])),
            name=str(plan["name"]),
        )
        if permit["may"] is False:
            self._set(told._replace(stage="refused", problem=f"Not permitted: {permit['why']}; {permit['todo']}"))
            return
        # What was found is asked for from now on: what a name or the beginning of an id means may change.
        self._asked.update(kind=reply.told["kind"], key=reply.told["key"], words=reply.told["words"])
        self._index = int(reply.told["index"])
        self._set(told._replace(stage="planned", permit="" if permit["may"] else str(permit["why"])))

    def _acted(self, reply: Reply) -> None:
        if reply.kind == "part":
            _PARTS.get(str(reply.told.get("stage")), Deed._nothing)(self, reply.told)
        elif reply.kind == "answer":
            outcome, well = str(reply.told["outcome"]), reply.told["well"] is True
            self._set(self.told._replace(stage="over", outcome=outcome, well=well))
        elif self._changed_meanwhile:
            self.plan(notice=f"{reply.why}. This is the plan as of now.")
        else:
            sentence = reply.sentence if reply.kind == "error" else "It was not followed to its end."
            self._set(self.told._replace(stage="over" if self.told.did else "refused", problem=sentence))

    def _nothing(self, told: Mapping[str, Any]) -> None:
        """A part of a newer process, which says nothing to us."""

    def _has_changed(self, told: Mapping[str, Any]) -> None:
        self._changed_meanwhile = True

    def _sent(self, told: Mapping[str, Any]) -> None:
        self._set(self.told._replace(did="Nomad is asked; it has not answered yet."))

    def _done(self, told: Mapping[str, Any]) -> None:
        self._set(self.told._replace(did=f"{told['text']}."))

    def _unknown(self, told: Mapping[str, Any]) -> None:
        self._set(self.told._replace(did=f"Nobody can tell whether it was done: {told['why']}. It is not tried again."))

    def _unrecorded(self, told: Mapping[str, Any]) -> None:
        self._set(self.told._replace(notice=f"This could not be written down: {told['why']}."))

    def _step(self, told: Mapping[str, Any]) -> None:
        step = (float(told["after_s"]), str(told["text"]))
        self._set(self.told._replace(steps=(*self.told.steps, step)))


_PARTS: dict[str, Callable[[Deed, Mapping[str, Any]], None]] = {
    "changed": Deed._has_changed,
    "sent": Deed._sent,
    "done": Deed._done,
    "unknown": Deed._unknown,
    "unrecorded": Deed._unrecorded,
    "step": Deed._step,
}


def _ignored(value: object) -> None:
    return None


def begin(app: BoardApp, action: str, text: str, subject: EntityRef | None) -> None:
    """Open the screen of an action. Raises RefusedError where nothing can be done."""
    from console.screens.deeds.screen import DeedScreen

    start, place = app.picture.start, app.picture.place
    if start.mode != "live":
        raise RefusedError("This is a recording: nothing can be done to Nomad from it.")
    if not start.actions:
        raise RefusedError(_NOT_ALLOWED)
    if place is None or not place.live:
        at = "the past" if place is None else clock(place.at_ms)
        raise RefusedError(f"You look at {at}; go back to live first, with '.'.")
    if isinstance(app.screen, DeedScreen):
        if app.screen.under_way:
            raise RefusedError("Another action is under way; esc leaves its screen, and it goes on.")
        app.pop_screen()
    asked: dict[str, Any] = {"action": action, "words": _words(text)}
    if subject is not None:
        asked |= {"kind": subject.kind.value, "key": subject.id}
    app.push_screen(DeedScreen(app.errands_or_refuse("actions are done"), asked))


def _words(text: str) -> list[str]:
    """What was typed as words; quotes keep a name with spaces together."""
    try:
        return shlex.split(text)
    except ValueError:  # a quote that is not closed
        return text.split()
