"""KPIs as lines of a report: how each stands at the end of the period, its course, and when it was reviewed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from console.governance.reviews import Review
from console.governance.shapes import KpiDoc
from console.report.document import CoursePointDoc, KpiLineDoc
from console.signals import EntityKind, EntityRef
from console.times import format_time

HOLDS_S = 1_800.0
"""For how long a measurement counts that none follows (seconds): one that says nothing new is told again every quarter
of an hour, so that two were missed."""
MOST_POINTS = 400
"""Of the course of one KPI, where holes in it are counted on top."""


class Course(NamedTuple):
    """What was said of one KPI: its documents with their times (unix ms), in order."""

    name: str
    docs: Sequence[tuple[int, KpiDoc]]


def kpi_lines(courses: Sequence[Course], reviews: Mapping[EntityRef, Review], at_ms: int) -> list[KpiLineDoc]:
    """Those that are declared at the end, what is missed first, then what is unknown."""
    lines = [_line(one, reviews, at_ms) for one in courses if one.docs and not one.docs[-1][1].get("removed")]
    order = ("missed", "unknown", "kept")
    return sorted(lines, key=lambda line: (order.index(line["state"]), line["name"]))


def _line(course: Course, reviews: Mapping[EntityRef, Review], at_ms: int) -> KpiLineDoc:
    doc = course.docs[-1][1]
    measured = doc.get("measured")
    attainment, why = (measured["attainment"], measured["why"]) if measured else (None, "it was never measured")
    if measured and at_ms - measured["at_ms"] > HOLDS_S * 1000:
        attainment, why = None, f"it was last measured at {format_time(measured['at_ms'])}"
    review = reviews.get(EntityRef(EntityKind.KPI, course.name))
    reviewed_ms = max((ms for ms in (doc.get("last_review_ms"), review and review.at_ms) if ms), default=None)
    every_s = doc.get("review_every_s")
    return {
        "name": course.name,
        "title": doc["title"] or course.name,
        "about": doc["about"],
        "subject": doc["subject"],
        "owner": doc.get("owner"),
        "target": doc["target"],
        "window_s": doc["window_s"],
        "state": _state(attainment, doc["target"]),
        "attainment": attainment,
        "budget_left": measured["budget_left"] if measured and attainment is not None else None,
        "coverage": measured["coverage"] if measured else None,
        "why": why,
        "reviewed_at": format_time(reviewed_ms) if reviewed_ms else None,
        "reviewed_by": review.by if review and review.at_ms == reviewed_ms else None,
        "review_due": format_time(reviewed_ms + round(every_s * 1000)) if reviewed_ms and every_s else None,
        "course": _course(course.docs, at_ms),
        "origin": doc["origin"],
    }


def _state(attainment: float | None, target: float) -> Literal["kept", "missed", "unknown"]:
    if attainment is None:
        return "unknown"
    return "kept" if attainment >= target else "missed"


def _course(docs: Sequence[tuple[int, KpiDoc]], to_ms: int) -> list[CoursePointDoc]:
    """Each measurement once, evenly thinned out where there are very many. From a point of None on nothing is known:
    too little was seen, nobody measured any more, or the KPI was gone."""
    seen: dict[int, float | None] = {}
    for at_ms, doc in docs:
        measured = doc.get("measured")
        if doc.get("removed"):
            seen[at_ms] = None
        elif measured:
            seen[measured["at_ms"]] = measured["attainment"]
    told = sorted(seen.items())
    points: list[tuple[int, float | None]] = []
    for (at_ms, value), (next_ms, _) in zip(told, [*told[1:], (to_ms, None)], strict=True):
        points.append((at_ms, value))
        if value is not None and next_ms - at_ms > HOLDS_S * 1000:
            points.append((at_ms + round(HOLDS_S * 1000), None))
    return [{"at": format_time(at_ms), "attainment": value} for at_ms, value in _thinned(points)]


def _thinned(points: Sequence[tuple[int, float | None]]) -> list[tuple[int, float | None]]:
    """Some of many points, with the last one and all at which a hole begins or ends."""
    every = -(-len(points) // MOST_POINTS)
    return [
        point
        for at, point in enumerate(points)
        if at % every == 0 or at == len(points) - 1 or (point[1] is None) != (points[at - 1][1] is None)
    ]
