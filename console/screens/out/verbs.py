"""What is taken out of a screen, and the way into a task: the verbs of these actions on the screen in front."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from console.screens.actions.registry import RefusedError
from console.signals import EntityRef

if TYPE_CHECKING:
    from console.screens.app import BoardApp
    from console.screens.frame import Place
    from console.screens.out.copying import Offer
    from console.screens.tape.docs import TapeDoc
    from console.tape.store import Store

_PREFIX = re.compile(r"[0-9a-fA-F-]{2,36}|\S+/\S.*")


class Out:
    """Made for one action."""

    def __init__(self, app: BoardApp) -> None:
        self._app = app

    @property
    def _subject(self) -> EntityRef:
        subject = self._app.desk.subject
        if subject is None:
            raise RefusedError("Nothing is chosen here.")
        return subject

    # -- copying -----------------------------------------------------------------------------------------------------

    @property
    def can_copy(self) -> bool:
        """Whether something is chosen that has an id, or the screen knows what to copy."""
        if self._app.desk.subject is not None:
            return True
        from console.screens.out.copying import Offering

        return isinstance(self._app.screen, Offering)

    def copy(self, what: str) -> None:
        """Copy the ``id``, the ``line``, the ``json`` or the ``name`` of what is chosen; or, of what begins with any
        other text, the id."""
        from console.screens.out.copying import Offering, copy_text

        wanted = what.strip()
        take = _COPIES.get(wanted)
        if take is None:
            self._copy_found(wanted)
            return
        screen = self._app.screen
        offer = screen.offer(wanted) if isinstance(screen, Offering) else None
        offer = offer or take(self)
        if offer is not None:
            copy_text(self._app, offer.text, offer.what)

    def _copy_id(self) -> Offer | None:
        from console.screens.out.copying import id_offer

        return id_offer(self._subject)

    def _copy_name(self) -> Offer | None:
        from console.screens.out.copying import Offer, name_of

        name = name_of(self._subject)
        return Offer(name, f"the name {name}")

    def _copy_line(self) -> Offer | None:
        from console.screens.out.copying import Offer
        from console.screens.out.widgettext import chosen_line

        line = chosen_line(self._app.screen.focused)
        if not line:
            raise RefusedError("No line is chosen here.")
        return Offer(line, "the line")

    def _copy_json(self) -> Offer | None:
        from console.screens.out.copying import copy_text
        from console.screens.out.rawread import Raw, read_raw

        def take(raw: Raw) -> None:
            if raw.text:
                copy_text(self._app, raw.text, f"the JSON of {raw.entity.kind.value} {raw.entity.id}, {raw.said},")
            else:
                self._app.say(raw.problem)

        read_raw(self._app, self._subject, take)
        return None

    def _copy_found(self, typed: str) -> None:
        from console.screens.out.copying import copy_text, id_offer
        from console.screens.tape.docs import ask, begins_with

        app = self._app
        if not _PREFIX.fullmatch(typed):
            raise RefusedError(f"'{typed}' cannot be copied; ':copy' takes id, line, json, name, or how an id begins.")

        def take(found: list[EntityRef]) -> None:
            if len(found) != 1:
                many = f"{len(found)} ids begin" if found else "No id begins"
                app.say(f"{many} with '{typed}'{'; type more of it' if found else ' at this time'}.")
                return
            offer = id_offer(found[0])
            copy_text(app, offer.text, offer.what)

        ask(app, lambda store, place: begins_with(store, typed, None if place.live else place.at_ms), take)

    # -- saving, raw JSON, the web interface ---------------------------------------------------------------------------

    def save(self, named: str) -> None:
        """Save what is in front; to that file, where one is named."""
        from console.screens.out.saving import save_screen

        save_screen(self._app, named.strip())

    def raw(self) -> None:
        """Show the raw JSON of what is chosen."""
        from console.screens.out.rawscreen import RawScreen

        self._app.push_screen(RawScreen(self._subject))

    def link(self) -> None:
        """Show where the web interface has what is chosen."""
        from console.screens.out.linkscreen import LinkScreen
        from console.screens.tape.docs import NomadSeen, ask, document_of, nomad_of
        from console.weblink import web_link

        app, entity = self._app, self._subject

        def take(found: tuple[TapeDoc, NomadSeen]) -> None:
            doc, seen = found
            address = web_link(seen.address, entity, doc.body, seen.region)
            if address:
                app.push_screen(LinkScreen(entity, address))
            elif not seen.address:
                app.say("The tape does not say where this Nomad is, so there is no link to it.")
            else:
                app.say(f"Nomad's web interface has no page for {entity.kind.value} {entity.id}.")

        def look(store: Store, place: Place) -> tuple[TapeDoc, NomadSeen]:
            doc = document_of(store, entity, place.at_ms)
            return doc, nomad_of(store, doc, place.at_ms)

        ask(app, look, take)

    # -- into a task -------------------------------------------------------------------------------------------------

    def enter(self, command: str) -> None:
        """Run a command in a task of what is chosen, after asking; no command: a shell."""
        from console.screens.out.entering import enter_task

        enter_task(self._app, self._subject, command.strip())


_COPIES: dict[str, Callable[[Out], Offer | None]] = {
    "id": Out._copy_id,
    "name": Out._copy_name,
    "line": Out._copy_line,
    "json": Out._copy_json,
}
