"""A model's life as marks on lanes, with their words. Pure."""

from __future__ import annotations

from console.format import duration
from console.governance.lifecycle import Lifecycle, Stage
from widgets.stageaxis import StageMark
from widgets.text import Span

LANES = ("data", "model", "operations")
_WORDS = {"schema change": "schema"}
_ROLES = {"backlog": "warn", "failed": "bad", "rolled back": "warn", "healthy": "ok", "promoted": "accent"}
_MOST = 40  # marks; what is older says less


def life_marks(life: Lifecycle) -> list[StageMark]:
    """The newest stages, those that are out of order marked."""
    wrong = {id(one.later) for one in life.violations}
    later = {_same(one.later) for one in life.violations}
    found = []
    for at, stage in enumerate(life.stages[-_MOST:]):
        flagged = id(stage) in wrong or _same(stage) in later
        found.append(
            StageMark(
                key=f"{stage.clock} {stage.what} {stage.at_ms} {stage.text} {at}",
                lane=stage.clock,
                at_ms=stage.at_ms,
                word=_WORDS.get(stage.what, stage.what),
                text=_text(stage),
                until_ms=stage.until_ms,
                role="bad" if flagged else _ROLES.get(stage.what, ""),
                flagged=flagged,
            )
        )
    return found


def _same(stage: Stage) -> tuple[str, str, int, str]:
    return stage.clock, stage.what, stage.at_ms, stage.text


def _text(stage: Stage) -> str:
    unsure = f", at some time in the {duration(stage.unsure_ms / 1000)} after that" if stage.unsure_ms else ""
    lasts = ", and lasts" if stage.open else ""
    return f"{stage.text}{unsure}{lasts} ({stage.origin})" if stage.origin else f"{stage.text}{unsure}{lasts}"


def life_notes(life: Lifecycle) -> list[Span]:
    """What is out of order, a sentence each."""
    return [Span(one.text if one.text.endswith(".") else f"{one.text}.", "bad") for one in life.violations]


def life_title(life: Lifecycle | None) -> tuple[list[Span], list[Span]]:
    """The title, and how many stages are not where they belong."""
    if life is None:
        return [Span("Life")], []
    title = [Span("Life"), Span("  schema, train, evaluate, promote, deploy is the order", "muted")]
    count = len(life.violations)
    status = Span(f"{count} out of order", "bad") if count else Span("in order as far as is known", "ok")
    return title, [status] if life.stages else []
