"""Opsgenie: schedules of its REST API v2, who is on call by each, and their timelines for who follows.

Requests are counted, so where there are many schedules some are asked in each round, those that were asked longest ago
first, and timelines are read again only where they may have changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

from console.config import OnCallSettings
from console.feeds.http import TIMEOUT_S, SourceError
from console.feeds.oncall.provider import MOST_SCHEDULES, REREAD_MS, Provider, Roster
from console.feeds.oncall.reading import (
    distinct,
    following,
    ident,
    person,
    running,
    shift,
    table,
    tables,
    text,
    unix_ms,
)
from console.governance.shapes import OnCallDoc, ShiftDoc

NAME = "opsgenie"
_A_ROUND = 40  # schedules


class _Timeline(NamedTuple):
    read_ms: int
    here: list[str]  # who was on call when it was read
    shifts: list[ShiftDoc]


class Opsgenie(Provider):
    """Asks Opsgenie."""

    name = NAME
    title = "Opsgenie"
    scheme = "GenieKey "

    def __init__(
        self, settings: OnCallSettings, timeout_s: float = TIMEOUT_S, now_ms: Callable[[], float] | None = None
    ) -> None:
        super().__init__(settings, timeout_s, now_ms)
        self._docs: dict[str, OnCallDoc] = {}
        self._timelines: dict[str, _Timeline] = {}

    async def ask(self, now_ms: int) -> Roster:
        await self._api.begin()
        path = "/v2/schedules"
        answer = await self._api.get(path)
        if not isinstance(answer.get("data"), list):
            raise self._api.unlike(path)
        schedules = {
            key: one
            for one in tables(answer["data"])
            if one.get("enabled") is not False and (key := ident(one.get("id")))
        }
        self._docs = {key: doc for key, doc in self._docs.items() if key in schedules}
        self._timelines = {key: one for key, one in self._timelines.items() if key in schedules}
        asked_longest_ago = sorted(schedules, key=lambda key: self._docs[key]["read_ms"] if key in self._docs else 0)
        partial: SourceError | None = None
        for key in asked_longest_ago[:_A_ROUND]:
            try:
                self._docs[key] = await self._schedule(key, schedules[key], now_ms)
            except SourceError as problem:
                if problem.state != "denied":  # one that belongs to a team whose key this is not
                    raise
                partial = problem
        found = {f"{NAME}:{key}": doc for key, doc in list(self._docs.items())[:MOST_SCHEDULES]}
        return Roster(found, len(found) == len(schedules), partial)

    async def _schedule(self, key: str, about: dict[str, Any], now_ms: int) -> OnCallDoc:
        path = f"/v2/schedules/{quote(key, '')}"
        answer = await self._api.get(f"{path}/on-calls?scheduleIdentifierType=id&flat=true")
        if "data" not in answer:
            raise self._api.unlike(f"{path}/on-calls")
        recipients = table(answer["data"]).get("onCallRecipients")
        here = distinct(person(one) for one in recipients) if isinstance(recipients, list) else []
        shifts = await self._turns(path, key, here, now_ms)
        ends = {one["who"]: one for one in running(shifts, now_ms)}
        name, team = text(about.get("name")) or key, table(about.get("ownerTeam"))
        return {
            "provider": NAME,
            "name": name,
            "names": distinct([key, name, ident(team.get("id")), text(team.get("name"))]),
            "now": [ends.get(who, shift(who)) for who in here],
            "next": following(shifts, now_ms),
            "read_ms": now_ms,
            "origin": f"{self.address}{path}",
        }

    async def _turns(self, path: str, key: str, here: list[str], now_ms: int) -> list[ShiftDoc]:
        """The turns of two weeks, read again after a quarter of an hour, and when others are on call than before."""
        known = self._timelines.get(key)
        if known is None or now_ms - known.read_ms >= REREAD_MS or known.here != here:
            answer = await self._api.get(f"{path}/timeline?identifierType=id&interval=2&intervalUnit=weeks")
            known = self._timelines[key] = _Timeline(now_ms, here, _periods(answer))
        return known.shifts


def _periods(answer: dict[str, Any]) -> list[ShiftDoc]:
    """The periods of a final timeline. It is cut at the moment of the question: neighbours of one person are one."""
    found: list[ShiftDoc] = []
    for rotation in tables(table(table(answer.get("data")).get("finalTimeline")).get("rotations")):
        before: ShiftDoc | None = None
        for period in sorted(tables(rotation.get("periods")), key=lambda one: unix_ms(one.get("startDate")) or 0):
            recipient = table(period.get("recipient"))
            who = person(recipient.get("name"), recipient.get("username"))
            begin, end = unix_ms(period.get("startDate")), unix_ms(period.get("endDate"))
            if not who or recipient.get("type") == "none" or begin is None or end is None:
                continue
            if before is not None and before["who"] == who and before.get("until_ms") == begin:
                before["until_ms"] = end
                continue
            before = shift(who, 1, begin, end)
            found.append(before)
    return found
