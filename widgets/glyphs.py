"""The shapes that widgets draw with: one set for terminals with Unicode, one in plain ASCII.

Every glyph is one cell wide. Shapes differ enough that no colour is needed to tell them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

HEALTHS = ("ok", "warn", "bad", "stale", "unknown")


class Shape(NamedTuple):
    """How a health is drawn: a glyph and a word, both beside its colour."""

    glyph: str
    word: str


class Box(NamedTuple):
    """The eight pieces of a border."""

    top_left: str
    top: str
    top_right: str
    left: str
    right: str
    bottom_left: str
    bottom: str
    bottom_right: str


class Glyphs(NamedTuple):
    """One set of shapes. ``levels`` are the eight heights of a sparkline, lowest first. ``full``, ``lost`` and
    ``missing`` fill a bar: what went on, what was thrown out, what nobody has counted; ``cut`` stands on either side of
    what an axis leaves out, ``lasts`` is what goes on for a while."""

    health: Mapping[str, str]
    levels: str
    more: str
    marker: str
    marker_blur: str
    box: Box
    box_focus: Box
    axis: str
    ahead: str
    cursor: str
    up: str
    down: str
    dot: str
    change: str
    alarm: str
    quiet: str
    onset: str
    note: str
    near: str
    full: str
    lost: str
    missing: str
    cut: str
    lasts: str


UNICODE = Glyphs(
    health={"ok": "●", "warn": "▲", "bad": "■", "stale": "◌", "unknown": "?"},
    levels="▁▂▃▄▅▆▇█",
    more="…",
    marker="▌",
    marker_blur="▏",
    box=Box(*"╭─╮││╰─╯"),
    box_focus=Box(*"┍━┑││┕━┙"),
    axis="─",
    ahead="·",
    cursor="┃",
    up="↑",
    down="↓",
    dot="·",
    change="◆",
    alarm="!",
    quiet="•",
    onset="▼",
    note="»",
    near="≈",
    full="█",
    lost="▒",
    missing="░",
    cut="╱",
    lasts="━",
)
ASCII = Glyphs(
    health={"ok": "o", "warn": "^", "bad": "#", "stale": "%", "unknown": "?"},
    levels="_.:-=+*#",
    more=">",
    marker=">",
    marker_blur="|",
    box=Box(*"+-+||+-+"),
    box_focus=Box(*"#=#||#=#"),
    axis="-",
    ahead=".",
    cursor="|",
    up="^",
    down="v",
    dot="-",
    change="D",
    alarm="!",
    quiet=".",
    onset="v",
    note='"',
    near="~",
    full="#",
    lost="x",
    missing=".",
    cut="/",
    lasts="=",
)
