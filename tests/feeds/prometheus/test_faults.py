"""What a feed says and does when its Prometheus is not as it should be."""

from __future__ import annotations

import asyncio
import re
import time
from itertools import pairwise
from pathlib import Path

import pytest

from console.documents import FeedDoc
from console.feeds.prometheus.check import check
from console.feeds.prometheus.client import external_labels, number
from console.feeds.prometheus.feed import PrometheusFeed
from tests import servers
from tests.doubles.clock import RecordedClock
from tests.doubles.outlet import MemoryOutlet, running, until
from tests.feeds.prometheus.conftest import Answer, Scripted, data, matrix, one_series

NOW = 1_800_000_000_000


def outlet(speed: float = 60.0) -> MemoryOutlet:
    return MemoryOutlet(RecordedClock(NOW, speed=speed))


def state(out: MemoryOutlet) -> str:
    return out.feeds["prometheus"]["state"] if "prometheus" in out.feeds else ""


async def doc_when(out: MemoryOutlet, wanted: str) -> FeedDoc:
    await until(lambda: state(out) == wanted, what=f"state {wanted}, is {out.feeds}")
    return out.feeds["prometheus"]


async def test_a_small_server_is_read(scripted: Scripted) -> None:
    out = outlet()
    async with running(PrometheusFeed(scripted.address, backfill_s=600), out):
        doc = await doc_when(out, "ok")
        await until(lambda: len(out.blocks) > 2)
    assert (doc["version"], doc["why"]) == ("2.99.0", "")
    signal = out.blocks[0].signals[0]
    assert (signal.key, signal.name, str(signal.entity), signal.bad, signal.guessed) == (
        'intake_backlog{namespace="prod",nomad_job="intake"}', "backlog", "job:prod/intake", "up", True,
    )  # fmt: skip
    times = [at for block in out.blocks for at in block.times_ms]
    assert all(b - a == 15_000 for a, b in pairwise(times))
    assert NOW - 600_000 <= times[0] <= NOW - 300_000
    assert out.pulses["prometheus"] >= NOW
    assert all(method == "POST" for method, path, _ in scripted.asked if path.endswith("query_range"))


async def test_away_at_start_then_there(scripted: Scripted) -> None:
    scripted.stop()
    out = outlet()
    async with running(PrometheusFeed(scripted.address, backfill_s=600), out):
        doc = await doc_when(out, "down")
        assert "cannot be reached" in doc["why"]
        assert "PROMETHEUS_URL" in doc["todo"]
        scripted.start()
        await doc_when(out, "ok")


async def test_away_later_fills_the_hole_and_leaves_no_gap(scripted: Scripted) -> None:
    out = outlet()
    async with running(PrometheusFeed(scripted.address, backfill_s=600), out):
        await doc_when(out, "ok")
        scripted.stop()
        await doc_when(out, "down")
        scripted.start()
        await until(lambda: [doc["state"] for _, doc in out.healths][-1] == "ok" and len(out.healths) >= 3)
    times = [at for block in out.blocks for at in block.times_ms]
    assert all(b - a == 15_000 for a, b in pairwise(times))
    assert not out.gaps


async def test_away_longer_than_the_backfill_is_a_gap(scripted: Scripted) -> None:
    out = MemoryOutlet(clock := RecordedClock(NOW, speed=60))
    async with running(PrometheusFeed(scripted.address, backfill_s=600), out):
        await doc_when(out, "ok")
        scripted.stop()
        await doc_when(out, "down")
        clock.step(3_600_000)
        scripted.start()
        await until(lambda: bool(out.gaps))
        await doc_when(out, "ok")
    _, begun, ended, why = out.gaps[0]
    assert 2_900_000 < ended - begun < 3_300_000
    assert "away" in why


async def test_what_lies_between_the_tape_and_the_backfill_is_a_gap(scripted: Scripted) -> None:
    out = outlet()
    async with running(PrometheusFeed(scripted.address, backfill_s=600, since_ms=NOW - 3_600_000), out):
        await doc_when(out, "ok")
    assert [(begun, ended < NOW - 500_000) for _, begun, ended, _ in out.gaps] == [(NOW - 3_600_000, True)]


