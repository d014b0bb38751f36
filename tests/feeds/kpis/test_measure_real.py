"""What a KPI comes to in a real Prometheus is what its samples were made of, counted here without any PromQL."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

import pytest

from console.feeds.prometheus.client import PromClient
from console.feeds.prometheus.faults import PromError
from console.governance.shapes import KpiDoc
from tests.feeds.kpis.history import END_MS, Sample, counter, holding
from tests.feeds.kpis.measuring import Watched, kpi, measured

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
NEAR = 0.005
RATIO = {"good": 'sum(shop_total{code="200"})', "total": "sum(shop_total)", "counter": True}


def minutes(begin_ms: int, end_ms: int, step_ms: int) -> range:
    return range(begin_ms + step_ms, end_ms + 1, step_ms)


class Shop:
    """Two instances for twenty minutes, scraped every 15 s; one is restarted after ten, errors come in bursts."""

    def __init__(self) -> None:
        chance = random.Random(7)
        self.samples: list[Sample] = []
        self.good = self.total = 0.0
        begin = END_MS - 20 * MINUTE
        for instance, restart in (("a", END_MS), ("b", END_MS - 10 * MINUTE)):
            for life, (first, last) in enumerate(((begin, restart), (restart, END_MS))):
                times = minutes(first, last, 15_000)
                right = {at: float(chance.randint(40, 60)) for at in times}
                wrong = {
                    at: float(chance.randint(0, 9) + (40 if 4 < (END_MS - at) // MINUTE < 7 else 0)) for at in times
                }
                old = 0.0 if life else 9000.0  # what they had counted before anybody looked
                for code, growth in (("200", right), ("500", wrong)):
                    labels = f'{{instance="{instance}",code="{code}"}}'
                    self.samples += counter("shop_total", labels, growth, old)
                # A counter that begins at its first sample has not been seen to grow to it.
                seen = [at for at in times if at > times[0] or life] if times else []
                self.good += sum(right[at] for at in seen)
                self.total += sum(right[at] + wrong[at] for at in seen)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Shop]]:
    made = Shop()
    with holding(tmp_path_factory.mktemp("shop"), made.samples) as address:
        yield address, made


def test_counters_of_which_one_began_again(shop: tuple[str, Shop]) -> None:
    """A sum that falls because one of its counters began again is no sum that began again."""
    address, made = shop
    doc = measured(address, kpi(RATIO), END_MS + 2_000)
    assert doc["attainment"] == pytest.approx(made.good / made.total, abs=NEAR)
    assert doc["budget_left"] == pytest.approx(1 - (1 - made.good / made.total) / 0.1, abs=NEAR * 10)
    assert doc["coverage"] == pytest.approx(1 / 3, abs=0.02)
    assert doc["why"] == ""


def test_bad_and_total_come_to_the_same(shop: tuple[str, Shop]) -> None:
    address, _ = shop
    bad = {"bad": 'sum(shop_total{code="500"})', "total": "sum(shop_total)", "counter": True}
    one, other = (measured(address, kpi(some), END_MS + 2_000) for some in (RATIO, bad))
    assert one["attainment"] == pytest.approx(other["attainment"], abs=1e-6)


@pytest.mark.parametrize(
    ("good", "total"),
    [
        ('sum(rate(shop_total{code="200"}[1m]))', "sum(rate(shop_total[1m]))"),
        ('sum(rate(shop_total{code="200"}[{{.window}}]))', "sum(rate(shop_total[{{.window}}]))"),
        ('sum(increase(shop_total{code="200"}[$__rate_interval]))', "sum(increase(shop_total[$__rate_interval]))"),
    ],
)
def test_rates_are_weighed_by_what_came(shop: tuple[str, Shop], good: str, total: str) -> None:
    address, made = shop
    doc = measured(address, kpi({"good": good, "total": total}), END_MS + 2_000)
    assert doc["attainment"] == pytest.approx(made.good / made.total, abs=NEAR)


def test_several_series_are_added_up(shop: tuple[str, Shop]) -> None:
    address, made = shop
    bare = {"good": 'shop_total{code="200"}', "total": "shop_total", "counter": True}
    assert measured(address, kpi(bare), END_MS + 2_000)["attainment"] == pytest.approx(made.good / made.total, abs=NEAR)


def test_slices_that_are_judged_here(shop: tuple[str, Shop]) -> None:
    """Of the 20 minutes those with a burst are bad: two of them, and the target lets one of ten be."""
    address, _ = shop
    doc = measured(address, kpi(RATIO, method="timeslices", slice_s=60.0, slice_target=0.75), END_MS + 2_000)
    assert doc["attainment"] == pytest.approx(18 / 20)
    assert doc["budget_left"] == pytest.approx(0, abs=1e-6)


def test_no_series_of_the_good_query_is_no_attainment_of_nothing(shop: tuple[str, Shop]) -> None:
    address, _ = shop
    doc = measured(address, kpi({**RATIO, "good": 'sum(shop_total{code="OK"})'}), END_MS + 2_000)
    assert doc["attainment"] is None and "good query finds nothing" in doc["why"]
    doc = measured(
        address, kpi({"bad": "sum(never_total)", "total": "sum(shop_total)", "counter": True}), END_MS + 2_000
    )
    assert doc["attainment"] == 1.0 and "bad query found nothing" in doc["why"]
    doc = measured(address, kpi({**RATIO, "total": "sum(never_total)"}), END_MS + 2_000)
    assert doc["attainment"] is None and doc["coverage"] == 0 and "found nothing" in doc["why"]


def test_a_window_that_saw_too_little(shop: tuple[str, Shop]) -> None:
    address, _ = shop
    doc = measured(address, kpi(RATIO, window_s=28 * 86_400), END_MS + 2_000)
    assert doc["attainment"] is None and doc["budget_left"] is None and doc["burn"] is None
    assert doc["why"].startswith("only ") and doc["coverage"] < 0.001


def test_a_calendar_day_of_another_zone(shop: tuple[str, Shop]) -> None:
    """01:00 in Berlin at the end: the day has seen its first hour's last twenty minutes."""
    address, made = shop
    line = "every 1 day from 2026-01-01T00:00 Europe/Berlin"
    doc = measured(address, kpi(RATIO, window_s=86_400, calendar=line), END_MS + 2_000)
    assert doc["from_ms"] == END_MS - HOUR
    assert doc["coverage"] == pytest.approx(1 / 3, abs=0.02)
    assert doc["attainment"] == pytest.approx(made.good / made.total, abs=NEAR)


