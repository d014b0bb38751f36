"""A report as one HTML page with its pictures: no script, nothing from elsewhere, for screens and paper."""

from __future__ import annotations

from console.plain import plain
from console.report.document import ReportDoc
from console.report.pictures import course, strip
from console.report.template import template


def page(report: ReportDoc) -> str:
    """The report as HTML. All text is escaped; the pictures are SVG within the page."""
    from markupsafe import Markup, escape

    def text(value: object) -> str:
        return escape(plain(str(value)))

    return template("report.html", text, escaped=True).render(
        report=report,
        strip=Markup(strip(report)),
        pictures={one["name"]: Markup(course(report, one)) for one in report["kpis"]},
    )
