"""One list a minute, so that what leaves without a word is noticed: what Nomad collects has no event.

The stream tells everything else, so a whole list every minute would be a waste (28 MB for 10,000 allocations), and the
index of a table tells nothing where events follow at once. So the jobs are read, then the allocations a page at a time
without their tasks, then the jobs again: a cluster of 2,000 allocations is gone through in two minutes, one of 10,000
in six. What the stream should have told and did not is found as well: then the stream is not to be trusted.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from console.feeds.nomad.calls import Answer, Calls
from console.feeds.nomad.cluster import Change, Cluster
from console.feeds.nomad.objects import Job
from console.feeds.nomad.reading import read_all, read_job
from console.feeds.nomad.troubles import NomadTroubleError, Trouble

PAGE = 2000


class Stub(NamedTuple):
    """What the list says of an allocation."""

    id: str
    status: str
    desired: str
    modify_index: int
    create_index: int


class Found(NamedTuple):
    """What a list says that was not known. ``missed`` names something that the stream should have told, if any."""

    table: str
    raft_index: int
    changes: list[Change]
    missed: str = ""


class Rolling:
    """Goes through what there is, one request at a time."""

    def __init__(self, calls: Calls, cluster: Cluster) -> None:
        self._calls = calls
        self._cluster = cluster
        self._token: str | None = None  # of the page of allocations that is next; None when the jobs are
        self._after = ""  # the last allocation of the page before

    async def step(self, told: int) -> Found:
        """The next request. Everything of an index below ``told`` was told by the stream or a list."""
        if self._token is None:
            answer = await self._calls.get(
                "jobs", namespace=self._calls.address.namespace, meta="true", read=lambda body: read_all(body, read_job)
            )
            self._token = ""
            return self._jobs(answer, told)
        token, self._token = self._token, None
        more: dict[str, Any] = {"next_token": token} if token else {}
        try:
            answer = await self._calls.get(
                "allocations", namespace=self._calls.address.namespace, per_page=PAGE, read=_stubs, **more
            )
        except NomadTroubleError as error:
            if error.trouble is Trouble.DENIED:  # told when everything was listed
                return Found("allocations", 0, [])
            raise
        self._token = answer.next_token or None
        after = self._after if token else ""
        self._after = answer.body[-1].id if answer.body else ""
        return self._allocations(answer, after, told)

    def _jobs(self, answer: Answer, told: int) -> Found:
        listed: dict[str, Job] = {job.key: job for job in answer.body}
        known = self._cluster.jobs
        gone = [key for key, job in known.items() if key not in listed and job.create_index <= answer.at_index]
        changes = [change for key in gone if (change := self._cluster.remove_job(key)) is not None]
        missed = ""
        for key, job in listed.items():
            before = known.get(key)
            if before is not None and before.spec_index == job.spec_index:
                if (change := self._cluster.apply(job)) is not None:
                    changes.append(change)
            elif (before is None or before.spec_index < job.spec_index) and job.spec_index < told:
                missed = f"job {key}"
        return Found("jobs", answer.at_index, changes, missed)

    def _allocations(self, answer: Answer, after: str, told: int) -> Found:
        stubs: list[Stub] = answer.body
        ids = [stub.id for stub in stubs]
        if ids != sorted(ids) or (after and ids and ids[0] <= after):
            return Found("allocations", answer.at_index, [])  # in another order: what is not on this page may be on one
        known = self._cluster.allocations
        there = set(ids)
        last = ids[-1] if answer.next_token and ids else None
        gone = [
            key
            for key, alloc in known.items()
            if key > after and (last is None or key <= last) and key not in there
            and alloc.create_index <= answer.at_index
        ]  # fmt: skip
        changes = [change for key in gone if (change := self._cluster.remove_allocation(key)) is not None]
        missed = next((f"allocation {stub.id[:8]}" for stub in stubs if self._unheard(stub, told)), "")
        return Found("allocations", answer.at_index, changes, missed)

    def _unheard(self, stub: Stub, told: int) -> bool:
        """Nomad touches allocations without a word, but never changes what they are or shall be."""
        known = self._cluster.allocations.get(stub.id)
        if known is None:
            return stub.create_index < told
        newer = known.modify_index < stub.modify_index < told
        return newer and (known.status, known.desired) != (stub.status, stub.desired)


def _stubs(bodies: Any) -> list[Stub]:
    return read_all(bodies, lambda body: Stub(
        body["ID"], str(body.get("ClientStatus") or ""), str(body.get("DesiredStatus") or ""),
        int(body["ModifyIndex"]), int(body.get("CreateIndex") or 0),
    ))  # fmt: skip
