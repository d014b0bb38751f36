"""Labels that say how something ended: which of their values are bad, and how to ask for their share."""

from __future__ import annotations

import re
from collections.abc import Iterable

from console.feeds.prometheus.entity import OUTCOME_LABELS, escape
from console.metricnames.words import word_set, words_of

_GOOD = word_set(
    "ok okay success successful succeeded right correct true pass passed good healthy hit completed complete done "
    "accepted acked delivered sent stop stopped length cached fresh grounded none 0 yes found indexed written"
)
_BAD = word_set(
    "error errors err fail failed failure wrong incorrect false bad unhealthy timeout timedout time_out rejected "
    "refused dropped discarded stale ungrounded hallucinated abort aborted cancelled canceled exception invalid lost "
    "expired unavailable overloaded internal unknown denied no malformed"
)
_STATUS = re.compile(r"^[1-5](\d\d|xx)$")
_SERVER_FAULT = re.compile(r"(?:^|[^0-9])5(\d\d|xx)$|(?:^|[^0-9])429$")


def outcome_label(labels: Iterable[str]) -> str | None:
    """The label that says how it ended, if there is one."""
    have = set(labels)
    return next((label for label in OUTCOME_LABELS if label in have), None)


def bad_matcher(label: str, values: Iterable[str]) -> str | None:
    """The matcher that selects the bad outcomes, None when the values do not tell good from bad.

    HTTP codes: 5xx and 429 are the server's fault, 4xx the caller's. Words: bad is what is not known to be good, as
    soon as one value is known to be good or bad; a value that turns up later is bad until proved otherwise.
    ``error_type`` is set only on error.
    """
    seen = {value for value in values if value}
    if label == "error_type":
        return 'error_type!=""'
    if not seen:
        return None
    if all(_STATUS.match(value) for value in seen):
        return f'{label}=~"5..|429"'
    if not any(known(value) for value in seen):
        return None
    good = sorted(value for value in seen if known(value) == "good")
    listed = "|".join(escape(re.escape(value)) for value in good or sorted(_GOOD))
    return f'{label}!~"{listed}|"'


def known(value: str) -> str:
    """``good``, ``bad`` or empty where a value says neither."""
    words = words_of(value)
    if _SERVER_FAULT.search(value) or any(word in _BAD for word in words):
        return "bad"
    if any(word in _GOOD for word in words) or re.match(r"^[23]\d\d$", value):
        return "good"
    return ""
