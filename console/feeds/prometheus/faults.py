"""What can go wrong with a Prometheus, in sentences that say what to do."""

from __future__ import annotations

import re
from typing import Literal

from console.documents import FeedState

FaultKind = Literal["away", "timeout", "denied", "query", "unavailable", "foreign", "broken", "empty"]

_STATES: dict[FaultKind, FeedState] = {"denied": "denied", "empty": "connecting", "query": "degraded"}
_TODO: dict[FaultKind, str] = {
    "away": "Check that Prometheus runs and that PROMETHEUS_URL is right.",
    "timeout": "Check the load of Prometheus; a bigger step asks less of it.",
    "denied": "Give credentials that may query, in PROMETHEUS_URL or the proxy in front of it.",
    "query": "Correct the pack that asks this.",
    "unavailable": "Prometheus may be starting (it replays its log first); it is tried again.",
    "foreign": "PROMETHEUS_URL must be the final address above /api/v1, with the path prefix if there is one.",
    "broken": "Check what stands between the console and Prometheus.",
    "empty": "Check that Prometheus scrapes something: its page /targets lists it.",
}


class PromError(Exception):
    """A question that was not answered. ``text`` is one sentence; it never holds credentials."""

    def __init__(self, kind: FaultKind, text: str) -> None:
        super().__init__(kind, text)
        self.kind = kind
        self.text = text

    def __str__(self) -> str:
        return self.text

    @property
    def state(self) -> FeedState:
        """The state of the feed while this lasts."""
        return _STATES.get(self.kind, "down")

    @property
    def todo(self) -> str:
        """What a person can do."""
        return _TODO[self.kind]


_STATUS = re.compile(r"HTTP Status Code (\d+) \(b?(.*)\)$", re.DOTALL)
_ERROR = re.compile(r'"error"\s*:\s*"((?:[^"\\]|\\.)*)"')


def by_status(status: int, body: str, address: str) -> PromError:
    """The fault behind an HTTP status; ``body`` may hold Prometheus's own error text."""
    found = _ERROR.search(body)
    said = re.sub(r"\\+(.)", r"\1", found[1])[:300] if found else ""
    tail = f": {said}" if said else ""
    if status in (401, 403):
        return PromError("denied", f"{address} does not allow queries ({status}){tail}")
    if 300 <= status < 400:
        return PromError("foreign", f"{address} sends questions elsewhere ({status}), which is not followed")
    if status in (400, 422):
        if not found:
            return PromError("foreign", f"{address} answered {status}, but not as Prometheus does")
        return PromError("query", f"Prometheus cannot run the query ({status}){tail}")
    if status == 404:
        return PromError("foreign", f"{address} has no Prometheus API (404)")
    if status in (429, 502, 503, 504):
        return PromError("unavailable", f"{address} is not ready ({status}){tail}")
    return PromError("broken", f"{address} answered {status}{tail}")


def by_message(message: str, address: str) -> PromError:
    """The fault behind the text of prometheus-api-client's exception, which carries status and body."""
    found = _STATUS.search(message)
    if not found:
        return PromError("broken", f"{address} gave an answer that cannot be used")
    return by_status(int(found[1]), found[2].replace("\\\\", "\\"), address)  # the body is shown as Python shows bytes
