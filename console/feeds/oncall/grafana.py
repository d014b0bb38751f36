"""Grafana OnCall: schedules with who is on call now, their final shifts for how long and who follows, names of users.

Who is on call comes with the list of schedules, so shifts are read again only where that changed or may have.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

from console.config import OnCallSettings
from console.feeds.http import TIMEOUT_S, SourceError
from console.feeds.oncall.provider import MOST_PAGES, MOST_SCHEDULES, REREAD_MS, Provider, Roster
from console.feeds.oncall.reading import (
    distinct,
    following,
    ident,
    moment,
    person,
    running,
    shift,
    tables,
    text,
    unix_ms,
)
from console.governance.shapes import OnCallDoc, ShiftDoc

NAME = "grafana"
_API = "/api/v1"
_A_ROUND = 30  # schedules whose shifts are read; 300 requests in five minutes are permitted
_DAY_MS = 86_400_000
_AHEAD_DAYS = 14


class _Shifts(NamedTuple):
    read_ms: int
    here: list[str]  # ids of who was on call when they were read
    shifts: list[ShiftDoc]


class GrafanaOnCall(Provider):
    """Asks Grafana OnCall."""

    name = NAME
    title = "Grafana OnCall"
    scheme = ""

    def __init__(
        self, settings: OnCallSettings, timeout_s: float = TIMEOUT_S, now_ms: Callable[[], float] | None = None
    ) -> None:
        address = (settings.address or "").removesuffix(_API)
        super().__init__(settings._replace(address=address), timeout_s, now_ms)
        self._users: dict[str, str] = {}
        self._teams: dict[str, str] = {}
        self._names_ms = 0
        self._shifts: dict[str, _Shifts] = {}
        self._partial: SourceError | None = None

    async def ask(self, now_ms: int) -> Roster:
        await self._api.begin()
        listed, whole = await self._pages("schedules")
        schedules = {key: one for one in listed[:MOST_SCHEDULES] if (key := ident(one.get("id")))}
        strangers = {user for one in schedules.values() for user in _here(one)} - set(self._users)
        if strangers or not self._names_ms or now_ms - self._names_ms >= REREAD_MS:
            await self._read_names(now_ms)
        self._shifts = {key: one for key, one in self._shifts.items() if key in schedules}
        due = [key for key, one in schedules.items() if self._is_due(key, _here(one), now_ms)]
        due.sort(key=lambda key: self._shifts[key].read_ms if key in self._shifts else 0)
        for key in due[:_A_ROUND]:
            self._shifts[key] = _Shifts(now_ms, _here(schedules[key]), await self._read_shifts(key, now_ms))
        docs = {f"{NAME}:{key}": self._doc(key, one, now_ms) for key, one in schedules.items()}
        return Roster(docs, whole and len(listed) <= MOST_SCHEDULES, self._partial)

    def _is_due(self, key: str, here: list[str], now_ms: int) -> bool:
        known = self._shifts.get(key)
        return known is None or known.here != here or now_ms - known.read_ms >= REREAD_MS

    async def _read_names(self, now_ms: int) -> None:
        """Users and teams; without the permission for them people are called by their ids."""
        try:
            users, _ = await self._pages("users")
            teams, _ = await self._pages("teams")
        except SourceError as problem:
            if problem.state != "denied":
                raise
            self._partial = problem
        else:
            self._partial = None
            self._users = {ident(one.get("id")): person(one.get("username"), one.get("email")) for one in users}
            self._teams = {ident(one.get("id")): text(one.get("name")) for one in teams}
        self._names_ms = now_ms

    async def _read_shifts(self, key: str, now_ms: int) -> list[ShiftDoc]:
        """The final shifts from yesterday on. What reaches beyond the days that were asked for is cut by the server."""
        from_ms = now_ms // _DAY_MS * _DAY_MS - _DAY_MS
        until_ms = from_ms + _AHEAD_DAYS * _DAY_MS
        days = f"start_date={moment(from_ms)[:10]}&end_date={moment(until_ms)[:10]}"
        answer = await self._api.get(f"{_API}/schedules/{quote(key, '')}/final_shifts?{days}")
        found = []
        for one in tables(answer.get("results")):
            who = person(one.get("user_username"), one.get("user_email"))
            begin, end = unix_ms(one.get("shift_start")), unix_ms(one.get("shift_end"))
            if who and begin is not None and end is not None:
                begins, ends = begin if begin > from_ms else None, end if end < until_ms else None
                found.append(shift(who, 1, begins, ends))
        return found

    async def _pages(self, what: str) -> tuple[list[dict[str, Any]], bool]:
        """The entries of all pages, and whether that is all. The link to the next one may lead anywhere, so it is not
        followed: pages have numbers."""
        found: list[dict[str, Any]] = []
        for page in range(1, MOST_PAGES + 1):
            path = f"{_API}/{what}/?page={page}"
            answer = await self._api.get(path)
            if not isinstance(answer.get("results"), list):
                raise self._api.unlike(path)
            found += tables(answer["results"])
            if not answer.get("next"):
                return found, True
        return found, False

    def _doc(self, key: str, about: dict[str, Any], now_ms: int) -> OnCallDoc:
        known = self._shifts.get(key)
        shifts = known.shifts if known else []
        ends = {one["who"]: one for one in running(shifts, now_ms)}
        here = distinct(self._users.get(user) or user for user in _here(about))
        name, team = text(about.get("name")) or key, ident(about.get("team_id"))
        return {
            "provider": NAME,
            "name": name,
            "names": distinct([key, name, team, self._teams.get(team, "")]),
            "now": [ends.get(who, shift(who)) for who in here],
            "next": following(shifts, now_ms),
            "read_ms": now_ms,
            "origin": f"{self.address}{_API}/schedules/{key}",
        }


def _here(about: dict[str, Any]) -> list[str]:
    """Ids of the users who are on call."""
    found = about.get("on_call_now")
    return [user for one in found if (user := ident(one))] if isinstance(found, list) else []
