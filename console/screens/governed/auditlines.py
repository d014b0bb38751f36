"""What the audit finds as rows, the line above them, and one finding in full below them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.format import age, clock
from console.inventory.words import ago
from console.panes.sheets.findings import AuditTable, Found, counts
from console.panes.sheets.papers import finding_facts
from console.panes.sheets.wording import finding_health, finding_word
from console.screens.frame import Place
from console.signals import Health
from widgets.rowlayout import Figure, RowView
from widgets.sectionlayout import ColumnView
from widgets.text import Span, clean, fit, wrap

NAME = "Finding"
COLUMNS = (
    ColumnView("Severity", left=True, cells=8),
    ColumnView("About", left=True, cells=16),
    ColumnView("Tell", left=True, cells=10),
    ColumnView("Since", cells=7),
)
_ALWAYS = ("critical", "high", "medium")
_WORDS_FROM = 100
_LABEL = 11
_SAVED_CELLS = 100
_INDENT = 1


def rows_of(found: Sequence[Found], now_ms: int) -> list[RowView]:
    """A row for each finding."""
    return [_row(one, now_ms) for one in found]


def _row(one: Found, now_ms: int) -> RowView:
    doc, health = one.doc, finding_health(one.doc)
    kind, _, _ = doc["subject"].partition(":")
    return RowView(
        key=one.key,
        health=health.value,
        lead=(Span(f"{doc['rule']:<3} ", "muted"), Span(doc["title"])),
        numbers=(
            Figure(finding_word(doc), health.value, left=True),
            Figure(f"{kind} {_shortly(doc['name'])}".strip(), "", left=True),
            Figure(doc["notify"] or "nobody known", "" if doc["notify"] else "muted", left=True),
            Figure(ago(doc["first_seen_ms"], now_ms), "muted"),
        ),
        note=doc["text"],
    )


def _shortly(name: str) -> str:
    """A name without what stands in brackets after it: who makes a flow is told with the finding in full."""
    before, opened, _ = name.partition(" (")
    return before if opened and name.endswith(")") else name


def head_spans(
    table: AuditTable, shown: Sequence[Found], text: str, level: str, width: int
) -> tuple[list[Span], list[Span]]:
    """How many of each kind there are, and what is asked for; at the right when that was judged."""
    left = [Span(" ")]
    for word, count, health in counts(table.findings):
        if count or word in _ALWAYS:
            left += [Span(f"{count} {word}", health.value if count else "muted"), Span("  ")]
    if text or level != "all":
        levels = {"high": "high and critical", "critical": "critical only"}
        asked = " ".join(part for part in (f"/{text}" if text else "", levels.get(level, "")) if part)
        left += [Span(asked, "found"), Span(f" {len(shown)} of {len(table.findings)}, esc clears", "muted")]
    if table.doc is None or table.ran_ms is None:
        return left, []
    same = f"unchanged for {age((table.at_ms - table.ran_ms) / 1000)} "
    return left, [Span(f"{table.doc['passed']} passed, {same}" if width >= _WORDS_FROM else same, "muted")]


def nothing_text(table: AuditTable | None, place: Place) -> str:
    """What to say where there is no row."""
    if table is None:
        return "Reading what the audit says ..."
    if table.findings:
        return "No finding fits the filter; esc clears it."
    if table.doc is None:
        return (
            f"No audit had run by {clock(place.at_ms)}, so nothing is known to be in order. The recorder judges by "
            "itself; 'fourthsignal audit' judges any time of a tape."
        )
    return f"The audit finds nothing: {table.doc['passed']} rules passed."


def finding_lines(one: Found | None, now_ms: int, width: int) -> list[list[Span]]:
    """A finding in full: its sentence, evidence with where it is written, what to do, whom to tell, since when."""
    if one is None:
        return []
    doc, health = one.doc, finding_health(one.doc)
    lines = [
        [Span(" " * _INDENT), Span(line, health.value if health is not Health.STALE else "stale")]
        for line in wrap(f"{finding_word(doc).upper()} {doc['rule']} {doc['name']}: {_ended(doc['text'])}", width - 2)
    ]
    for evidence in doc["evidence"]:
        at_ms, origin = evidence.get("at_ms"), evidence.get("origin")
        seen = f"seen {ago(at_ms, now_ms)}" if at_ms else ""
        told = ", ".join(part for part in (origin or "", seen) if part)
        lines += _labelled("evidence", evidence["text"] + (f" ({told})" if told else ""), width, "")
    for fact in finding_facts(doc, now_ms):
        role = fact.health.value if fact.health is not None else ""
        lines += _labelled(fact.label, fact.text, width, role)
    return lines


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _labelled(label: str, text: str, width: int, role: str) -> Iterator[list[Span]]:
    room = max(10, width - _INDENT - _LABEL - 1)
    for at, line in enumerate(wrap(text, room)):
        yield [Span(" " * _INDENT), Span(fit(label if at == 0 else "", _LABEL), "key"), Span(line, role)]


def plain_lines(table: AuditTable, shown: Sequence[Found]) -> list[str]:
    """All findings that are shown, each in full, as they are saved."""
    lines: list[str] = []
    for one in shown:
        spans = finding_lines(one, table.at_ms, _SAVED_CELLS)
        lines += [*("".join(clean(span.text) for span in line) for line in spans), ""]
    return lines
