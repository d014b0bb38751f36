"""PagerDuty: on-calls of escalation policies and schedules over its REST API v2.

``GET /oncalls`` with ``earliest`` gives the first on-call of each person at each level in a time; over two weeks these
are those who are on call now and those who follow. What is asked for by the id of a service is found by its policy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

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
    table,
    tables,
    text,
    unix_ms,
)
from console.governance.shapes import OnCallDoc, ShiftDoc

NAME = "pagerduty"
_PAGE = 100
_AHEAD_MS = 14 * 86_400_000


class _Known(NamedTuple):
    """A policy or a schedule: what people call it, and by what it may be meant."""

    title: str
    names: list[str]
    url: str


class PagerDuty(Provider):
    """Asks PagerDuty."""

    name = NAME
    title = "PagerDuty"
    scheme = "Token token="
    headers: ClassVar = {"Accept": "application/vnd.pagerduty+json;version=2"}

    def __init__(
        self, settings: OnCallSettings, timeout_s: float = TIMEOUT_S, now_ms: Callable[[], float] | None = None
    ) -> None:
        super().__init__(settings, timeout_s, now_ms)
        self._known: dict[str, _Known] = {}
        self._known_ms = 0
        self._partial: SourceError | None = None

    async def ask(self, now_ms: int) -> Roster:
        await self._api.begin()
        if not self._known_ms or now_ms - self._known_ms >= REREAD_MS:
            await self._read_names(now_ms)
        asked = {"since": moment(now_ms), "until": moment(now_ms + _AHEAD_MS), "earliest": "true"}
        entries, whole = await self._pages("oncalls", asked)
        turns: dict[str, list[ShiftDoc]] = {key: [] for key in self._known}
        for entry in entries:
            for key, known, level in _places(entry):
                self._known.setdefault(key, known)
                who = person(table(entry.get("user")).get("summary"), table(entry.get("user")).get("name"))
                one = shift(who, level, unix_ms(entry.get("start")), unix_ms(entry.get("end")))
                turns.setdefault(key, []).extend([one] if who else [])
        docs = {f"{NAME}:{key}": self._doc(key, shifts, now_ms) for key, shifts in list(turns.items())[:MOST_SCHEDULES]}
        return Roster(docs, whole and self._partial is None and len(turns) <= MOST_SCHEDULES, self._partial)

    async def _read_names(self, now_ms: int) -> None:
        """Policies with their services, and schedules; a token that may not read these still tells who is on call."""
        try:
            policies, _ = await self._pages("escalation_policies", {})
            schedules, _ = await self._pages("schedules", {})
        except SourceError as problem:
            if problem.state != "denied":
                raise
            self._partial = problem
        else:
            self._partial = None
            self._known = {key: _known(one) for one in (*policies, *schedules) if (key := ident(one.get("id")))}
        self._known_ms = now_ms

    async def _pages(self, what: str, asked: dict[str, str]) -> tuple[list[dict[str, Any]], bool]:
        """The entries of all pages of a list, and whether that is all of them."""
        found: list[dict[str, Any]] = []
        for page in range(MOST_PAGES):
            path = f"/{what}?{urlencode(asked | {'limit': str(_PAGE), 'offset': str(page * _PAGE)})}"
            answer = await self._api.get(path)
            if not isinstance(answer.get(what), list):
                raise self._api.unlike(path)
            found += tables(answer[what])
            if answer.get("more") is not True:
                return found, True
        return found, False

    def _doc(self, key: str, shifts: list[ShiftDoc], now_ms: int) -> OnCallDoc:
        known = self._known[key]
        doc: OnCallDoc = {
            "provider": NAME,
            "name": known.title,
            "names": distinct([key, *known.names]),
            "now": running(shifts, now_ms),
            "next": following(shifts, now_ms),
            "read_ms": now_ms,
            "origin": f"{self.address}/oncalls",
        }
        if known.url:
            doc["url"] = known.url
        return doc


def _places(entry: dict[str, Any]) -> list[tuple[str, _Known, int]]:
    """Where somebody is on call by an entry: in a policy at its level, and in the schedule that says so."""
    level = entry.get("escalation_level")
    policy, schedule = table(entry.get("escalation_policy")), table(entry.get("schedule"))
    found = [(policy, level if isinstance(level, int) and level > 0 else 1), (schedule, 1)]
    return [(key, _known(one), at) for one, at in found if (key := ident(one.get("id")))]


def _known(one: dict[str, Any]) -> _Known:
    title = text(one.get("name")) or text(one.get("summary")) or ident(one.get("id"))
    others = [*tables(one.get("services")), *tables(one.get("teams"))]
    names = [name for other in others for name in (ident(other.get("id")), text(other.get("summary")))]
    return _Known(title, [title, *names], text(one.get("html_url")))
