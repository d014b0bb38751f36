"""Ways to Nomad's objects: the list of a kind, and one by its id or name. Nothing is imported until asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.signals import EntityKind, EntityRef

if TYPE_CHECKING:
    from console.screens.app import BoardApp
    from console.screens.lists.screen import ListScreen
    from console.screens.tape.reader import TapeReader


def listing(app: BoardApp) -> ListScreen | None:
    """The list that is in front."""
    from console.screens.lists.screen import ListScreen

    return app.screen if isinstance(app.screen, ListScreen) else None


def show_list(app: BoardApp, kind: EntityKind) -> None:
    """Put the list of a kind in front; a list that is there turns to it."""
    from console.screens.lists.screen import ListScreen

    there = listing(app)
    if there is not None:
        there.turn_to(kind)
    else:
        app.push_screen(ListScreen(kind))


def open_object(app: BoardApp, typed: str) -> None:
    """Look into what an id begins with, or what has that name; what it is, is found by the reader of the tape."""

    def find(reader: TapeReader) -> None:
        app.call_later(_open, app, reader.inventory.find(typed))  # the reader has a thread of its own

    app.ask_reader(find)


def _open(app: BoardApp, entity: EntityRef) -> None:
    from console.screens.drill.screen import DetailScreen

    app.push_screen(DetailScreen(str(entity)))
