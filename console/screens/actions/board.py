"""The actions of the board, in the order in which help lists them."""

from __future__ import annotations

from collections.abc import Callable

from console.screens.actions.audit import AUDIT_ACTIONS
from console.screens.actions.deeds import DEED_ACTIONS
from console.screens.actions.detail import DETAIL_ACTIONS
from console.screens.actions.inventory import INVENTORY_ACTIONS
from console.screens.actions.logs import LOG_ACTIONS, elsewhere
from console.screens.actions.out import OUT_ACTIONS
from console.screens.actions.parts import plain
from console.screens.actions.places import PLACE_ACTIONS
from console.screens.actions.registry import Action, Desk, RefusedError, Registry
from console.screens.actions.review import REVIEW_ACTIONS
from console.screens.actions.search import SEARCH_ACTIONS
from console.screens.actions.terminal import TERMINAL_ACTIONS
from console.screens.actions.time import TIME_ACTIONS
from console.screens.actions.timeline import TIMELINE_ACTIONS
from console.screens.userthemes import theme_names
from console.signals import Pane

PANES: tuple[Pane, ...] = (Pane.SCHEDULING, Pane.MODELS, Pane.INGESTION, Pane.OWNERSHIP)


def _focus(pane: Pane) -> Callable[[Desk, str], None]:
    return plain(lambda desk: desk.focus_pane(pane))


def _move(how: str) -> Callable[[Desk, str], None]:
    return plain(lambda desk: desk.move(how))


def _pane_named(desk: Desk, text: str) -> None:
    """Focus the pane whose number or first letters were given."""
    wanted = text.lower()
    for place, pane in enumerate(PANES, start=1):
        if wanted and (wanted == str(place) or pane.value.startswith(wanted)):
            desk.focus_pane(pane)
            return
    names = ", ".join(pane.value for pane in PANES)
    raise RefusedError(f"There is no pane '{text}'; the panes are {names}." if text else f"Which pane? {names}.")


def _can_go_back(desk: Desk) -> bool:
    return not desk.on_board or desk.has_filter


def _has_lines(desk: Desk) -> bool:
    return _has_parts(desk) or desk.timeline is not None


def _has_rows(desk: Desk) -> bool:
    return desk.on_board or desk.timeline is not None or desk.searched is not None


def _has_parts(desk: Desk) -> bool:
    return desk.on_board or desk.in_detail


_LIST = "Lists"
_BOARD = "Board"
_CONSOLE = "Console"

