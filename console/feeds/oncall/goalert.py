"""GoAlert: who is on call for its services by step, and shifts of its schedules, over GraphQL.

A GraphQL key of GoAlert is bound to the query that it was made for, so there is one, and it pages by its variables.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from console.feeds.http import SourceError
from console.feeds.oncall.provider import MOST_PAGES, MOST_SCHEDULES, Provider, Roster
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
from console.plain import plain

NAME = "goalert"
PATH = "/api/graphql"
QUERY = (
    "query OnCall($services: String, $schedules: String, $start: ISOTimestamp!, $end: ISOTimestamp!) {"
    " services(input: {first: 100, after: $services}) {"
    " nodes { id name escalationPolicy { id name } onCallUsers { userName stepNumber } }"
    " pageInfo { endCursor hasNextPage } }"
    " schedules(input: {first: 100, after: $schedules}) {"
    " nodes { id name shifts(start: $start, end: $end) { start end truncated user { name } } }"
    " pageInfo { endCursor hasNextPage } } }"
)
_AHEAD_MS = 14 * 86_400_000
_DENIED = ("unauthorized", "invalid_query")


class _Page(NamedTuple):
    nodes: list[dict[str, Any]]
    cursor: str
    more: bool


class GoAlert(Provider):
    """Asks GoAlert."""

    name = NAME
    title = "GoAlert"

    async def ask(self, now_ms: int) -> Roster:
        await self._api.begin()
        asked = {"services": "", "schedules": "", "start": moment(now_ms), "end": moment(now_ms + _AHEAD_MS)}
        docs: dict[str, OnCallDoc] = {}
        going = {"services": True, "schedules": True}
        for _ in range(MOST_PAGES):
            data = await self._query(asked)
            for what, read in (("services", self._service), ("schedules", self._schedule)):
                page = self._page(data, what)
                if going[what]:
                    docs |= {f"{NAME}:{key}": read(one, now_ms) for one in page.nodes if (key := ident(one.get("id")))}
                    going[what] = page.more and bool(page.cursor)
                    asked[what] = page.cursor or asked[what]
            if not any(going.values()) or len(docs) >= MOST_SCHEDULES:
                break
        return Roster(
            dict(list(docs.items())[:MOST_SCHEDULES]), not any(going.values()) and len(docs) <= MOST_SCHEDULES
        )

    async def _query(self, variables: dict[str, str]) -> dict[str, Any]:
        answer = await self._api.post(PATH, {"operationName": "OnCall", "query": QUERY, "variables": variables})
        errors = list(tables(answer.get("errors")))
        data = table(answer.get("data"))
        if errors and not (data.get("services") and data.get("schedules")):
            said = plain(text(errors[0].get("message")), 120)
            why = f"GoAlert at {self.address} answered {PATH} with an error: {said}"
            if table(errors[0].get("extensions")).get("code") in _DENIED or "unauthorized" in said.casefold():
                raise SourceError("denied", why, f"give it a GraphQL key that was made for this query: {QUERY}")
            raise SourceError("degraded", why, "look at its log")
        return data

    def _page(self, data: dict[str, Any], what: str) -> _Page:
        part = table(data.get(what))
        if not isinstance(part.get("nodes"), list):
            raise self._api.unlike(PATH)
        info = table(part.get("pageInfo"))
        return _Page(list(tables(part["nodes"])), text(info.get("endCursor")), info.get("hasNextPage") is True)

    def _service(self, one: dict[str, Any], now_ms: int) -> OnCallDoc:
        """A service: who is called at which step of its policy; until when GoAlert does not say."""
        policy = table(one.get("escalationPolicy"))
        shifts = [
            shift(who, step + 1)
            for user in tables(one.get("onCallUsers"))
            if (who := person(user.get("userName"))) and isinstance(step := user.get("stepNumber"), int)
        ]
        names = [ident(policy.get("id")), text(policy.get("name"))]
        return self._doc(one, names, shifts, now_ms, "services")

    def _schedule(self, one: dict[str, Any], now_ms: int) -> OnCallDoc:
        shifts = [
            shift(who, 1, unix_ms(turn.get("start")), None if turn.get("truncated") else unix_ms(turn.get("end")))
            for turn in tables(one.get("shifts"))
            if (who := person(table(turn.get("user")).get("name")))
        ]
        return self._doc(one, [], shifts, now_ms, "schedules")

    def _doc(self, one: dict[str, Any], names: list[str], shifts: list[ShiftDoc], now_ms: int, what: str) -> OnCallDoc:
        key = ident(one.get("id"))
        name = text(one.get("name")) or key
        return {
            "provider": NAME,
            "name": name,
            "names": distinct([key, name, *names]),
            "now": running(shifts, now_ms),
            "next": following(shifts, now_ms),
            "read_ms": now_ms,
            "origin": f"{self.address}{PATH}",
            "url": f"{self.address}/{what}/{key}",
        }
