"""The window over a long list never leaves it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from widgets.viewport import Viewport

MOVES = st.lists(
    st.tuples(st.sampled_from(["step", "turn", "go", "scroll"]), st.integers(-40, 40))
    | st.tuples(st.just("resize"), st.integers(0, 30)),
    max_size=30,
)


@given(MOVES, st.integers(0, 60))
def test_always_inside(moves: list[tuple[str, int]], total: int) -> None:
    view = Viewport()
    view.resize(8, total)
    for name, by in moves:
        if name == "resize":
            view.resize(by, total)
        else:
            getattr(view, name)(by)
        assert 0 <= view.cursor <= max(0, total - 1)
        assert 0 <= view.top <= max(0, total - view.height)
        if name in ("step", "turn", "go") and view.height and total:
            assert view.cursor_in_view


def test_one_key_in_many_scrolls() -> None:
    view = Viewport()
    view.resize(9, 100)
    tops = []
    for _ in range(12):
        view.step(1)
        tops.append(view.top)
    assert tops == [0] * 8 + [4] * 4
    assert view.window.below == 100 - 4 - 9
