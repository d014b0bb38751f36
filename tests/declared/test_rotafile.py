"""``[[rota]]`` in TOML: what is read, and how each mistake is told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.declared import rotafile
from console.declared.shapes import RotaPart
from console.tomlfile import TomlError, parse_toml

GOOD = """\
[[rota]]
name = "platform"
teams = ["platform", "infra"]
services = ["answers"]
zone = "Europe/Berlin"

[[rota.rotation]]
people = ["ana", "ben"]
start = 2026-11-02T09:00:00
every = "7d"

[[rota.rotation]]
level = 2
people = ["cid"]
start = "2026-11-02"
every = "1w 12h"
zone = "America/New_York"
hours = "18:00-09:00"
days = ["Monday", "sat"]

[[rota.override]]
who = "eve"
from = 2026-12-24T09:00:00
until = 2026-12-26T09:00:00+02:00
"""


def rotas(text: str) -> list[RotaPart]:
    return list(rotafile.contents_of(parse_toml(Path("rota.toml"), text)).rotas)


def wrong(text: str) -> str:
    with pytest.raises(TomlError) as caught:
        rotas(text)
    return str(caught.value)


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_a_rota_is_read_with_its_lines() -> None:
    (rota,) = rotas(GOOD)
    assert rota.name == "platform" and rota.line == 1
    assert rota.names == ("platform", "infra", "answers")
    first, second = rota.rotations
    assert (first.level, first.people, first.start, first.every_s, first.zone) == (
        1, ("ana", "ben"), "2026-11-02T09:00", 604_800.0, "Europe/Berlin")  # fmt: skip
    assert (first.hours, first.days, first.line) == (None, (), 7)
    assert (second.level, second.start, second.every_s, second.zone) == (
        2,
        "2026-11-02T00:00",
        648_000.0,
        "America/New_York",
    )
    assert (second.hours, second.days) == ((1080, 540), (0, 5))
    (override,) = rota.overrides
    assert (override.who, override.level, override.line) == ("eve", 1, 21)
    assert override.from_ms == ms("2026-12-24T08:00:00")  # the rota's zone
    assert override.until_ms == ms("2026-12-26T07:00:00")  # its own


def test_the_example_of_the_module_is_one() -> None:
    lines = (rotafile.__doc__ or "").splitlines()
    (rota,) = rotas("\n".join(line[4:] for line in lines if line.startswith("    ")))
    assert rota.name == "platform" and len(rota.rotations) == 1 and len(rota.overrides) == 1


def test_a_file_without_rotas_has_none() -> None:
    assert rotas('[[flow]]\nname = "docs"\n') == []


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('zone = "Europe/Berlin"', 'zone = "Europe/Berln"', 5, "zone: 'Europe/Berln' is not a time zone; did"),
        ('zone = "Europe/Berlin"', 'zone = "../etc/passwd"', 5, "zone: '../etc/passwd' is not a time zone"),
        ('zone = "Europe/Berlin"', 'zone = "Europe"', 5, "zone: 'Europe' is not a time zone"),
        ('zone = "Europe/Berlin"\n', "", 1, 'no zone is given; write zone = "Europe/Berlin"'),
        ("until = 2026-12-26T09:00:00+02:00", "until = 2026-12-24T07:59:00Z", 24, "until: the override ends before"),
        ('every = "7d"', 'every = "1m"', 10, "every: '1m' may be minutes or months"),
        ('every = "7d"', 'every = "7"', 10, "every: '7' is not a duration in hours, days or weeks"),
        ('every = "7d"', "every = 7", 10, "every: must be text in quotes"),
        ('every = "7d"', 'every = "400d"', 10, "every: a turn must last from 1h to 366d"),
        ('people = ["ana", "ben"]', "people = []", 8, "people: nobody takes turns"),
        ('people = ["ana", "ben"]', 'people = ["ana", ""]', 8, "people: must be one line of printable text"),
        ("start = 2026-11-02T09:00:00", "start = 2026-11-02T09:00:00Z", 9, "start: is a time by the clock of"),
        ("start = 2026-11-02T09:00:00", "start = 09:00:00", 9, "start: is not a date and time"),
        ("start = 2026-11-02T09:00:00\n", "", 7, "start is missing"),
        ("level = 2", "level = 0", 13, "level: must be a whole number from 1"),
        ('hours = "18:00-09:00"', 'hours = "18:00-25:00"', 18, "hours: must be two times of day"),
        ('days = ["Monday", "sat"]', 'days = ["Mo"]', 19, "days: must be days of the week"),
        ('who = "eve"', 'whom = "eve"', 22, "whom: is not a key of an override; did you mean who?"),
        ('name = "platform"', 'name = "plat\\u001bform"', 2, "name: must be one line of printable text"),
        ('name = "platform"\n', "", 1, "this rota has no name"),
        ("[[rota.override]]", "[rota.override]", 21, "override: must be written as [[rota.override]]"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(old: str, new: str, line: int, said: str) -> None:
    assert old in GOOD
    assert wrong(GOOD.replace(old, new)).startswith(f"rota.toml, line {line}: {said}")


def test_two_rotas_of_one_name_are_refused() -> None:
    said = wrong(GOOD + GOOD.replace('name = "platform"', 'name = "Platform"'))
    assert said == "rota.toml, line 26: name: the rota 'Platform' is already declared in line 1; rename one"


def test_a_rota_needs_a_rotation() -> None:
    said = wrong('[[rota]]\nname = "a"\nzone = "UTC"\n')
    assert said.startswith("rota.toml, line 1: the rota 'a' has no [[rota.rotation]]")
