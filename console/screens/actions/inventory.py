"""The actions of lists of Nomad's objects, and of finding one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.screens.actions.parts import plain
from console.screens.actions.registry import Action, Desk, RefusedError
from console.signals import EntityKind

if TYPE_CHECKING:
    from console.screens.lists.screen import ListScreen

_NOMAD = "Nomad's objects"


def _there(desk: Desk) -> bool:
    return desk.listing is not None


def _on(work: Callable[[ListScreen], None]) -> Callable[[Desk, str], None]:
    def run(desk: Desk, _: str) -> None:
        listing = desk.listing
        if listing is None:
            raise RefusedError("This is of the lists; ':alloc' opens one.")
        work(listing)

    return run


def _list(kind: EntityKind, word: str, aliases: tuple[str, ...], what: str) -> Action:
    return Action(
        f"list-{word}",
        _NOMAD,
        f"List of {word}",
        what,
        plain(lambda desk: desk.show_list(kind)),
        command=word,
        aliases=aliases,
    )


def _open(desk: Desk, typed: str) -> None:
    if not typed:
        raise RefusedError("Open what? ':open 1f3a', the name of a job or a node, or flow:NAME and the like.")
    desk.open_object(typed)


INVENTORY_ACTIONS: tuple[Action, ...] = (
    _list(EntityKind.JOB, "jobs", ("job",), "all jobs, worst first"),
    _list(
        EntityKind.ALLOCATION,
        "allocations",
        ("alloc", "allocs"),
        "all allocations, worst first: status, node, age, restarts, exit code, version, limits",
    ),
    _list(EntityKind.NODE, "nodes", ("node",), "all nodes, worst first"),
    _list(EntityKind.DEPLOYMENT, "deployments", ("deploys",), "all deployments, worst first"),
    _list(EntityKind.EVALUATION, "evaluations", ("evals",), "evaluations that wait, failed, or could not place all"),
    _list(EntityKind.SERVICE, "services", ("service",), "all services, those with failing checks first"),
    Action(
        "open-object",
        _NOMAD,
        "Open by id or name",
        "open what an id begins with, or a job, node or service of that name; flow:NAME, model:NAME, kpi:NAME, "
        "owner:NAME open what is declared",
        _open,
        command="open",
        argument="ID",
    ),
    Action(
        "list-open",
        _NOMAD,
        "Open the line's object",
        "in a list: look into the line's object",
        _on(lambda listing: listing.go_on()),
        keys=("enter",),
        hint="open",
        available=_there,
    ),
    Action(
        "list-filter",
        _NOMAD,
        "Filter lines",
        "in a list: show only lines with this text; '!text' shows those without",
        plain(lambda desk: desk.ask_filter()),
        keys=("slash",),
        asks=True,
        hint="filter",
        available=_there,
    ),
    Action(
        "list-next",
        _NOMAD,
        "Next kind",
        "in a list: jobs, allocations, nodes, deployments, evaluations, services in turn",
        _on(lambda listing: listing.cycle(1)),
        keys=("tab",),
        hint="next",
        available=_there,
    ),
    Action(
        "list-previous",
        _NOMAD,
        "Previous kind",
        "in a list: the kind before",
        _on(lambda listing: listing.cycle(-1)),
        keys=("shift+tab",),
        command="previous-list",
        available=_there,
    ),
    Action(
        "list-sort-next",
        _NOMAD,
        "Sort by the next column",
        "in a list: sort by the next column; after the last, worst first again",
        _on(lambda listing: listing.sort(1)),
        keys=("greater_than_sign",),
        hint="sort",
        hint_keys="<>",
        available=_there,
    ),
    Action(
        "list-sort-previous",
        _NOMAD,
        "Sort by the column before",
        "in a list: sort by the column before",
        _on(lambda listing: listing.sort(-1)),
        keys=("less_than_sign",),
        available=_there,
    ),
    Action(
        "list-invert",
        _NOMAD,
        "Invert the order",
        "in a list: turn the order around",
        _on(lambda listing: listing.invert()),
        keys=("I",),
        available=_there,
    ),
    Action(
        "list-worst",
        _NOMAD,
        "Worst first",
        "in a list: the order that it begins with",
        _on(lambda listing: listing.worst_first()),
        command="worst",
        available=_there,
    ),
)
