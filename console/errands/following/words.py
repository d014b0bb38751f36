"""How it stands with one log that is followed, in words, and what Nomad's refusals mean for it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Standing(StrEnum):
    """States of a source."""

    OPENING = "opening"
    FOLLOWING = "following"
    WAITING = "waiting"  # the task has not started
    AWAY = "away"  # nobody answers now; it is tried again
    DENIED = "denied"
    FAILED = "failed"
    GONE = "gone"
    ENDED = "ended"


RETRIED = frozenset((Standing.WAITING, Standing.AWAY))


class SourceTroubleError(Exception):
    """A log cannot be read, now or at all. ``why`` is part of a sentence."""

    def __init__(self, standing: Standing, why: str) -> None:
        super().__init__(why)
        self.standing, self.why = standing, why


class _Meaning(NamedTuple):
    said: str
    standing: Standing
    why: str


_MEANINGS = (
    _Meaning("Permission denied", Standing.DENIED, "the token lacks the capability read-logs"),
    _Meaning("ACL token", Standing.DENIED, "Nomad does not accept the token"),
    _Meaning("not started yet", Standing.WAITING, "the task has not started yet"),
    _Meaning("log entry for task", Standing.WAITING, "the task has not written a log yet"),
    _Meaning("unknown task", Standing.FAILED, "the allocation has no such task"),
    _Meaning("No path to node", Standing.AWAY, "its node cannot be reached, it is down or disconnected"),
    _Meaning("No path to region", Standing.FAILED, "Nomad knows no such region"),
    _Meaning("No cluster leader", Standing.AWAY, "Nomad has no leader"),
    _Meaning("not found on client", Standing.GONE, "its logs were collected"),
    _Meaning("nknown allocation", Standing.GONE, "Nomad no longer has it, or the token may not see it"),
    _Meaning("alloc not found", Standing.GONE, "Nomad no longer has it"),
    _Meaning("EOF", Standing.AWAY, "its node has just stopped answering"),
)
_BY_STATUS = {
    403: _Meaning("", Standing.DENIED, "the token lacks the capability read-logs"),
    404: _Meaning("", Standing.GONE, "Nomad no longer has it"),
}


def refusal(status: int, text: str) -> SourceTroubleError:
    """What an answer other than 200 means."""
    said = " ".join(text.split())[:160]
    for meaning in _MEANINGS:
        if meaning.said in said:
            return SourceTroubleError(meaning.standing, meaning.why)
    known = _BY_STATUS.get(status)
    if known is not None:
        return SourceTroubleError(known.standing, known.why)
    if status < 500:
        return SourceTroubleError(Standing.FAILED, f"Nomad answered {status}: {said or 'no text'}")
    return SourceTroubleError(Standing.AWAY, f"Nomad answered {status}: {said or 'no text'}")
