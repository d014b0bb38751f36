"""What one version of a job changed: in the words of the tape, and field by field as Nomad compares it, live."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual import on
from textual.message import Message
from textual.widget import Widget

from console.inventory.shapes import Line, Section
from console.naming import job_name, namespace_of, place_of
from console.screens.base import DeskScreen
from console.screens.drill.story import Chapter, Saying, story_lines
from console.screens.trail import trail_spans
from console.signals import EntityKind, EntityRef, Health, Pane
from widgets.text import Span
from widgets.textview import TextView

if TYPE_CHECKING:
    from console.errands.protocol import Reply
    from console.screens.errands import Errand

_KEY = "version:"
_MOST_CHANGES = 2_000


def version_of(key: str) -> tuple[EntityRef, int] | None:
    """The job and the number of a part that is a version (``version:prod/a@7``); None for other parts."""
    job, at, number = key.removeprefix(_KEY).rpartition("@")
    if not key.startswith(_KEY) or not at or not job or not number.isdecimal():
        return None
    return EntityRef(EntityKind.JOB, job), int(number)


class DiffScreen(DeskScreen):
    """One version of a job. ``section`` and ``line`` are where the sheet of the job tells of it."""

    class Compared(Message):
        """Nomad has compared it with the version before."""

        def __init__(self, reply: Reply) -> None:
            super().__init__()
            self.reply = reply

    def __init__(self, job: EntityRef, number: int, section: Section, line: Line, trail: Sequence[str] = ()) -> None:
        super().__init__()
        self._job = job
        self._number = number
        self._line = line
        self._section = section
        self._trail = tuple(trail)
        self._view = TextView()
        self._errand: Errand | None = None
        self._reply: Reply | None = None
        self._told: Sequence[Chapter] = ()

    def body(self) -> Iterable[Widget]:
        yield self._view

    def on_mount(self) -> None:
        self._view.focus()
        errands = self.board.errands
        if errands is not None:
            request = {
                "ask": "diff", "job": job_name(self._job.id), "namespace": namespace_of(self._job.id),
                "from": -1, "to": self._number, "cluster": place_of(self._job.id),
            }  # fmt: skip
            self._errand = errands.ask(request, self._heard)

    def on_unmount(self) -> None:
        if self._errand is not None:
            self._errand.stop()

    def _heard(self, reply: Reply) -> None:
        self.post_message(self.Compared(reply))

    @property
    def subject(self) -> EntityRef:
        """The job."""
        return self._job

    def title_spans(self, width: int) -> tuple[list[Span], list[Span]]:
        right = self.board.picture.title(width)[1]
        return trail_spans((*self._trail, self._line.name), width, right, self.board.palette.glyphs.more), right

    @on(Compared)
    def _compared(self, message: Compared) -> None:
        self._reply = message.reply
        self.show(set())

    def show_body(self, changed: set[Pane]) -> None:
        told = (_by_the_tape(self._section, self._line), self._by_nomad())
        if told != self._told:
            self._told = told
            glyphs = self.board.palette.glyphs
            self._view.set_lines(
                lambda width: [[Span(" "), *line] for line in story_lines(told, width - 2, glyphs)]
            )  # fmt: skip

    def _by_nomad(self) -> Chapter:
        title = "Field by field, by Nomad"
        if self.board.errands is None:
            words = "Nomad is asked for this live; a recording holds what stands above."
            return Chapter(title, (Saying("", words, dim=True),), marked=False)
        if self._reply is None:
            return Chapter(title, (Saying("", "asking Nomad ...", dim=True),), marked=False)
        if self._reply.kind == "error":
            return Chapter(title, (Saying("", self._reply.sentence, Health.WARN),))
        changes = tuple(compared(self._reply.told))
        nothing = str(self._reply.told.get("said") or "Nomad finds no difference.")
        return Chapter(title, changes or (Saying("", nothing, dim=True),), marked=False)


def compared(told: Mapping[str, Any]) -> Iterator[Saying]:
    """An answer to ``diff`` as lines, each step's versions before its first one."""
    count = 0
    for step in told.get("steps") or ():
        between = f"v{step['from']} -> v{step['to']}"
        for place, change in enumerate(step.get("changes") or ()):
            count += 1
            if count > _MOST_CHANGES:
                yield Saying(
                    "", f"There is more than {_MOST_CHANGES} changes; Nomad's web UI shows all of them.", dim=True
                )
                return
            yield Saying("" if place else between, str(change))


def _by_the_tape(section: Section, line: Line) -> Chapter:
    """All that the sheet says of the version; what it changed one below the other."""
    said = [Saying("state", line.word)] if line.word else []
    for column, cell in zip(section.columns, line.cells, strict=False):
        if cell.text:
            parts = cell.text.split("; ")
            label = column.title.lower()
            said += [Saying("" if place else label, part) for place, part in enumerate(parts)]
    said += [Saying("", line.note)] if line.note else []
    return Chapter(f"What {line.name} changed", tuple(said), marked=False)
