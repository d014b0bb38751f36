"""A row of the board by what a person calls it. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from console.panes.rows import PaneRow
from console.signals import Pane


class NoSuchRowError(Exception):
    """There is no such row; its text is one sentence that names the nearest."""


def find_key(rows: Mapping[Pane, Sequence[PaneRow]], wanted: str) -> str:
    """The key, with its pane before it, of the row that is called so: by key or name, whole or its beginning, on the
    pane that is named before it (``models answer-8b``) or the first that has it. Raises NoSuchRowError.
    """
    pane_named, _, rest = wanted.partition(" ")
    panes = [pane for pane in Pane if pane.value == pane_named and rest] or list(Pane)
    text = (rest if len(panes) == 1 else wanted).casefold()
    known = [(pane, row) for pane in panes for row in rows[pane]]
    whole = [(pane, row) for pane, row in known if text in (row.key.casefold(), row.name.casefold())]
    begun = [(pane, row) for pane, row in known if text and row.name.casefold().startswith(text)]
    for pane, row in (whole or begun)[:1]:
        return f"{pane.value} {row.key}"
    names = list(dict.fromkeys(row.name for _, row in known))
    near = difflib.get_close_matches(wanted, names, n=3, cutoff=0.4) or names[:3]
    raise NoSuchRowError(f"There is no row '{wanted}' at this time; there is {', '.join(near) or 'none at all'}")
