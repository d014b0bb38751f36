"""The pictures of a report as SVG: what state the time was in, and the course of a KPI. Pure.

A picture takes its colours from the page (classes), and says in a title what it shows. No line goes over a hole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from itertools import pairwise
from typing import NamedTuple

from console.plain import plain
from console.report.document import CoursePointDoc, KpiLineDoc, ReportDoc
from console.report.words import ratio, story, when

_WIDTH, _STRIP, _HEIGHT = 960, 56, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 10, 22
_LEAST_SPAN = 0.002  # of attainment: what hardly moves is not blown up to a mountain
_HOLE = 3.0  # a pause that is so many times as long as usual is a hole


class _Axis(NamedTuple):
    """Times to places."""

    from_s: float
    to_s: float
    left: float
    right: float

    def place(self, at: str) -> float:
        share = (_seconds(at) - self.from_s) / max(self.to_s - self.from_s, 1.0)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)


def _text(said: str) -> str:
    return escape(plain(said))


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()


def _axis(report: ReportDoc) -> _Axis:
    period = report["recorded"] or report["period"]
    return _Axis(_seconds(period["from"]), _seconds(period["to"]), _LEFT, _WIDTH - _RIGHT)


def strip(report: ReportDoc) -> str:
    """The recorded time as a strip of states, with a mark for each change and what it did."""
    axis = _axis(report)
    parts = []
    for one in report["spells"]:
        begin, end = axis.place(one["from"]), axis.place(one["to"])
        if end > begin:
            told = _text(f"{one['state']} {when(one['from'])} to {when(one['to'])}: {story(one)}")
            parts.append(
                f'<rect class="{one["state"]}" x="{begin:.1f}" y="14" width="{max(end - begin, 1):.1f}" height="16">'
                f"<title>{told}</title></rect>"
            )
    for fix in report["fixes"]:
        at = axis.place(fix["at"])
        told = _text(f"{when(fix['at'])} {fix['what']} ({fix['entity']}): {fix['effect']}")
        parts.append(
            f'<path class="fix" d="M{at:.1f} 2 l5 9 h-10 z"><title>{told}</title></path>'
            f'<line class="fix" x1="{at:.1f}" y1="11" x2="{at:.1f}" y2="32"/>'
        )
    return _picture(_STRIP, "state over time", [*parts, *_times(axis, 46)])


def course(report: ReportDoc, kpi: KpiLineDoc) -> str:
    """Attainment over the recorded time, with the target; broken where nothing was measured. Empty without points."""
    values = [one["attainment"] for one in kpi["course"] if one["attainment"] is not None]
    if not values:
        return ""
    axis = _axis(report)
    low, high = min(*values, kpi["target"]), max(*values, kpi["target"])
    room = max((high - low) * 0.1, (_LEAST_SPAN - (high - low)) / 2, 0.0)
    low, high = low - room, min(high + room, max(high, 1.0))

    def place(value: float) -> float:
        return _TOP + (high - value) / max(high - low, 1e-9) * (_HEIGHT - _TOP - _BOTTOM)

    target = place(kpi["target"])
    parts = [
        f'<line class="target" x1="{_LEFT}" y1="{target:.1f}" x2="{_WIDTH - _RIGHT}" y2="{target:.1f}"/>',
        f'<text x="{_LEFT - 6}" y="{target + 4:.1f}" text-anchor="end">{_text(ratio(kpi["target"]))}</text>',
    ]
    for piece in _pieces(kpi["course"]):
        points = [(axis.place(at), place(value)) for at, value in piece]
        if len(points) == 1:
            parts.append(f'<circle class="course" cx="{points[0][0]:.1f}" cy="{points[0][1]:.1f}" r="2.5"/>')
        else:
            drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            parts.append(f'<polyline class="course" points="{drawn}"/>')
    lowest = min(values)
    if abs(place(lowest) - target) > 12:
        at = place(lowest)
        parts.append(f'<text x="{_LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{_text(ratio(lowest))}</text>')
    return _picture(_HEIGHT, f"{kpi['title']}: attainment over time", [*parts, *_times(axis, _HEIGHT - 6)])


def _pieces(points: Sequence[CoursePointDoc]) -> Iterator[list[tuple[str, float]]]:
    """Neighbours between which nothing is missing."""
    times = [_seconds(one["at"]) for one in points]
    pauses = sorted(later - earlier for earlier, later in pairwise(times))
    usual = pauses[len(pauses) // 2] if pauses else 0.0
    piece: list[tuple[str, float]] = []
    for at, one in enumerate(points):
        hole = at > 0 and times[at] - times[at - 1] > _HOLE * max(usual, 1.0)
        if piece and (hole or one["attainment"] is None):
            yield piece
            piece = []
        if one["attainment"] is not None:
            piece.append((one["at"], one["attainment"]))
    if piece:
        yield piece


def _times(axis: _Axis, y: float) -> list[str]:
    from datetime import UTC

    ends = ((axis.from_s, axis.left, "start"), (axis.to_s, axis.right, "end"))
    return [
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">'
        f"{datetime.fromtimestamp(at_s, UTC):%Y-%m-%d %H:%MZ}</text>"
        for at_s, x, anchor in ends
    ]


def _picture(height: int, what: str, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{_text(what)}</title>{''.join(parts)}</svg>"
    )
