"""``[[rota]]`` in TOML: who is on call where no service is asked for it. Pure reading; errors name file, line and key.

    [[rota]]
    name = "platform"
    names = ["platform-oncall"]             # by which flows, jobs and owners mean it; so are teams and services
    teams = ["platform"]
    services = ["answers"]
    zone = "Europe/Berlin"                  # all times without a zone are those of this clock

    [[rota.rotation]]
    level = 1                               # who is called first; 1 if it is not said
    people = ["ana", "ben"]
    start = 2026-11-02T09:00:00             # the first turn, by the clock of the zone
    every = "7d"                            # h, d or w
    hours = "09:00-17:00"                   # if it holds for a part of the day only; 18:00-09:00 is over midnight
    days = ["mon", "tue", "wed", "thu", "fri"]

    [[rota.override]]
    who = "cid"                             # stands in at level 1, or at the level that is given
    from = 2026-12-24T09:00:00
    until = 2026-12-26T09:00:00+01:00

Of several rotations of one level the one that stands last wins where both hold, and so it is with overrides.
"""

from __future__ import annotations

from console.declared.rotaterms import days, every_s, hours, level, local, moment_ms, zone
from console.declared.shapes import Contents, RotaPart, Rotation, RotaTurn
from console.declared.tomlentry import TomlEntry, entries_of
from console.tomlfile import TomlFile

TABLE = "rota"
_ROTA = ("name", "names", "teams", "services", "zone", "rotation", "override")
_ROTATION = ("level", "people", "start", "every", "zone", "hours", "days")
_OVERRIDE = ("who", "from", "until", "level")


def contents_of(file: TomlFile) -> Contents:
    """The rotas of a TOML file. Raises TomlError."""
    rotas: dict[str, RotaPart] = {}
    for entry in entries_of(file, TABLE, "a rota"):
        part = _rota(entry)
        if (before := rotas.get(part.name.casefold())) is not None:
            raise entry.wrong("name", f"the rota {part.name!r} is already declared in line {before.line}; rename one")
        rotas[part.name.casefold()] = part
    return Contents(rotas=tuple(rotas.values()))


def _rota(entry: TomlEntry) -> RotaPart:
    entry.known(_ROTA)
    name = entry.text("name")
    if name is None:
        raise entry.wrong("", "this rota has no name")
    its_zone = zone(entry, None)
    names = [name, *(one for key in ("names", "teams", "services") for one in entry.texts(key))]
    rotations = tuple(_rotation(one, its_zone) for one in entry.entries("rotation", "a rotation"))
    if not rotations:
        raise entry.wrong("", f"the rota {name!r} has no [[rota.rotation]]; write one with people, start and every")
    overrides = tuple(_override(one, its_zone) for one in entry.entries("override", "an override"))
    return RotaPart(name, tuple(dict.fromkeys(names)), rotations, overrides, entry.line())


def _rotation(entry: TomlEntry, its_zone: str) -> Rotation:
    entry.known(_ROTATION)
    people = entry.texts("people")
    if not people:
        raise entry.wrong("people", 'nobody takes turns; write people = ["ana", "ben"]')
    start = local(entry, "start")
    if start.tzinfo is not None:
        raise entry.wrong("start", "is a time by the clock of the rota's zone; leave its own zone out")
    return Rotation(
        level=level(entry),
        people=tuple(people),
        start=start.isoformat(timespec="minutes" if not start.second else "seconds"),
        every_s=every_s(entry),
        zone=zone(entry, its_zone),
        line=entry.line(),
        hours=hours(entry),
        days=days(entry),
    )


def _override(entry: TomlEntry, its_zone: str) -> RotaTurn:
    entry.known(_OVERRIDE)
    who = entry.text("who")
    if who is None:
        raise entry.wrong("", "this override names nobody; write who =")
    begin, end = (moment_ms(entry, key, its_zone) for key in ("from", "until"))
    if end <= begin:
        raise entry.wrong("until", "the override ends before it begins; it must be after from")
    return RotaTurn(who, begin, end, entry.line(), level(entry))
