"""What doctor says: a table for people, one JSON document for programs."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict

from console.config import Settings
from console.doctor.section import Section, exit_code
from console.doctor.setup import settings_set
from console.plain import plain
from console.version import version

_MARKS = {"ok": "● ok     ", "warn": "▲ warn   ", "bad": "■ bad    ", "unknown": "○ -      "}
_ASCII = {"●": "+", "▲": "!", "■": "X", "○": "-", "→": "->"}
_INDENT = " " * 11


def as_table(sections: list[Section], settings: Settings, *, width: int = 100, ascii_only: bool = False) -> str:
    """One line a finding, below it what to do about it; then what was set and by whom."""
    lines = [f"fourthsignal {version()}", ""]
    for section in sections:
        where = plain(section.address) + (f"  (by {section.origin})" if section.origin else "")
        lines.append(f"{section.name.upper()}  {where if section.configured else ''}".rstrip())
        for finding in section.findings:
            told = finding.what if finding.name == section.name else f"{finding.name}: {finding.what}"
            lines += _wrapped(f"  {_MARKS[finding.verdict]}", told, width)
            if finding.todo:
                lines += _wrapped(f"{_INDENT}→ ", finding.todo, width)
        lines.append("")
    shown = settings_set(settings)
    if shown:
        lines.append("SET")
        longest = max(len(item.name) for item in shown)
        lines += [f"  {item.name:{longest}}  {item.value}  (by {plain(item.origin)})" for item in shown]
        lines.append("")
    lines.append(_summary(sections))
    text = "\n".join(lines) + "\n"
    if ascii_only:
        for mark, plainer in _ASCII.items():
            text = text.replace(mark, plainer)
        text = text.encode("ascii", "replace").decode()
    return text


def as_json(sections: list[Section], settings: Settings) -> str:
    """One JSON document with everything that the table says."""
    document = {
        "version": version(),
        "exit": exit_code(sections),
        "sections": [
            {
                "name": section.name,
                "configured": section.configured,
                "verdict": section.verdict,
                "address": section.address,
                "origin": section.origin,
                "findings": [asdict(finding) for finding in section.findings],
            }
            for section in sections
        ],
        "settings": [item._asdict() for item in settings_set(settings)],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _wrapped(start: str, text: str, width: int) -> list[str]:
    return textwrap.wrap(
        plain(text), max(40, width), initial_indent=start, subsequent_indent=_INDENT, break_on_hyphens=False
    ) or [start]


def _summary(sections: list[Section]) -> str:
    bad = [section.name for section in sections if section.configured and section.verdict == "bad"]
    warn = [section.name for section in sections if section.configured and section.verdict == "warn"]
    if bad:
        return f"Not working: {', '.join(bad)}."
    return f"Working; look at: {', '.join(warn)}." if warn else "Everything that is configured works."
