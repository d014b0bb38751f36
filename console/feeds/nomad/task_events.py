"""What a client tells of a task, in plain sentences: every event of it, most of them only of interest to whoever looks
at that allocation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from console.feeds.nomad.objects import Allocation, Task, TaskEvent
from console.feeds.nomad.placement import size
from console.feeds.nomad.telling import Severity, lasted

_NONE: Mapping[str, Any] = {}


class Said(NamedTuple):
    """One task event in words. ``minor``: it says nothing to whoever watches the whole."""

    name: str
    text: str
    severity: Severity = "info"
    minor: bool = False
    change: bool = False
    more: Mapping[str, Any] = _NONE


class Scene(NamedTuple):
    """Where an event belongs: the allocation, what its task is called, how it ended before, what follows."""

    alloc: Allocation
    what: str
    ended: TaskEvent | None
    following: str

    @property
    def here(self) -> str:
        """``answerer[0] on fra1-gpu-01``."""
        return f"{self.what} on {self.alloc.node}" if self.alloc.node else self.what


def said_of(alloc: Allocation, task: Task) -> Iterator[tuple[TaskEvent, Said]]:
    """Every event of a task that was not told yet, in order."""
    what = alloc.short if task.name in (alloc.group, alloc.job) else f"{alloc.short} task {task.name}"
    ended: TaskEvent | None = None
    for position, event in enumerate(task.events):
        following = task.events[position + 1].type if position + 1 < len(task.events) else ""
        if event.type == "Terminated":
            ended = event
        yield event, _SAYS.get(event.type, _other)(Scene(alloc, what, ended, following), event)


def _other(scene: Scene, event: TaskEvent) -> Said:
    """A type that we do not know says what it says."""
    kind = event.type or "event"
    said = event.text if event.text and event.text != kind else ""
    return Said("TaskEvent", f"{scene.here}: {said or kind}", minor=True)


def _minor(name: str, sentence: str) -> Callable[[Scene, TaskEvent], Said]:
    """What only fills space. ``{here}`` and ``{said}`` may stand in the sentence."""

    def say(scene: Scene, event: TaskEvent) -> Said:
        said = event.text if event.text != event.type else ""
        return Said(name, sentence.format(here=scene.here, said=said).rstrip(": "), minor=True)

    return say


def _trouble(what: str, severity: Severity = "bad") -> Callable[[Scene, TaskEvent], Said]:
    def say(scene: Scene, event: TaskEvent) -> Said:
        said = f": {event.text}" if event.text and event.text != event.type else ""
        return Said("TaskTrouble", f"{scene.here}: {what}{said}", severity)

    return say


def _terminated(scene: Scene, event: TaskEvent) -> Said:
    if scene.following == "Restarting":  # the restart tells it
        return Said("TaskExited", f"{scene.here} ended with {ending(scene.alloc, event)}", minor=True)
    if event.oom_killed:
        text = f"{scene.here} ended after {ending(scene.alloc, event)}"
        return Said("OOMKilled", text, "bad", more={"exit_code": event.exit_code, "oom_killed": True})
    if event.asked or event.exit_code == 0:
        asked = ", as asked" if event.asked else ""
        return Said("TaskExited", f"{scene.here} ended with {ending(scene.alloc, event)}{asked}", minor=True)
    text = f"{scene.here} ended with {ending(scene.alloc, event)}"
    return Said("TaskExited", text, _severe(event), more={"exit_code": event.exit_code})


def _restarting(scene: Scene, event: TaskEvent) -> Said:
    ended = scene.ended
    after = f", in {lasted(event.delay_ms)}" if event.delay_ms >= 500 else ""
    if ended is None or ended.asked:
        return Said("TaskRestarted", f"{scene.here} is restarted{after}")
    more = {"exit_code": ended.exit_code, "oom_killed": ended.oom_killed}
    text = f"{scene.here} restarts after {ending(scene.alloc, ended)}{after}"
    return Said("OOMKilled" if ended.oom_killed else "TaskRestarted", text, _severe(ended), more=more)


def _killed(scene: Scene, event: TaskEvent) -> Said:
    if event.text and event.text != event.type and "success" not in event.text.lower():
        return Said("TaskTrouble", f"{scene.here} was killed, not without trouble: {event.text}", "warn")
    return Said("TaskKilled", f"{scene.here} was killed", minor=True)


def _restart_asked(scene: Scene, event: TaskEvent) -> Said:
    """Nomad restarts a task for its template or its check too, and calls it the same."""
    low = event.text.lower()
    if "template" in low:
        return Said("TaskRestarted", f"{scene.here} is restarted, as a template of it changed")
    if "healthcheck" in low or "unhealthy" in low:
        return Said("TaskRestarted", f"{scene.here} is restarted by its check: {event.text}", "warn")
    return Said("TaskRestartAsked", f"somebody restarted {scene.here}", change=True)


def _gave_up(scene: Scene, event: TaskEvent) -> Said:
    return Said("TaskGaveUp", f"{scene.here} is not restarted any more: {event.text}", "bad")


def _template(scene: Scene, event: TaskEvent) -> Said:
    """Without what its template needs a task waits for ever, and nothing else says so."""
    low = event.text.lower()
    if "missing" in low:
        return Said("TaskTrouble", f"{scene.here} waits for what its template needs: {event.text}", "warn")
    if "fail" in low or "error" in low:
        return Said("TaskTrouble", f"{scene.here}: a template could not be rendered: {event.text}", "bad")
    return Said("TaskTemplate", f"{scene.here}: template: {event.text}", minor=True)


def _reconnected(scene: Scene, event: TaskEvent) -> Said:
    return Said("TaskReconnected", f"the client of {scene.here} is back", "ok")


_SAYS: Mapping[str, Callable[[Scene, TaskEvent], Said]] = {
    "Received": _minor("TaskReceived", "{here} was received by its client"),
    "Task Setup": _minor("TaskSetup", "{here} is set up: {said}"),
    "Downloading Artifacts": _minor("TaskSetup", "{here} fetches its artifacts"),
    "Driver": _minor("TaskDriver", "{here}: driver: {said}"),
    "Started": _minor("TaskStarted", "{here} started"),
    "Killing": _minor("TaskKilling", "{here} is being killed: {said}"),
    "Killed": _killed,
    "Signaling": _minor("TaskSignaled", "{here} is sent a signal: {said}"),
    "Waiting": _minor("TaskWaits", "{here} waits: {said}"),
    "Main Tasks Dead": _minor("TaskEnds", "{here} ends, as the main tasks of its group have"),
    "Terminated": _terminated,
    "Restarting": _restarting,
    "Restart Signaled": _restart_asked,
    "Not Restarting": _gave_up,
    "Template": _template,
    "Reconnected": _reconnected,
    "Alloc Unhealthy": _trouble("it was not healthy in time", "warn"),
    "Driver Failure": _trouble("its driver failed"),
    "Failed Artifact Download": _trouble("an artifact could not be fetched"),
    "Setup Failure": _trouble("it could not be set up"),
    "Failed Validation": _trouble("its task is not valid"),
    "Task hook failed": _trouble("a hook failed"),
    "Sibling Task Failed": _trouble("another task of its group failed"),
    "Leader Task Dead": _trouble("its leader task ended"),
    "Disk Resources Exceeded": _trouble("it used more disk than it may"),
    "Failed Kill": _trouble("it could not be killed"),
}


def _severe(event: TaskEvent) -> Severity:
    if event.oom_killed:
        return "bad"
    return "warn" if event.exit_code else "info"


def ending(alloc: Allocation, event: TaskEvent) -> str:
    """How a task ended: ``exit code 3``, ``being killed out of memory (limit 96 MiB)``."""
    if event.oom_killed:
        limit = f" (limit {size(alloc.memory_mb)})" if alloc.memory_mb else ""
        return f"being killed out of memory{limit}"
    if event.exit_code == 137:
        return "exit code 137 (killed; out of memory where the kernel does not say so)"
    return f"exit code {event.exit_code}" + (f", signal {event.signal}" if event.signal else "")
