"""``waivers.toml``: findings of the audit that somebody accepted, why, and until when.

    [[waiver]]
    rule = "O5"                               # or "*" for all rules
    subject = "flow:docs.price"               # or "*" for all
    who = "marta"
    why = "the partner has no chat; the phone number is in the runbook"
    until = 2026-12-24                        # a whole date: until its end in UTC; or a time with its zone

All five are required: a waiver that nobody answers for, or that never ends, is none.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from console.declared.shapes import Contents
from console.declared.tomlentry import TomlEntry, entries_of
from console.governance.auditshapes import WaiverDoc
from console.tomlfile import TomlFile

TABLE = "waiver"
KEYS = ("rule", "subject", "who", "why", "until")

_RULE = re.compile(r"\*|[A-Z][0-9]{1,2}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DAY_MS = 86_400_000


def contents_of(file: TomlFile) -> Contents:
    """The waivers of a TOML file. Raises TomlError."""
    waivers: dict[tuple[str, str], WaiverDoc] = {}
    lines: dict[tuple[str, str], int] = {}
    for entry in entries_of(file, TABLE, "a waiver"):
        entry.known(KEYS)
        waiver = _waiver(entry)
        key = (waiver["rule"], waiver["subject"])
        if key in waivers:
            raise entry.wrong("rule", f"{key[0]} for {key[1]} is already waived in line {lines[key]}; keep one of them")
        waivers[key], lines[key] = waiver, entry.line()
    return Contents(waivers=list(waivers.values()))


def _waiver(entry: TomlEntry) -> WaiverDoc:
    for key in KEYS:
        if not entry.said(key):
            raise entry.file.error(f"this waiver has no {key}; say {', '.join(KEYS)}", *entry.at)
    rule = entry.checked("rule", entry.data["rule"])
    if not _RULE.fullmatch(rule):
        raise entry.wrong("rule", f"{rule!r} is not a rule; write its id, as O5, or * for all")
    subject = entry.checked("subject", entry.data["subject"])
    kind, colon, name = subject.partition(":")
    if subject != "*" and not (kind and colon and name):
        raise entry.wrong("subject", f"{subject!r} is not a subject; write kind:name, as flow:docs.price, or * for all")
    return {
        "rule": rule,
        "subject": subject,
        "who": entry.checked("who", entry.data["who"]),
        "why": entry.checked("why", entry.data["why"]),
        "until_ms": _until(entry),
        "origin": entry.origin(),
    }


def _until(entry: TomlEntry) -> int:
    """The end of a whole date, or the very time; one without zone would end for each reader at another time."""
    at_ms = entry.moment("until")
    if entry.doubts:
        raise entry.wrong("until", "has no zone; write it with Z or +02:00, or a whole date")
    value = entry.data["until"]
    if isinstance(value, str):
        whole = _DAY.fullmatch(value.strip()) is not None
    else:
        whole = isinstance(value, date) and not isinstance(value, datetime)
    return at_ms + _DAY_MS if whole else at_ms
