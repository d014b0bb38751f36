"""Where verdicts stand on a tape: FINDING records of one source and name, found by when they were said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from console.signals import Record, RecordKind

if TYPE_CHECKING:
    from console.findings import VerdictDoc
    from console.tape.store import Store

ANALYSIS = "analysis"  # the source of findings; its pulse is when analysis last looked at what there is
VERDICT = "verdict"
_PAGE = 20
_EVER_MS = 2**62


def is_verdict(record: Record) -> bool:
    """Whether a record says what analysis made of everything."""
    return record.kind is RecordKind.FINDING and record.source == ANALYSIS and record.name == VERDICT


def doc_of(record: Record) -> VerdictDoc | None:
    """The document of a verdict; None where another version of the console wrote something else."""
    from console.findings import VerdictDoc

    return cast("VerdictDoc", record.body) if record.body.keys() >= VerdictDoc.__required_keys__ else None


def verdict_at(store: Store, at_ms: int | None) -> Record | None:
    """The verdict in force at a time: the newest that was said up to then; None for the time: the newest of all."""
    until_ms = _EVER_MS if at_ms is None else at_ms
    limit = _PAGE
    while True:
        found = verdicts_between(store, -1, until_ms, limit=limit, newest_first=True)
        if found.verdicts:
            return found.verdicts[0]
        if found.read < limit:
            return None
        limit *= 4  # findings of other names lie before it


class Found:
    """Verdicts, and how many findings were read for them."""

    __slots__ = ("read", "verdicts")

    def __init__(self, findings: Sequence[Record]) -> None:
        self.read = len(findings)
        self.verdicts = [record for record in findings if is_verdict(record)]


def verdicts_between(store: Store, from_ms: int, to_ms: int, *, limit: int = 0, newest_first: bool = False) -> Found:
    """Verdicts said with ``from_ms < at_ms <= to_ms``, among the first ``limit`` findings (0: among all)."""
    kinds = (RecordKind.FINDING,)
    return Found(store.records_between(from_ms, to_ms, kinds, (ANALYSIS,), limit=limit, newest_first=newest_first))


def unix_ms(text: str) -> int:
    """A time of a document (RFC 3339) in unix milliseconds. Raises ValueError."""
    from datetime import datetime

    return round(datetime.fromisoformat(text).timestamp() * 1000)
