"""The pictures of a report as SVG: what state the time was in, and the course of a KPI. Pure.

A picture takes its colours from the page (classes), and says in a title what it shows. No line goes over a hole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from console.plain import plain
from console.report.document import CoursePointDoc, KpiLineDoc, ReportDoc
from console.report.timeaxis import TimeAxis, seconds
from console.report.words import ratio, story, when

_WIDTH, _STRIP, _HEIGHT = 960, 66, 160
_LEFT, _RIGHT, _TOP, _BOTTOM = 104, 16, 10, 26
_BAND_TOP, _BAND = 20, 20
_LEAST_NAMED = 62  # the width of a stretch that has room for the word of its state
_LEAST_APART = 13  # two labels that are nearer than this cannot be read
_LEAST_SPAN = 0.002  # of attainment: what hardly moves is not blown up to a mountain


def _text(said: str) -> str:
    return escape(plain(said))


def _axis(report: ReportDoc) -> TimeAxis:
    period = report["recorded"] or report["period"]
    return TimeAxis(seconds(period["from"]), seconds(period["to"]), _LEFT, _WIDTH - _RIGHT)


def strip(report: ReportDoc) -> str:
    """The recorded time as a strip of states, with a mark for each change: ▲ for one that somebody made."""
    axis = _axis(report)
    parts = [f'<text x="{_LEFT - 8}" y="{_BAND_TOP + 15}" text-anchor="end">state</text>']
    for one in report["spells"]:
        begin, end = axis.place(one["from"]), axis.place(one["to"])
        if end > begin:
            told = _text(f"{one['state']} {when(one['from'])} to {when(one['to'])}: {story(one)}")
            width = max(end - begin, 1)
            parts.append(
                f'<rect class="{one["state"]}" x="{begin:.1f}" y="{_BAND_TOP}" width="{width:.1f}" height="{_BAND}">'
                f"<title>{told}</title></rect>"
            )
            if width >= _LEAST_NAMED:
                middle = begin + width / 2
                parts.append(
                    f'<text class="on {one["state"]}" x="{middle:.1f}" y="{_BAND_TOP + 14}" text-anchor="middle">'
                    f"{one['state']}</text>"
                )
    if report["fixes"]:
        parts.append(f'<text x="{_LEFT - 8}" y="12" text-anchor="end">changes</text>')
    for fix in report["fixes"]:
        at = axis.place(fix["at"])
        told = _text(f"{when(fix['at'])} {fix['what']} ({fix['entity']}): {fix['effect']}")
        parts.append(
            f'<path class="fix" d="M{at:.1f} 2 l5 10 h-10 z"><title>{told}</title></path>'
            f'<line class="fix" x1="{at:.1f}" y1="12" x2="{at:.1f}" y2="{_BAND_TOP + _BAND}"/>'
        )
    return _picture(_STRIP, "state over time", [*parts, *_times(axis, _BAND_TOP + _BAND)])


def course(report: ReportDoc, kpi: KpiLineDoc) -> str:
    """Attainment over the recorded time, with the target; broken where nothing was measured. Behind it stand the times
    in which something was wrong. Empty without points."""
    values = [one["attainment"] for one in kpi["course"] if one["attainment"] is not None]
    if not values:
        return ""
    axis = _axis(report)
    low, high = min(*values, kpi["target"]), max(*values, kpi["target"])
    room = max((high - low) * 0.1, (_LEAST_SPAN - (high - low)) / 2, 0.0)
    low, high = low - room, min(high + room, max(high, 1.0))
    bottom = _HEIGHT - _BOTTOM

    def place(value: float) -> float:
        return _TOP + (high - value) / max(high - low, 1e-9) * (bottom - _TOP)

    target = place(kpi["target"])
    parts = [
        *_trouble(report, axis, bottom),
        f'<line class="target" x1="{_LEFT}" y1="{target:.1f}" x2="{_WIDTH - _RIGHT}" y2="{target:.1f}"/>',
    ]
    for piece in _pieces(kpi["course"], axis.to_s):
        drawn = " ".join(f"{axis.at(at_s):.1f},{place(value):.1f}" for at_s, value in piece)
        parts.append(f'<polyline class="course" points="{drawn}"/>')
    said = [(target, f"target {ratio(kpi['target'])}")]
    for value in (min(values), max(values)):
        if all(abs(place(value) - y) >= _LEAST_APART for y, _ in said):
            said.append((place(value), ratio(value)))
    parts += [f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{_text(label)}</text>' for y, label in said]
    return _picture(_HEIGHT, f"{kpi['title']}: attainment over time", [*parts, *_times(axis, bottom)])


def _trouble(report: ReportDoc, axis: TimeAxis, bottom: float) -> Iterator[str]:
    """The times that were suspect or an incident, as a pale ground."""
    for one in report["spells"]:
        begin, end = axis.place(one["from"]), axis.place(one["to"])
        if one["state"] in ("suspect", "incident") and end > begin:
            yield (
                f'<rect class="ground {one["state"]}" x="{begin:.1f}" y="{_TOP}" width="{end - begin:.1f}"'
                f' height="{bottom - _TOP}"/>'
            )


def _pieces(points: Sequence[CoursePointDoc], to_s: float) -> Iterator[list[tuple[float, float]]]:
    """Times (unix seconds) and values between which nothing is missing. A value holds until another one is told, so
    that each piece goes in steps, and ends where nothing is known any more."""
    piece: list[tuple[float, float]] = []
    for one in points:
        at_s, value = seconds(one["at"]), one["attainment"]
        if piece:
            piece.append((at_s, piece[-1][1]))
        if value is not None:
            piece.append((at_s, value))
        elif piece:
            yield piece
            piece = []
    if piece:
        yield [*piece, (max(to_s, piece[-1][0]), piece[-1][1])]


def _times(axis: TimeAxis, y: float) -> Iterator[str]:
    """The axis itself, with its marks below."""
    yield f'<line class="axis" x1="{axis.left:.0f}" y1="{y:.0f}" x2="{axis.right:.0f}" y2="{y:.0f}"/>'
    for mark in axis.marks():
        yield f'<line class="axis" x1="{mark.x:.1f}" y1="{y:.0f}" x2="{mark.x:.1f}" y2="{y + 5:.0f}"/>'
        # One that stands at the very end would be cut.
        anchor = "end" if mark.x > axis.right - 30 else "start" if mark.x < axis.left + 4 else "middle"
        yield f'<text x="{mark.x:.1f}" y="{y + 18:.0f}" text-anchor="{anchor}">{mark.label}</text>'


def _picture(height: int, what: str, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{_text(what)}</title>{''.join(parts)}</svg>"
    )
