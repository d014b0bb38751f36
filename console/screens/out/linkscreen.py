"""A text to be taken elsewhere, in full: a link into Nomad's web interface, a command for another machine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from console.inventory.words import short_id
from console.naming import job_name
from console.nomadcli import WHERE_FROM
from console.savedfile import Saved
from console.screens.base import DeskScreen
from console.screens.out.copying import Offer
from console.screens.trail import trail_spans
from console.signals import EntityKind, EntityRef
from widgets.linkview import LinkView
from widgets.text import Span, wrap
from widgets.textview import TextView

_WITH_NAMES = (EntityKind.JOB, EntityKind.GROUP, EntityKind.SERVICE)


def called(entity: EntityRef) -> str:
    """An object in a title: ``allocation 3f2a91bc``, ``job web``."""
    name = job_name(entity.id) if entity.kind in _WITH_NAMES else short_id(entity.id)
    if entity.kind is EntityKind.TASK:
        name = f"{entity.id.partition('/')[2]} of {name}"
    return f"{entity.kind.value} {name}"


class LinkScreen(DeskScreen):
    """Where Nomad's web interface has an object: to be clicked where the terminal can, to be copied, or to be read."""

    WHAT: ClassVar[str] = "link"
    LEADS: ClassVar[bool] = True
    HEAD: ClassVar[str] = "In Nomad's web interface; c copies the link, esc goes back."

    DEFAULT_CSS: ClassVar[str] = """
    LinkScreen > LinkView { margin: 1 0; }
    LinkScreen > TextView { height: auto; max-height: 3; min-height: 2; }
    """

    def __init__(self, entity: EntityRef, address: str) -> None:
        super().__init__()
        self._entity = entity
        self._head = TextView(lambda width: [[Span(f" {line}", "muted")] for line in wrap(self.HEAD, width - 2)])
        self._link = LinkView(address, leads=self.LEADS)

    def body(self) -> Iterable[Widget]:
        yield self._head
        yield self._link

    def title_spans(self, width: int) -> tuple[list[Span], list[Span]]:
        right = self.board.picture.title(width)[1]
        return trail_spans((called(self._entity), self.WHAT), width, right, self.board.palette.glyphs.more), right

    @property
    def subject(self) -> EntityRef:
        """What the link leads to."""
        return self._entity

    def offer(self, what: str) -> Offer | None:
        """It, also as the line."""
        return Offer(self._link.address, f"the {self.WHAT}") if what in ("id", "line") else None

    def to_save(self) -> Saved:
        """It alone."""
        return Saved(f"{self.WHAT} of {called(self._entity)}", "txt", self._link.address + "\n")


class CommandScreen(LinkScreen):
    """A command that cannot be run here."""

    WHAT = "command"
    LEADS = False
    HEAD = f"There is no nomad command on this machine ({WHERE_FROM}). Elsewhere this does it; c copies it."