async def test_a_portion_that_broke_off_is_read_again_and_times_still_rise(scripted: Scripted) -> None:
    """A failure counter that is born later is 0 before: at instants that are each told once."""
    born = NOW + 180_000

    def answer(path: str, parameters: dict[str, str]) -> Answer:
        job = {"namespace": "prod", "nomad_job": "intake"}
        names = ["intake_backlog", "intake_failures_total", "ALERTS"]
        if path.endswith("/label/__name__/values"):
            return 200, data(names)
        if path.endswith("/alerts"):
            scripted.close_next = sum(asked[1] == path for asked in scripted.asked) == 2
            return 200, data({"alerts": []})
        if not path.endswith("/query_range"):
            return one_series(path, parameters)
        if parameters["query"].startswith("count by"):
            return 200, data({"result": [matrix(parameters, {"__name__": n, **job}, "1") for n in names[:2]]})
        rows = []
        for expr, mark in re.findall(r'label_replace\((.*?), "fs_signal", "(\d+)"', parameters["query"]):
            labels = {**job, "fs_signal": mark}
            if "failures" not in expr:
                rows.append(matrix(parameters, labels, "1"))
            elif float(parameters["end"]) * 1000 >= born:
                rows.append(matrix({**parameters, "start": parameters["end"]}, labels, "1"))
        return 200, data({"result": rows})

    scripted.answer = answer
    out = outlet()
    async with running(PrometheusFeed(scripted.address, backfill_s=600), out):
        await until(lambda: any("failures" in s.key for block in out.blocks for s in block.signals))
    assert scripted.closed
    for block in out.blocks:
        assert all(later > earlier for earlier, later in pairwise(block.times_ms)), block.times_ms
    before = [block for block in out.blocks if "failures" in block.signals[0].key and len(block.signals) == 1]
    assert before and set(before[0].values[0]) == {0.0}


@pytest.mark.parametrize("status", [301, 302, 307])
async def test_questions_and_credentials_go_to_the_configured_address_only(scripted: Scripted, status: int) -> None:
    """Whatever answers with a redirect would else send us, and what we know, to an address of its choice."""
    other = Scripted()
    scripted.headers = {"Location": other.address + "/api/v1/query_range"}
    scripted.answer = lambda path, parameters: (status, "")
    out = outlet()
    try:
        async with running(PrometheusFeed(scripted.address, "ana:s3cret"), out):
            doc = await doc_when(out, "down")
        await check(scripted.address, "ana:s3cret")
    finally:
        other.stop()
    assert not other.asked
    assert f"elsewhere ({status})" in doc["why"]
    assert "final address" in doc["todo"]


async def test_nothing_scraped_yet(tmp_path: Path) -> None:
    out = MemoryOutlet()
    with servers.prometheus(tmp_path) as address:
        async with running(PrometheusFeed(address), out):
            doc = await doc_when(out, "connecting")
    assert "no series" in doc["why"]
    assert "/targets" in doc["todo"]


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-Inf"])
async def test_no_number_is_no_sample(scripted: Scripted, value: str) -> None:
    scripted.answer = lambda path, parameters: one_series(path, parameters, value)
    out = outlet()
    async with running(PrometheusFeed(scripted.address, backfill_s=60), out):
        await doc_when(out, "ok")
        await asyncio.sleep(0.1)
    assert not out.blocks


