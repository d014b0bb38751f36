"""Copying from a screen: what `c`, `C` and `:copy` mean there, and the way to the clipboard, which nobody waits for."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from console.naming import unplaced
from console.plain import harmless, plain
from console.signals import EntityKind, EntityRef

if TYPE_CHECKING:
    from console.clipboard import Copied
    from console.screens.app import BoardApp


class Offer(NamedTuple):
    """A text to copy, and what it is in a few words ("the line")."""

    text: str
    what: str


@runtime_checkable
class Offering(Protocol):
    """A screen that says itself what is copied there."""

    def offer(self, what: str) -> Offer | None:
        """What `id` (the key c), `line`, `json` or `name` means here; None: what it means everywhere."""
        ...


def copy_text(app: BoardApp, text: str, what: str) -> None:
    """Copy a text and say so, once it is known. ``what`` is what it is in a few words: "the line"."""
    from console.clipboard import copy, way

    settings = app.own_settings
    by = way(settings.clipboard, os.environ)

    # What is pasted goes to a shell as often as not: a name may hold what one acts on, and so may a line of a log.
    safe = harmless(text)

    def work() -> None:
        app.call_later(_tell, app, copy(safe, by, os.environ, settings.state_dir), what)

    threading.Thread(target=work, name="clipboard", daemon=True).start()


def _tell(app: BoardApp, copied: Copied, what: str) -> None:
    driver = app._driver
    if copied.sequence and driver is not None:
        driver.write(copied.sequence)  # between two frames, like all that is no frame
        driver.flush()
    app.say(copied.problem or f"Copied {what} {copied.how}.")


_SHORT = 8  # letters of an id that are shown
_WITH_NAMESPACE = (EntityKind.JOB, EntityKind.GROUP, EntityKind.SERVICE)


def id_offer(entity: EntityRef) -> Offer:
    """The id by which Nomad's own tools know an object: in full, without the cluster that only we name."""
    known = unplaced(entity.id) if entity.kind in _WITH_NAMESPACE else entity.id
    told = known if entity.kind in _WITH_NAMESPACE or len(known) <= _SHORT else f"{known[:_SHORT]}-..."
    return Offer(plain(known, len(known)), f"{entity.kind.value} {told}")


def name_of(entity: EntityRef) -> str:
    """A job without its namespace, a task without its allocation."""
    name = entity.id.partition("/")[2] or entity.id
    return plain(name, len(name))
