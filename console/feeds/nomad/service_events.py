"""What happens to services: instances that come and go, checks that turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.feeds.nomad.catalogue import Turn
from console.feeds.nomad.objects import Allocation, Service
from console.feeds.nomad.telling import Severity, Telling
from console.signals import EntityKind, EntityRef

PASSES, FAILS = "success", "failure"
FRESH_MS = 120_000  # an allocation so young never passed


def service_telling(service: Service, removed: bool) -> Telling:
    """An instance entered or left the catalogue."""
    ids = {"job": f"{service.namespace}/{service.job}", "alloc": service.allocation, "node": service.node_id}
    entity = EntityRef(EntityKind.SERVICE, service.key)
    name = "ServiceDeregistered" if removed else "ServiceRegistered"
    text = f"an instance of service {service.name} " + ("left the catalogue" if removed else "entered the catalogue")
    return Telling(name, 0, entity, text, "info", f"service:{service.id}:{service.modify_index}:{name}", ids)


def turn_tellings(alloc: Allocation, turns: Sequence[Turn]) -> Iterator[Telling]:
    """Checks that fail now, and those that pass again.

    One that passes as soon as it is known is no news; since when one failed that was failing already cannot be told.
    """
    for turn in turns:
        failed_before = turn.before is not None and turn.before.status == FAILS
        fresh = turn.at_ms - alloc.created_ms < FRESH_MS
        if turn.after.status == FAILS and (fresh or turn.before is not None):
            said = f": {turn.after.said}" if turn.after.said else ""
            yield _turn(alloc, turn, "CheckFailing", f"fails on {alloc.short} on {alloc.node}{said}", "warn")
        elif turn.after.status == PASSES and failed_before:
            yield _turn(alloc, turn, "CheckPassing", f"passes again on {alloc.short} on {alloc.node}", "ok")


def _turn(alloc: Allocation, turn: Turn, name: str, what: str, severity: Severity) -> Telling:
    service, check = turn.name
    entity = EntityRef(EntityKind.SERVICE, f"{alloc.namespace}/{service}")
    ids = {"job": alloc.job_key, "group": alloc.group, "alloc": alloc.id, "node": alloc.node_id,
           "node_name": alloc.node, "check": check}  # fmt: skip
    once = f"check:{alloc.id}:{service}:{check}:{turn.after.status}:{turn.at_ms}"
    return Telling(name, turn.at_ms, entity, f"check {check} of service {service} {what}", severity, once, ids)
