"""Which lines of the timeline are wanted: by words, system, entity and severity. Pure."""

from __future__ import annotations

from typing import NamedTuple

from console.panes.moments import Moment, What
from console.panes.rows import SEVERITY
from console.signals import Health

# From everything to what is bad only; the word says what is hidden.
LEAST: tuple[Health | None, ...] = (None, Health.WARN, Health.BAD)
_ALWAYS = (What.NOTE, What.GAP, What.SEEN, What.VERDICT)  # of no severity: what people said, what could not be seen


class Sieve(NamedTuple):
    """What is let through. ``text`` is folded; with ``without`` lines must not hold it. ``systems`` and ``entity``
    empty: all. ``entity`` is a part of a subject's or an entity's name. ``least`` hides what is less severe.
    ``apart``: what could be counted as one line stands line by line.
    """

    text: str = ""
    without: bool = False
    systems: frozenset[str] = frozenset()
    entity: str = ""
    least: Health | None = None
    apart: bool = False

    def typed(self, text: str) -> Sieve:
        """With another text: ``!text`` keeps what does not hold it."""
        stripped = text.strip()
        without = stripped.startswith("!") and bool(stripped[1:].strip())
        return self._replace(text=stripped.removeprefix("!").strip().casefold(), without=without)

    @property
    def shown(self) -> str:
        """The text as it was typed."""
        return f"!{self.text}" if self.without else self.text

    @property
    def is_open(self) -> bool:
        """Whether it lets everything through."""
        return self._replace(apart=False) == Sieve()

    def lets(self, told: tuple[Moment, ...]) -> bool:
        """Whether a line is wanted, given all that was told of it."""
        if self.systems and not any(one.system in self.systems for one in told):
            return False
        if self.least is not None and not any(self._severe(one) for one in told):
            return False
        if self.entity and not any(self.entity in _named(one) for one in told):
            return False
        return not self.text or any(self.text in searchable(one) for one in told) is not self.without

    def _severe(self, one: Moment) -> bool:
        assert self.least is not None
        return one.what in _ALWAYS or SEVERITY[one.health] <= SEVERITY[self.least]

    def words(self) -> list[str]:
        """What it asks for, each in a few words."""
        told = [f"/{self.shown}"] if self.text else []
        told += [f"system {' '.join(sorted(self.systems))}"] if self.systems else []
        told += [f"entity {self.entity}"] if self.entity else []
        hidden = {Health.WARN: "info hidden", Health.BAD: "info and warnings hidden"}
        return told + ([hidden[self.least]] if self.least in hidden else [])


def _named(one: Moment) -> str:
    return f"{one.subject} {one.entity or ''} {' '.join(one.about)}".casefold()


def searchable(one: Moment) -> str:
    """All text of a line, in one case."""
    return f"{one.text} {one.subject} {one.system} {one.what.value} {one.health.value} {one.entity or ''}".casefold()