async def test_a_refused_query_is_named_with_its_line(shop: tuple[str, Shop]) -> None:
    from console.feeds.kpis.measure import Measure

    address, _ = shop
    doc = kpi({**RATIO, "good": "sum(shop_total{code=}", "origins": {"good": "a.yaml:9", "total": "a.yaml:12"}})
    client = PromClient(address)
    with pytest.raises(PromError) as fault:
        await Measure("it", doc).measure(client, END_MS)
    client.close()
    assert fault.value.kind == "query"
    assert "the good query in a.yaml:9" in fault.value.text
    assert "unexpected" in fault.value.text and "1:21" in fault.value.text


# -- a week ------------------------------------------------------------------------------------------------------------


class Week:
    """A week of samples once a minute: some minutes are bad, an hour is not seen, nothing comes in another one."""

    def __init__(self) -> None:
        chance = random.Random(11)
        begin = END_MS - 7 * DAY
        self.bad_minutes = set(chance.sample(range(1, 10_000), 300))
        unseen, idle = set(range(2_000, 2_060)), set(range(4_000, 4_060))
        good, bad, value = {}, {}, []
        self.judged = self.bad = self.over = self.points = 0
        shares = []
        self.good_events = self.events = 0.0
        for minute in range(1, 7 * 1440 + 1):
            at = begin + minute * MINUTE - 7_000  # scrapes keep no whole minutes
            wrong = 50.0 if minute in self.bad_minutes else 1.0
            came = 0.0 if minute in idle else 100.0
            if minute in unseen:
                continue
            good[at], bad[at] = (came - wrong if came else 0.0), (wrong if came else 0.0)
            lag = math.nan if minute % 1000 == 0 else math.inf if minute % 1001 == 0 else 10.0 + 40 * (minute % 97 == 0)
            value.append(Sample("lag_seconds", "", at, lag))
            if math.isfinite(lag):
                self.points += 1
                self.over += lag > 30
            if came and minute - 1 not in unseen and minute > 1:
                self.judged += 1
                self.bad += wrong > 10
                shares.append((came - wrong) / came)
                self.good_events, self.events = self.good_events + came - wrong, self.events + came
        self.share = sum(shares) / len(shares)
        self.samples = [
            *counter("jobs_total", '{end="good"}', good), *counter("jobs_total", '{end="bad"}', bad), *value
        ]  # fmt: skip


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Week]]:
    made = Week()
    with holding(tmp_path_factory.mktemp("week"), made.samples) as address:
        yield address, made


JOBS = {"bad": 'sum(jobs_total{end="bad"})', "total": "sum(jobs_total)", "counter": True}
WEEK_S = 7 * 86_400.0


