"""One registry of everything a person can do. Keys, the palette, `:` commands and help all come from it.

An action is data with one callable; nothing dispatches on names by hand. What an action works on is the `Desk`: the
running console as the actions see it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from console.screens.actions.hints import Hint
from console.screens.actions.keynames import key_word
from console.signals import EntityKind, EntityRef, Pane

if TYPE_CHECKING:
    from console.screens.errands import Errands
    from console.screens.governed.auditscreen import AuditScreen
    from console.screens.lists.screen import ListScreen
    from console.screens.logs.screen import LogScreen
    from console.screens.out.verbs import Out
    from console.screens.searched import Searched
    from console.screens.timeline.screen import TimelineScreen


class RefusedError(Exception):
    """An action that cannot be done as asked; its text is the one sentence that is shown."""


class Desk(Protocol):
    """What actions work on."""

    @property
    def on_board(self) -> bool:
        """Whether the board itself is in front, with no other screen over it."""
        ...

    @property
    def in_detail(self) -> bool:
        """Whether a row's detail is in front."""
        ...

    @property
    def timeline(self) -> TimelineScreen | None:
        """The timeline, when it is in front."""
        ...

    @property
    def audit(self) -> AuditScreen | None:
        """What the audit finds, when that is in front."""
        ...

    @property
    def listing(self) -> ListScreen | None:
        """The list of Nomad's objects, when it is in front."""
        ...

    @property
    def logs(self) -> LogScreen | None:
        """The logs, when they are in front."""
        ...

    @property
    def subject(self) -> EntityRef | None:
        """What an action on an object means: the selected line's, else what the screen in front is about."""
        ...

    @property
    def searched(self) -> Searched | None:
        """The screen in front, where it has a text that can be searched."""
        ...

    @property
    def out(self) -> Out:
        """What is taken from a screen: copied, saved, shown as Nomad has it, opened elsewhere."""
        ...

    @property
    def errands(self) -> Errands | None:
        """Who asks Nomad for this viewer; None on a recording."""
        ...

    @property
    def can_play(self) -> bool:
        """Whether the tape can be played: it is not followed live."""
        ...

    @property
    def has_filter(self) -> bool: ...

    @property
    def is_live(self) -> bool: ...

    def leave(self) -> None: ...
    def back(self) -> None: ...
    def show_help(self) -> None: ...
    def show_palette(self) -> None: ...
    def show_verdict(self) -> None: ...
    def show_timeline(self) -> None: ...
    def show_audit(self) -> None: ...
    def show_list(self, kind: EntityKind) -> None: ...
    def open_object(self, typed: str) -> None: ...
    def ask_filter(self) -> None: ...
    def ask_command(self) -> None: ...
    def set_filter(self, text: str) -> None: ...
    def restrict(self, what: str, name: str) -> None:
        """Show only what is there. ``what`` is cluster, region or namespace; no name: wherever it is."""
        ...

    def places(self, what: str) -> Sequence[str]:
        """The clusters, regions or namespaces that are known, by name."""
        ...

    def focus_pane(self, pane: Pane) -> None: ...
    def cycle_pane(self, by: int) -> None: ...
    def move(self, how: str) -> None: ...
    def open_logs(self, typed: str, *, whole: bool = False) -> None: ...
    def open_row(self) -> None: ...
    def describe(self) -> None: ...
    def toggle_strip(self) -> None: ...
    def step(self, by_ms: int) -> None: ...
    def go_to(self, text: str) -> None: ...
    def go_event(self, direction: int) -> None: ...
    def go_live(self) -> None: ...
    def toggle_play(self) -> None: ...
    def set_speed(self, text: str) -> None: ...
    def change_speed(self, direction: int) -> None: ...
    def set_theme(self, name: str) -> None: ...
    def redraw(self) -> None: ...
    def act(self, action: str, text: str) -> None: ...
    def review(self, text: str) -> None: ...


def always(desk: Desk) -> bool:
    """Available whatever is in front."""
    return True


class Action(NamedTuple):
    """One thing a person can do.

    ``keys`` are Textual's names of keys; two actions may have one where only one of them is available at a time.
    ``command`` is the word after `:`, with ``argument`` naming what follows it
    (empty: nothing does). ``hint`` is the word in the footer, or tells it for what is in front; an action without one
    is not hinted there. ``hint_keys`` stand for the first of ``keys`` where several belong together. ``run`` gets the
    desk and the argument; it raises `RefusedError` when the argument cannot be used. ``choices`` are what the argument
    can be, where that is known; ``known`` tells it where it depends on what is seen.
    """

    id: str
    group: str
    title: str
    help: str
    run: Callable[[Desk, str], None]
    keys: tuple[str, ...] = ()
    command: str = ""
    aliases: tuple[str, ...] = ()
    argument: str = ""
    hint: str | Callable[[Desk], str] = ""
    hint_keys: str = ""
    available: Callable[[Desk], bool] = always
    choices: Callable[[], Sequence[str]] = tuple
    known: Callable[[Desk], Sequence[str]] | None = None
    asks: bool = False


