"""How bad a line of a log says that it is: by the first word in it that names a level."""

from __future__ import annotations

import re

LOOKED_AT = 240  # characters; what stands further behind is what the line is about, not how bad it is

_LEVEL = re.compile(
    r"\b(?:(?P<bad>FATAL|PANIC|CRIT(?:ICAL)?|SEVERE|EMERG(?:ENCY)?|ERROR|ERRO?|ERR)"
    r"|(?P<warn>WARN(?:ING)?|WRN)"
    r"|(?P<well>INFO?|INF|DEBUG|DBG|TRACE|TRC|NOTICE|VERBOSE))\b"
)
_NAMED = re.compile(
    r"(?:\b(?:level|lvl|severity|loglevel)\"?\s*[=:]\s*\"?|^\s*\[?|\[)"
    r"(?:(?P<bad>fatal|panic|crit(?:ical)?|severe|emerg(?:ency)?|error|err|dpanic)"
    r"|(?P<warn>warn(?:ing)?)|(?P<well>info|debug|trace|notice))\b",
    re.IGNORECASE,
)
_KLOG = re.compile(r"(?:(?P<bad>[EF])|(?P<warn>W)|(?P<well>[ID]))\d{4} \d\d:\d\d:\d\d")
_PARTS = ("err", "warn", "wrn", "fatal", "panic", "crit", "severe", "emerg", "traceback", "exception", "segm", "outofm")
_FAULTS = ("Traceback (most recent call last)", "panic: ", "Exception in thread", "Segmentation fault", "OutOfMemory")


def severity_of(text: str) -> str:
    """``bad``, ``warn`` or nothing."""
    head = text[:LOOKED_AT]
    lowered = head.lower()
    if not any(part in lowered for part in _PARTS) and not _KLOG.match(head):
        return ""
    found = [one for one in (_KLOG.match(head), _LEVEL.search(head), _NAMED.search(head)) if one]
    if found:
        first = min(found, key=lambda one: one.start())
        return "" if first.lastgroup in (None, "well") else str(first.lastgroup)
    return "bad" if any(fault in head for fault in _FAULTS) else ""
