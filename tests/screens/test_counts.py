"""What a pane says of its rows as a whole: unknown never passes for well."""

from __future__ import annotations

import pytest

from console.panes.rows import PaneRow
from console.screens.board.rowviews import counts
from console.screens.picture import Picture
from console.screens.start import Start
from console.signals import EntityKind, EntityRef, Health, Pane

UNKNOWN, OK, BAD, STALE = Health.UNKNOWN, Health.OK, Health.BAD, Health.STALE


def row(health: Health, number: int) -> PaneRow:
    entity = EntityRef(EntityKind.MODEL, f"m{number}")
    return PaneRow(str(entity), entity, health, "", entity.id, (), (), None, "", ())


@pytest.mark.parametrize(
    ("healths", "wide", "narrow"),
    [
        ([OK, OK], "ok", "ok"),
        ([OK, UNKNOWN, UNKNOWN], "2 unknown", "?2"),
        ([BAD, UNKNOWN, STALE, OK], "1 bad 1 warn 1 unknown", "■1 ▲1 ?1"),
    ],
)
def test_a_pane_is_ok_only_when_all_of_it_is(healths: list[Health], wide: str, narrow: str) -> None:
    picture = Picture(Start("t.tape", "t.tape", "replay", None, 1.0, False))
    rows = [row(health, number) for number, health in enumerate(healths)]
    picture.rows[Pane.MODELS] = rows
    picture._counts[Pane.MODELS] = counts(rows)
    for width, expected in ((100, wide), (38, narrow)):
        assert "".join(span.text for span in picture.pane_status(Pane.MODELS, width)) == expected
