"""Help: every key and command, from the registry."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from console.screens.actions.board import REGISTRY
from console.screens.base import DeskScreen
from widgets.helpview import HelpView, Section

LEGEND = Section(
    "Signs on rows",
    (
        ("■ bad", "beyond its limit, failed, or far out of its own past"),
        ("▲ warn", "worth a look"),
        ("◌ stale", "its source is not seen now: what is shown is old"),
        ("? unknown", "nobody can tell; it is never taken for well"),
        ("● ok", "as it should be"),
        ("~", "after a name: signals placed by what they are called; enter tells"),
        ("▁▃▇", "the first number's last minutes; a blank: nothing was seen"),
    ),
)
STRIP_LEGEND = Section(
    "Signs on the time strip",
    (
        ("!", "an alarm begins; its colour is its severity"),
        ("▼", "a signal that belongs to the verdict left its normal range; brightest: the first mover"),
        ("◆", "somebody changed a job: a deploy, a revert, a stop"),
        ("■ ▲", "something went wrong, in the shape of its severity"),
        ("•", "worth knowing: an alarm ended, a node came back, a run finished"),
        ("┃", "where the screen stands in time; live it stands at the end"),
    ),
)
TIMELINE_LEGEND = Section(
    "Signs on the timeline",
    (
        ("▼ ! ◆ ■ ▲ •", "as on the time strip"),
        ("»", "somebody said it"),
        ("◌ ──", "from here on a source was not seen, or it is seen again"),
        ("≈", "before a time: it may have come before the line above; the two clocks do not tell"),
        ("+", "behind a time: learned later than it happened; the lines below say by how much"),
    ),
)


DRILL_LEGEND = Section(
    "Signs in drill-downs",
    (
        ("█ ▒ ░", "of a flow's stage: what went on, what was thrown out, what came in and is nowhere"),
        ("····", "of a flow's stage: what came in, where nobody saw what went out"),
        ("S T E P D", "in a model's life: schema, trained, evaluated, promoted, deployed; a digit: so many at once"),
        ("D!", "a stage that is out of order; the sentences below say why"),
        ("╱86d╱", "so long is left out of the axis; each stretch between has its own scale and says its times"),
        ("━━━", "something that lasted"),
    ),
)


class HelpScreen(DeskScreen):
    """All that can be done here, and the signs on the board."""

    def __init__(self) -> None:
        super().__init__()
        actions = (Section(title, rows) for title, rows in REGISTRY.groups())
        self._view = HelpView([LEGEND, *actions, STRIP_LEGEND, TIMELINE_LEGEND, DRILL_LEGEND])

    def body(self) -> Iterable[Widget]:
        yield self._view

    def on_mount(self) -> None:
        self._view.focus()
