"""PagerDuty, as its REST API answers."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.doubles.oncall.base import TOKEN, OnCallDouble, Shift, to_ms, to_text


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
        since, until = (to_ms(query[key]) for key in ("since", "until"))
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
            "start": to_text(one.from_ms),
            "end": to_text(one.until_ms),
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
