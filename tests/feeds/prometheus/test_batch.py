"""Many expressions in few requests; instants; what absence means; alarms; the identity of an alert."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from console.feeds.alerts import EPISODE_MS, alert_fingerprint, alert_identity
from console.feeds.prometheus import grid
from console.feeds.prometheus.alarms import Alarms, pane_of_alert
from console.feeds.prometheus.ask import Ask
from console.feeds.prometheus.batch import MOST_SERIES, Marked, ask_all, batches, joined, marked
from console.feeds.prometheus.choose import probe_expr
from console.feeds.prometheus.client import PromClient, Row
from console.feeds.prometheus.faults import PromError
from console.feeds.prometheus.matrix import Rows, blank, born_at_zero, scraped
from console.feeds.prometheus.promql import selector
from console.signals import Bad, Pane, RecordKind
from tests import servers

NAN = math.nan


def ask(key: str, expr: str = "", *, counts: bool = False) -> Ask:
    return Ask(key, key, key, expr or key, Pane.INGESTION, bad=Bad.UP, counts=counts)


def asks(count: int) -> list[Marked]:
    return [(n, ask(f"m{n}", f"max(metric_{n})")) for n in range(count)]


@given(st.integers(0, 40), st.integers(10, 500))
def test_batches_hold_everything_once_and_are_short(count: int, most: int) -> None:
    items = asks(count)
    parts = batches(items, most)
    assert [item for part in parts for item in part] == items
    assert all(len(joined(part)) <= most or len(part) == 1 for part in parts)


@given(st.sets(st.integers(0, 19)))
async def test_bad_expressions_are_found_and_the_others_answered(bad: set[int]) -> None:
    async def query(expr: str) -> list[Row]:
        asked = [n for n in range(20) if marked(n, f"max(metric_{n})") in expr]
        if bad & set(asked):
            raise PromError("query", "cannot run")
        return [Row({"fs_signal": str(n), "a": "b"}, [0], [float(n)]) for n in asked]

    answers, refused = await ask_all(asks(20), 10_000, query)
    assert set(refused) == bad
    assert {n: rows[0].values[0] for n, rows in answers.items()} == {n: float(n) for n in range(20) if n not in bad}
    assert all(row.labels == {"a": "b"} for rows in answers.values() for row in rows)


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(5, 60), st.integers(1, 50))
def test_portions_cover_each_instant_once(after: int, more: int, step: int, most: int) -> None:
    to = after + more
    found = [at for a, b in grid.portions(after, to, step, most) for at in range(a, b + 1, step * 1000)]
    assert found == [at for at in range(after // (step * 1000) * step * 1000, to + 1, step * 1000) if at > after]
    assert all((last - first) // (step * 1000) < most for first, last in grid.portions(after, to, step, most))


def test_newest_is_behind_now_and_steps_have_a_floor() -> None:
    assert grid.newest(100_000, 5) == 95_000
    assert grid.newest(102_000, 5) == 100_000
    assert [grid.step_for(1), grid.step_for(15), grid.step_for(15, 30), grid.step_for(5, 1)] == [5, 15, 30, 5]


@given(st.lists(st.booleans(), max_size=30))
def test_runs_are_the_unseen_stretches(seen: list[bool]) -> None:
    times = range(1000, 1000 + 5 * len(seen), 5)
    found = {at for first, last in grid.runs(times, seen) for at in range(first, last + 1, 5)}
    assert found == {at for at, ok in zip(times, seen, strict=True) if not ok}


JOB = {"namespace": "p", "nomad_job": "worker"}


def test_absence_of_a_failure_counter_is_zero_only_while_its_job_is_scraped() -> None:
    rows = Rows("prometheus", 5)
    numbers = {1: ask("received"), 2: ask("failures", counts=True)}
    times = range(0, 25_000, 5_000)
    answers = {
        1: [Row(JOB, [0, 5_000, 10_000, 20_000], [1, 1, 1, 1])],
        2: [Row({**JOB, "source": "a"}, [10_000], [4.0])],
    }
    table = rows.table(numbers, answers, times)
    born_at_zero(table, rows.counters(), scraped(table, 5), 5)
    values = table['failures{namespace="p",nomad_job="worker",source="a"}'][1]
    assert values[:3] == [0, 0, 4]
    assert math.isnan(values[3])
    assert values[4] == 0
    blank(table, [True, False, True, True, True])
    assert math.isnan(values[1])


def test_values_off_the_grid_are_left_and_series_are_bounded() -> None:
    rows = Rows("prometheus", 5)
    many = [Row({"x": str(n)}, [0, 2_000], [1.0, 2.0]) for n in range(MOST_SERIES + 3)]
    table = rows.table({1: ask("m")}, {1: many}, range(0, 10_000, 5_000))
    assert len(table) == MOST_SERIES
    assert rows.left_out == {"m": 3}
    assert all(values[0] == 1 and math.isnan(values[1]) for _, values in table.values())


STEP = 5_000


def alert_rows(state: str, times: list[int], **labels: str) -> Row:
    return Row({"alertname": "LagHigh", "alertstate": state, **labels}, times, [at / 1000 - 1 for at in times])


def test_an_alarm_becomes_events_and_documents() -> None:
    alarms = Alarms("prometheus", external={"site": "x"})
    alarms.remember([{"labels": {"alertname": "LagHigh", "queue": "q"}, "annotations": {"summary": "lag is high"}}])
    times = range(STEP, 7 * STEP, STEP)
    rows = [alert_rows("pending", [2 * STEP], queue="q"), alert_rows("firing", [3 * STEP, 5 * STEP], queue="q")]
    seen = [True, True, True, False, True, True]
    records = alarms.follow(rows, times, seen, 99)
    events = [(r.name, r.at_ms) for r in records if r.kind is RecordKind.EVENT]
    states = [(r.body["state"], r.body["started_ms"]) for r in records if r.kind is RecordKind.STATE]
    assert events == [("firing", 3 * STEP - 1000), ("resolved", 6 * STEP)]
    assert states == [("pending", 9_000), ("firing", 14_000), ("resolved", 14_000)]
    assert records[2].body["text"] == "LagHigh firing: lag is high"
    assert records[2].body["labels"]["site"] == "x"
    assert records[2].seen_ms == 99


def test_an_alarm_that_fired_before_we_looked_is_a_state_and_no_event() -> None:
    alarms = Alarms("prometheus")
    records = alarms.follow([alert_rows("firing", [STEP, 2 * STEP])], range(STEP, 3 * STEP, STEP), [True, True], 0)
    assert [r.kind for r in records] == [RecordKind.STATE]


def test_panes_of_alerts() -> None:
    panes = {
        name: pane_of_alert({"alertname": name}) for name in ("NodeDown", "QualityLow", "IngestLag", "LatencyHigh")
    }
    assert panes == {
        "NodeDown": Pane.SCHEDULING, "QualityLow": Pane.MODELS, "IngestLag": Pane.INGESTION, "LatencyHigh": Pane.MODELS,
    }  # fmt: skip


def test_two_tellers_of_one_alert_agree() -> None:
    series = {"__name__": "ALERTS", "alertname": "A", "alertstate": "firing", "node": "n", "empty": ""}
    sent = {"alertname": "A", "node": "n", "region": "eu", "dc": "fra1"}
    start = 1_800_000_001_891
    assert alert_identity(series, start) == alert_identity(sent, start + 3_000)
    assert alert_identity(series, start).once("firing") != alert_identity(series, start + EPISODE_MS).once("firing")
    assert alert_fingerprint(sent) != alert_fingerprint({**sent, "node": "m"})
    assert alert_fingerprint(sent) != alert_fingerprint({**sent, "cluster": "b"})


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8)), st.randoms())
def test_order_of_labels_does_not_matter(labels: dict[str, str], random: object) -> None:
    items = list(labels.items())
    getattr(random, "shuffle")(items)  # noqa: B009
    assert alert_fingerprint(dict(items)) == alert_fingerprint(labels)


async def test_odd_names_are_valid_promql(recorded: str) -> None:
    client = PromClient(recorded)
    odd = ["http.server.duration", 'a"b', "c\\d", "e{f}", "g|h", "ü"]
    assert await client.instant(probe_expr(odd), servers.minute(8)) == []
    for name in odd:
        assert await client.instant(selector(name, 'x="y"'), servers.minute(8)) == []
    client.close()
