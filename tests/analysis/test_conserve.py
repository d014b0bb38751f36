"""Who keeps the excess: call trees whose source is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from console.analysis.comparable import Family, family_of, measures, volumes
from console.analysis.conserve import Shares, shares
from console.analysis.movement import moves_of
from console.analysis.scene import Grid, Topology
from console.analysis.topology import call_graph
from console.signals import Bad, EntityKind, EntityRef, Pane, Signal
from tests.analysis.making import Array

SLOTS, FIRST, BEGAN = 120, 80, 100
# caller -> callee -> how many calls one request of the caller makes
TREE = {
    "shop": {"search": 0.5, "cart": 0.5, "ads": 0.1},
    "search": {"index": 1.0},
    "cart": {"pay": 0.4, "stock": 1.0},
    "pay": {"bank": 1.0},
    "nightly": {"stock": 1.0},
}
NAMES = ("nightly", "shop", "search", "cart", "ads", "index", "pay", "stock", "bank")  # callers first


class System(NamedTuple):
    signals: Sequence[Signal]
    grid: Grid
    graph: Topology


def ref(name: str) -> EntityRef:
    return EntityRef(EntityKind.SERVICE, name)


def metric(name: str, of: str, unit: str, bad: Bad) -> Signal:
    return Signal(f'{name}{{entity="{of}"}}', name, ref(of), Pane.MODELS, unit, bad)


def edges(without: Sequence[tuple[str, str]] = ()) -> list[tuple[EntityRef, EntityRef]]:
    pairs = [(caller, callee) for caller, called in TREE.items() for callee in called]
    return [(ref(caller), ref(callee)) for caller, callee in pairs if (caller, callee) not in without]


def system(
    source: str,
    slower_s: float = 0.0,
    failing: float = 0.0,
    volume: bool = True,
    latency: Sequence[str] = ("latency_avg",),
    seed: int = 3,
    without: Sequence[tuple[str, str]] = (),
) -> System:
    """Services that wait for what they call; from ``BEGAN`` on one of them is slower by itself, or fails more."""
    rng = np.random.default_rng(seed)
    requests = {"shop": 40 + rng.normal(0, 1, SLOTS), "nightly": np.full(SLOTS, 2.0)}
    for caller, called in TREE.items():
        for callee, calls in called.items():
            requests[callee] = requests.get(callee, np.zeros(SLOTS)) + calls * requests[caller]
    waits: dict[str, Array] = {}
    fails: dict[str, Array] = {}
    for name in reversed(NAMES):
        own = 0.02 + rng.normal(0, 0.0005, SLOTS)
        bad = np.abs(rng.normal(0, 0.0005, SLOTS))
        if name == source:
            own[BEGAN:] += slower_s
            bad[BEGAN:] += failing
        called = TREE.get(name, {})
        waits[name] = own + sum((calls * waits[callee] for callee, calls in called.items()), np.zeros(SLOTS))
        fails[name] = bad + sum((calls * fails[callee] for callee, calls in called.items()), np.zeros(SLOTS))
    signals, rows = [], []
    for name in NAMES:
        for one in latency:
            signals.append(metric(one, name, "s", Bad.UP))
            rows.append(waits[name] * (1.0 if one.endswith("avg") else 1.6))
        signals.append(metric("availability", name, "%", Bad.DOWN))
        rows.append(100 * (1 - fails[name]))
        if volume:
            signals.append(metric("requests", name, "/s", Bad.EITHER))
            rows.append(requests[name])
    times = 1_795_400_000_000 + 15_000 * np.arange(1, SLOTS + 1, dtype=np.int64)
    return System(signals, Grid(times, 15_000, np.array(rows), FIRST), call_graph(edges(without)))


def ask(told: System, symptom: str, graph: Topology | None = None) -> Shares | None:
    at = next(row for row, one in enumerate(told.signals) if one.key == symptom)
    return shares(told.grid, told.signals, moves_of(told.grid, told.signals), graph or told.graph, at)


def best(told: System, found: Shares) -> str:
    return told.signals[int(np.argmax(found.scores))].entity.id


def waiting(told: System, graph: Topology | None = None) -> Shares:
    found = ask(told, 'latency_avg{entity="shop"}', graph)
    assert found is not None
    return found


@pytest.mark.parametrize("source", ["search", "cart", "index", "pay", "stock", "bank"])
def test_the_source_of_slowness_keeps_the_excess_and_those_on_the_way_do_not(source: str) -> None:
    told = system(source, slower_s=0.4)
    found = waiting(told)
    assert best(told, found) == source
    assert found.share[ref(source)] > 0.8
    assert all(share < 0.2 for entity, share in found.share.items() if entity != ref(source))
    assert found.counted
    assert found.confidence > 0.6


@pytest.mark.parametrize("source", ["index", "pay", "bank"])
def test_the_source_of_failures_keeps_them(source: str) -> None:
    told = system(source, failing=0.3)
    found = ask(told, 'availability{entity="shop"}')
    assert found is not None
    assert best(told, found) == source
    assert "% failed x" in found.why[int(np.argmax(found.scores))]


def test_a_symptom_that_is_its_own_source_says_so() -> None:
    found = waiting(system("shop", slower_s=0.4))
    assert found.share[ref("shop")] > 0.9
    assert found.scores.max() < 0.6  # other signals of the same entity; the symptom itself is not scored


def test_the_reason_names_the_share_and_the_numbers() -> None:
    told = system("pay", slower_s=0.4)
    found = waiting(told)
    why = found.why[int(np.argmax(found.scores))]
    assert why.startswith("keeps 9") or why.startswith("keeps 100%")
    assert "requests/s" in why
    assert "ms x 8" in why  # 40 requests/s, half to the cart, two fifths of those on to pay


def test_a_rare_call_that_is_much_slower_does_not_outweigh_a_frequent_one() -> None:
    told = system("search", slower_s=0.2)
    row = next(at for at, one in enumerate(told.signals) if one.key == 'latency_avg{entity="ads"}')
    often = next(at for at, one in enumerate(told.signals) if one.key == 'requests{entity="ads"}')
    told.grid.values[row, BEGAN:] += 3.0  # sixty times slower, but asked once in a hundred seconds
    told.grid.values[often] = 0.01
    assert best(told, waiting(told)) == "search"


def test_what_was_there_before_the_trouble_does_not_count() -> None:
    told = system("index", slower_s=0.2)
    row = next(at for at, one in enumerate(told.signals) if one.key == 'latency_avg{entity="ads"}')
    told.grid.values[row, FIRST:] += 2.0  # long before, and steadily
    assert best(told, waiting(told)) == "index"


def test_an_entity_that_the_graph_does_not_lead_to_stays_in_at_a_lower_weight() -> None:
    told = system("pay", slower_s=0.4, without=[("cart", "pay"), ("pay", "bank")])
    found = waiting(told)
    pay = next(at for at, one in enumerate(told.signals) if one.key == 'latency_avg{entity="pay"}')
    assert 0.1 < found.scores[pay] < found.scores.max()
    assert "no call leads" in found.why[pay]


def test_a_caller_of_the_symptom_is_no_cause() -> None:
    told = system("bank", slower_s=0.4)
    found = ask(told, 'latency_avg{entity="pay"}')
    assert found is not None
    assert best(told, found) == "bank"
    shop = next(at for at, one in enumerate(told.signals) if one.key == 'latency_avg{entity="shop"}')
    assert found.scores[shop] < 0.1


def test_calls_in_a_circle_end() -> None:
    told = system("pay", slower_s=0.4)
    circle = [*edges(), (ref("bank"), ref("shop")), (ref("pay"), ref("cart")), (ref("pay"), ref("pay"))]
    found = waiting(told, call_graph(circle))
    assert np.isfinite(found.scores).all()


def test_behind_a_service_that_nobody_measures_what_it_calls_is_looked_at() -> None:
    told = system("bank", slower_s=0.4)
    keep = [row for row, one in enumerate(told.signals) if one.entity != ref("pay")]
    blind = System([told.signals[row] for row in keep], told.grid._replace(values=told.grid.values[keep]), told.graph)
    found = waiting(blind)
    assert best(blind, found) == "bank"
    assert found.share[ref("cart")] < 0.3


def test_without_volumes_it_is_worth_less_and_says_so() -> None:
    told = system("index", slower_s=0.4, volume=False)
    found = waiting(told)
    assert not found.counted
    assert found.confidence < waiting(system("index", slower_s=0.4)).confidence
    assert found.share[ref("index")] > 0.5
    assert "request volumes unknown" in found.why[int(np.argmax(found.scores))]


def test_one_volume_that_is_missing_is_taken_from_the_caller() -> None:
    told = system("bank", slower_s=0.4)
    keep = [row for row, one in enumerate(told.signals) if one.key != 'requests{entity="bank"}']
    part = System([told.signals[row] for row in keep], told.grid._replace(values=told.grid.values[keep]), told.graph)
    found = waiting(part)
    assert found.counted
    assert best(part, found) == "bank"


def test_of_a_percentile_the_mean_is_taken_where_there_is_one() -> None:
    told = system("pay", slower_s=0.4, latency=("latency_p90", "latency_avg"))
    asked = next(row for row, one in enumerate(told.signals) if one.key == 'latency_p90{entity="shop"}')
    chosen = measures(told.signals, asked)
    assert {told.signals[one.row].name for one in chosen.values()} == {"latency_avg"}
    found = ask(told, 'latency_p90{entity="shop"}')
    assert found is not None
    assert best(told, found) == "pay"
    assert found.scores[asked] == 0.0


def test_several_percentiles_make_a_mean_whose_weights_add_up() -> None:
    told = system("pay", slower_s=0.4, latency=("latency_p50", "latency_p90", "latency_p99"))
    chosen = measures(told.signals, 0)
    assert len(chosen) == len(NAMES)
    for one in chosen.values():
        assert len(one.parts) == 3
        assert sum(weight for _, weight in one.parts) == pytest.approx(1.0)
    assert best(told, ask(told, 'latency_p90{entity="shop"}') or pytest.fail("nothing was said")) == "pay"


def test_where_nothing_is_known_of_calls_the_source_is_among_those_with_as_much_excess() -> None:
    told = system("pay", slower_s=0.4)._replace(graph=Topology())
    found = waiting(told)
    assert not found.graph
    assert found.share[ref("pay")] > 0.8
    assert found.share[ref("cart")] > 0.8  # on the way from it: without calls nobody can tell
    assert max(found.share[ref(name)] for name in ("bank", "index", "ads")) < 0.2
    assert found.confidence < waiting(system("pay", slower_s=0.4)).confidence
    row = next(at for at, one in enumerate(told.signals) if one.key == 'latency_avg{entity="pay"}')
    assert found.why[row].startswith("has as much as")


def test_nothing_is_said_without_a_graph_of_calls_or_of_a_signal_that_counts_neither_time_nor_failures() -> None:
    told = system("pay", slower_s=0.4)
    assert ask(told, 'latency_avg{entity="shop"}', told.graph._replace(calls=False)) is None
    assert ask(told, 'requests{entity="shop"}') is None
    assert ask(told, 'latency_avg{entity="shop"}', call_graph([(ref("nightly"), ref("stock"))])) is None


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["a", "b", "nightly"]), st.sampled_from(["a", "b"]), st.sampled_from(["pay", "index"]))
def test_edges_between_those_who_have_no_part_in_it_change_nothing(caller: str, callee: str, source: str) -> None:
    told = system(source, slower_s=0.4)
    plain, more = waiting(told), waiting(told, call_graph([*edges(), (ref(caller), ref(callee))]))
    np.testing.assert_array_equal(plain.scores, more.scores)
    assert plain.why == more.why


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(27)))
def test_the_order_of_signals_does_not_matter(order: Sequence[int]) -> None:
    told = system("cart", slower_s=0.4)
    mixed = System([told.signals[row] for row in order], told.grid._replace(values=told.grid.values[list(order)]),
                   told.graph)  # fmt: skip
    plain, other = waiting(told), waiting(mixed)
    np.testing.assert_allclose(other.scores, plain.scores[list(order)])


_NUMBERS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True, width=64), st.sampled_from([0.0, 1.0, np.nan, 1e300, -1e300])
)


@settings(max_examples=200, deadline=None)
@given(
    arrays(np.float64, st.tuples(st.just(9), st.integers(1, 40)), elements=_NUMBERS),
    st.integers(0, 39),
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=9),
    st.sampled_from([0, 1]),
)
def test_any_numbers_and_any_graph_give_scores_from_0_to_1(
    values: Array, first: int, pairs: Sequence[tuple[str, str]], symptom: int
) -> None:
    parts: Mapping[str, tuple[str, Bad]] = {
        "latency_p90": ("s", Bad.UP), "availability": ("%", Bad.DOWN), "requests": ("", Bad.EITHER),
    }  # fmt: skip
    signals = [metric(name, of, *parts[name]) for of in "abc" for name in parts]
    slots = values.shape[1]
    grid = Grid(15_000 * np.arange(1, slots + 1, dtype=np.int64), 15_000, values, min(first, slots - 1))
    graph = call_graph((ref(caller), ref(callee)) for caller, callee in pairs)
    with np.errstate(all="ignore"):
        found = shares(grid, signals, moves_of(grid, signals), graph, symptom)
    if found is not None:
        assert ((found.scores >= 0) & (found.scores <= 1)).all()
        assert found.scores[symptom] == 0.0
        assert 0 <= found.confidence <= 1


@pytest.mark.parametrize(
    ("name", "unit", "bad", "family"),
    [
        ("latency_p90", "s", Bad.UP, Family.WAITING),
        ("http_request_duration_seconds:p95", "s", Bad.UP, Family.WAITING),
        ("availability", "%", Bad.DOWN, Family.HEALTHY_SHARE),
        ("success_ratio", "1", Bad.EITHER, Family.HEALTHY_SHARE),
        ("error_rate", "%", Bad.UP, Family.FAILED_SHARE),
        ("errors", "/s", Bad.UP, Family.FAILED),
        ("requests", "/s", Bad.EITHER, None),
        ("cpu", "%", Bad.UP, None),
        ("memory", "By", Bad.UP, None),
    ],
)
def test_names_tell_what_a_signal_counts(name: str, unit: str, bad: Bad, family: Family | None) -> None:
    assert family_of(metric(name, "x", unit, bad)) is family


def test_the_volume_is_the_count_of_requests_that_most_entities_have() -> None:
    signals = [
        metric("requests_in_flight", "a", "", Bad.UP),
        metric("calls", "a", "", Bad.EITHER),
        metric("requests", "a", "/s", Bad.EITHER),
        metric("requests", "b", "/s", Bad.EITHER),
        metric("request_errors", "b", "/s", Bad.UP),
        metric("request_duration", "b", "s", Bad.UP),
    ]
    assert volumes(signals) == {ref("a"): 2, ref("b"): 3}
