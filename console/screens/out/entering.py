"""A command in a task, by the installed nomad command: which task, what exactly, and only after enter."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from console.inventory.words import short_id
from console.naming import namespace_of, place_of, unplaced
from console.nomadcli import SHELL, as_typed, exec_words, find_nomad, nomad_environment, split_command
from console.screens.actions.registry import RefusedError
from console.screens.out.handover import Ended, lend_terminal
from console.screens.prompts import Prompt
from console.screens.tape.docs import TapeDoc, ask, document_of
from console.settings.errors import ConfigError
from console.signals import EntityKind, EntityRef
from widgets.rowlist import RowView
from widgets.text import Span

if TYPE_CHECKING:
    from console.errands.protocol import Reply
    from console.screens.app import BoardApp


class Room(NamedTuple):
    """A task that runs: one can go in. ``name`` is its allocation's."""

    allocation: str
    task: str
    name: str
    namespace: str
    place: str


def enter_task(app: BoardApp, entity: EntityRef, command: str) -> None:
    """Run a command (empty: a shell) in a task of an allocation, of a job or of a group; asks which, then whether.
    Raises RefusedError."""
    errands = app.errands
    if errands is None:
        raise RefusedError("This is a recording: nothing runs in which a command could be run.")

    def choose(rooms: Sequence[Room]) -> None:
        _choose(app, entity, rooms, command)

    if entity.kind in (EntityKind.ALLOCATION, EntityKind.TASK):
        ask(app, lambda store, place: document_of(store, entity, place.at_ms), lambda doc: choose(rooms_of(doc)))
        return
    request = {
        "ask": "allocations",
        "of": entity.kind.value,
        "key": unplaced(entity.id),
        "cluster": place_of(entity.id),
    }

    def told(reply: Reply) -> None:
        """In the thread that reads replies."""
        if reply.kind == "answer":
            app.call_later(choose, rooms_among(reply.told.get("allocations") or (), entity.id))
        else:
            app.call_later(app.say, reply.sentence)

    errands.ask(request, told)


def rooms_of(doc: TapeDoc) -> list[Room]:
    """The running tasks of an allocation, as last seen; one of them where that was asked for."""
    allocation, _, wanted = doc.entity.id.partition("/")
    tasks: Mapping[str, Any] = doc.body.get("tasks") or {}
    name, namespace = str(doc.body.get("name") or ""), str(doc.body.get("namespace") or "")
    return [
        Room(allocation, task, name, namespace, doc.place)
        for task, told in tasks.items()
        if _state(told) == "running" and wanted in ("", task)
    ]


def _state(told: object) -> object:
    """Of a task: tapes of earlier versions have its state and nothing else."""
    return told.get("state") if isinstance(told, Mapping) else told


def rooms_among(allocations: Sequence[Mapping[str, Any]], of: str) -> list[Room]:
    """The running tasks of a job's or group's allocations, by the allocations' names."""
    found = [
        Room(str(one["id"]), task, str(one.get("name") or ""), namespace_of(of), place_of(of))
        for one in allocations
        for task, state in (one.get("tasks") or {}).items()
        if state == "running"
    ]
    return sorted(found, key=lambda room: (room.name, room.allocation, room.task))


def _choose(app: BoardApp, entity: EntityRef, rooms: Sequence[Room], command: str) -> None:
    if not rooms:
        app.say(f"No task of {entity.kind.value} {entity.id} is known to run now.")
        return
    if len(rooms) == 1:
        _confirm(app, rooms[0], command)
        return
    from console.screens.out.choosing import ChoosingScreen

    by_key = {f"{room.allocation}/{room.task}": room for room in rooms}
    rows = [
        RowView(key, "ok", (Span(room.task), Span(f" {room.name}", "muted")), note=short_id(room.allocation))
        for key, room in by_key.items()
    ]
    question = "In which task? enter chooses, esc goes back"
    app.push_screen(ChoosingScreen(question, rows, lambda key: _confirm(app, by_key[key], command)))


def _confirm(app: BoardApp, room: Room, command: str) -> None:
    """Say what will be run, as it would be typed; what runs in the task can still be changed."""

    def done(typed: str) -> None:
        try:
            words = split_command(typed)
        except ValueError as problem:
            app.say(str(problem))
            return
        if words:
            _enter(app, room, words)
        else:
            app.say("Nothing was run.")

    where = f"{room.task} of {short_id(room.allocation)}"
    app.say(f"enter runs it, esc does not: {as_typed(exec_words(room.allocation, room.task, []))} ...")
    app.ask(Prompt(f" run in {where}: ", done, command or SHELL, given_up=lambda: app.say("Nothing was run.")))


def _enter(app: BoardApp, room: Room, command: Sequence[str]) -> None:
    words = exec_words(room.allocation, room.task, command)
    path = find_nomad(os.environ)
    if path is None:
        from console.screens.out.linkscreen import CommandScreen

        app.push_screen(CommandScreen(EntityRef(EntityKind.ALLOCATION, room.allocation), as_typed(words)))
        return
    nomad = app.own_settings.nomad_at(room.place)
    if nomad is None:
        app.say(f"The settings name no cluster '{room.place}'.")
        return

    def work() -> None:
        """The token may come from a command that takes its time."""
        try:
            env = nomad_environment(nomad, os.environ, room.namespace)
        except ConfigError as problem:
            app.call_later(app.say, f"The token cannot be read: {problem}.")
            return
        app.call_later(_lend, app, room, [path, *words[1:]], env)

    app.say(f"Running {as_typed(command)} in {room.task} ...")
    threading.Thread(target=work, name="token", daemon=True).start()


def _lend(app: BoardApp, room: Room, words: Sequence[str], env: Mapping[str, str]) -> None:
    def back(ended: Ended) -> None:
        where = f"in {room.task} of {short_id(room.allocation)}"
        if ended.code is None:
            app.say(f"The nomad command could not be run ({ended.problem}).")
        elif ended.code < 0:
            app.say(f"The command {where} was ended by signal {-ended.code}.")
        else:
            app.say(f"The command {where} ended with exit code {ended.code}.")

    try:
        lend_terminal(app, words, env, back)
    except RefusedError as refused:
        app.say(str(refused))
