"""Breadcrumbs: what one came through to what is in front. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from widgets.text import Span, fit, spans_width, width_of

_BETWEEN = " > "
_LEAST = 12  # cells of the last name


def trail_spans(names: Sequence[str], width: int, right: Sequence[Span], more: str) -> list[Span]:
    """``Board > answer-8b quality > DOCS/indexer pending`` beside what stands at the right. What is in front is told
    longest: where there is no room, names fall away from the left, but for the first.
    """
    room = max(_LEAST, min(width * 2 // 3, width - spans_width(right) - 2))
    before = ["Board", *names[:-1]]
    shorter = [before, *([before[0], more, *before[at:]] for at in range(2, len(before) + 1)), []]
    last = names[-1] if names else ""
    fitting = (one for one in shorter if spans_width(_spans([*one, last])) <= room)
    kept = next(fitting, shorter[-2])
    spare = room - spans_width(_spans([*kept, ""]))
    return _spans([*kept, last if width_of(last) <= spare else fit(last, max(_LEAST, spare), more=more)])


def _spans(names: Sequence[str]) -> list[Span]:
    spans = [Span(" ")]
    for name in names[:-1]:
        spans += [Span(name, "muted"), Span(_BETWEEN, "muted")]
    return [*spans, Span(names[-1], "title")]
