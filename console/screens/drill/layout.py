"""How a drill-down is laid out. Styles only.

Of a row: signals and facts above, lanes below, or at 160 columns beside them. Of an object of Nomad or a declared thing
(``-object``): its parts first, facts beside or below them; what is drawn of it (``-drawn``) above all of that. Where a
terminal has less than 100 columns one thing after the other: the parts with a few facts, signals with lanes, all facts.
"""

from __future__ import annotations

BREAKPOINTS = [(0, "-narrow"), (100, "-middle"), (160, "-wide")]

CSS = """
DetailScreen > #halves { layout: vertical; height: 1fr; }
DetailScreen #own { layout: vertical; height: auto; }
DetailScreen Panel { height: auto; }
DetailScreen TextView { height: 1fr; margin: 0 1; }
DetailScreen.-narrow TextView { display: none; }
DetailScreen.-narrow Panel { max-height: 7; }
DetailScreen.-narrow.-story #own { height: 1fr; }
DetailScreen.-narrow.-story TextView { display: block; }
DetailScreen.-narrow.-story Lanes { display: none; }
DetailScreen.-middle #own { layout: horizontal; height: 30%; }
DetailScreen.-middle #own > * { width: 1fr; max-height: 100%; }
DetailScreen.-wide > #halves { layout: horizontal; }
DetailScreen.-wide #own { width: 36%; height: 1fr; }
DetailScreen.-wide Panel { max-height: 50%; }
DetailScreen.-wide TextView { margin: 1 1 0 2; }
DetailScreen.-wide Lanes { width: 1fr; margin: 0 0 0 1; }

DetailScreen #beside { layout: vertical; height: 1fr; }
DetailScreen.-object.-narrow #own { height: 1fr; }
DetailScreen.-object.-narrow SectionList { height: 1; max-height: 70%; }
DetailScreen.-object.-narrow TextView { display: block; }
DetailScreen.-object.-narrow Panel { display: none; }
DetailScreen.-object.-narrow Lanes { display: none; }
DetailScreen.-object.-narrow.-signals #own { height: auto; }
DetailScreen.-object.-narrow.-signals #beside { height: auto; }
DetailScreen.-object.-narrow.-signals SectionList { display: none; }
DetailScreen.-object.-narrow.-signals TextView { display: none; }
DetailScreen.-object.-narrow.-signals Panel { display: block; }
DetailScreen.-object.-narrow.-signals Lanes { display: block; }
DetailScreen.-object.-narrow.-story SectionList { display: none; }
DetailScreen.-object.-narrow.-story #beside { height: 1fr; }
DetailScreen.-object.-middle #own { height: 60%; }
DetailScreen.-object.-middle #own > SectionList { width: 55%; max-height: 100%; }
DetailScreen.-object.-middle Panel { max-height: 6; }
DetailScreen.-object.-wide #own { width: 40%; }
DetailScreen.-object.-wide SectionList { height: 1; max-height: 60%; }
DetailScreen.-object.-wide Panel { max-height: 8; }
DetailScreen.-object.-wide TextView { margin: 0 1; }

DetailScreen.-middle LifeDrawing { height: 11; }
DetailScreen.-wide LifeDrawing { height: 16; }
DetailScreen.-drawn.-narrow SectionList { height: 1fr; max-height: 100%; }
DetailScreen.-drawn.-narrow TextView { display: none; }
DetailScreen.-drawn.-narrow #beside { display: none; }
DetailScreen.-drawn.-narrow.-story #drawing { display: none; }
DetailScreen.-drawn.-narrow.-signals #drawing { display: none; }
DetailScreen.-drawn.-narrow.-story #beside { display: block; }
DetailScreen.-drawn.-narrow.-signals #beside { display: block; }
DetailScreen.-drawn.-narrow.-story TextView { display: block; }
"""