ACTIONS: tuple[Action, ...] = (
    Action(
        "open",
        _BOARD,
        "Open the row",
        "look into the selected row: parts, signals, facts, events, and what moved with it; on a part or a lane, go on "
        "from there; on a line of the timeline, see the board at its time",
        plain(lambda desk: desk.open_row()),
        keys=("enter",),
        hint=lambda desk: "go there" if desk.timeline is not None else "open",
        available=_has_lines,
    ),
    Action(
        "back",
        _BOARD,
        "Back",
        "go back; on the board and the timeline, drop the filter first",
        plain(lambda desk: desk.back()),
        keys=("escape",),
        command="back",
        hint=lambda desk: "clear filter" if desk.on_board else "back",
        available=_can_go_back,
    ),
    Action(
        "next-pane",
        _BOARD,
        "Next pane",
        "go to the next pane; in a detail, from what is drawn to parts to signals to lanes to facts",
        plain(lambda desk: desk.cycle_pane(1)),
        keys=("tab",),
        hint=lambda desk: "part" if desk.in_detail else "",
        available=_has_parts,
    ),
    Action(
        "previous-pane",
        _BOARD,
        "Previous pane",
        "go to the previous pane",
        plain(lambda desk: desk.cycle_pane(-1)),
        keys=("shift+tab",),
        available=_has_parts,
    ),
    Action("pane-1", _BOARD, "Scheduling", "go to Scheduling", _focus(PANES[0]), keys=("1",), available=elsewhere),
    Action("pane-2", _BOARD, "Models", "go to Models", _focus(PANES[1]), keys=("2",), available=elsewhere),
    Action("pane-3", _BOARD, "Ingestion", "go to Ingestion", _focus(PANES[2]), keys=("3",), available=elsewhere),
    Action("pane-4", _BOARD, "Ownership", "go to Ownership", _focus(PANES[3]), keys=("4",), available=elsewhere),
    Action(
        "pane",
        _BOARD,
        "Go to a pane",
        "go to a pane by its name or number",
        _pane_named,
        command="pane",
        argument="NAME",
        choices=lambda: [pane.value for pane in PANES],
    ),
    Action(
        "ask-filter",
        _BOARD,
        "Filter rows",
        "show only rows with this text in all panes; '!text' shows those without; in a long text, go to where it is",
        plain(lambda desk: desk.ask_filter()),
        keys=("slash",),
        asks=True,
        hint=lambda desk: "search" if desk.searched is not None else "filter",
        available=_has_rows,
    ),
    Action(
        "filter",
        _BOARD,
        "Set the filter",
        "the same by command; nothing after it drops the filter",
        lambda desk, text: desk.set_filter(text),
        command="filter",
        argument="TEXT",
    ),
    *PLACE_ACTIONS,
    Action(
        "verdict",
        _BOARD,
        "The verdict",
        "the verdict in full: what moved first, what misleads, evidence for and against, what was not seen",
        plain(lambda desk: desk.show_verdict()),
        keys=("v",),
        command="verdict",
        hint=lambda desk: "verdict" if desk.on_board else "",
    ),
    Action("down", _LIST, "Down", "next row", _move("down"), keys=("j", "down")),
    Action("up", _LIST, "Up", "previous row", _move("up"), keys=("k", "up")),
    Action("top", _LIST, "First row", "first row", _move("top"), keys=("g", "home")),
    Action("bottom", _LIST, "Last row", "last row", _move("bottom"), keys=("G", "end")),
    Action("half-down", _LIST, "Half a page down", "half a page down", _move("half_down"), keys=("ctrl+d",)),
    Action("half-up", _LIST, "Half a page up", "half a page up", _move("half_up"), keys=("ctrl+u",)),
    Action(
        "page-down",
        _LIST,
        "Page down",
        "a page down",
        _move("page_down"),
        keys=("ctrl+f", "pagedown"),
    ),
    Action("page-up", _LIST, "Page up", "a page up", _move("page_up"), keys=("ctrl+b", "pageup")),
    *SEARCH_ACTIONS,
    *LOG_ACTIONS,
    *INVENTORY_ACTIONS,
    *TIME_ACTIONS,
    *TIMELINE_ACTIONS,
    *AUDIT_ACTIONS,
    *REVIEW_ACTIONS,
    *DETAIL_ACTIONS,
    *OUT_ACTIONS,
    *DEED_ACTIONS,
    Action(
        "ask-command",
        _CONSOLE,
        "Command line",
        "type a command",
        plain(lambda desk: desk.ask_command()),
        keys=("colon",),
        asks=True,
        hint="command",
    ),
    Action(
        "palette",
        _CONSOLE,
        "Palette",
        "find an action by a few letters of its name",
        plain(lambda desk: desk.show_palette()),
        keys=("ctrl+p",),
        asks=True,
        command="palette",
    ),
    Action(
        "theme",
        _CONSOLE,
        "Change the theme",
        "change the theme; a wrong name lists them",
        lambda desk, name: desk.set_theme(name),
        command="theme",
        argument="NAME",
        choices=theme_names,
    ),
    Action(
        "help",
        _CONSOLE,
        "Help",
        "this list",
        plain(lambda desk: desk.show_help()),
        keys=("question_mark", "f1"),
        command="help",
        hint="help",
    ),
    *TERMINAL_ACTIONS,
    Action(
        "leave",
        _CONSOLE,
        "Leave",
        "leave; the recorder goes on for a while",
        plain(lambda desk: desk.leave()),
        keys=("q", "ctrl+c", "ctrl+q", "f10"),
        command="q",
        aliases=("quit", "exit"),
        hint="leave",
    ),
)

REGISTRY = Registry(ACTIONS)
