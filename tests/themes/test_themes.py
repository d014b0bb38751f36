"""Themes: they load, a broken one says where, and text can be read."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from rich.color import ColorType
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

import themes
from themes import ROLES, ThemeError
from widgets.palette import Palette, Selection

OURS = ("ansi", "colourblind", "dark", "light", "mono")
COLOURED = ("dark", "light", "colourblind")
GOOD = '[roles]\ntext = "white on black"\nok = "green"\nwarn = "yellow"\nbad = "red"\nselected = "reverse"\n'
GOOD += 'cursor = "reverse"\n'
Rgb = tuple[float, float, float]


def test_ours_are_there_and_name_every_role() -> None:
    assert themes.names() == OURS
    for name in OURS:
        assert set(themes.load(name).roles) == set(ROLES)


def luminance(rgb: Rgb) -> float:
    red, green, blue = linear(rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(rgb: Rgb) -> Rgb:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
    return red, green, blue


def contrast(style: Style) -> float:
    assert style.color is not None and style.bgcolor is not None
    fore, back = (
        luminance((c.red / 255, c.green / 255, c.blue / 255))
        for c in (style.color.get_truecolor(), style.bgcolor.get_truecolor())
    )
    return (max(fore, back) + 0.05) / (min(fore, back) + 0.05)


@pytest.mark.parametrize("name", COLOURED)
def test_text_can_be_read(name: str) -> None:
    palette = Palette(themes.load(name))
    texts = [role for role in ROLES if role not in ("border", "selected", "selected_blur")]
    for role, selection in itertools.product(texts, Selection):
        assert contrast(palette.style(role, selection)) >= 4.5, (role, selection)


# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB
VISION = {
    "full": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def seen(rgb: Rgb, vision: str) -> Rgb:
    """Lab of a colour as somebody with that vision sees it."""
    source = linear(rgb)
    red, green, blue = (
        min(1.0, max(0.0, sum(factor * part for factor, part in zip(row, source, strict=True))))
        for row in VISION[vision]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("vision", list(VISION))
def test_states_are_told_apart_with_any_colour_vision(vision: str) -> None:
    palette = Palette(themes.load("colourblind"))
    for one, other in itertools.combinations(("ok", "warn", "bad"), 2):
        places = []
        for role in (one, other):
            colour = palette.style(role).color
            assert colour is not None
            triplet = colour.get_truecolor()
            places.append(seen((triplet.red / 255, triplet.green / 255, triplet.blue / 255), vision))
        assert sum((a - b) ** 2 for a, b in zip(*places, strict=True)) ** 0.5 > 20, (one, other)


SIXTEEN = re.compile(r"[0-9]|3[0-7]|9[0-7]|4[0-7]|39|49|2[1-9]")


@pytest.mark.parametrize("name", ["ansi", "mono"])
def test_only_the_sixteen_colours_are_sent(name: str) -> None:
    palette = Palette(themes.load(name))
    console = Console(color_system="truecolor", force_terminal=True)
    for role, selection in itertools.product(ROLES, Selection):
        sent = Strip([Segment("x", palette.style(role, selection))]).render(console)
        for codes in re.findall(r"\x1b\[([0-9;]*)m", sent):
            assert all(SIXTEEN.fullmatch(code) for code in codes.split(";")), (role, codes)


def test_mono_has_no_colour() -> None:
    palette = Palette(themes.load("mono"))
    for role, selection in itertools.product(ROLES, Selection):
        style = palette.style(role, selection)
        assert all(c is None or c.type is ColorType.DEFAULT for c in (style.color, style.bgcolor))


def test_a_users_theme_wins_and_adds(tmp_path: Path) -> None:
    (tmp_path / "dark.toml").write_text(GOOD)
    (tmp_path / "mine.toml").write_text(GOOD)
    assert themes.load("dark", [tmp_path]).roles["ok"] == "green"
    assert themes.load("dark").roles["ok"] != "green"
    assert "mine" in themes.names([tmp_path, tmp_path / "not there"])


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (GOOD + 'oak = "red"\n', 8, "unknown role 'oak'; did you mean ok?"),
        (GOOD.replace('"green"', '"grene"'), 3, "grene"),
        (GOOD.replace('"green"', "3"), 3, "not a text"),
        (GOOD + "title = \n", 8, "Invalid value"),
        ("ansi = true\n" + GOOD.replace("green", "#00ff00"), 4, "16 colours"),
        ("dark = 'yes'\n" + GOOD, 1, "write true or false"),
        ("drak = true\n" + GOOD, 1, "did you mean dark?"),
        (GOOD.replace('ok = "green"\n', ""), 1, "the role 'ok' has no style"),
    ],
)
def test_a_broken_theme_names_file_and_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(ThemeError) as caught:
        themes.load("mine", [tmp_path])
    assert f"{path}, line {line}" in caught.value.where
    assert what in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["drak", "../dark", "", "a/b"])
def test_a_name_that_is_none(name: str) -> None:
    with pytest.raises(ThemeError):
        themes.load(name)
    with pytest.raises(ThemeError, match="did you mean dark"):
        themes.load("drak")


def test_not_text_and_not_readable(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ThemeError, match="UTF-8"):
        themes.load("mine", [tmp_path])


def test_roles_fall_back_to_the_one_they_resemble(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD)
    palette = Palette(themes.load("mine", [tmp_path]))
    assert palette.style("alarm") == palette.style("bad")
    assert palette.style("no such role") == palette.base
