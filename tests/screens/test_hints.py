"""The last line: what is used most has room at 80 cells, and nothing is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.screens.actions.hints import Hint, fitting
from tests.screens.conftest import OpenDesk

NAMES = st.text("abcdefgh", min_size=1, max_size=6)


@given(st.lists(st.builds(Hint, NAMES, NAMES, NAMES), unique_by=lambda hint: hint.action, max_size=20),
       st.lists(NAMES, unique=True, max_size=8), st.integers(20, 200))  # fmt: skip
def test_what_is_kept_fits_and_is_what_is_used_most(hints: list[Hint], use: list[str], width: int) -> None:
    kept = fitting(hints, use, width)
    assert sum(hint.width for hint in kept) <= width + 1 or len(kept) <= 2
    places = {name: at for at, name in enumerate(use)}
    left = [places.get(hint.action, len(use)) for hint in hints if hint not in kept]
    assert not left or all(places.get(hint.action, len(use)) <= min(left) for hint in kept)


@pytest.mark.parametrize(
    ("keys", "hinted"),
    [
        ((), ("enter open", "/ filter", "v verdict", ": command", "? help", "q leave")),
        (("enter",), ("enter open", "esc back", "tab part", "d facts", "? help")),
        (("T",), ("enter go there", "esc back", "o open", "/ filter", "s severe", "? help")),
    ],
)
async def test_a_screen_of_80_cells_names_them(desk: OpenDesk, keys: tuple[str, ...], hinted: tuple[str, ...]) -> None:
    async with desk(at=22) as board:
        last = (await board.press(*keys))[-1]
        assert all(one in last for one in hinted), last


async def test_a_list_names_its_own_keys(desk: OpenDesk) -> None:
    async with desk(at=22) as board:
        last = (await board.command("alloc"))[-1]
        assert last.split("  ")[:5] == [" enter open", "esc back", "/ filter", "tab next", "<> sort"]
