"""Services that know who is on call, answering as their documentation says: headers, pages, errors, limits.

Each is a real HTTP server on a free port. ``fault`` makes it answer otherwise: a status, with more headers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

TOKEN = "s3cret-t0ken"
HOUR_MS = 3_600_000


class Fault(NamedTuple):
    """A status instead of an answer, for paths that begin with ``path``."""

    status: int
    headers: Mapping[str, str] = {}
    path: str = ""
    body: str = ""


class Shift(NamedTuple):
    """Somebody's turn in a schedule; bounds in unix ms."""

    who: str
    from_ms: int
    until_ms: int


class OnCallDouble:
    """What all of them have: schedules with turns, a token, faults, and a list of what was asked."""

    authorization = f"Bearer {TOKEN}"
    unauthorized = '{"message": "Unauthorized"}'

    def __init__(self, now_ms: int, **schedules: list[Shift]) -> None:
        self.now_ms = now_ms
        self.schedules = schedules
        self.fault: Fault | None = None
        self.asked: list[str] = []
        double = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._serve(b"")

            def do_POST(self) -> None:
                self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))))

            def _serve(self, body: bytes) -> None:
                parts = urlsplit(self.path)
                double.asked.append(self.path)
                status, headers, text = double.respond(self.command, parts.path, parse_qs(parts.query), self, body)
                payload = text.encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, format: str, *args: Any) -> None:
                """Tests read what they need from the feed."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> OnCallDouble:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def respond(
        self, method: str, path: str, query: dict[str, list[str]], request: BaseHTTPRequestHandler, body: bytes
    ) -> tuple[int, Mapping[str, str], str]:
        fault = self.fault
        if fault is not None and path.startswith(fault.path):
            return fault.status, fault.headers, fault.body or json.dumps({"message": "no"})
        if request.headers.get("Authorization") != self.authorization:
            return 401, {}, self.unauthorized
        problem = self.refused(method, request)
        if problem:
            return 400, {}, problem
        answer = self.answer(path, {key: values[-1] for key, values in query.items()}, body)
        return (404, {}, '{"message": "Not found"}') if answer is None else (200, {}, json.dumps(answer))

    def refused(self, method: str, request: BaseHTTPRequestHandler) -> str:
        """Why a request is not as the service takes it."""
        return "" if method == "GET" else "wrong method"

    def answer(self, path: str, query: dict[str, str], body: bytes) -> Any:
        raise NotImplementedError

    def running(self, name: str) -> list[Shift]:
        return [one for one in self.schedules[name] if one.from_ms <= self.now_ms < one.until_ms]


class PagerDutyDouble(OnCallDouble):
    """One policy for each schedule, at level 1, and ``boss`` always at level 2. Pages hold two entries."""

    authorization = f"Token token={TOKEN}"
    page = 2

    def refused(self, method: str, request: BaseHTTPRequestHandler) -> str:
        accept = request.headers.get("Accept")
        return "" if accept == "application/vnd.pagerduty+json;version=2" else "version is missing"

    def answer(self, path: str, query: dict[str, str], body: bytes) -> Any:
        what = path.strip("/")
        found = {"oncalls": self._oncalls, "escalation_policies": self._policies, "schedules": self._schedules}
        if what not in found or int(query["limit"]) > 100:
            return None
        everything, offset = found[what](query), int(query["offset"]) * self.page // int(query["limit"])
        more = offset + self.page < len(everything)
        page = everything[offset : offset + self.page]
        return {what: page, "limit": int(query["limit"]), "offset": int(query["offset"]), "total": None, "more": more}

    def _oncalls(self, query: dict[str, str]) -> list[dict[str, Any]]:
        since, until = (_ms(query[key]) for key in ("since", "until"))
        assert query["earliest"] == "true"
        found = []
        for name, shifts in self.schedules.items():
            seen: set[str] = set()
            for one in sorted(shifts, key=lambda one: one.from_ms):
                if one.until_ms > since and one.from_ms < until and one.who not in seen:
                    seen.add(one.who)
                    found.append(self._oncall(name, one, 1))
            found.append({**self._oncall(name, Shift("boss", 0, 0), 2), "schedule": None, "start": None, "end": None})
        return found

    def _oncall(self, name: str, one: Shift, level: int) -> dict[str, Any]:
        return {
            "escalation_policy": {"id": f"PP{name}", "type": "escalation_policy_reference", "summary": name.title(),
                                  "html_url": f"https://acme.pagerduty.com/escalation_policies/PP{name}"},
            "escalation_level": level,
            "schedule": {"id": f"PS{name}", "type": "schedule_reference", "summary": f"{name} primary"},
            "user": {"id": f"PU{one.who}", "type": "user_reference", "summary": one.who,
                     "self": f"https://api.pagerduty.com/users/PU{one.who}"},
            "start": _text(one.from_ms),
            "end": _text(one.until_ms),
        }  # fmt: skip

    def _policies(self, query: dict[str, str]) -> list[dict[str, Any]]:
        return [
            {"id": f"PP{name}", "type": "escalation_policy", "summary": name.title(), "name": name.title(),
             "html_url": f"https://acme.pagerduty.com/escalation_policies/PP{name}",
             "services": [{"id": f"PV{name}", "type": "service_reference", "summary": f"{name} service"}],
             "teams": [{"id": f"PT{name}", "type": "team_reference", "summary": f"team {name}"}]}
            for name in self.schedules
        ]  # fmt: skip

    def _schedules(self, query: dict[str, str]) -> list[dict[str, Any]]:
        return [{"id": f"PS{name}", "type": "schedule", "name": f"{name} primary"} for name in self.schedules]


class OpsgenieDouble(OnCallDouble):
    """Its timeline is cut at the moment of the question, as Opsgenie's is."""

    authorization = f"GenieKey {TOKEN}"
    unauthorized = '{"message": "Could not authenticate", "took": 0.001, "requestId": "x"}'

    def answer(self, path: str, query: dict[str, str], body: bytes) -> Any:
        if path == "/v2/schedules":
            data = [
                {"id": f"id-{name}", "name": name, "timezone": "Europe/Berlin", "enabled": True,
                 "ownerTeam": {"id": f"team-{name}", "name": f"{name} team"}}
                for name in self.schedules
            ]  # fmt: skip
            disabled = {"id": "id-old", "name": "old", "enabled": False}
            return {"data": [*data, disabled], "expandable": ["rotation"], "took": 0.1, "requestId": "r"}
        parts = path.split("/")
        name = parts[3].removeprefix("id-") if len(parts) > 4 else ""
        if name not in self.schedules:
            return None
        parent = {"id": f"id-{name}", "name": name, "enabled": True}
        if parts[4] == "on-calls" and query == {"scheduleIdentifierType": "id", "flat": "true"}:
            here = [f"{one.who}@example.com" for one in self.running(name)]
            return {"data": {"_parent": parent, "onCallRecipients": here}, "took": 0.1, "requestId": "r"}
        if parts[4] == "timeline" and query["intervalUnit"] == "weeks":
            rotation = {"id": "rot", "name": "Rota", "order": 1.0, "periods": self._periods(name)}
            return {"data": {"_parent": parent, "startDate": _text(self.now_ms), "endDate": _text(self.now_ms),
                             "finalTimeline": {"rotations": [rotation]}}, "took": 0.1, "requestId": "r"}  # fmt: skip
        return None

    def _periods(self, name: str) -> list[dict[str, Any]]:
        found = []
        for one in self.schedules[name]:
            cuts = [one.from_ms, *([self.now_ms] if one.from_ms < self.now_ms < one.until_ms else []), one.until_ms]
            for begin, end in pairwise(cuts):
                kind = "historical" if end <= self.now_ms else "default"
                recipient = {"id": f"u-{one.who}", "type": "user", "name": f"{one.who}@example.com"}
                found.append({"startDate": _text(begin), "endDate": _text(end), "type": kind, "recipient": recipient})
        return found