@pytest.mark.parametrize(
    ("answer", "state_", "said"),
    [
        ((503, "Service Unavailable"), "down", "not ready (503)"),
        ((401, "who are you"), "denied", "does not allow"),
        ((404, "not here"), "down", "no Prometheus API"),
        ((200, "<html>hello</html>"), "down", "not Prometheus's JSON"),
        ((200, {"hello": 1}), "down", "not Prometheus's JSON"),
        ((200, {"status": "success", "data": {"a": 1}}), "down", "does not answer as Prometheus"),
        ((500, '{"status":"error","error":"storage \\u001b[31mbroke"}'), "down", "answered 500"),
    ],
)
async def test_wrong_answers_are_told_in_a_sentence(scripted: Scripted, answer: Answer, state_: str, said: str) -> None:
    scripted.answer = lambda path, parameters: answer
    out = outlet()
    async with running(PrometheusFeed(scripted.address), out):
        doc = await doc_when(out, state_)
    assert said in doc["why"]
    assert doc["todo"]
    findings = await check(scripted.address)
    assert findings[0].verdict == "bad"


async def test_a_slow_server_times_out_and_is_asked_for_less(scripted: Scripted) -> None:
    def slow(path: str, parameters: dict[str, str]) -> Answer:
        if path.endswith("query_range"):
            time.sleep(0.6)
        return one_series(path, parameters)

    scripted.answer = slow
    out = outlet()
    feed = PrometheusFeed(scripted.address, timeout_s=0.2)
    async with running(feed, out):
        doc = await doc_when(out, "down")
    assert "within 0.2 s" in doc["why"]


async def test_a_server_that_takes_no_post_is_asked_by_get(scripted: Scripted) -> None:
    def only_get(path: str, parameters: dict[str, str]) -> Answer:
        method = scripted.asked[-1][0]
        return (405, "Method Not Allowed") if method == "POST" else one_series(path, parameters)

    scripted.answer = only_get
    out = outlet()
    async with running(PrometheusFeed(scripted.address, backfill_s=60), out):
        await doc_when(out, "ok")
        await until(lambda: bool(out.blocks))


async def test_one_bad_expression_is_dropped_and_named(recorded: str, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(
        '[pack]\nname = "bad"\n[[signal]]\nid = "x"\nname = "x"\npane = "models"\n'
        'entity = { kind = "service", id = "default/x" }\nmetrics = ["node_load1"]\n'
        "promql = 'up + on(job) group_left() up'\n"
    )
    out = MemoryOutlet(RecordedClock(servers.minute(8), frozen=True))
    async with running(PrometheusFeed(recorded, pack_dirs=[tmp_path], backfill_s=60), out):
        doc = await doc_when(out, "degraded")
    assert "422" in doc["why"]
    assert "bad:x" in doc["why"]
    assert any("duplicate series" in text for text in doc["missing"])
    assert sum(len(block.signals) for block in out.blocks) > 100


async def test_a_broken_pack_is_told_and_the_rest_is_read(scripted: Scripted, tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("[pack]\nname = 3\n")
    out = outlet()
    async with running(PrometheusFeed(scripted.address, pack_dirs=[tmp_path], backfill_s=60), out):
        doc = await doc_when(out, "degraded")
    assert "broken.toml, line 2" in doc["why"]
    assert out.blocks
    findings = await check(scripted.address, pack_dirs=[tmp_path])
    assert any("broken.toml" in finding.what and finding.verdict == "bad" for finding in findings)


async def test_credentials_are_never_said(scripted: Scripted) -> None:
    scripted.stop()
    out = outlet()
    async with running(PrometheusFeed(scripted.address, "ana:s3cret"), out):
        doc = await doc_when(out, "down")
    assert "s3cret" not in str(doc)


async def test_check_of_the_recording(recorded: str) -> None:
    findings = await check(recorded, now_ms=servers.minute(20))
    assert all(finding.verdict == "ok" for finding in findings)
    assert any("scraped every 5 s" in finding.what for finding in findings)
    empty = await check(recorded)
    assert [finding.verdict for finding in empty if finding.name == "series"] == ["bad"]


def test_numbers_and_labels() -> None:
    assert number("3.5") == 3.5
    assert number("NaN") != number("NaN")
    yaml = 'global:\n  scrape_interval: 5s\n  external_labels:\n    dc: fra1\n    region: "eu"\nrule_files:\n- x: y\n'
    assert external_labels(yaml) == {"dc": "fra1", "region": "eu"}
