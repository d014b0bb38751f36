"""Many expressions in few requests.

Each expression is marked by a label of its own (``label_replace``) and the marked ones are joined by ``or``; the
answer is taken apart by that label. When a server refuses a batch (one bad expression spoils all), halves are asked
until the bad one stands alone: it is dropped with the reason and the others go on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence

from console.feeds.prometheus.ask import Ask
from console.feeds.prometheus.client import Row
from console.feeds.prometheus.faults import PromError

MARK = "fs_signal"
MOST_SERIES = 200
"""Series kept of one expression."""

Marked = tuple[int, Ask]
Answers = dict[int, list[Row]]


def marked(number: int, expr: str) -> str:
    """The expression with its number as a label."""
    return f'label_replace({expr}, "{MARK}", "{number}", "", "")'


def joined(part: Sequence[Marked]) -> str:
    """One expression for many."""
    return " or ".join(marked(number, ask.expr) for number, ask in part)


def batches(asks: Iterable[Marked], most_chars: int) -> list[list[Marked]]:
    """Split so that no joined expression is longer than that (a single longer one goes alone)."""
    result: list[list[Marked]] = []
    length = most_chars + 1
    for item in asks:
        more = len(marked(item[0], item[1].expr)) + 4
        if length + more > most_chars:
            result.append([])
            length = 0
        result[-1].append(item)
        length += more
    return result


async def ask_all(
    asks: Sequence[Marked], most_chars: int, query: Callable[[str], Awaitable[list[Row]]]
) -> tuple[Answers, dict[int, str]]:
    """Rows by number, and the reasons of the numbers that the server cannot run. Raises PromError for all else."""
    answers: Answers = {}
    refused: dict[int, str] = {}
    waiting = batches(asks, most_chars)
    while waiting:
        part = waiting.pop(0)
        try:
            rows = await query(joined(part))
        except PromError as fault:
            if fault.kind != "query":
                raise
            if len(part) == 1:
                refused[part[0][0]] = fault.text
            else:
                half = len(part) // 2
                waiting[:0] = [part[:half], part[half:]]
            continue
        for row in rows:
            labels = dict(row.labels)
            mark = labels.pop(MARK, "")
            if mark.isdigit():
                answers.setdefault(int(mark), []).append(Row(labels, row.times_ms, row.values))
    return answers, refused