class GrafanaDouble(OnCallDouble):
    """Pages hold one entry."""

    authorization = TOKEN
    unauthorized = '{"detail": "Invalid token."}'

    def answer(self, path: str, query: dict[str, str], body: bytes) -> Any:
        if path.endswith("/final_shifts"):
            return self._shifts(path.split("/")[4].removeprefix("S"), query)
        people = sorted({one.who for shifts in self.schedules.values() for one in shifts})
        lists: dict[str, list[dict[str, Any]]] = {
            "/api/v1/schedules/": [
                {"id": f"S{name}", "name": name, "type": "web", "team_id": f"T{name}", "time_zone": "UTC",
                 "on_call_now": [f"U{one.who}" for one in self.running(name)], "slack": None}
                for name in self.schedules
            ],
            "/api/v1/users/": [
                {"id": f"U{who}", "email": f"{who}@example.com", "username": who, "role": "user", "teams": []}
                for who in people
            ],
            "/api/v1/teams/": [{"id": f"T{name}", "name": f"team {name}", "email": ""} for name in self.schedules],
        }  # fmt: skip
        if path not in lists:
            return None
        page = int(query.get("page", "1"))
        rest = len(lists[path]) > page
        following = f"http://elsewhere.example{path}?page={page + 1}" if rest else None
        return {"count": len(lists[path]), "next": following, "previous": None, "current_page_number": page,
                "page_size": 1, "total_pages": len(lists[path]), "results": lists[path][page - 1 : page]}  # fmt: skip

    def _shifts(self, name: str, query: dict[str, str]) -> Any:
        begin, end = (_ms(f"{query[key]}T00:00:00Z") for key in ("start_date", "end_date"))
        results = [
            {"user_pk": f"U{one.who}", "user_email": f"{one.who}@example.com", "user_username": one.who,
             "shift_start": _text(max(begin, one.from_ms)), "shift_end": _text(min(end, one.until_ms))}
            for one in self.schedules[name]
            if one.until_ms > begin and one.from_ms < end
        ]  # fmt: skip
        return {"count": len(results), "next": None, "previous": None, "results": results, "page_size": 50}


