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

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from console.declared.shapes import Contents, RotaPart, Rotation, RotaTurn
from console.plain import plain
from console.settings.errors import nearest
from console.tomlfile import KeyPath, TomlError, TomlFile

TABLE = "rota"
_ROTA = ("name", "names", "teams", "services", "zone", "rotation", "override")
_ROTATION = ("level", "people", "start", "every", "zone", "hours", "days")
_OVERRIDE = ("who", "from", "until", "level")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST = 200
_MOST_LEVEL = 20
_EVERY = re.compile(r"(\d{1,6})\s*([A-Za-z]+)\s*")
_UNITS = {"h": 3600, "hour": 3600, "d": 86_400, "day": 86_400, "w": 604_800, "week": 604_800}
_UNITS |= {f"{unit}s": seconds for unit, seconds in _UNITS.items() if len(unit) > 1}
_DOUBTFUL = ("m", "mo", "month", "months")
_EVERY_S = (3600, 366 * 86_400)
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*(?:-|–|to)\s*(\d{1,2}):(\d{2})")
_YEARS = (1971, 9000)  # what can be counted on from without leaving what a date can hold


def contents_of(file: TomlFile) -> Contents:
    """The rotas of a TOML file. Raises TomlError."""
    rotas: dict[str, RotaPart] = {}
    for rota in _Table(file, (), file.data).tables(TABLE, "[[rota]]"):
        part = _rota(rota)
        if (before := rotas.get(part.name.casefold())) is not None:
            raise rota.wrong("name", f"the rota {part.name!r} is already declared in line {before.line}; rename one")
        rotas[part.name.casefold()] = part
    return Contents(rotas=tuple(rotas.values()))


def _rota(table: _Table) -> RotaPart:
    table.check_keys(_ROTA, "a rota")
    name = table.needed("name", "this rota has no name")
    zone = table.zone(None)
    names = [name, *(one for key in ("names", "teams", "services") for one in table.texts(key))]
    rotations = tuple(_rotation(one, zone) for one in table.tables("rotation", "[[rota.rotation]]"))
    if not rotations:
        raise table.wrong("", f"the rota {name!r} has no [[rota.rotation]]; write one with people, start and every")
    overrides = tuple(_override(one, zone) for one in table.tables("override", "[[rota.override]]"))
    return RotaPart(name, tuple(dict.fromkeys(names)), rotations, overrides, table.line)


def _rotation(table: _Table, zone: str) -> Rotation:
    table.check_keys(_ROTATION, "a rotation")
    people = table.texts("people")
    if not people:
        raise table.wrong("people", 'nobody takes turns; write people = ["ana", "ben"]')
    start = table.moment("start")
    if start.tzinfo is not None:
        raise table.wrong("start", "is a time by the clock of the rota's zone; leave its own zone out")
    return Rotation(
        level=table.level(),
        people=people,
        start=start.isoformat(timespec="minutes" if not start.second else "seconds"),
        every_s=table.every(),
        zone=table.zone(zone),
        line=table.line,
        hours=table.hours(),
        days=table.days(),
    )


def _override(table: _Table, zone: str) -> RotaTurn:
    table.check_keys(_OVERRIDE, "an override")
    who = table.needed("who", "this override names nobody; write who =")
    begin, end = (_unix_ms(table.moment(key), zone) for key in ("from", "until"))
    if end <= begin:
        raise table.wrong("until", "the override ends before it begins; it must be after from")
    return RotaTurn(who, begin, end, table.line, table.level())


def _unix_ms(moment: datetime, zone: str) -> int:
    placed = moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(zone))
    return round(placed.timestamp() * 1000)


