"""A scene from a CSV file: what somebody exported from whatever he has.

The first column is ``time``, every other one a series (``header.py`` says how its header is read). What the file does
not say right is an error that names the line; what it does not say at all is not seen; what was not used as it stands
is said in ``Scene.omitted``. No row later than the moment that is asked about has any influence.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from console.analysis.baseline import FEWEST
from console.analysis.scene import Flags, Floats, Grid, Omission, Scene, Slots, Topology
from console.scenes.asked import meant
from console.scenes.carry import carry
from console.scenes.counters import is_counter, rates
from console.scenes.errors import FileError
from console.scenes.graph import read_graph
from console.scenes.header import ENTITY, Column, HeaderError, column_of
from console.scenes.slots import gaps_of, in_order, slots_of
from console.scenes.table import Table, read_table
from console.signals import Signal
from console.times import format_time

WINDOW_MS = 2_400_000
PAST_MS = 6 * 3_600_000
_NAMED = 50  # columns that are named one by one
_RATES = {"": "/s", "By": "By/s", "s": "1"}


def scene_of_csv(
    path: Path,
    *,
    table: Table | None = None,
    at_ms: int | None = None,
    window_ms: int = WINDOW_MS,
    past_ms: int = PAST_MS,
    symptom: str | None = None,
    graph_path: Path | None = None,
    entity_label: str = ENTITY,
) -> Scene:
    """The window that ends at ``at_ms`` (None: at the last row), with up to ``past_ms`` before it as past.

    ``symptom`` is a header as it stands in the file, or is written differently and means the same; one that is not in
    the file is kept as it is, for ``judge`` to refuse. ``table`` is what the file holds, if somebody read it before.
    Raises FileError.
    """
    table = table or read_table(path)
    columns = _columns(path, table, entity_label)
    symptom = None if symptom is None else meant(symptom, table.headers) or symptom
    omitted: list[Omission] = []
    table, at_ms = _until(path, table, at_ms)
    times_ms, values = in_order(path, table.times_ms, table.values, omitted)
    from_ms = at_ms - window_ms
    begun = int(np.searchsorted(times_ms, from_ms - past_ms, side="right"))
    times_ms, values = times_ms[begun:], values[begun:]
    if not len(times_ms):
        raise FileError(path, f"has no row between {format_time(from_ms - past_ms)} and {format_time(at_ms)}")
    series = np.ascontiguousarray(values.T)
    _finite(series, columns, omitted)
    signals = [_prepared(one, row, times_ms, omitted) for one, row in zip(columns, series, strict=True)]
    slot_ms, step_ms, place = slots_of(times_ms, at_ms, len(signals), omitted)
    first = int(np.searchsorted(slot_ms, from_ms, side="right"))
    grid = np.full((len(signals), len(slot_ms)), np.nan)
    _put(grid, series, place)
    kept = _kept(signals, series, times_ms > from_ms, symptom, omitted)
    carry(grid)
    here = [signals[row]._replace(step_s=step_ms / 1000) for row in kept]
    graph, unknown = (Topology(), []) if graph_path is None else read_graph(graph_path, {one.entity for one in signals})
    return Scene(
        at_ms=at_ms,
        from_ms=from_ms,
        signals=here,
        grid=Grid(slot_ms, step_ms, grid if len(kept) == len(signals) else grid[kept], first),
        topology=graph,
        gaps=gaps_of(path, times_ms, step_ms, at_ms),
        omitted=[*omitted, *unknown],
        symptom=symptom,
        names={one.entity: one.entity.id for one in here},
        plain=True,
    )


def _columns(path: Path, table: Table, entity_label: str) -> list[Column]:
    columns = []
    for at, header in enumerate(table.headers, 2):
        try:
            columns.append(column_of(header, entity_label))
        except HeaderError as problem:
            raise FileError(path, f"the header of column {at}, {header[:60]!r}, {problem}", 1) from None
    return columns


def _until(path: Path, table: Table, at_ms: int | None) -> tuple[Table, int]:
    """The rows not later than the moment, and that moment."""
    if not len(table.times_ms):
        raise FileError(path, "has a header and no row")
    span = f"its rows go from {format_time(int(table.times_ms.min()))} to {format_time(int(table.times_ms.max()))}"
    at_ms = int(table.times_ms.max()) if at_ms is None else at_ms
    known = table.times_ms <= at_ms
    if not known.any():
        raise FileError(path, f"has no row at or before {format_time(at_ms)}; {span}")
    return Table(table.headers, table.times_ms[known], table.values[known]), at_ms


def _finite(series: Floats, columns: Sequence[Column], omitted: list[Omission]) -> None:
    """Infinite values are taken for not seen, and that is said."""
    endless = np.isinf(series)
    told = [
        (columns[row].signal.key, f"{count} infinite value{'s' if count > 1 else ''} taken as not seen")
        for row, count in enumerate(endless.sum(axis=1).tolist())
        if count
    ]
    series[endless] = np.nan
    _say(told, omitted)


def _prepared(column: Column, row: Floats, times_ms: Slots, omitted: list[Omission]) -> Signal:
    """The signal, after its values in ``row`` were brought to its unit, or turned into a rate where they only grow."""
    signal = column.signal
    if column.divisor != 1.0:
        row /= column.divisor
    seen = row[~np.isnan(row)]
    if signal.unit == "1" and "unit" not in signal.labels and len(seen) and np.median(np.abs(seen)) > 1.5:
        return signal._replace(unit="%")  # a share of a hundred, and nobody said so
    if not (column.counts and is_counter(seen)):
        return signal
    row[:], resets = rates(times_ms, row)
    if resets:
        omitted.append(Omission(signal.key, f"began again {resets} time{'s' if resets > 1 else ''}; the growth of that "
                                            "step is not known"))  # fmt: skip
    return signal._replace(unit=_RATES.get(signal.unit, f"{signal.unit}/s"))


def _put(grid: Floats, series: Floats, place: Slots) -> None:
    """Each value in its slot; of several in one slot the newest that is one."""
    if len(np.unique(place)) == len(place):
        grid[:, place] = series
        return
    for at, slot in enumerate(place.tolist()):
        seen = ~np.isnan(series[:, at])
        grid[seen, slot] = series[seen, at]


def _kept(
    signals: Sequence[Signal], series: Floats, inside: Flags, symptom: str | None, omitted: list[Omission]
) -> list[int]:
    """The rows of signals of which something was seen; about all others, and those with too little, it is said why."""
    seen = ~np.isnan(series)
    counts = np.count_nonzero(seen, axis=1).tolist()
    recent = np.count_nonzero(seen[:, inside], axis=1).tolist()
    kept, told = [], []
    for row, signal in enumerate(signals):
        if counts[row] or signal.key == symptom:
            kept.append(row)
        if not counts[row]:
            told.append((signal.key, "has no value"))
        elif counts[row] < FEWEST:
            few = f"{counts[row]} value{'s' if counts[row] > 1 else ''}"
            told.append((signal.key, f"has {few}, too few to say what is normal"))
        elif not recent[row]:
            told.append((signal.key, "has no value in the window"))
    _say(told, omitted)
    return kept


def _say(told: Sequence[tuple[str, str]], omitted: list[Omission]) -> None:
    """One by one, and where there are very many of them the rest as a number."""
    omitted += [Omission(what, why) for what, why in told[:_NAMED]]
    rest: dict[str, int] = {}
    for _, why in told[_NAMED:]:
        rest[why] = rest.get(why, 0) + 1
    omitted += [Omission(f"{count} more column{'s' if count > 1 else ''}", why) for why, count in rest.items()]
