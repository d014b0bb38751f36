"""How well the feed sees its Prometheus, as the document that stands on the tape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from console.documents import FeedDoc
from console.feeds.prometheus.choose import Choice
from console.feeds.prometheus.faults import PromError
from console.feeds.skew import Skew

ASK_AGAIN_AFTER = 10
"""Looks after which a refused expression is tried again."""
MOST_MISSING = 20


@dataclass(slots=True)
class Sight:
    """What the feed's health is made of. ``refused``: expressions the server cannot run, with its reason.
    ``stalled``: the server answers, but held no fresh sample at the last instant."""

    address: str
    pack_errors: Sequence[str] = ()
    version: str | None = None
    refused: dict[str, str] = field(default_factory=dict)
    stalled: bool = False
    _looks: int = 0

    def look_again(self) -> None:
        """Count a look; after some, refused expressions get another chance."""
        self._looks += 1
        if self._looks % ASK_AGAIN_AFTER == 0:
            self.refused.clear()

    def failed(self, fault: PromError) -> FeedDoc:
        """The document while questions are not answered."""
        return self._doc(fault.state, fault.text, fault.todo)

    def empty(self, has_names: bool) -> FeedDoc:
        """The document while there is nothing to read."""
        if has_names:
            return self._doc("connecting", f"Prometheus at {self.address} has scraped nothing lately", _TARGETS)
        return self._doc("connecting", f"Prometheus at {self.address} has no series", _TARGETS)

    def fine(self, choice: Choice, left_out: Mapping[str, int], skew: Skew) -> FeedDoc:
        """The document while samples come; degraded when something of what was meant to be read is not."""
        missing = [f"{key}: {why}" for key, why in self.refused.items()]
        missing += [f"{key}: more series than are kept" for key in left_out]
        missing += [*choice.left_out, *self.pack_errors]
        todo = ""
        if self.stalled:
            state, why, todo = "degraded", "Prometheus answers, but has scraped nothing lately", _TARGETS
        elif self.pack_errors:
            state, why, todo = "degraded", f"a pack cannot be used: {self.pack_errors[0]}", "Correct the file."
        elif self.refused:
            key, reason = next(iter(self.refused.items()))
            state = "degraded"
            why = f"{len(self.refused)} of {len(choice.asks)} expressions cannot be run, as {key}: {reason}"
            todo = "Correct the pack that asks this."
        else:
            state, why = "ok", ""
        doc = self._doc("ok" if state == "ok" else "degraded", why, todo)
        if skew.ms is not None:
            # Whole half seconds: the Date header is no finer, and a document that changes each time is no news.
            doc["skew_ms"] = 0 if abs(skew.ms) <= skew.error_ms else round(skew.ms / 500) * 500
            doc["skew_error_ms"] = 1000 if skew.error_ms <= 1000 else -(-skew.error_ms // 1000) * 1000
        if missing:
            doc["missing"] = missing[:MOST_MISSING]
        return doc

    def _doc(self, state: str, why: str, todo: str) -> FeedDoc:
        doc: FeedDoc = {"state": state, "why": why, "todo": todo, "address": self.address}  # type: ignore[typeddict-item]
        if self.version:
            doc["version"] = self.version
        return doc


_TARGETS = "Check that Prometheus scrapes something: its page /targets lists it."
