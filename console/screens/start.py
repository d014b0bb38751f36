"""Which tape is opened and where on it one stands at first."""

from __future__ import annotations

from typing import Literal, NamedTuple

Mode = Literal["live", "replay", "demo"]

DEMO_SPEED = 10.0


class Start(NamedTuple):
    """``tape`` is a path or database URL, ``name`` what it is called on screen. ``at_ms`` None: the end when live,
    else where recording began. ``speed`` counts in times real time; ``play``: play at once. ``actions``: something
    may be done to Nomad.
    """

    tape: str
    name: str
    mode: Mode = "live"
    at_ms: int | None = None
    speed: float = 1.0
    play: bool = False
    actions: bool = False
