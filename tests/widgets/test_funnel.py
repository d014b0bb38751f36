"""Stages with what they lose, as pictures and under keys."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.sample import Stage, screen_text, stripped
from widgets.funnel import Amount, Funnel, FunnelStage
from widgets.funnellines import bar_parts
from widgets.text import Span

NOTHING = Amount(None, "–")
STAGES = (
    FunnelStage("a", "partner-feed", "ok", NOTHING, Amount(12_400, "12.4k"), NOTHING, note="counts what it sends"),
    FunnelStage("b", "stream DOCS", "ok", Amount(12_400, "12.4k"), Amount(12_400, "12.4k"), Amount(0, "0"), 0, "100%"),
    FunnelStage("c", "indexer", "bad", Amount(12_400, "12.4k"), Amount(6_200, "6.2k"), Amount(3_100, "3.1k"), 3_100,
                "50%", "lost: schema failures 3.1k; 3.1k came in and are nowhere"),
    FunnelStage("d", "store", "unknown", NOTHING, NOTHING, NOTHING, word="not seen"),
)  # fmt: skip


class Noted(Stage):
    """Notes the stages that were gone on from."""

    followed: Sequence[str] = ()

    def on_funnel_activated(self, message: Funnel.Activated) -> None:
        self.followed = [*self.followed, message.key]


def some(stages: Sequence[FunnelStage] = STAGES) -> Funnel:
    shown = Funnel([Span("Stages")])
    shown.set_stages(stages)
    return shown


async def drawn(shown: Funnel, width: int, height: int, *, ascii_only: bool = False) -> list[str]:
    app = Stage(shown, ascii_only=ascii_only)
    async with app.run_test(size=(width, height)) as pilot:
        await pilot.pause()
        return stripped(screen_text(app))


async def test_bars_are_on_one_scale_and_what_was_not_seen_has_none() -> None:
    lines = await drawn(some(), 66, 8)
    assert lines == [
        "─ Stages ─────────────────────────────────────────────────────────",
        "                                               in   out lost   on",
        "▏● partner-feed ███████████████████████████     – 12.4k    –",
        " ● stream DOCS  ███████████████████████████ 12.4k 12.4k    0 100%",
        " ■ indexer      █████████████▒▒▒▒▒▒▒░░░░░░░ 12.4k  6.2k 3.1k  50%",
        " ? store        not seen                        –     –    –",
        "   counts what it sends",
        "",
    ]


async def test_columns_go_before_bars_do() -> None:
    lines = await drawn(some(), 34, 8)
    assert "lost" not in lines[1]
    assert "████" in lines[2]
    assert all(len(line) <= 34 for line in lines)


async def test_ascii_tells_lost_from_missing() -> None:
    line = (await drawn(some(), 66, 8, ascii_only=True))[4]
    assert "##x" in line
    assert "x." in line
    assert line.replace("–", "-").isascii()


async def test_keys_move_and_enter_goes_on() -> None:
    shown = some()
    app = Noted(shown)
    async with app.run_test(size=(66, 5)) as pilot:
        shown.focus()
        await pilot.press("j", "enter", "G", "enter", "g", "enter", "k", "enter")
        await pilot.pause()
        assert list(app.followed) == ["b", "d", "a", "a"]


async def test_the_cursor_stays_on_its_stage_and_nothing_is_said_of_nothing() -> None:
    shown = some()
    shown.set_empty("No counter of it is known.")
    app = Stage(shown)
    async with app.run_test(size=(66, 8)) as pilot:
        shown.focus()
        await pilot.press("j", "j")
        shown.set_stages(STAGES[1:])
        assert shown.selected is not None
        assert shown.selected.key == "c"
        shown.set_stages(())
        await pilot.press("j", "enter")
        await pilot.pause()
        assert "No counter of it is known." in screen_text(app)[1]


AMOUNTS = st.one_of(st.none(), st.floats(0, 1e9, allow_nan=False))


@given(AMOUNTS, AMOUNTS, AMOUNTS, st.floats(0, 1e9, allow_nan=False), st.integers(1, 80))
def test_a_bar_never_leaves_its_room_and_shows_nothing_of_what_was_not_seen(
    ins: float | None, outs: float | None, lost: float | None, missing: float, width: int
) -> None:
    stage = FunnelStage("x", "x", "ok", Amount(ins, ""), Amount(outs, ""), Amount(lost, ""), missing)
    most = max(ins or 0.0, outs or 0.0)
    parts = bar_parts(stage, most, width)
    assert all(part.cells > 0 for part in parts)
    assert sum(part.cells for part in parts) <= max(width, len(parts))
    if ins is None and outs is None:
        assert not parts
    if not outs:
        assert "full" not in {part.what for part in parts}


def test_however_little_is_lost_can_be_seen() -> None:
    stage = FunnelStage("x", "x", "bad", Amount(1e6, ""), Amount(1e6 - 1, ""), Amount(1, ""))
    assert ("lost", 1) in bar_parts(stage, 1e6, 40)
