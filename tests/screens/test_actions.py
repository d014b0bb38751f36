"""The registry: one place for keys, commands, palette and help."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.binding import Binding

from console.screens.actions.board import ACTIONS, REGISTRY
from console.screens.actions.keynames import key_word
from console.screens.actions.registry import Action, Desk, RefusedError, Registry, ways
from console.screens.app import BoardApp
from widgets.rowlist import RowList


def keys_of(bindings: Iterable[object]) -> set[str]:
    return {key for binding in bindings if isinstance(binding, Binding) for key in binding.key.split(",")}


def nothing(desk: Desk, argument: str) -> None:
    return None


def test_two_actions_cannot_share_a_key_or_a_command() -> None:
    one = Action("one", "g", "One", "", nothing, keys=("a",))
    with pytest.raises(ValueError, match="'a' belongs to both 'one' and 'two'"):
        Registry([one, Action("two", "g", "Two", "", nothing, keys=("a",))])
    with pytest.raises(ValueError, match="belongs to both"):
        Registry([one, Action("two", "g", "Two", "", nothing, command="x"),
                  Action("three", "g", "Three", "", nothing, command="x")])  # fmt: skip


def test_every_action_can_be_reached_and_is_told() -> None:
    for action in ACTIONS:
        assert action.keys or action.command, action.id
        assert action.title, action.id
        assert action.help, action.id
    told = [line for _, lines in REGISTRY.groups() for line in lines]
    assert len(told) == len(ACTIONS)


def test_the_keys_of_the_app_are_those_of_the_registry() -> None:
    assert keys_of(BoardApp.BINDINGS) == {key for action in ACTIONS for key in action.keys}


def test_help_tells_the_keys_that_lists_know() -> None:
    told = {key for action in ACTIONS if action.group == "Lists" for key in action.keys}
    assert keys_of(RowList.BINDINGS) == told | {"enter"}


def test_every_key_has_a_way_without_control_or_alt() -> None:
    """Screen and tmux eat ^a and ^b, docker eats ^p: nothing may need a key that a terminal can swallow."""
    for action in ACTIONS:
        plain = [key for key in action.keys if "+" not in key]
        assert plain or action.command or action.group == "Lists" or action.id == "previous-pane", action.id


@pytest.mark.parametrize(
    ("key", "word"),
    [("ctrl+p", "^p"), ("question_mark", "?"), ("shift+left", "shift ←"), ("G", "G"), ("plus", "+")],
)
def test_keys_are_written_as_people_write_them(key: str, word: str) -> None:
    assert key_word(key) == word


def test_ways_name_keys_and_command() -> None:
    assert ways(REGISTRY.by_id("theme")) == ":theme NAME"
    assert ways(REGISTRY.by_id("help")) == "?  f1  :help"


@given(st.text(max_size=40))
def test_any_line_is_a_command_or_one_sentence(line: str) -> None:
    try:
        action, argument = REGISTRY.parse(line)
    except RefusedError as refused:
        assert str(refused)
    else:
        assert action.argument or not argument


def test_completion_offers_words_and_choices() -> None:
    assert REGISTRY.complete("the") == ["theme"]
    assert "theme dark" in REGISTRY.complete("theme d")
    assert REGISTRY.complete("pane m") == ["pane models"]
    assert REGISTRY.complete("nothing x") == []
