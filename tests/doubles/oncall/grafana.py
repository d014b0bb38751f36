"""Grafana OnCall, as its HTTP API answers."""

from __future__ import annotations

from typing import Any

from tests.doubles.oncall.base import TOKEN, OnCallDouble, to_ms, to_text


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
        begin, end = (to_ms(f"{query[key]}T00:00:00Z") for key in ("start_date", "end_date"))
        results = [
            {"user_pk": f"U{one.who}", "user_email": f"{one.who}@example.com", "user_username": one.who,
             "shift_start": to_text(max(begin, one.from_ms)), "shift_end": to_text(min(end, one.until_ms))}
            for one in self.schedules[name]
            if one.until_ms > begin and one.from_ms < end
        ]  # fmt: skip
        return {"count": len(results), "next": None, "previous": None, "results": results, "page_size": 50}
