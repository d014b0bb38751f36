"""How an allocation stands: what Nomad's client says of it, against what Nomad wants of it."""

from __future__ import annotations

from console.inventory.objects.allocation import Allocation
from console.inventory.objects.standing import Standing, Turn, standing
from console.signals import Health

_LASTING = ("service", "system")  # what runs until somebody stops it

_GONE = standing(Health.OK, "collected", Turn.GONE)
_FAILED = standing(Health.BAD, "failed")
_LOST = standing(Health.BAD, "lost")
_REPLACED = {"failed": standing(Health.WARN, "failed, replaced"), "lost": standing(Health.WARN, "lost, replaced")}
_STOPPED = {
    "failed": standing(Health.WARN, "failed, stopped", Turn.ENDED),
    "lost": standing(Health.WARN, "lost, stopped", Turn.ENDED),
}
_ENDED = standing(Health.WARN, "ended")
_COMPLETE = standing(Health.OK, "complete", Turn.ENDED)
_STOPPING = standing(Health.OK, "stopping", Turn.MOVING)
_UNHEALTHY = standing(Health.WARN, "unhealthy")
_RUNNING = standing(Health.OK, "running")
_PROVING = standing(Health.OK, "running, not yet healthy", Turn.MOVING)
_RESTARTING = standing(Health.WARN, "restarting")
_STARTING = standing(Health.OK, "starting", Turn.MOVING)
_DISCONNECTED = standing(Health.WARN, "disconnected")


def standing_of(one: Allocation) -> Standing:
    """How it stands: what Nomad's client says of it, against what Nomad wants of it."""
    if one.gone:
        return _GONE
    return _STANDINGS.get(one.status, _other)(one)


def _running(one: Allocation) -> Standing:
    if one.desired not in ("run", ""):
        return _STOPPING
    if one.healthy is False:
        return _UNHEALTHY
    if one.restarts and any(task.state == "pending" and task.restarts for task in one.tasks):
        return _RESTARTING
    return _PROVING if one.healthy is None and one.deployment else _RUNNING


def _pending(one: Allocation) -> Standing:
    if one.desired not in ("run", ""):
        return _STOPPING
    return _RESTARTING if one.restarts else _STARTING


def _over(one: Allocation) -> Standing:
    if one.next:
        return _REPLACED[one.status]
    if one.desired == "stop":
        return _STOPPED[one.status]
    return _FAILED if one.status == "failed" else _LOST


def _complete(one: Allocation) -> Standing:
    return _ENDED if one.desired == "run" and one.type in _LASTING else _COMPLETE


def _unknown(_one: Allocation) -> Standing:
    return _DISCONNECTED


def _other(one: Allocation) -> Standing:
    return standing(Health.UNKNOWN, one.status or "not known")


_STANDINGS = {
    "running": _running,
    "pending": _pending,
    "failed": _over,
    "lost": _over,
    "complete": _complete,
    "unknown": _unknown,
}
