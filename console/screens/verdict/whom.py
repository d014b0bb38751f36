"""Who answers for what moved first, at the right end of the board's third line. Pure.

Beside what is said there the owner and who is on call, or loudly that there is no owner and whom to ask instead; what
has no room falls away as a whole, the name of the flow first, then the time, then how one comes to ask somebody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from console.explain.whom import is_answered, is_doubtful, lead_name, lead_short, lead_text, person_text
from widgets.glyphs import Glyphs
from widgets.text import Span, spans_width

if TYPE_CHECKING:
    from console.findings import ResponsibleDoc, VerdictDoc

_END = Span(" ")


def whom_spans(doc: VerdictDoc | None, glyphs: Glyphs, width: int) -> list[Span]:
    """The fullest way to say it in so many cells; nothing where none fits, or nothing has moved."""
    told = doc.get("responsible") if doc is not None else None
    if doc is None or told is None or doc["state"] == "quiet":
        return []
    ways = _owned if is_answered(told) else _leading
    dot = f" {glyphs.dot} "
    return next(([*way, _END] for way in ways(told, doc["at"][:10], dot) if spans_width(way) + 1 <= width), [])


def _owned(told: ResponsibleDoc, day: str, dot: str) -> Iterator[list[Span]]:
    owner, person = Span(f"{told['owner']}", "banner"), told["person"]
    name = Span(f"{told['flow']}: ", "muted")
    if person is None:
        schedule = Span(f"{dot}on call {told['on_call']}", "muted")
        yield [name, owner, schedule]
        yield [owner, schedule]
        yield [owner]
        return
    role = "stale" if is_doubtful(person) else ""
    yield [name, owner, Span(f"{dot}{person_text(person, day)}", role)]
    yield [owner, Span(f"{dot}{person_text(person, day)}", role)]
    doubt = "?" if is_doubtful(person) else ""
    yield [owner, Span(f"{dot}{person['name']}{doubt} on call", role)]
    yield [Span(f"call {person['name']}{doubt}", role or "banner")]


def _leading(told: ResponsibleDoc, day: str, dot: str) -> Iterator[list[Span]]:
    gap = (
        [Span("NO OWNER", "bad")] if not told["owner"] else [Span(told["owner"]), Span(f"{dot}nobody on call", "warn")]
    )
    name = Span(f"{told['flow']}: ", "muted")
    leads = told["leads"]
    if leads:
        first = leads[0]
        full, short = Span(f"{dot}{lead_text(first, day)}"), Span(f"{dot}{lead_short(first, day)}")
        more = [Span(f"{dot}{lead_short(one, day)}", "muted") for one in leads[1:2]]
        yield [name, *gap, full, *more]
        yield [name, *gap, full]
        yield [name, *gap, short, *more]
        yield [name, *gap, short]
        yield [*gap, short]
        if first["what"] != "deployed":
            yield [*gap, Span(f"{dot}{lead_name(first)}")]
    yield [name, *gap]
    yield gap