def test_a_week_of_events(week: tuple[str, Week]) -> None:
    address, made = week
    doc = measured(address, kpi(JOBS, WEEK_S, 0.95), END_MS + 2_000)
    assert doc["attainment"] == pytest.approx(made.good_events / made.events, abs=0.001)
    assert doc["coverage"] == pytest.approx(1 - 60 / 10_080, abs=0.01)
    lost = 1 - made.good_events / made.events
    assert doc["budget_left"] == pytest.approx(1 - lost / 0.05, abs=0.03)


def test_slices_of_a_month_are_judged_by_the_server(week: tuple[str, Week]) -> None:
    """8,064 slices of five minutes are more than are asked for one by one."""
    address, made = week
    month = kpi(JOBS, WEEK_S * 4, 0.9, method="timeslices", slice_s=300.0, slice_target=0.8)
    doc = measured(address, month, END_MS + 2_000)
    judged = [one for number in range(7 * 1440 // 5) if (one := made_slice(made, number)) is not None]
    assert doc["attainment"] == pytest.approx(sum(judged) / len(judged), abs=0.01)
    assert doc["coverage"] == pytest.approx(0.25, abs=0.01)


def test_slices_as_narrow_as_scrapes(week: tuple[str, Week]) -> None:
    """Within a minute there is one scrape, so a slice is looked at in a range of two."""
    address, made = week
    narrow = kpi(JOBS, WEEK_S, 0.9, method="timeslices", slice_s=60.0, slice_target=0.9)
    doc = measured(address, narrow, END_MS + 2_000)
    assert doc["attainment"] == pytest.approx(1 - made.bad / made.judged, abs=0.002)
    assert doc["coverage"] > 0.95


def made_slice(made: Week, number: int) -> bool | None:
    """Whether five minutes are good: at most one bad minute (50 of 500) leaves 0.9, two leave 0.8."""
    mine = range(number * 5 + 1, number * 5 + 6)
    if any(4_000 <= minute < 4_060 or 1_999 <= minute <= 2_060 for minute in mine):
        return None
    return sum(minute in made.bad_minutes for minute in mine) <= 1


def test_the_mean_of_slices(week: tuple[str, Week]) -> None:
    address, made = week
    doc = measured(address, kpi(JOBS, WEEK_S * 4, 0.9, method="ratio timeslices", slice_s=300.0), END_MS + 2_000)
    assert doc["attainment"] == pytest.approx(made.share, abs=0.005)


@pytest.mark.parametrize("window_s", [WEEK_S, 6 * 3600.0])
def test_a_value_without_what_is_no_number(week: tuple[str, Week], window_s: float) -> None:
    address, made = week
    value = {"value": "lag_seconds", "op": "lte", "limit": 30.0}
    doc = measured(address, kpi(value, window_s), END_MS + 2_000)
    late = [one for one in made.samples if one.metric == "lag_seconds" and one.at_ms > END_MS - window_s * 1000]
    real = [one.value for one in late if math.isfinite(one.value)]
    assert doc["attainment"] == pytest.approx(sum(lag <= 30 for lag in real) / len(real), abs=0.004)


def test_counters_that_are_scraped_once_a_minute(week: tuple[str, Week]) -> None:
    """A minute shows no growth between two scrapes a minute apart, so a wider range is taken."""
    address, made = week
    doc = measured(address, kpi(JOBS, 2 * 3600.0), END_MS + 2_000)
    last = range(7 * 1440 - 119, 7 * 1440 + 1)
    wrong = sum(50 if minute in made.bad_minutes else 1 for minute in last)
    assert doc["attainment"] == pytest.approx(1 - wrong / (100 * len(last)), abs=0.02)
    assert doc["coverage"] > 0.95


async def test_questions_are_bounded_and_only_what_is_new_is_asked_again(week: tuple[str, Week]) -> None:
    from console.feeds.kpis.measure import Measure

    address, _ = week
    docs: list[KpiDoc] = [
        kpi(JOBS, 28 * 86_400.0),
        kpi(JOBS, 28 * 86_400.0, method="timeslices", slice_s=60.0, slice_target=0.9),
        kpi({"value": "lag_seconds", "op": "lte", "limit": 30.0}, 90 * 86_400.0),
    ]
    for doc in docs:
        client = Watched(address)
        measure = Measure("it", doc)
        first = await measure.measure(client, END_MS - 10 * MINUTE)
        assert max(client.points) <= 1000
        client.points.clear()
        again = await measure.measure(client, END_MS + 2_000)
        assert sum(client.points) <= 4
        fresh = await Measure("it", doc).measure(client, END_MS + 2_000)
        assert again == fresh and first["from_ms"] <= fresh["from_ms"]
        client.close()