class _Table(NamedTuple):
    """One table of the file and where it stands."""

    file: TomlFile
    path: KeyPath
    data: Mapping[str, Any]

    @property
    def line(self) -> int:
        return self.file.line_of(*self.path)

    def tables(self, key: str, written: str) -> list[_Table]:
        found = self.data.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise self.wrong(key, f"must be written as {written}, once for each")
        return [_Table(self.file, (*self.path, key, place), one) for place, one in enumerate(found)]

    def check_keys(self, known: tuple[str, ...], what: str) -> None:
        for key in self.data:
            if key not in known:
                near = nearest(key, known)
                told = f"did you mean {near}?" if near else f"known keys are {', '.join(known)}"
                raise self.wrong(key, f"is not a key of {what}; {told}")

    def needed(self, key: str, otherwise: str) -> str:
        value = self.data.get(key)
        if value is None or value == "":
            raise self.wrong("", otherwise)
        return self.text(key, value)

    def text(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            raise self.wrong(key, "must be text in quotes")
        if not value.strip() or not value.isprintable() or len(value) > _LONGEST:
            raise self.wrong(key, f"must be one line of printable text, at most {_LONGEST} characters")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.data.get(key, [])
        if not isinstance(value, list):
            raise self.wrong(key, 'must be a list, as ["one", "two"]')
        return tuple(self.text(key, one) for one in value)

    def level(self) -> int:
        value = self.data.get("level", 1)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_LEVEL:
            raise self.wrong("level", f"must be a whole number from 1 (called first) to {_MOST_LEVEL}")
        return value

    def zone(self, otherwise: str | None) -> str:
        if "zone" not in self.data and otherwise is not None:
            return otherwise
        name = self.needed("zone", 'no zone is given; write zone = "Europe/Berlin", or "UTC"')
        if not _is_zone(name):
            near = nearest(name, available_timezones())
            told = f"did you mean {near}?" if near else "write one as Europe/Berlin or UTC"
            raise self.wrong("zone", f"{name!r} is not a time zone; {told}")
        return name

    def moment(self, key: str) -> datetime:
        """A date and time; without a zone where none is given. A date alone is its first moment."""
        value = self.data.get(key)
        if value is None:
            raise self.wrong("", f"{key} is missing; write {key} = 2026-11-02T09:00:00")
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value.strip())
            except ValueError:
                value = None
        elif isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time())
        if not isinstance(value, datetime) or not _YEARS[0] <= value.year <= _YEARS[1]:
            raise self.wrong(key, "is not a date and time; write it as 2026-11-02T09:00:00")
        return value.replace(microsecond=0)

    def every(self) -> float:
        """Seconds of how long a turn is."""
        given = self.needed("every", 'every is missing; write how long a turn is, as every = "7d" or "12h"').lower()
        units = {unit for _, unit in _EVERY.findall(given)}
        if units & set(_DOUBTFUL):
            raise self.wrong(
                "every", f'{given!r} may be minutes or months; write hours, days or weeks, as "12h" or "28d"'
            )
        if not units or _EVERY.sub("", given).strip() or units - set(_UNITS):
            raise self.wrong("every", f'{given!r} is not a duration in hours, days or weeks; write it as "12h" or "7d"')
        seconds = sum(int(number) * _UNITS[unit] for number, unit in _EVERY.findall(given))
        if not _EVERY_S[0] <= seconds <= _EVERY_S[1]:
            raise self.wrong("every", "a turn must last from 1h to 366d")
        return float(seconds)

    def hours(self) -> tuple[int, int] | None:
        """The minutes of the day at which it begins and ends to hold."""
        if "hours" not in self.data:
            return None
        found = _HOURS.fullmatch(self.text("hours", self.data["hours"]))
        minutes = [int(found[i]) * 60 + int(found[i + 1]) for i in (1, 3)] if found else []
        if not found or max(int(found[2]), int(found[4])) > 59 or minutes[0] >= 1440 or minutes[1] > 1440:
            raise self.wrong("hours", 'must be two times of day, as "09:00-17:00"')
        return minutes[0], minutes[1] % 1440

    def days(self) -> tuple[int, ...]:
        """The days of the week, 0 for Monday."""
        given = [one.lower()[:3] for one in self.texts("days")]
        if "days" in self.data and (not given or any(one not in _DAYS for one in given)):
            raise self.wrong("days", f"must be days of the week, as {list(_DAYS[:5])}".replace("'", '"'))
        return tuple(sorted({_DAYS.index(one) for one in given}))

    def wrong(self, key: str, what: str) -> TomlError:
        return self.file.error(f"{plain(key, 60)}: {what}" if key else what, *self.path, *((key,) if key else ()))


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
