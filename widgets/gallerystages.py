"""Invented stages for the gallery: a recipe on its way to the table, and what of it arrives."""

from __future__ import annotations

from widgets.funnel import Amount, Funnel, FunnelStage
from widgets.stageaxis import StageAxis, StageMark
from widgets.text import Span

_NOW_MS = 1_700_003_600_000
_MINUTE_MS = 60_000
_DAY_MS = 86_400_000


def sample_stages() -> StageAxis:
    """Stages that lie months apart and minutes apart."""
    shown = StageAxis([Span("Life of a soup")])
    marks = [
        StageMark("plant", "garden", _NOW_MS - 90 * _DAY_MS, "sown", "the peas were sown"),
        StageMark("pick", "garden", _NOW_MS - 5 * _DAY_MS, "picked", "the peas were picked"),
        StageMark("rain", "garden", _NOW_MS - 40 * _MINUTE_MS, "rain", "it rained into the pot", role="warn",
                  until_ms=_NOW_MS - 25 * _MINUTE_MS),
        StageMark("boil", "kitchen", _NOW_MS - 60 * _MINUTE_MS, "boiled", "the soup was boiled"),
        StageMark("taste", "kitchen", _NOW_MS - 50 * _MINUTE_MS, "tasted", "the soup was tasted"),
        StageMark("serve", "table", _NOW_MS - 30 * _MINUTE_MS, "served", "the soup was served", role="bad",
                  flagged=True),
    ]  # fmt: skip
    shown.set_marks(("garden", "kitchen", "table"), marks, _NOW_MS, [Span("It was served after the rain.", "bad")])
    shown.set_title([Span("Life of a soup")], [Span("1 out of order", "bad")])
    return shown


def sample_funnel() -> Funnel:
    """Stages that lose something."""
    shown = Funnel([Span("Peas")])
    nothing = Amount(None, "–")
    shown.set_stages(
        [
            FunnelStage("garden", "garden", "ok", nothing, Amount(900, "900"), nothing, note="Nobody counts it."),
            FunnelStage("bowl", "bowl", "bad", Amount(900, "900"), Amount(600, "600"), Amount(250, "250"), 50, "67%",
                        "Birds 200, worms 50; 50 are nowhere."),
            FunnelStage("pot", "pot", "ok", Amount(600, "600"), Amount(600, "600"), Amount(0, "0"), 0, "100%"),
            FunnelStage("plate", "plate", "unknown", nothing, nothing, nothing, word="not seen"),
        ]
    )  # fmt: skip
    return shown
