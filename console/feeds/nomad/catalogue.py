"""Nomad's own service catalogue: which instances each service has, and what their checks last said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from console.feeds.nomad.objects import Service


class CheckName(NamedTuple):
    service: str
    check: str


class Check(NamedTuple):
    """``status`` is success, failure or pending; ``said`` is what it said when it turned to that."""

    status: str
    said: str


class Turn(NamedTuple):
    """A check of an allocation that says something else than before. ``before`` is None for one not known."""

    name: CheckName
    before: Check | None
    after: Check
    at_ms: int


class Catalogue:
    """Instances by ``namespace/service`` and registration id; checks by allocation.

    A service of which it is known that there are more instances than were read is not ``whole``: nothing is said of it
    rather than something wrong.
    """

    def __init__(self) -> None:
        self._of: dict[str, dict[str, Service]] = {}
        self._jobs: dict[str, str] = {}
        self._unread: set[str] = set()
        self._checks: dict[str, dict[CheckName, Check]] = {}

    def apply(self, instance: Service, removed: bool) -> None:
        """An instance entered or left."""
        held = self._of.setdefault(instance.key, {})
        self._jobs[instance.key] = instance.job
        if removed:
            held.pop(instance.id, None)
        else:
            held[instance.id] = instance

    def take(self, names: Iterable[str], read: Mapping[str, Iterable[Service]]) -> list[str]:
        """All services there are, and the instances of those that were read. Returns the keys of what changed."""
        there = set(names)
        changed = [key for key in self._of if key not in there and self._of[key]]
        for key in changed:
            self._of[key] = {}
        self._unread = {key for key in there if key not in read and (key in self._unread or key not in self._of)}
        for key, instances in read.items():
            found = {one.id: one for one in instances}
            if found != self._of.get(key):
                changed.append(key)
            self._of[key] = found
            self._jobs.update((key, one.job) for one in found.values())
        return changed

    def whole(self, key: str) -> bool:
        """Whether all instances of a service are known."""
        return key in self._of and key not in self._unread

    def job(self, key: str) -> str:
        return self._jobs.get(key, "")

    def instances(self, key: str) -> Mapping[str, Service]:
        return self._of.get(key, {})

    def forget(self, key: str) -> None:
        """A service without instances was told: nothing more is known of it."""
        if not self._of.get(key):
            self._of.pop(key, None)
            self._jobs.pop(key, None)

    # Checks

    def allocations(self) -> set[str]:
        """Those that have an instance of a service."""
        return {one.allocation for held in self._of.values() for one in held.values() if one.allocation}

    def services_of(self, allocation: str) -> list[str]:
        """Keys of the services that an allocation is an instance of."""
        return [key for key, held in self._of.items() if any(one.allocation == allocation for one in held.values())]

    def heard(self, allocation: str, said: Mapping[CheckName, tuple[Check, int]]) -> list[Turn]:
        """What all checks of an allocation say now, with the times (ms) of that. Returns those that turned.

        What a check says is kept from when it turned: it may hold a time, which would be news every ten seconds.
        """
        known = self._checks.get(allocation, {})
        turns = []
        for name, (check, at_ms) in said.items():
            before = known.get(name)
            if before is None or before.status != check.status:
                turns.append(Turn(name, before, check, at_ms))
        self._checks[allocation] = {
            name: known[name] if name in known and known[name].status == check.status else check
            for name, (check, _) in said.items()
        }
        return turns

    def silent(self, allocation: str) -> None:
        """An allocation has ended: its checks say nothing any more."""
        self._checks.pop(allocation, None)

    def checks(self, allocation: str, service: str) -> dict[str, Check]:
        """Checks of one instance by their names."""
        return {
            name.check: check for name, check in self._checks.get(allocation, {}).items() if name.service == service
        }
