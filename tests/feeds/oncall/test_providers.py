"""Each service alone, on a server that answers as its documentation says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from graphql import build_schema, parse, validate

from console.feeds.http import SourceError
from console.feeds.oncall import goalert
from console.feeds.oncall.feed import PROVIDERS
from console.feeds.oncall.provider import Roster
from console.governance.oncall import OnCallNow, on_call_now
from tests.doubles.oncall import (
    HOUR_MS,
    TOKEN,
    Fault,
    GoAlertDouble,
    GrafanaDouble,
    OnCallDouble,
    OpsgenieDouble,
    PagerDutyDouble,
)
from tests.feeds.oncall.conftest import NOW_MS, settings_of, turns

DOUBLES: dict[str, Callable[..., OnCallDouble]] = {
    "pagerduty": PagerDutyDouble,
    "opsgenie": OpsgenieDouble,
    "grafana": GrafanaDouble,
    "goalert": GoAlertDouble,
}
each = pytest.mark.parametrize("provider", DOUBLES)


def double(provider: str) -> OnCallDouble:
    return DOUBLES[provider](NOW_MS, platform=turns("ana", "ben", "ana"), data=turns("cid", "dan"), idle=[])


async def ask(provider: str, server: OnCallDouble, token: str = TOKEN) -> Roster:
    asked = PROVIDERS[provider](settings_of(provider, server.url, token), 5.0, None)
    try:
        return await asked.ask(NOW_MS)
    finally:
        await asked.close()


def who(told: Roster, ref: str) -> OnCallNow | None:
    return on_call_now(ref, told.schedules, NOW_MS)


@each
async def test_who_is_on_call_until_when_and_who_follows(provider: str) -> None:
    with double(provider) as server:
        told = await ask(provider, server)
    assert told.whole and told.partial is None
    ref = "platform primary" if provider == "pagerduty" else "platform"
    found = who(told, f"{provider}:{ref}")
    assert found is not None
    assert (found.who, found.level, found.next_who, found.problem) == ("ana", 1, "ben", "")
    assert (found.until_ms, found.read_ms) == (NOW_MS + 7 * HOUR_MS, NOW_MS)


@each
async def test_a_schedule_with_nobody_says_so(provider: str) -> None:
    with double(provider) as server:
        told = await ask(provider, server)
    found = who(told, "idle primary" if provider == "pagerduty" else "idle")
    assert found is not None and (found.who, found.problem) == ("", "nobody is on call")


@pytest.mark.parametrize(
    ("provider", "refs"),
    [
        ("pagerduty", ["pagerduty:PPplatform", "PVplatform", "pagerduty:PVplatform", "platform service"]),
        ("opsgenie", ["opsgenie:id-platform", "platform team", "opsgenie:platform team"]),
        ("grafana", ["grafana:Splatform", "team platform"]),
        ("goalert", ["goalert:sc-platform", "goalert:sv-platform", "platform service", "platform ep"]),
    ],
)  # fmt: skip
async def test_services_and_teams_find_their_schedule(provider: str, refs: list[str]) -> None:
    with double(provider) as server:
        told = await ask(provider, server)
    assert [found.who for ref in refs if (found := who(told, ref)) is not None] == ["ana"] * len(refs)


@pytest.mark.parametrize(("provider", "ref"), [("pagerduty", "PPplatform"), ("goalert", "sv-platform")])
async def test_levels_are_kept(provider: str, ref: str) -> None:
    with double(provider) as server:
        told = await ask(provider, server)
    now = told.schedules[f"{provider}:{ref}"]["now"]
    assert [(one["who"], one["level"]) for one in now] == [("ana", 1), ("boss", 2)]


@each
async def test_only_names_are_kept(provider: str) -> None:
    with double(provider) as server:
        told = await ask(provider, server)
    assert "@" not in repr(told) and "example.com" not in repr(told)


@each
async def test_a_wrong_token_is_told_and_never_shown(provider: str) -> None:
    with double(provider) as server:
        with pytest.raises(SourceError) as caught:
            await ask(provider, server, "wr0ng-t0ken")
        assert caught.value.state == "denied" and "(401)" in caught.value.why
        variable = settings_of(provider, server.url).service.token_variable
        assert caught.value.todo.startswith(f"check {variable}")
    assert "wr0ng" not in str(caught.value)


@each
@pytest.mark.parametrize(
    ("fault", "state", "wait_s"),
    [
        (Fault(403), "denied", 0.0),
        (Fault(429, {"Retry-After": "17"}), "degraded", 17.0),
        (Fault(429, {"ratelimit-reset": "9"}), "degraded", 9.0),
        (Fault(429, {"X-RateLimit-Period-In-Sec": "60"}), "degraded", 60.0),
        (Fault(429), "degraded", 0.0),
        (Fault(503), "down", 0.0),
        (Fault(302, {"Location": "http://elsewhere.example/"}), "degraded", 0.0),
        (Fault(200, body="[]"), "degraded", 0.0),
        (Fault(200, body="{}"), "degraded", 0.0),
        (Fault(200, body="<html>login</html>"), "degraded", 0.0),
        (Fault(200, body='{"oncalls": 1, "data": null, "results": "x"}'), "degraded", 0.0),
    ],
)
async def test_faults_are_told(provider: str, fault: Fault, state: str, wait_s: float) -> None:
    with double(provider) as server:
        server.fault = fault
        with pytest.raises(SourceError) as caught:
            await ask(provider, server)
    assert (caught.value.state, caught.value.wait_s) == (state, wait_s)
    assert server.url in caught.value.why and TOKEN not in str(caught.value)


async def test_a_retry_after_may_be_a_date() -> None:
    with double("opsgenie") as server:
        server.fault = Fault(429, {"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"})
        with pytest.raises(SourceError) as caught:
            await ask("opsgenie", server)
    assert caught.value.wait_s == 3600.0


async def test_an_error_that_repeats_the_token_does_not_show_it() -> None:
    with double("grafana") as server:
        server.fault = Fault(400, body=f"bad header {TOKEN}")
        with pytest.raises(SourceError) as caught:
            await ask("grafana", server)
    assert "bad header (hidden)" in caught.value.why and TOKEN not in str(caught.value)


@pytest.mark.parametrize("before", range(126, 134))
async def test_of_a_long_error_no_part_of_the_token_is_shown(before: int) -> None:
    """Wherever it is cut: letters of three bytes are longer on the wire than in the sentence."""
    with double("grafana") as server:
        server.fault = Fault(400, body=f"{'€' * before}{TOKEN} and more")
        with pytest.raises(SourceError) as caught:
            await ask("grafana", server)
    assert TOKEN[:3] not in caught.value.why


async def test_pagerduty_tells_who_is_on_call_where_names_are_not_permitted() -> None:
    with double("pagerduty") as server:
        server.fault = Fault(403, path="/escalation_policies")
        told = await ask("pagerduty", server)
    assert told.partial is not None and told.partial.state == "denied" and not told.whole
    found = who(told, "platform primary")
    assert found is not None and found.who == "ana"


async def test_opsgenie_tells_the_others_where_one_schedule_is_another_teams() -> None:
    with double("opsgenie") as server:
        server.fault = Fault(403, path="/v2/schedules/id-data", body='{"message": "no access", "code": 40301}')
        told = await ask("opsgenie", server)
    assert sorted(told.schedules) == ["opsgenie:id-idle", "opsgenie:id-platform"]
    assert told.partial is not None and not told.whole


async def test_goalert_says_for_which_query_its_key_has_to_be_made() -> None:
    with GoAlertDouble(NOW_MS, platform=turns("ana")) as server:
        assert isinstance(server, GoAlertDouble)
        server.query = goalert.QUERY
        assert len((await ask("goalert", server)).schedules) == 2
        server.query = "query Other { services { nodes { id } } }"
        with pytest.raises(SourceError) as caught:
            await ask("goalert", server)
    assert caught.value.state == "denied" and goalert.QUERY in caught.value.todo


async def test_goalert_query_is_valid_for_the_schema_it_is_written_for() -> None:
    schema = build_schema("""
        scalar ISOTimestamp
        input SearchOptions { first: Int = 15 after: String = "" }
        type PageInfo { endCursor: String hasNextPage: Boolean! }
        type User { id: ID! name: String! }
        type OnCallShift { userID: ID! user: User start: ISOTimestamp! end: ISOTimestamp! truncated: Boolean! }
        type ServiceOnCallUser { userID: ID! userName: String! stepNumber: Int! }
        type EscalationPolicy { id: ID! name: String! }
        type Service { id: ID! name: String! escalationPolicy: EscalationPolicy onCallUsers: [ServiceOnCallUser!]! }
        type Schedule { id: ID! name: String! shifts(start: ISOTimestamp!, end: ISOTimestamp!): [OnCallShift!]! }
        type ServiceConnection { nodes: [Service!]! pageInfo: PageInfo! }
        type ScheduleConnection { nodes: [Schedule!]! pageInfo: PageInfo! }
        type Query {
          services(input: SearchOptions): ServiceConnection!
          schedules(input: SearchOptions): ScheduleConnection!
        }
    """)
    assert validate(schema, parse(goalert.QUERY)) == []


async def test_grafana_does_not_follow_a_link_to_elsewhere_and_reads_shifts_again_only_where_due() -> None:
    with double("grafana") as server:
        provider = PROVIDERS["grafana"](settings_of("grafana", f"{server.url}/api/v1"), 5.0, None)
        await provider.ask(NOW_MS)
        first = len(server.asked)
        told = await provider.ask(NOW_MS + 60_000)
        await provider.close()
    again = server.asked[first:]
    assert len(told.schedules) == 3
    assert again and all(path.startswith("/api/v1/schedules/?page=") for path in again)


async def test_opsgenie_reads_a_timeline_again_when_others_are_on_call() -> None:
    with double("opsgenie") as server:
        provider = PROVIDERS["opsgenie"](settings_of("opsgenie", server.url), 5.0, None)
        await provider.ask(NOW_MS)
        server.now_ms = NOW_MS + 8 * HOUR_MS
        server.asked.clear()
        told = await provider.ask(NOW_MS + 60_000)
        assert [shift["who"] for shift in told.schedules["opsgenie:id-platform"]["now"]] == ["ben"]
        assert sum("timeline" in path for path in server.asked) == 2
        await provider.close()
