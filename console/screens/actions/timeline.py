"""The actions of the timeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.screens.actions.out import on_object
from console.screens.actions.parts import plain
from console.screens.actions.registry import Action, Desk, RefusedError

if TYPE_CHECKING:
    from console.screens.timeline.screen import TimelineScreen

_TIMELINE = "Timeline"


def _there(desk: Desk) -> bool:
    return desk.timeline is not None


def _on(work: Callable[[TimelineScreen, str], None]) -> Callable[[Desk, str], None]:
    def run(desk: Desk, argument: str) -> None:
        timeline = desk.timeline
        if timeline is None:
            raise RefusedError("This is of the timeline; 'e' or ':timeline' opens it.")
        work(timeline, argument)

    return run


TIMELINE_ACTIONS: tuple[Action, ...] = (
    Action(
        "timeline",
        _TIMELINE,
        "Timeline",
        "every system's events, findings and people's notes in one order; enter takes all screens to a line's time",
        plain(lambda desk: desk.show_timeline()),
        keys=("T",),
        command="timeline",
        aliases=("events",),
    ),
    Action(
        "events",
        _TIMELINE,
        "Events",
        "the timeline, too, but on an object of Nomad, which has its web page there",
        plain(lambda desk: desk.show_timeline()),
        keys=("e",),
        hint=lambda desk: "events" if desk.on_board else "",
        available=lambda desk: not on_object(desk),
    ),
    Action(
        "next-system",
        _TIMELINE,
        "One system after the other",
        "only the next system's lines; after the last of them all",
        _on(lambda timeline, _: timeline.cycle_system()),
        keys=("S",),
        hint="system",
        available=_there,
    ),
    Action(
        "system",
        _TIMELINE,
        "Only these systems",
        "only lines of these systems: nomad, prometheus, alertmanager, analysis, people ...; all",
        _on(lambda timeline, text: timeline.set_systems(text)),
        command="system",
        argument="NAMES",
        available=_there,
    ),
    Action(
        "this-entity",
        _TIMELINE,
        "Only this entity",
        "only lines about what the chosen line is about, or all again",
        _on(lambda timeline, _: timeline.toggle_entity()),
        keys=("i",),
        hint="only this",
        available=_there,
    ),
    Action(
        "entity",
        _TIMELINE,
        "Only entities of a name",
        "only lines about entities with this in their name; all",
        _on(lambda timeline, text: timeline.set_entity(text)),
        command="entity",
        argument="NAME",
        available=_there,
    ),
    Action(
        "apart",
        _TIMELINE,
        "One by one",
        "show what is counted as one line one by one, or counted again",
        _on(lambda timeline, _: timeline.toggle_apart()),
        keys=("x",),
        command="apart",
        available=_there,
    ),
    Action(
        "severity",
        _TIMELINE,
        "Hide what is less severe",
        "hide what is only worth knowing, then also warnings, then nothing; :severity all, warn or bad",
        _on(lambda timeline, text: timeline.set_severity(text)),
        keys=("s",),
        command="severity",
        argument="LEVEL",
        hint="severe",
        available=_there,
        choices=lambda: ("all", "warn", "bad"),
    ),
    Action(
        "timeline-open",
        _TIMELINE,
        "Open what a line is about",
        "look into what the line is about: its row, its signal, the verdict",
        _on(lambda timeline, _: timeline.open_entity()),
        keys=("o",),
        hint="open",
        available=_there,
    ),
)
