"""GoAlert, as its GraphQL API answers."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.doubles.oncall.base import OnCallDouble, to_ms, to_text


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
        to_ms(variables["start"]), to_ms(variables["end"])
        services = [
            {"id": f"sv-{name}", "name": f"{name} service",
             "escalationPolicy": {"id": f"ep-{name}", "name": f"{name} ep"},
             "onCallUsers": [*({"userName": one.who, "stepNumber": 0} for one in self.running(name)),
                             {"userName": "boss", "stepNumber": 1}]}
            for name in self.schedules
        ]  # fmt: skip
        schedules = [
            {"id": f"sc-{name}", "name": name,
             "shifts": [{"start": to_text(one.from_ms), "end": to_text(one.until_ms), "truncated": False,
                         "user": {"name": one.who}} for one in shifts if one.until_ms > self.now_ms]}
            for name, shifts in self.schedules.items()
        ]  # fmt: skip
        return {"services": services, "schedules": schedules}

    def _page(self, nodes: list[dict[str, Any]], after: str) -> dict[str, Any]:
        at = int(after or 0)
        info = {"endCursor": str(min(at + 1, len(nodes))), "hasNextPage": at + 1 < len(nodes)}
        return {"nodes": nodes[at : at + 1], "pageInfo": info}
