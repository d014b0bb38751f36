"""Short labels for narrow columns: whole words and known abbreviations, never a piece of a word.

A signal's name says what it is to whoever has room (``ingest event age``). A column has seven cells. What falls away
first are the words that say least (``event``, ``total``), then those before the head of the name; what stays is a word
that a person would say: ``age``, ``schema``, ``dead``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

PHRASES: Mapping[str, tuple[str, ...]] = {
    "dead letters": ("dead",),
    "dead letter": ("dead",),
    "dead lettered": ("dead",),
    "memory missing": ("wants memory", "wants"),
    "cpu missing": ("wants cpu", "wants"),
    "disk missing": ("wants disk", "wants"),
    "time to first token": ("TTFT",),
    "slow consumers": ("slow",),
    "retrieved document age": ("document age", "doc age"),
    "free memory": ("free mem", "free"),
}
"""Whole names that people shorten in a way that no rule finds."""

ABBREVIATIONS: Mapping[str, str] = {
    "requests": "req",
    "req/s": "req",
    "request": "req",
    "documents": "docs",
    "document": "doc",
    "memory": "mem",
    "messages": "msgs",
    "message": "msg",
    "tokens": "tok",
    "token": "tok",
    "errors": "err",
    "staleness": "behind",
    "groundedness": "grounded",
    "faithfulness": "faithful",
    "published": "sent",
    "received": "recv",
    "hallucinations": "made up",
    "hallucination": "made up",
    "redelivered": "resent",
    "redeliveries": "resent",
    "consumers": "readers",
    "connections": "conns",
    "allocations": "allocs",
    "allocation": "alloc",
    "utilization": "use",
    "utilisation": "use",
    "throughput": "flow",
    "evaluations": "evals",
    "evaluation": "eval",
    "generation": "gen",
    "partitions": "parts",
    "replication": "repl",
    "duration": "time",
    "database": "db",
    "discarded": "dropped",
    "validation": "checks",
    "completeness": "complete",
    "temperature": "temp",
    "percentage": "%",
    "running": "run",
}
"""What people write for a word where room is short."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WEAK = _words(
    "a of the in per to by on event events document documents doc docs record records message messages msg failures "
    "failure letters lettered letter retrieved total current last mean bytes evals rate seconds count number value "
    "size server client time 1m 5m 30s consumers received"
)
"""Words that say least: they fall away first."""

_TELLING = _words(
    "age lag behind quality pending backlog schema errors slow free blocked stale staleness freshness p50 p90 p95 p99 "
    "latency queue cache hits tok/s req/s redelivered unacked drift memory cpu load restarts groundedness dropped "
    "retries timeouts published written indexed requests batch"
)
_STRONGEST = _words("ttft tpot itl dead rejected failed wrong")
"""Words that tell what is measured: they stay longest."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_FAULT_CLASS = re.compile(r"(?<=.)(Error|Exception)$")


def short_label(name: str, room: int) -> str:
    """The fullest form of a name that fits in so many cells; empty where not even its most telling word does."""
    return next((form for form in forms(name) if len(form) <= room), "")


@lru_cache(maxsize=2048)
def forms(name: str) -> tuple[str, ...]:
    """All forms of a name, the fullest first, each shorter than the one before."""
    found: list[str] = []
    for form in _forms(" ".join(name.split())):
        if form and (not found or len(form) < len(found[-1])):
            found.append(form)
    return tuple(found)


def _forms(name: str) -> Iterator[str]:
    yield name
    yield from PHRASES.get(name.casefold(), ())
    words = _spoken(name)
    yield " ".join(words)
    while words:
        yield " ".join(words)
        yield " ".join(_abbreviated(words))
        if len(words) == 1:
            return
        weakest = min(range(len(words)), key=lambda at: (_weight(words[at]), at))
        del words[weakest]


def _spoken(name: str) -> list[str]:
    """The words of a name; names of faults in code (``ConnectionRefusedError``) as a person says them."""
    words: list[str] = []
    for word in name.split():
        parts = _CAMEL.split(_FAULT_CLASS.sub("", word))
        words += [word] if len(parts) == 1 else [part if part.isupper() else part.lower() for part in parts if part]
    return words


def _abbreviated(words: list[str]) -> list[str]:
    return [ABBREVIATIONS.get(word.casefold(), word) for word in words]


def _weight(word: str) -> int:
    known = word.casefold()
    return 3 if known in _STRONGEST else 0 if known in _WEAK else 2 if known in _TELLING else 1
