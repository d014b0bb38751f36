"""The actions that take something out of a screen, or go from it into a task."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.screens.actions.parts import plain
from console.screens.actions.registry import Action, Desk
from console.signals import EntityKind

if TYPE_CHECKING:
    from console.screens.out.verbs import Out

_OUT = "Out and in"
OF_NOMAD = frozenset(
    (
        EntityKind.JOB,
        EntityKind.GROUP,
        EntityKind.ALLOCATION,
        EntityKind.TASK,
        EntityKind.NODE,
        EntityKind.DEPLOYMENT,
        EntityKind.EVALUATION,
        EntityKind.SERVICE,
    )
)
_ENTERED = frozenset((EntityKind.JOB, EntityKind.GROUP, EntityKind.ALLOCATION, EntityKind.TASK))


def _out(work: Callable[[Out], None]) -> Callable[[Desk, str], None]:
    return plain(lambda desk: work(desk.out))


def on_object(desk: Desk) -> bool:
    """Whether an object of Nomad is in front, or a list of them: not the board, whose rows are more than that."""
    return not desk.on_board and desk.timeline is None and _of_nomad(desk)


def _of_nomad(desk: Desk) -> bool:
    subject = desk.subject
    return subject is not None and subject.kind in OF_NOMAD


def _enters(desk: Desk) -> bool:
    subject = desk.subject
    return desk.timeline is None and subject is not None and subject.kind in _ENTERED


OUT_ACTIONS: tuple[Action, ...] = (
    Action(
        "copy-id",
        _OUT,
        "Copy the id",
        "copy the full id of what is chosen; of a link, the link; of a log, the line",
        _out(lambda out: out.copy("id")),
        keys=("c",),
        hint=lambda desk: "copy" if not desk.on_board else "",
        available=lambda desk: desk.out.can_copy,
    ),
    Action("copy-line", _OUT, "Copy the line", "copy what the chosen line says", _out(lambda out: out.copy("line")),
           keys=("C",)),
    Action(
        "copy",
        _OUT,
        "Copy",
        "copy the id, the line, the raw JSON or the name; or the full id of what begins like this",
        lambda desk, text: desk.out.copy(text or "id"),
        command="copy",
        argument="id|line|json|name|ID",
        choices=lambda: ("id", "line", "json", "name"),
    ),
    Action(
        "save",
        _OUT,
        "Save",
        "save what is in front to a private file: lists as CSV, raw objects as JSON, the rest as text",
        lambda desk, text: desk.out.save(text),
        keys=("ctrl+s",),
        command="save",
        argument="FILE",
    ),
    Action(
        "raw",
        _OUT,
        "Raw JSON",
        "the object as Nomad has it now, without its secrets; on a recording, or when it is gone, as the tape has it",
        _out(lambda out: out.raw()),
        keys=("y",),
        command="raw",
        hint=lambda desk: "raw" if on_object(desk) else "",
        available=_of_nomad,
    ),
    Action(
        "web",
        _OUT,
        "Web interface",
        "a link to the object in Nomad's web interface",
        _out(lambda out: out.link()),
        keys=("e",),
        hint=lambda desk: "web" if on_object(desk) else "",
        available=on_object,
    ),
    Action("link", _OUT, "Link", "the same from anywhere", _out(lambda out: out.link()), command="link",
           available=_of_nomad),
    Action(
        "exec",
        _OUT,
        "Run a command in a task",
        "a shell in a task by the nomad command; shows what will be run and asks first",
        lambda desk, text: desk.out.enter(text),
        keys=("x",),
        command="exec",
        argument="COMMAND",
        hint=lambda desk: "shell" if not desk.on_board else "",
        available=_enters,
    ),
)  # fmt: skip
