"""What the name of a counter says of its place in a data flow: what comes in, what goes out, what does not go on.

People name such counters in the language of the trade, as ``console/metricnames/words.py`` says of metrics in general;
these are the words for it, as data. Nothing here knows an installation. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from console.metricnames.words import word_set, words_of
from console.signals import EntityKind, Signal


class Role(IntEnum):
    """The order in which data goes through the counters of one job."""

    PUBLISHED = 0
    RECEIVED = 1
    PROCESSED = 2
    INDEXED = 3
    WRITTEN = 4


ROLES: Sequence[tuple[Role, frozenset[str]]] = (
    (Role.PUBLISHED, word_set("published publish produced emitted crawled extracted exported scraped")),
    (Role.RECEIVED, word_set("received consumed ingested fetched polled incoming input in read delivered")),
    (Role.PROCESSED, word_set("processed processing transformed validated enriched parsed embedded handled mapped")),
    (Role.INDEXED, word_set("indexed upserted vectorized materialized")),
    (Role.WRITTEN, word_set("written inserted stored saved persisted committed loaded synced sent output out acked")),
)
"""The first that fits counts."""

DEAD_LETTERS, SCHEMA, REJECTS, FAILURES = "dead letters", "schema failures", "rejects", "failures"
DROPPED, DUPLICATES, REDELIVERED = "dropped", "duplicates", "redelivered"
LOSSES: Sequence[tuple[str, frozenset[str]]] = (
    (DEAD_LETTERS, word_set("dead lettered letter letters dlq deadletter")),
    (REDELIVERED, word_set("redelivered redeliver redelivery redeliveries retried retries retry")),
    (DUPLICATES, word_set("duplicate duplicates duplicated deduplicated dups")),
    (SCHEMA, word_set("schema malformed unparsable unparsed invalid validation violation violations")),
    (REJECTS, word_set("rejected rejects reject rejection rejections refused unroutable nack nacks nacked")),
    (DROPPED, word_set("dropped drops drop discarded discards skipped expired evicted lost filtered late truncated")),
    (FAILURES, word_set("failed failure failures fail fails error errors erroneous aborted")),
)
"""What does not go on, or comes more than once. The first that fits counts."""
FINAL = (DEAD_LETTERS, REJECTS, DROPPED)
"""What does not go on, the surest first: a dead letter is not tried again, a reject may be, and is counted each time.
Failures are none of these: they are counted for attempts that succeed at last, too."""
REPEATS = frozenset((DUPLICATES, REDELIVERED))
"""These come more than once; nothing is lost by them."""

_OBJECTS = (
    (word_set("event events evt"), "events"),
    (word_set("message messages msg msgs"), "messages"),
    (word_set("document documents doc docs"), "documents"),
    (word_set("record records"), "records"),
    (word_set("row rows tuple tuples tup"), "rows"),
    (word_set("file files"), "files"),
    (word_set("chunk chunks"), "chunks"),
    (word_set("batch batches"), "batches"),
    (word_set("vector vectors embedding embeddings"), "vectors"),
    (word_set("span spans"), "spans"),
    (word_set("request requests"), "requests"),
)
_AGES = word_set("age freshness staleness stale")
_WAITING = word_set("pending backlog lag waiting queued ready unacked unacknowledged inflight")
_NO_THINGS = word_set("bytes byte seconds ms milliseconds")


class Meaning(NamedTuple):
    """What a signal counts: a role or a kind of loss, and what things (``events``; empty: it does not say)."""

    role: Role | None
    loss: str
    things: str


def meaning(signal: Signal) -> Meaning | None:
    """What a signal counts in a flow; None where it counts nothing that goes through."""
    return _meaning(metric_of(signal), signal.name, signal.unit, signal.entity.kind)


@lru_cache(maxsize=4096)
def _meaning(metric: str, name: str, unit: str, kind: EntityKind) -> Meaning | None:
    own, named = frozenset(words_of(metric)), frozenset(words_of(name))
    words = own | named
    if words & _NO_THINGS or unit not in ("/s", ""):
        return None
    things = next((thing for some, thing in _OBJECTS if words & some), "")
    # The metric's own name comes before what a label adds to it (``rejected schema``).
    if loss := next((loss for said in (own, words) for loss, some in LOSSES if said & some), ""):
        return Meaning(None, loss, things)
    if unit != "/s":
        return None
    if kind in (EntityKind.TOPIC, EntityKind.CONSUMER):
        # What comes into a queue is counted at its topic, what goes out at its consumer; by the packs' names, or words.
        if kind is EntityKind.TOPIC and named & _QUEUE_IN:
            return Meaning(Role.RECEIVED, "", things)
        return Meaning(Role.WRITTEN, "", things) if named & _QUEUE_OUT else None
    role = next((role for role, some in ROLES if words & some), None)
    return None if role is None else Meaning(role, "", things)


def is_age(signal: Signal) -> bool:
    """Whether a signal says how old the newest of a flow is, in seconds."""
    return signal.unit == "s" and bool(frozenset((*words_of(metric_of(signal)), *words_of(signal.name))) & _AGES)


def is_waiting(signal: Signal) -> bool:
    """Whether a signal says how many things wait in a queue."""
    of_queue = signal.entity.kind in (EntityKind.TOPIC, EntityKind.CONSUMER)
    return of_queue and signal.unit == "" and bool(frozenset(words_of(signal.name)) & _WAITING)


def metric_of(signal: Signal) -> str:
    """The metric of a signal's key."""
    return signal.key.partition("{")[0]


_QUEUE_IN = word_set("in published received incoming enqueued appended")
_QUEUE_OUT = word_set("out acked delivered consumed outgoing dequeued committed")
