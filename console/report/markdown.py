"""A report as Markdown: readable as it is, and nothing in it that a tape's text could make into markup."""

from __future__ import annotations

import re

from console.plain import plain
from console.report.document import ReportDoc
from console.report.template import template

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_AUTOLINK = re.compile(r"\b(https?|ftp)://|\bwww\.", re.IGNORECASE)
_LISTED = re.compile(r"^(?=[-+=])|^(\d+)(?=[.)](?:\s|$))")


def text(value: object) -> str:
    """One line of text in which nothing is markup, and no address becomes a link by itself."""
    said = " ".join(plain(str(value)).split())
    said = _MARKUP.sub(r"\\\1", said)
    said = _AUTOLINK.sub(lambda found: found[0].replace(":", "\\:").replace(".", "\\."), said)
    return _LISTED.sub(lambda found: f"{found[1] or ''}\\", said)


def markdown(report: ReportDoc) -> str:
    """The report as Markdown."""
    return template("report.md", text).render(report=report)
