"""Which evaluations are worth a document: those that are not simply done, told once they are not done for a while."""

from __future__ import annotations

from collections.abc import Iterable

from console.feeds.nomad.objects import Evaluation
from console.feeds.nomad.past import was_blocked

PENDING_S = 5.0  # a scheduler takes far less; that it does not is worth knowing
MOST_PENDING = 10_000


def telling(before: Evaluation | None, after: Evaluation) -> bool:
    """Whether an evaluation is more than one that placed what it should: it waits, failed, or ends such a wait."""
    if after.status == "pending":
        return False
    return after.status != "complete" or bool(after.failures) or before is not None or was_blocked(after)


class Pending:
    """Evaluations that no scheduler has taken yet, since when we know of them (s of any steady clock)."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[float, Evaluation]] = {}
        self._told: set[str] = set()

    def heard(self, evaluation: Evaluation, now_s: float) -> bool:
        """Take a change in; whether it ends a wait that was told."""
        if evaluation.status == "pending":
            if evaluation.id not in self._told and len(self._since) < MOST_PENDING:
                self._since[evaluation.id] = (now_s, evaluation)
            return False
        self._since.pop(evaluation.id, None)
        told = evaluation.id in self._told
        self._told.discard(evaluation.id)
        return told

    def overdue(self, now_s: float) -> list[Evaluation]:
        """Those that have waited long enough to be told; each once."""
        due = [one for since, one in self._since.values() if now_s - since >= PENDING_S]
        for one in due:
            del self._since[one.id]
            self._told.add(one.id)
        return due

    @property
    def waits_s(self) -> float | None:
        """How long until one may be due at most; None while nothing waits."""
        return PENDING_S if self._since else None

    def gone(self, there: Iterable[str]) -> None:
        """What is no longer in the list was collected."""
        kept = set(there)
        self._told &= kept
        self._since = {key: one for key, one in self._since.items() if key in kept}
