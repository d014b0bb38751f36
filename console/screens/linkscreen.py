"""Where Nomad's web interface has an object: to be clicked where the terminal can, to be copied, or to be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from console.inventory.words import short_id
from console.naming import job_name
from console.savedfile import Saved
from console.screens.base import DeskScreen
from console.screens.copying import Offer
from console.screens.trail import trail_spans
from console.signals import EntityKind, EntityRef
from widgets.linkview import LinkView
from widgets.statusline import StatusLine
from widgets.text import Span

_WITH_NAMES = (EntityKind.JOB, EntityKind.GROUP, EntityKind.SERVICE)


def called(entity: EntityRef) -> str:
    """An object in a title: ``allocation 3f2a91bc``, ``job web``."""
    name = job_name(entity.id) if entity.kind in _WITH_NAMES else short_id(entity.id)
    if entity.kind is EntityKind.TASK:
        name = f"{entity.id.partition('/')[2]} of {name}"
    return f"{entity.kind.value} {name}"


class LinkScreen(DeskScreen):
    """One address."""

    DEFAULT_CSS: ClassVar[str] = """
    LinkScreen > LinkView { margin: 1 0; }
    """

    def __init__(self, entity: EntityRef, address: str) -> None:
        super().__init__()
        self._entity = entity
        self._head = StatusLine([Span(" In Nomad's web interface; c copies the link, esc goes back.", "muted")])
        self._link = LinkView(address)

    def body(self) -> Iterable[Widget]:
        yield self._head
        yield self._link

    def title_spans(self, width: int) -> tuple[list[Span], list[Span]]:
        right = self.board.picture.title(width)[1]
        return trail_spans((called(self._entity), "web"), width, right, self.board.palette.glyphs.more), right

    @property
    def subject(self) -> EntityRef:
        """What the link leads to."""
        return self._entity

    def offer(self, what: str) -> Offer | None:
        """The link, also as the line."""
        return Offer(self._link.address, "the link") if what in ("id", "line") else None

    def to_save(self) -> Saved:
        """The link alone."""
        return Saved(f"link to {called(self._entity)}", "txt", self._link.address + "\n")
