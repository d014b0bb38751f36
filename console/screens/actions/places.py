"""The actions that restrict what is shown to one cluster, region or namespace."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.screens.actions.registry import Action, Desk, RefusedError
from console.settings.errors import nearest

_BOARD = "Board"


def _restrict(what: str) -> Callable[[Desk, str], None]:
    """Show only what is at the place that was named; nothing named: everything again. Any prefix that is enough does.

    What is at no such place, because its kind has none, stays: a data flow, or a node when a namespace is named.
    """

    def run(desk: Desk, text: str) -> None:
        if not text or text == "*":
            desk.restrict(what, "")
            return
        known = desk.places(what)
        found = [name for name in known if name == text] or [name for name in known if name.startswith(text)]
        if len(found) != 1:
            raise RefusedError(_not_one(what, text, known, found))
        desk.restrict(what, found[0])

    return run


def _not_one(what: str, text: str, known: Sequence[str], found: Sequence[str]) -> str:
    if not known:
        return f"No {what} is known here."
    if found:
        return f"'{text}' may be {' or '.join(found)}."
    near = nearest(text, known)
    return f"There is no {what} '{text}'; " + (f"did you mean '{near}'?" if near else f"known are {', '.join(known)}.")


def _known(what: str) -> Callable[[Desk], Sequence[str]]:
    return lambda desk: desk.places(what)


PLACE_ACTIONS: tuple[Action, ...] = tuple(
    Action(
        f"only-{what}",
        _BOARD,
        f"Only one {what}",
        f"show only jobs and nodes of this {what}; nothing after it shows all",
        _restrict(what),
        command=command,
        aliases=aliases,
        argument="NAME",
        known=_known(what),
    )
    for what, command, aliases in (
        ("namespace", "ns", ("namespace",)),
        ("region", "region", ()),
        ("cluster", "cluster", ()),
    )
)
