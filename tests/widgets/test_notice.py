"""A sentence takes the lines that it needs, and no more than it may."""

from __future__ import annotations

import pytest

from tests.widgets.sample import Stage, keys, screen_text
from tests.widgets.test_panel import panel
from widgets.text import fold

SENTENCE = "Nomad at http://nomad.example:4646 refused the connection; check NOMAD_ADDR."


@pytest.mark.parametrize(
    ("width", "most", "lines"),
    [
        (60, 3, ["Nomad at http://nomad.example:4646 refused the connection;", "check NOMAD_ADDR."]),
        (42, 3, ["Nomad at http://nomad.example:4646", "refused the connection; check", "NOMAD_ADDR."]),
        (42, 2, ["Nomad at http://nomad.example:4646 refus", "ed the connection; check NOMAD_ADDR."]),
        (42, 1, ["Nomad at http://nomad.example:4646 refu…"]),
        (30, 2, ["Nomad at http://nomad.exampl", "e:4646 refused the connecti…"]),
    ],
)
async def test_above_rows(width: int, most: int, lines: list[str]) -> None:
    shown = panel(*keys(9))
    app = Stage(shown)
    async with app.run_test(size=(width, 9)) as pilot:
        shown.set_notice(SENTENCE, lines=most)
        await pilot.pause()
        text = screen_text(app)
        assert [line[1:-1].strip() for line in text[1 : len(lines) + 1]] == lines
        assert "row-000" in text[len(lines) + 1]
        shown.set_notice("shorter", lines=most)
        await pilot.pause()
        assert "shorter" in screen_text(app)[1]
        assert "row-000" in screen_text(app)[2]


def test_a_folded_text_is_whole_and_harmless() -> None:
    assert "".join(fold(SENTENCE, 7)) == SENTENCE
    assert "\x1b" not in "".join(fold("a\x1b[31mb", 3))
    assert fold("", 5) == []
    assert fold("漢字", 1) == ["…"]
