"""Faults that can be switched on and off while the double runs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Literal, get_args

FaultName = Literal[
    "down",  # every connection is closed without an answer
    "no_leader",  # 500 after delay_s; with ?stale an empty 200; the stream says {} and no more
    "forbidden",  # 403 (on ``paths`` only, if given); the stream: 200 and no byte
    "silent_stream",  # the stream: 200 and no byte (for ``topics`` only, if given)
    "error",  # 500 (on ``paths`` only, if given)
    "slow",  # every answer is late by delay_s
    "hang",  # no answer at all (on ``paths`` only, if given), as from a frozen client
    "logs_denied",  # 500 "Permission denied" for logs (on ``paths`` only, if given)
    "no_path",  # 404 "No path to node" for logs (on ``paths`` only, if given), as when the node is down
    "broken_json",  # lists are cut in the middle
    "broken_line",  # every line of the stream is cut in the middle
    "not_nomad",  # an HTML page of some proxy
    "lost_answer",  # what a POST asks for is done, and the connection breaks before it is answered
]


@dataclass(frozen=True)
class Fault:
    """One fault. ``paths`` are beginnings of paths; empty means all."""

    name: FaultName
    paths: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    delay_s: float = 0.2

    def __post_init__(self) -> None:
        if self.name not in get_args(FaultName):
            raise ValueError(f"no such fault: {self.name}")

    def covers(self, path: str) -> bool:
        return not self.paths or any(path.startswith(p) for p in self.paths)


@dataclass
class Faults:
    """Those that are on."""

    active: dict[str, Fault] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def on(self, fault: Fault) -> None:
        with self.lock:
            self.active[fault.name] = fault

    def off(self, name: str | None = None) -> None:
        """Switch one fault off, or all."""
        with self.lock:
            if name is None:
                self.active.clear()
            else:
                self.active.pop(name, None)

    def get(self, name: FaultName, path: str = "") -> Fault | None:
        with self.lock:
            fault = self.active.get(name)
        return fault if fault and (not path or fault.covers(path)) else None
