"""Opsgenie, as its REST API answers."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from tests.doubles.oncall.base import TOKEN, OnCallDouble, to_text


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
            return {"data": {"_parent": parent, "startDate": to_text(self.now_ms), "endDate": to_text(self.now_ms),
                             "finalTimeline": {"rotations": [rotation]}}, "took": 0.1, "requestId": "r"}  # fmt: skip
        return None

    def _periods(self, name: str) -> list[dict[str, Any]]:
        found = []
        for one in self.schedules[name]:
            cuts = [one.from_ms, *([self.now_ms] if one.from_ms < self.now_ms < one.until_ms else []), one.until_ms]
            for begin, end in pairwise(cuts):
                kind = "historical" if end <= self.now_ms else "default"
                recipient = {"id": f"u-{one.who}", "type": "user", "name": f"{one.who}@example.com"}
                found.append(
                    {"startDate": to_text(begin), "endDate": to_text(end), "type": kind, "recipient": recipient}
                )
        return found
