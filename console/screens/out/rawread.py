"""The JSON of an object: from Nomad as it is now, or from the tape as it was last seen, and which of the two it is."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from console.format import clock, moment
from console.plain import harmless_json
from console.screens.tape.docs import TapeDoc, ask, document_of
from console.signals import EntityRef

if TYPE_CHECKING:
    from console.errands.protocol import Reply
    from console.screens.app import BoardApp


class Raw(NamedTuple):
    """``text`` is JSON; empty: there is none. ``said`` says whose it is and of when, ``problem`` (a sentence) why it is
    not Nomad's own."""

    entity: EntityRef
    text: str = ""
    said: str = ""
    problem: str = ""


def read_raw(app: BoardApp, entity: EntityRef, take: Callable[[Raw], None]) -> None:
    """Have it read; ``take`` is called once, by the app."""
    errands = app.errands

    def seen(doc: TapeDoc) -> None:
        if errands is None:
            take(from_tape(doc, ""))
            return
        request = {"ask": "object", "kind": entity.kind.value, "key": entity.id, "cluster": doc.place}
        errands.ask(request, lambda reply: _told(app, doc, reply, take))

    ask(app, lambda store, place: document_of(store, entity, place.at_ms), seen)


def _told(app: BoardApp, doc: TapeDoc, reply: Reply, take: Callable[[Raw], None]) -> None:
    """In the thread that reads replies."""
    app.call_later(take, from_reply(doc, reply))


def from_reply(doc: TapeDoc, reply: Reply) -> Raw:
    """What Nomad said; what the tape has where it has nothing."""
    text, asked_ms = reply.told.get("text"), reply.told.get("asked_ms")
    if reply.kind == "answer" and isinstance(text, str) and text:
        at_ms = asked_ms if isinstance(asked_ms, int) else round(time.time() * 1000)
        return Raw(doc.entity, text, f"as Nomad had it at {clock(at_ms)}")
    if reply.kind == "answer":
        return from_tape(doc, "Nomad does not have it any more.")
    return from_tape(doc, reply.sentence if reply.kind == "error" else "Nomad gave no answer.")


def from_tape(doc: TapeDoc, problem: str) -> Raw:
    """The document on the tape, and why it is that one."""
    if not doc.body:
        return Raw(doc.entity, problem=problem or "The tape has no document of it at this time.")
    text = harmless_json(json.dumps(doc.body, indent=2, ensure_ascii=False))
    return Raw(doc.entity, text, f"as on the tape at {moment(doc.at_ms)}", problem)
