"""What a Nomad server knows at one time: its tables, their indexes, and the short buffer of events."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

Json = dict[str, Any]

TOPIC_TABLE = {
    "Job": "jobs",
    "Allocation": "allocations",
    "Node": "nodes",
    "Evaluation": "evaluations",
    "Deployment": "deployments",
    "Service": "services",
}
TABLE_TOPIC = {table: topic for topic, table in TOPIC_TABLE.items()}


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


# What a list gives of an object. None: the whole object.
LIST_FIELDS: dict[str, frozenset[str] | None] = {
    "jobs": _names(
        "CreateIndex Datacenters ID JobModifyIndex JobSummary Meta ModifyIndex Multiregion Name Namespace "
        "NodePool ParameterizedJob ParentID Periodic Priority Status StatusDescription Stop SubmitTime Type"
    ),
    "allocations": _names(
        "AllocatedResources ClientDescription ClientStatus CreateIndex CreateTime DeploymentStatus "
        "DesiredDescription DesiredStatus DesiredTransition EvalID FollowupEvalID ID JobID JobType JobVersion "
        "ModifyIndex ModifyTime Name Namespace NextAllocation NodeID NodeName PreemptedAllocations "
        "PreemptedByAllocation RescheduleTracker TaskGroup TaskStates"
    ),
    "nodes": _names(
        "Address Attributes CreateIndex Datacenter Drain Drivers HostVolumes ID LastDrain ModifyIndex Name "
        "NodeClass NodePool NodeResources ReservedResources SchedulingEligibility Status StatusDescription "
        "Version"
    ),
    "evaluations": None,
    "deployments": None,
    "services": None,
}
# Fields that only lists carry: an event must not wipe them out.
LIST_ONLY = {
    "jobs": ("JobSummary",),
    "allocations": (
        "DesiredTransition",
        "FollowupEvalID",
        "JobType",
        "JobVersion",
        "PreemptedAllocations",
        "PreemptedByAllocation",
        "RescheduleTracker",
    ),
    "nodes": ("Address", "HostVolumes", "Version"),
}


class Line(NamedTuple):
    """One line of the event stream."""

    serial: int
    raft_index: int
    events: Sequence[Json]


class World:
    """Tables of ``key -> [list form, full form]``. Every change goes through the condition ``changed``."""

    def __init__(self, buffer_entries: int = 100) -> None:
        self.changed = threading.Condition(threading.RLock())
        self.rows: dict[str, dict[str, list[Json]]] = {table: {} for table in TABLE_TOPIC}
        self.indexes: dict[str, int] = dict.fromkeys(TABLE_TOPIC, 1)
        self.versions: dict[tuple[str, str], dict[int, Json]] = {}
        self.index = 1
        self.single: dict[str, tuple[int, Any]] = {}  # answers that belong to no table: path -> (index, body)
        self.statistics: dict[str, Json] = {}  # allocation -> body, {} hangs, {"error": ...}
        self.checks: dict[str, Json] = {}  # allocation -> body
        self.buffer: deque[Line] = deque()
        self.buffer_entries = buffer_entries
        self.serial = 0

    # Reading (hold ``changed``)

    def listed(self, table: str) -> list[Json]:
        return [row[0] for row in self.rows[table].values()]

    def full(self, table: str, key: str) -> Json | None:
        row = self.rows[table].get(key)
        return row[1] if row else None

    def wait_beyond(self, table: str, index: int, seconds: float, stopped: Callable[[], bool]) -> None:
        """Return when the table's index is greater, when time is up or when stopped."""
        until = time.monotonic() + seconds
        with self.changed:
            while self.indexes.get(table, 0) <= index and not stopped():
                left = until - time.monotonic()
                if left <= 0:
                    return
                self.changed.wait(left)

    # Writing

    def put_line(self, index: int, events: Sequence[Json]) -> None:
        """One line of the stream happens: objects change and it enters the buffer."""
        with self.changed:
            for event in events:
                self._apply(event)
            self._bump(index, {TOPIC_TABLE[e["Topic"]] for e in events if e["Topic"] in TOPIC_TABLE})
            self.remember(index, events)
            self.changed.notify_all()

    def remember(self, index: int, events: Sequence[Json]) -> None:
        """Put a line into the buffer only; the oldest raft entries fall out."""
        self.serial += 1
        self.buffer.append(Line(self.serial, index, events))
        while (
            self.buffer[-1].raft_index != self.buffer[0].raft_index
            and len({x.raft_index for x in self.buffer}) > self.buffer_entries
        ):
            oldest = self.buffer[0].raft_index
            while self.buffer[0].raft_index == oldest:
                self.buffer.popleft()

    def put_list(self, table: str, index: int, body: Iterable[Json]) -> None:
        """A list was seen: fields that events lack are taken over, objects that are no longer there go."""
        with self.changed:
            rows = self.rows[table]
            seen = set()
            for listed in body:
                key = row_key(table, listed)
                seen.add(key)
                row = rows.setdefault(key, [{}, {}])
                if row[0].get("ModifyIndex", 0) > listed["ModifyIndex"]:
                    row[0] = {**listed, **row[0]}
                else:
                    row[0] = listed
                    row[1] = {**row[1], **listed} if LIST_FIELDS[table] is None else _overlay(table, row[1], listed)
            for key in [k for k, row in rows.items() if k not in seen and row[0].get("CreateIndex", 0) <= index]:
                del rows[key]
            self._bump(index, {table})
            self.changed.notify_all()

    def put_full(self, table: str, key: str, body: Json) -> None:
        """A single object was read."""
        with self.changed:
            row = self.rows[table].setdefault(key, [{}, {}])
            newer = body["ModifyIndex"] >= row[1].get("ModifyIndex", 0)
            row[1] = {**row[1], **body} if newer else {**body, **row[1]}
            if table == "jobs":
                self.put_version(body)

    def put_version(self, job: Json) -> None:
        self.versions.setdefault((job["Namespace"], job["ID"]), {})[job["Version"]] = job

    def change(self, table: str, key: str, patch: Json, event_type: str, now_ms: int) -> int:
        """Change (or create) an object as a server would, with a new index and an event. Returns the index."""
        return self.change_all([(table, key, patch, event_type)], now_ms)

    def change_all(self, changes: Sequence[tuple[str, str, Json, str]], now_ms: int) -> int:
        """Change objects in one raft entry: (table, key, patch, type of event) each. Returns the index."""
        with self.changed:
            index = self.index + 1
            self.put_line(index, [self._event(index, *one, now_ms) for one in changes])
            return index

    def _event(self, index: int, table: str, key: str, patch: Json, event_type: str, now_ms: int) -> Json:
        before = self.full(table, key) or {}
        after = {"CreateIndex": index, **before, **patch, "ModifyIndex": index}
        if table in ("allocations", "evaluations", "deployments") and "ModifyTime" not in patch:
            after["ModifyTime"] = now_ms * 1_000_000
        topic = TABLE_TOPIC[table]
        return {
            "Topic": topic,
            "Type": event_type,
            "Key": after.get("ID", key),
            "Namespace": after.get("Namespace", ""),
            "FilterKeys": None,
            "Index": index,
            "Payload": {topic: {k: v for k, v in after.items() if k != "Job"}},
        }

    def remove(self, table: str, key: str) -> None:
        """An object is purged or collected: it is gone, and the stream says nothing of it."""
        with self.changed:
            del self.rows[table][key]
            self._bump(self.index + 1, {table})
            self.changed.notify_all()

    def restore(self, index: int) -> None:
        """The server comes back from an older snapshot: indexes go backwards, buffered events are gone."""
        with self.changed:
            self.index = index
            self.indexes = {table: min(known, index) for table, known in self.indexes.items()}
            for rows in self.rows.values():
                for row in rows.values():
                    row[:] = [{**form, "ModifyIndex": min(form.get("ModifyIndex", 0), index)} for form in row]
            self.buffer.clear()
            self.changed.notify_all()

    def _bump(self, index: int, tables: set[str]) -> None:
        self.index = max(self.index, index)
        if "allocations" in tables:
            tables = tables | {"jobs"}  # the summary in the list of jobs moves with allocations
        for table in tables:
            self.indexes[table] = max(self.indexes[table], index)

    def _apply(self, event: Json) -> None:
        table = TOPIC_TABLE.get(event["Topic"])
        if table is None:
            return
        payload = event["Payload"].get(event["Topic"])
        key = row_key(table, payload)
        rows = self.rows[table]
        if table == "services" and event["Type"] != "ServiceRegistration":
            rows.pop(key, None)
            return
        row = rows.setdefault(key, [{}, {}])
        if row[0].get("ModifyIndex", 0) > payload["ModifyIndex"]:
            row[1] = {**payload, **row[1]}
            return
        kept = {k: row[0][k] for k in LIST_ONLY.get(table, ()) if k in row[0]}
        fields = LIST_FIELDS[table]
        row[0] = {**kept, **(payload if fields is None else {k: v for k, v in payload.items() if k in fields})}
        job = row[1].get("Job")
        row[1] = {**payload, "Job": job} if job else payload
        if table == "jobs":
            row[0]["Periodic"] = bool(payload.get("Periodic"))
            row[0]["ParameterizedJob"] = bool(payload.get("ParameterizedJob"))
            self.put_version(payload)
        if table == "allocations" and "JobVersion" not in row[0]:
            known = self.full("jobs", f"{payload['Namespace']}/{payload['JobID']}") or {}
            row[0]["JobVersion"], row[0]["JobType"] = known.get("Version", 0), known.get("Type", "service")


def _overlay(table: str, full: Json, listed: Json) -> Json:
    """The full form with what a newer list says (a list writes some fields differently: those stay)."""
    odd = {"Periodic", "ParameterizedJob", "JobSummary", "Attributes"} | set(LIST_ONLY.get(table, ()))
    return {**full, **{k: v for k, v in listed.items() if k not in odd}}


def row_key(table: str, body: Json) -> str:
    return f"{body['Namespace']}/{body['ID']}" if table == "jobs" else str(body["ID"])