class GoAlertDouble(OnCallDouble):
    """One service for each schedule, ``boss`` always at its second step. Pages hold one node, whatever is asked for.

    ``query`` is what its key was made for; another one is refused, as GoAlert does.
    """

    query = ""

    def refused(self, method: str, request: BaseHTTPRequestHandler) -> str:
        return "" if method == "POST" and request.headers.get("Content-Type") == "application/json" else "bad request"

    def answer(self, path: str, query: dict[str, str], body: bytes) -> Any:
        if path != "/api/graphql":
            return None
        asked = json.loads(body)
        if self.query and asked["query"] != self.query:
            refusal = {"message": "wrong query for API key", "extensions": {"code": "invalid_query"}}
            return {"errors": [refusal], "data": None}
        variables = asked["variables"]
        return {"data": {what: self._page(nodes, variables[what]) for what, nodes in self._nodes(variables).items()}}

    def _nodes(self, variables: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
        _ms(variables["start"]), _ms(variables["end"])
        services = [
            {"id": f"sv-{name}", "name": f"{name} service",
             "escalationPolicy": {"id": f"ep-{name}", "name": f"{name} ep"},
             "onCallUsers": [*({"userName": one.who, "stepNumber": 0} for one in self.running(name)),
                             {"userName": "boss", "stepNumber": 1}]}
            for name in self.schedules
        ]  # fmt: skip
        schedules = [
            {"id": f"sc-{name}", "name": name,
             "shifts": [{"start": _text(one.from_ms), "end": _text(one.until_ms), "truncated": False,
                         "user": {"name": one.who}} for one in shifts if one.until_ms > self.now_ms]}
            for name, shifts in self.schedules.items()
        ]  # fmt: skip
        return {"services": services, "schedules": schedules}

    def _page(self, nodes: list[dict[str, Any]], after: str) -> dict[str, Any]:
        at = int(after or 0)
        info = {"endCursor": str(min(at + 1, len(nodes))), "hasNextPage": at + 1 < len(nodes)}
        return {"nodes": nodes[at : at + 1], "pageInfo": info}


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def _text(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat().replace("+00:00", "Z")
