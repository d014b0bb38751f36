"""The Alertmanager feed against servers that misbehave, and its pure reading and comparing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.documents import AlertDoc
from console.feeds.alertdiff import Known, Look
from console.feeds.alertdocs import read_alerts, read_silences
from console.feeds.alertmanager import AlertmanagerFeed, check
from console.settings.secret import Secret
from tests.doubles.misbehaving import reply, server
from tests.doubles.outlet import QuickOutlet, running, until

STATUS = json.dumps({"versionInfo": {"version": "0.25.0"}})
NOW = 1_795_442_400_000
START = "2026-11-23T13:50:00.250Z"
START_MS = NOW - 600_000 + 250


def entry(name: str = "NodeDown", state: str = "active", **more: Any) -> dict[str, Any]:
    return {
        "labels": {"alertname": name, "severity": "critical", "team": "ops", "instance": "n1:9100"},
        "annotations": {"summary": "node n1 is down", "runbook_url": "https://runbooks/node"},
        "startsAt": START,
        "endsAt": "2026-11-23T14:04:00Z",
        "status": {"state": state, "silencedBy": ["s1"] if state == "suppressed" else [], "inhibitedBy": []},
        **more,
    }


SILENCES = [
    {
        "id": "s1",
        "status": {"state": "active"},
        "startsAt": "2026-11-23T13:55:00Z",
        "endsAt": "2026-11-23T15:00:00Z",
        "createdBy": "ana",
        "comment": "draining\x1b[2J",
    }
]


def look(known: Known, entries: list[dict[str, Any]], now_ms: int, last_ms: int = 0) -> list[tuple[str, str, int]]:
    alerts = read_alerts(entries, read_silences(SILENCES)).alerts
    return [(str(r.kind), r.name, r.at_ms) for r in known.look(alerts, Look(now_ms, last_ms))]


def test_an_alert_fires_at_its_own_time_and_is_told_once() -> None:
    known = Known({})
    assert look(known, [entry()], NOW) == [("event", "firing", START_MS), ("state", "alert", START_MS)]
    assert look(known, [entry()], NOW + 15_000, NOW) == []


def test_the_document_has_owner_runbook_and_labels() -> None:
    alert = next(iter(read_alerts([entry()], {}).alerts.values()))
    assert alert.doc["owner"] == "ops"
    assert alert.doc["runbook"] == "https://runbooks/node"
    assert alert.doc["state"] == "firing"
    assert alert.doc["started_ms"] == START_MS
    assert alert.doc["labels"]["instance"] == "n1:9100"


def test_silenced_says_since_when_and_by_whom() -> None:
    known = Known({})
    look(known, [entry()], NOW)
    alerts = read_alerts([entry(state="suppressed")], read_silences(SILENCES)).alerts
    event, state = known.look(alerts, Look(NOW + 15_000, NOW))
    assert event.name == "silenced"
    assert event.at_ms == NOW - 300_000
    assert "by ana" in event.body["text"]
    assert "\x1b" not in event.body["text"]
    assert event.body["silenced"] is True
    assert state.body["state"] == "suppressed"
    back = known.look(read_alerts([entry()], {}).alerts, Look(NOW + 30_000, NOW + 15_000))
    assert [(r.name, r.at_ms) for r in back] == [("unsilenced", NOW + 30_000), ("alert", NOW + 30_000)]
    assert back[1].once != state.once


def test_what_is_gone_is_resolved_not_earlier_than_the_last_look() -> None:
    known = Known({})
    look(known, [entry()], NOW)
    assert look(known, [], NOW + 15_000, NOW) == [("event", "resolved", NOW + 15_000), ("state", "alert", NOW + 15_000)]
    due = Known({})
    look(due, [entry()], NOW + 200_000)
    resolved = look(due, [], NOW + 300_000, NOW + 200_000)
    assert resolved[0] == ("event", "resolved", NOW + 240_000)


def test_what_resolved_while_nobody_recorded_is_told() -> None:
    alerts = read_alerts([entry()], {}).alerts
    key, alert = next(iter(alerts.items()))
    records = Known({key: alert.doc}).look({}, Look(NOW, 0))
    assert [r.name for r in records] == ["resolved", "alert"]
    assert Known({key: alert.doc}).look(alerts, Look(NOW, 0)) == []


def test_ended_and_begun_again_between_two_looks() -> None:
    known = Known({})
    look(known, [entry()], NOW)
    again = entry(startsAt="2026-11-23T14:00:10Z", endsAt="2026-11-23T14:05:00Z")
    names = [(name, at) for _, name, at in look(known, [again], NOW + 15_000, NOW)]
    assert names == [
        ("resolved", NOW + 10_000),
        ("alert", NOW + 10_000),
        ("firing", NOW + 10_000),
        ("alert", NOW + 10_000),
    ]


def test_a_summary_that_moves_is_not_told_at_each_look() -> None:
    known = Known({})
    moving = [entry(annotations={"summary": f"{n}% lost"}) for n in range(8)]
    told = [bool(look(known, [item], NOW + n * 15_000, NOW)) for n, item in enumerate(moving)]
    assert told == [True, False, False, False, True, False, False, False]


def test_two_reports_of_one_alert_are_one() -> None:
    one, two = entry(state="suppressed"), entry()
    one["labels"] = {**one["labels"], "replica": "a"}
    two["labels"] = {**two["labels"], "replica": "b"}
    alerts = read_alerts([one, two], {}).alerts
    assert len(alerts) == 1
    assert next(iter(alerts.values())).doc["state"] == "firing"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["labels", "annotations", "startsAt", "status", "state", "silencedBy", "id", "x"]), inner
        )
    ),
    max_leaves=20,
)


@given(st.lists(JSON), JSON)
def test_any_answer_is_read_or_counted(data: list[Any], silences: Any) -> None:
    reading = read_alerts(data, read_silences(silences))
    assert len(reading.alerts) + reading.unreadable <= len(data)
    Known({}).look(reading.alerts, Look(NOW, 0))


async def answer(path: str, writer: asyncio.StreamWriter, alerts: Any) -> None:
    bodies: Mapping[str, Any] = {"/api/v2/status": json.loads(STATUS), "/api/v2/silences": SILENCES}
    reply(writer, 200, json.dumps(bodies.get(path, alerts)))


@pytest.mark.parametrize(
    ("status", "body", "state", "told"),
    [
        (403, "Forbidden", "denied", "does not permit"),
        (401, "", "denied", "ALERTMANAGER_URL"),
        (500, "boom \x1b[31m", "down", "500: boom"),
        (404, "404 page not found", "degraded", "has no /api/v2/status"),
        (200, "<html>", "degraded", "not JSON"),
        pytest.param(200, "[" * 500_000, "degraded", "not JSON", id="nested"),
        (302, "", "degraded", "elsewhere"),
    ],
)
async def test_each_failure_is_told(status: int, body: str, state: str, told: str) -> None:
    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        reply(writer, status, body)

    out = QuickOutlet()
    async with server(handler) as url, running(AlertmanagerFeed(url), out):
        await until(lambda: out.doc()["state"] == state, what=state)
    text = f"{out.doc()['why']} {out.doc()['todo']}"
    assert told in text
    assert "\x1b" not in text
    assert url in out.doc()["address"]


async def test_away_at_start_away_later_and_back() -> None:
    answers = True

    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        if answers:
            await answer(path, writer, [entry()])
        else:
            writer.transport.abort()

    async with server(handler) as url:
        port = int(url.rsplit(":", 1)[1])
    out = QuickOutlet(longest_s=0.02)
    async with running(AlertmanagerFeed(url, interval_s=0.05), out):
        await until(lambda: out.doc()["state"] == "down", what="down at start")
        assert "not reachable" in out.doc()["why"]
        await asyncio.sleep(0.2)
        async with server(handler, port):
            await until(lambda: out.doc()["state"] == "ok", what="ok")
            assert out.doc()["version"] == "0.25.0"
            assert len(out.gaps) == 1
            answers = False
            await until(lambda: out.doc()["state"] == "down", what="down later")
            await asyncio.sleep(0.2)
            answers = True
            await until(lambda: len(out.gaps) == 2, what="a second gap")
            await until(lambda: out.doc()["state"] == "ok", what="ok again")
    assert [r.name for r in out.events()] == ["firing"]
    (_, *first, _), (_, *second, _) = out.gaps
    assert first[0] < first[1] <= second[0] < second[1]
    assert out.pulses["alertmanager"] > second[1] - 1


async def test_alerts_that_are_no_list() -> None:
    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        await answer(path, writer, {"status": "success"})

    out = QuickOutlet()
    async with server(handler) as url, running(AlertmanagerFeed(url), out):
        await until(lambda: out.doc()["state"] == "degraded", what="degraded")
    assert "no list of alerts" in out.doc()["why"]


async def test_an_entry_that_cannot_be_read_hides_no_other() -> None:
    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        await answer(path, writer, [entry(), {"labels": 3}, entry("Other", startsAt="never")])

    out = QuickOutlet()
    async with server(handler) as url, running(AlertmanagerFeed(url), out):
        await until(lambda: out.doc()["state"] == "degraded", what="degraded")
        assert len(out.events("firing")) == 1
    assert "2 alerts" in out.doc()["why"]


async def test_credentials_are_sent_and_not_told() -> None:
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        reply(writer, 500, "no")
        writer.close()

    started = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{started.sockets[0].getsockname()[1]}"
    out = QuickOutlet()
    async with running(AlertmanagerFeed(url, Secret("me:abc-secret")), out):
        await until(lambda: out.doc()["state"] == "down", what="down")
    started.close()
    assert b"authorization: basic" in heads[0].lower()
    assert "abc-secret" not in str(out.healths)


async def test_check_finds_a_clock_that_is_off() -> None:
    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        bodies = {"/api/v2/status": STATUS, "/api/v2/silences": "[]", "/api/v2/alerts": "[]"}
        reply(writer, 200, bodies[path], "Date: Mon, 23 Nov 2020 05:00:00 GMT")

    async with server(handler) as url:
        reached, clock = await check(url)
    assert reached.verdict == "ok"
    assert "0.25.0" in reached.what
    assert clock.verdict == "warn"
    assert "behind" in clock.what


async def test_check_of_a_server_that_never_answers_ends() -> None:
    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    async with server(handler) as url:
        (finding,) = await check(url, timeout_s=0.3)
    assert finding.verdict == "bad"
    assert "did not answer within 0.3 s" in finding.what


def test_open_documents_survive_json() -> None:
    alert = next(iter(read_alerts([entry()], {}).alerts.values()))
    doc: AlertDoc = json.loads(json.dumps(alert.doc))
    assert doc == alert.doc
