"""What the inventory hands to the screens: a list of objects of one kind, or one object with its parts."""

# No postponed annotations here: a screen waits for these while it opens.
from collections.abc import Sequence
from typing import NamedTuple

from console.inventory.query import Query
from console.signals import EntityRef, Health


class Fact(NamedTuple):
    """One line of an object's sheet: a word for it, its text, and how healthy that is (None: nobody judges it).

    ``by_ms`` is a time to come that it is about (a progress deadline): the screen says how long there is until then
    and counts that down, so the text does not.
    """

    label: str
    text: str
    health: Health | None = None
    by_ms: int | None = None


class Cell(NamedTuple):
    """One cell of a line. ``order`` sorts its column (None: by the text)."""

    text: str
    health: Health = Health.OK
    order: float | None = None


class Line(NamedTuple):
    """One object in a list. ``where`` says namespace, region and cluster as far as they are not the same for all.

    ``key`` is the entity in text, ``kind:id``, and identifies the line; parts that are no entity of their own (a
    version of a job) have ``opens`` None. ``word`` says why it is not well, ``note`` more, if there is room.
    """

    key: str
    opens: EntityRef | None
    health: Health
    name: str
    word: str = ""
    cells: tuple[Cell, ...] = ()
    note: str = ""
    where: str = ""


class Column(NamedTuple):
    """One column of a list. ``left``: words, which stand at its left; numbers stand at its right. ``cells`` is the
    room that it wants at least, beside what its title needs."""

    title: str
    left: bool = False
    cells: int = 0


class Section(NamedTuple):
    """A list with a title and its columns, the most important first: one for each of its lines' cells.

    The columns of name, word and where are not among them: every list has those. ``lines`` may be made one by one when
    they are asked for; they never change.
    """

    title: str
    columns: tuple[Column, ...]
    lines: Sequence[Line]
    empty: str = ""  # the sentence that stands for the lines when there are none
    name_cells: int = 0  # of the longest name, where the lines are made one by one


class Sheet(NamedTuple):
    """One object: who and where it is, how it stands and why, what is known of it, and its parts, worst first.

    ``parts`` are what one can go on to: of a job its allocations, deployments, evaluations, versions; of an allocation
    its tasks, its node, the one it replaced; of a node its allocations. ``gone``: Nomad no longer has it.
    ``why`` is the reason in a sentence where it is not well and the word does not say enough.
    ``job`` is the job it belongs to, ``allocations`` those whose logs are meant when somebody asks for its logs.
    ``signals`` are the keys of those that are shown with it beside those that are about it.
    """

    entity: EntityRef
    name: str
    health: Health
    word: str
    facts: tuple[Fact, ...]
    parts: tuple[Section, ...]
    where: str = ""
    gone: bool = False
    job: EntityRef | None = None
    allocations: tuple[str, ...] = ()
    why: str = ""
    signals: tuple[str, ...] = ()


class Table(NamedTuple):
    """The objects of a kind that were seen and that the query lets through, in its order. ``total`` counts those that
    a filter hides, too, ``unwell`` those of all that somebody should look at. ``falling``: the greatest is first.
    ``places``: they are not all at one place, and lines say where each is. ``whole``: all lines are there, not just the
    first ones."""

    query: Query
    section: Section
    total: int
    unwell: int
    falling: bool = False
    places: bool = False
    whole: bool = True
