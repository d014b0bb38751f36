"""The templates of a report. What is put into one goes through the filter of its format."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.report import words
from console.report.findinglines import unknown

if TYPE_CHECKING:
    from jinja2 import Template


def template(name: str, text: Callable[[object], str], *, escaped: bool = False) -> Template:
    """The template ``name``. ``text`` makes any text harmless in its format; it is applied to whatever is put in
    (``finalize``), so that none can be forgotten. What it returns as markup is taken as it is."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    def put_in(value: object) -> object:
        return value if hasattr(value, "__html__") else text(value)

    environment = Environment(
        loader=PackageLoader("console.report"),
        autoescape=escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=put_in,
    )
    environment.globals |= {
        "when": words.when,
        "ratio": words.ratio,
        "budget": words.budget,
        "lasting": words.lasting,
        "one_day": words.one_day,
        "story": words.story,
        "reviewed": words.reviewed,
        "seen": words.seen,
        "stopped": words.stopped,
        "effect": words.effect,
        "unknown": unknown,
    }
    return environment.get_template(name)