class Registry:
    """All actions, found by id, key, command or a few letters of their title."""

    def __init__(self, actions: Iterable[Action]) -> None:
        self.actions: tuple[Action, ...] = tuple(actions)
        self._by_id: dict[str, Action] = {}
        self._by_word: dict[str, Action] = {}
        keys: dict[str, Action] = {}
        for action in self.actions:
            _claim(self._by_id, action.id, action)
            for key in action.keys:
                _share(keys, key, action)
            for word in (action.command, *action.aliases):
                if word:
                    _claim(self._by_word, word, action)

    def by_id(self, action_id: str) -> Action:
        return self._by_id[action_id]

    @property
    def words(self) -> list[str]:
        """All words that can follow `:`, in the registry's order."""
        return list(self._by_word)

    def parse(self, line: str) -> tuple[Action, str]:
        """The action and argument that a command line asks for.

        Raises `RefusedError` with one sentence when there is no such command, or its argument is missing or too much.
        """
        word, _, argument = line.strip().lstrip(":").partition(" ")
        argument = argument.strip()
        if not word:
            raise RefusedError("Type a command after ':'; ':help' lists them.")
        action = self._by_word.get(word)
        if action is None:
            raise RefusedError(self._unknown(word))
        if argument and not action.argument:
            raise RefusedError(f"':{word}' takes nothing after it, and got '{argument}'.")
        return action, argument

    def _unknown(self, word: str) -> str:
        near = difflib.get_close_matches(word, self.words, n=1, cutoff=0.5)
        guess = f"; did you mean ':{near[0]}'?" if near else "; ':help' lists the commands."
        return f"There is no command ':{word}'{guess}"

    def complete(self, typed: str, desk: Desk | None = None) -> list[str]:
        """The command lines that what was typed could become: words first, then an action's own choices."""
        word, blank, argument = typed.partition(" ")
        if not blank:
            return [known for known in self.words if known.startswith(word)]
        action = self._by_word.get(word)
        if action is None:
            return []
        choices = action.known(desk) if action.known is not None and desk is not None else action.choices()
        return [f"{word} {choice}" for choice in choices if choice.startswith(argument.strip())]

    def search(self, typed: str, desk: Desk) -> list[Action]:
        """Available actions in which the typed letters occur in order, best first; all of them when none are typed."""
        scored = [(_score(typed.lower(), action), place, action) for place, action in enumerate(self.actions)]
        return [
            action
            for score, _, action in sorted(scored, key=lambda item: (-item[0], item[1]))
            if score > 0 and action.available(desk)
        ]

    def hints(self, desk: Desk) -> list[Hint]:
        """All that the last line of the screen in front could name."""
        said = (
            Hint(
                action.id,
                action.hint_keys or key_word(action.keys[0]),
                action.hint if isinstance(action.hint, str) else action.hint(desk),
            )
            for action in self.actions
            if action.hint and action.keys and action.available(desk)
        )
        return [hint for hint in said if hint.word]

    def groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """For help: each group with (keys and command, what it does) lines."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for action in self.actions:
            groups.setdefault(action.group, []).append((ways(action), action.help))
        return list(groups.items())


def ways(action: Action) -> str:
    """How to call an action: its keys, then its command."""
    words = [key_word(key) for key in action.keys]
    if action.command:
        words.append(f":{action.command} {action.argument}".rstrip())
    return "  ".join(words)


def _claim(table: dict[str, Action], name: str, action: Action) -> None:
    if name in table:
        raise ValueError(f"'{name}' belongs to both '{table[name].id}' and '{action.id}'")
    table[name] = action


def _share(table: dict[str, Action], key: str, action: Action) -> None:
    """A key may mean several things, each at a place of its own: none of them is available everywhere."""
    known = table.get(key)
    if known is not None and always in (known.available, action.available):
        raise ValueError(f"'{key}' belongs to both '{known.id}' and '{action.id}'")
    table[key] = action


def _score(typed: str, action: Action) -> float:
    """How well typed letters fit an action: whole text at a word's start, anywhere, or as letters in order; 0: not."""
    text = f"{action.title} {action.command}".lower()
    if not typed:
        return 1.0
    if any(word.startswith(typed) for word in text.split()):
        return 4.0
    if typed in text:
        return 3.0
    return 1.0 if _in_order(typed, text) else 0.0


def _in_order(letters: Sequence[str], text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)
