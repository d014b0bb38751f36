"""Who calls whom, from a CSV file with the columns ``caller`` and ``callee``."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from console.analysis.scene import Omission, Topology
from console.analysis.topology import call_graph
from console.scenes.errors import FileError
from console.scenes.lines import rows_of
from console.signals import EntityKind, EntityRef

HEADER = ("caller", "callee")
Pairs = Collection[tuple[EntityRef, EntityRef]]
_NAMED = 20


def read_graph(path: Path, known: Collection[EntityRef]) -> tuple[Topology, list[Omission]]:
    """The graph of calls, and what of it is about entities without any series.

    Those stay in the graph: trouble goes through them. Raises FileError, which names the line.
    """
    rows = rows_of(path)
    line, header = next(rows, (1, []))
    if tuple(cell.strip().lower() for cell in header) != HEADER:
        raise FileError(path, f"the header is to be {','.join(HEADER)}", line)
    pairs: dict[tuple[EntityRef, EntityRef], None] = {}
    for line, cells in rows:
        if len(cells) != len(HEADER) or not all(cell.strip() for cell in cells):
            raise FileError(path, f"the row is to name a caller and a callee, and has {_said(cells)}", line)
        caller, callee = (EntityRef(EntityKind.SERVICE, cell.strip()) for cell in cells)
        if caller != callee:
            pairs[caller, callee] = None
    topology = call_graph(pairs)
    return topology, [*_unknown(path, pairs, known), *_silent(path, pairs, known)]


def _said(cells: list[str]) -> str:
    if len(cells) != len(HEADER):
        return f"{len(cells)} cell{'s' if len(cells) != 1 else ''}"
    return "an empty cell"


def _unknown(path: Path, pairs: Pairs, known: Collection[EntityRef]) -> list[Omission]:
    names = sorted({one.id for pair in pairs for one in pair if one not in known})
    return [Omission(_listed(names), f"in {path.name}, and no series is about {_it(names)}")] if names else []


def _silent(path: Path, pairs: Pairs, known: Collection[EntityRef]) -> list[Omission]:
    drawn = {one for pair in pairs for one in pair}
    names = sorted(one.id for one in known if one not in drawn)
    return [Omission(_listed(names), f"has series, and {path.name} does not name {_it(names)}")] if names else []


def _it(names: list[str]) -> str:
    return "it" if len(names) == 1 else "them"


def _listed(names: list[str]) -> str:
    rest = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + rest
