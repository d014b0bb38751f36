"""The double itself: a world, a clock, faults, counted requests, and a server in front of them."""

from __future__ import annotations

import ssl
import threading
import time
import uuid
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from types import TracebackType
from typing import Any

from tests.doubles.clock import RecordedClock
from tests.doubles.nomad import recording
from tests.doubles.nomad.acl import Acl
from tests.doubles.nomad.faults import Fault, FaultName, Faults
from tests.doubles.nomad.generated import GeneratedCluster
from tests.doubles.nomad.logs import Logs
from tests.doubles.nomad.recording import Step
from tests.doubles.nomad.server import Server
from tests.doubles.nomad.storm import Storm, lose_pool
from tests.doubles.nomad.world import Json, World

OPENING_MS = 2_000  # the recorder of the recording needed this long to list everything


class NomadDouble:
    """Serves a world over HTTP. ``start``/``stop`` keep the port, so that it can be killed and come back."""

    def __init__(
        self,
        clock: RecordedClock,
        build: Callable[[int], tuple[World, deque[Step]]],
        *,
        port: int = 0,
        heartbeat_s: float | None = None,
        generated: GeneratedCluster | None = None,
        events_per_s: float = 0.0,
    ) -> None:
        self.clock = clock
        self.faults = Faults()
        self.requests: Counter[str] = Counter()
        self.tokens: defaultdict[str, set[str]] = defaultdict(set)
        self.heartbeat_s = heartbeat_s
        self.skew_ms = 0
        self.tls: ssl.SSLContext | None = None  # set before start to speak HTTPS
        self.stream_epoch = 0
        self.generated = generated
        self.events_per_s = events_per_s
        self.open_streams = 0
        self.logs = Logs(self)
        self.storm: Storm | None = None
        self.acl: Acl | None = None  # None: anybody may do anything
        self.deeds: list[tuple[str, dict[str, list[str]], str]] = []  # path, query and body of each POST
        self.pace_s = 0.2  # a step of what follows from a deed
        self._following: list[tuple[float, Callable[[], Any]]] = []
        self._build = build
        self.world, self._to_come = build(clock.now_ms())
        self._port = port
        self._server: Server | None = None
        self._pump: threading.Thread | None = None
        self._stopping = threading.Event()

    @classmethod
    def recorded(
        cls,
        at_s: float = 0.0,
        speed: float = 1.0,
        frozen: bool = False,
        port: int = 0,
        heartbeat_s: float | None = None,
    ) -> NomadDouble:
        """The recorded run, ``at_s`` seconds after its start."""
        clock = RecordedClock(int(recording.meta()["start_ms"] + at_s * 1000), speed, frozen)
        return cls(clock, _build_recorded, port=port, heartbeat_s=heartbeat_s)

    @classmethod
    def cluster(
        cls,
        allocations: int = 10_000,
        jobs: int = 800,
        nodes: int = 400,
        events_per_s: float = 200.0,
        seed: int = 4,
        port: int = 0,
    ) -> NomadDouble:
        """A generated cluster of a given size, the same for the same seed."""
        clock = RecordedClock(int(time.time() * 1000))
        cluster = GeneratedCluster(allocations, jobs, nodes, seed, clock.now_ms())
        return cls(clock, lambda _: (cluster.world, deque()), port=port, generated=cluster, events_per_s=events_per_s)

    # Life

    def start(self) -> NomadDouble:
        self._stopping.clear()
        self._server = Server(self, self._port)
        self._port = self._server.port
        self._server.start()
        self._pump = threading.Thread(target=self._run_world, name="nomad-world", daemon=True)
        self._pump.start()
        return self

    def stop(self) -> None:
        """As a kill: the port closes and every connection breaks. What the world knows stays."""
        self._stopping.set()
        if self._server:
            self._server.stop()
            self._server = None
        if self._pump:
            self._pump.join()
            self._pump = None

    def __enter__(self) -> NomadDouble:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def address(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self._port}"

    @property
    def stopped(self) -> bool:
        return self._stopping.is_set()

    # Control

    def fault(self, name: FaultName, **more: Any) -> None:
        """Switch a fault on. What is under way is broken off where the real thing would be."""
        self.faults.on(Fault(name, **more))
        if name in ("down", "no_leader", "forbidden", "silent_stream", "broken_line"):
            self.close_streams()

    def clear(self, name: FaultName | None = None) -> None:
        self.faults.off(name)

    def close_streams(self) -> None:
        """Every open event stream ends now."""
        with self.world.changed:
            self.stream_epoch += 1
            self.world.changed.notify_all()

    def lose_events(self) -> None:
        """What is in the buffer is gone before anybody could ask for it."""
        with self.world.changed:
            self.world.buffer.clear()

    def restore(self, index: int) -> None:
        """The server was restored from an older snapshot: its index goes backwards."""
        self.world.restore(index)
        self.close_streams()

    def change(self, table: str, key: str, event_type: str = "", **patch: Any) -> int:
        """Change an object now; the event comes through the stream. Returns its index."""
        default = {
            "jobs": "JobRegistered",
            "allocations": "AllocationUpdated",
            "nodes": "NodeStreamEvent",
            "evaluations": "EvaluationUpdated",
            "deployments": "DeploymentStatusUpdate",
            "services": "ServiceRegistration",
        }
        return self.world.change(table, key, patch, event_type or default[table], self.clock.now_ms())

    def collect(self, table: str, key: str) -> None:
        """An object is collected by Nomad, without an event."""
        self.world.remove(table, key)

    def purge(self, namespace: str, job: str) -> None:
        """``nomad job stop -purge``: the job is gone, and all that the stream says is the evaluation that ends it."""
        self.world.remove("jobs", f"{namespace}/{job}")
        evaluation: Json = {
            "ID": str(uuid.uuid4()), "Namespace": namespace, "JobID": job, "Type": "service", "Status": "complete",
            "TriggeredBy": "job-deregister", "CreateTime": self.clock.now_ms() * 1_000_000,
        }  # fmt: skip
        self.change("evaluations", str(evaluation["ID"]), **evaluation)

    def lose_pool(self, pool: str, events: int = 5000, seconds: float = 2.0) -> Storm:
        """A storm in a generated cluster: a node pool is lost. Returns when it is over."""
        if self.generated is None:
            raise LookupError("only a generated cluster has pools to lose")
        self.storm = lose_pool(self.generated, self.clock.now_ms, pool, events, seconds)
        return self.storm

    def find(self, table: str, **fields: Any) -> Json:
        """The first object of a table with these fields."""
        with self.world.changed:
            for listed, full in self.world.rows[table].values():
                both = {**full, **listed}
                if all(both.get(k) == v for k, v in fields.items()):
                    return both
        raise LookupError(f"{table}: nothing with {fields}")

    def seek(self, at_ms: int) -> None:
        """Go to a recorded time; going back makes a world with a lower index, as a restored server has."""
        back = at_ms < self.clock.now_ms()
        self.clock.set(at_ms)
        if back:
            with self.world.changed:
                self.world, self._to_come = self._build(at_ms)
            self.stream_epoch += 1

    def later(self, steps: float, what: Callable[[], Any]) -> None:
        """Have something happen so many steps from now, in order."""
        with self.world.changed:
            self._following.append((time.monotonic() + steps * self.pace_s, what))
            self._following.sort(key=lambda one: one[0])

    def _follow(self) -> None:
        while True:
            with self.world.changed:
                if not self._following or self._following[0][0] > time.monotonic():
                    return
                self._following.pop(0)[1]()

    def catch_up(self) -> None:
        """Let everything happen that the clock has already passed."""
        while self._to_come and self._to_come[0].at_ms <= self.clock.now_ms():
            recording.apply(self.world, self._to_come.popleft())

    def _run_world(self) -> None:
        due = time.monotonic()
        while not self._stopping.is_set():
            self.catch_up()
            self._follow()
            if self.generated and self.events_per_s > 0:
                while due <= time.monotonic():
                    self.generated.happen(self.clock.now_ms())
                    due += 1 / self.events_per_s
                self._stopping.wait(0.005)
            else:
                left_s = (
                    (self._to_come[0].at_ms - self.clock.now_ms()) / 1000 / self.clock.speed if self._to_come else 1
                )
                self._stopping.wait(0.02 if self.clock.frozen else min(0.02, max(left_s, 0.001)))


def _build_recorded(at_ms: int) -> tuple[World, deque[Step]]:
    world = World()
    to_come = deque(recording.steps())
    opening = recording.meta()["start_ms"] + OPENING_MS
    while to_come and to_come[0].at_ms <= max(at_ms, opening):
        recording.apply(world, to_come.popleft())
    return world, to_come
